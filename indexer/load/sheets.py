"""Sheets of cells, whatever file they come from, as a heading and rows "Header: value; …"."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from indexer.load.builder import TextBuilder
from indexer.load.tables import is_header, row_text

MAX_CELLS = 200_000  # of one file: about 4 MB of text
MAX_COUNTED = 1_000_000  # rows that are counted only to say how many were left out
LOOK_AHEAD = 30  # rows in which a header is looked for


class SheetLimits:
    """How many cells of a file may still be read, and how many rows were left out."""

    def __init__(self, cells: int = MAX_CELLS) -> None:
        self._limit = self._room = cells
        self._left_out = 0

    def take(self, cells: int) -> bool:
        """Whether a row of so many filled cells may be read; after the first that may not, none."""
        self._room = self._room - cells if cells <= self._room else -1
        return self._room >= 0

    def leave_out(self, rows: int) -> None:
        """Remembers rows that were not read."""
        self._left_out += rows

    def warnings(self) -> list[str]:
        """What a reader of the report should know."""
        if not self._left_out:
            return []
        more = "more than " if self._left_out >= MAX_COUNTED else ""
        return [
            f"only the first {self._limit:,} cells were read: "
            f"{more}{min(self._left_out, MAX_COUNTED):,} rows were left out"
        ]


def add_sheet(
    builder: TextBuilder,
    name: str,
    rows: Iterable[list[str]],
    limits: SheetLimits,
    total: int | None = None,
) -> None:
    """Adds one sheet: its name, what stands above its header, and its rows; empty rows go.

    `total` is the number of rows when it is known without counting them.
    """
    counted = 0

    def filled() -> Iterator[list[str]]:
        nonlocal counted
        for row in rows:
            counted += 1
            if any(cell and not cell.isspace() for cell in row):
                yield row

    found = filled()
    first = list(islice(found, LOOK_AHEAD))
    if not first:
        return
    builder.add(name, "heading")
    at = next((n for n, row in enumerate(first) if is_header(row, first[n + 1 :])), -1)
    header: list[str] = []
    for number, row in enumerate(chain(first, found)):
        cells = [cell.strip() for cell in row]
        if not limits.take(sum(1 for cell in cells if cell)):
            read = counted - max(len(first) - number, 1)
            rest = total - read if total else 1 + sum(1 for _ in islice(found, MAX_COUNTED))
            limits.leave_out(max(rest, 1))
            return
        if number == at:
            header = cells
        elif number < at:  # a title, a note on the figures
            builder.add("; ".join(cell for cell in cells if cell))
        elif cells != header:  # which is often printed again on the next page
            builder.add(row_text(header, cells), "row")
