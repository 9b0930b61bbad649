"""Tables of a PDF page → rows that can be read by themselves: "Header: value; Header: value"."""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.load.pdf_edges import Edge
from indexer.load.pdf_lines import Line


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as text, with a line of it for its place."""

    text: str
    line: Line


@dataclass(slots=True)
class Table:
    """Rows of a table and the place it takes on the page."""

    rows: list[Row]
    x0: float
    x1: float
    top: float
    bottom: float
    order: int
    size: float


def find_tables(parts: Sequence[Line], edges: Sequence[Edge]) -> tuple[list[Table], list[Line]]:
    """The tables of a page, and the spans that belong to none."""
    return [], list(parts)
