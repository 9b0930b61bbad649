"""Sheets of cells, whatever file they come from, as a heading and rows "Header: value; …"."""

from collections.abc import Iterable
from itertools import chain, islice

from indexer.load.builder import TextBuilder
from indexer.load.tables import is_header, row_text

MAX_CELLS = 200_000
LOOK_AHEAD = 30  # rows in which a header is looked for


class SheetLimits:
    """How much of a file's sheets has been taken, and what was left out."""

    def __init__(self, cells: int = MAX_CELLS) -> None:
        self._limit = self._room = cells
        self._left_out = 0

    def take(self, cells: int) -> bool:
        """Whether a row of so many cells that hold something may still be read."""
        if cells > self._room:
            self._room = 0  # what follows a row left out is left out too
            self._left_out += 1
            return False
        self._room -= cells
        return True

    def warnings(self) -> list[str]:
        """What a reader of the report should know."""
        if not self._left_out:
            return []
        return [
            f"only the first {self._limit:,} cells were read: {self._left_out:,} rows were left out"
        ]


def add_sheet(
    builder: TextBuilder, name: str, rows: Iterable[list[str]], limits: SheetLimits
) -> None:
    """Adds one sheet: its name, what stands above its header, and its rows; empty rows go."""
    filled = (row for row in rows if any(cell.strip() for cell in row))
    first = list(islice(filled, LOOK_AHEAD))
    if not first:
        return
    builder.add(name, "heading")
    at = next((n for n, row in enumerate(first) if _labels(row, first[n + 1 :])), None)
    header: list[str] = []
    for number, row in enumerate(chain(first, filled)):
        cells = [cell.strip() for cell in row]
        if not limits.take(sum(1 for cell in cells if cell)):
            continue
        if number == at:
            header = cells
        elif at is not None and number < at:  # a title, a note on the figures
            builder.add("; ".join(cell for cell in cells if cell))
        elif cells != header:  # as it is printed again on the next page
            builder.add(row_text(header, cells), "row")


def _labels(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row names the columns: it is as wide as those below, and looks like names."""
    return is_header(row, below)
