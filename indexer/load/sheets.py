"""Sheets of cells, whatever file they come from, as a heading and rows "Header: value; …"."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from indexer.load.builder import TextBuilder
from indexer.load.tables import is_header, row_text

MAX_CELLS = 200_000  # of one file: about 4 MB of text
MAX_SCANNED = 20_000_000  # empty ones too: a hostile sheet is a million rows wide open
MAX_COUNTED = 1_000_000  # rows that are counted only to say how many were left out
LOOK_AHEAD = 30  # rows in which a header is looked for


class SheetLimits:
    """How many cells of a file may still be read, and how many rows were left out."""

    def __init__(self, cells: int = MAX_CELLS, scanned: int = MAX_SCANNED) -> None:
        self._limit = self._room = cells
        self._scans = scanned
        self._left_out = 0

    def take(self, cells: int) -> bool:
        """Whether a row of so many filled cells may be read; after the first that may not, none."""
        self._room = self._room - cells if cells <= self._room else -1
        return self._room >= 0

    def scan(self, width: int) -> bool:
        """Whether a row of so many cells, empty or not, may be looked at."""
        self._scans -= max(width, 1)
        return self._scans >= 0

    def leave_out(self, rows: int) -> None:
        """Remembers rows that were not read."""
        self._left_out += rows

    def warnings(self) -> list[str]:
        """What a reader of the report should know."""
        if not self._left_out:
            return []
        many = f"{self._left_out:,}" if self._left_out < MAX_COUNTED else "a million or more"
        return [f"is too large: of its rows, {many} were left out (limit: {self._limit:,} cells)"]


class _Source:
    """The rows of a sheet that hold something, until the limit of what is looked at."""

    def __init__(self, rows: Iterable[list[str]], limits: SheetLimits) -> None:
        self._rows = iter(rows)
        self._limits = limits
        self._read = 0
        self.cut = False

    def filled(self) -> Iterator[list[str]]:
        """Rows with at least one cell that is not blank."""
        for row in self._rows:
            self._read += 1
            if not self._limits.scan(len(row)):
                self.cut = True
                return
            if any(cell and not cell.isspace() for cell in row):
                yield row

    def rest(self, total: int | None) -> int:
        """The number of rows not read yet; `total` is what the file says of itself."""
        if total and total > self._read:
            return total - self._read
        return sum(1 for _ in islice(self._rows, MAX_COUNTED))


def add_sheet(
    builder: TextBuilder,
    name: str,
    rows: Iterable[list[str]],
    limits: SheetLimits,
    total: int | None = None,
    forms: bool = True,
) -> None:
    """Adds one sheet: its name, what stands above its header, and its rows; empty rows go.

    `total` is the number of rows where it is known without counting them; `forms` whether two
    columns of text may be a form.
    """
    source = _Source(rows, limits)
    found = source.filled()
    first = list(islice(found, LOOK_AHEAD))
    if first:
        builder.add(name, "heading")
    at = next((n for n, row in enumerate(first) if is_header(row, first[n + 1 :], forms)), -1)
    for number, row in enumerate(chain(first, found)):
        cells = [cell.strip() for cell in row]
        if not limits.take(sum(1 for cell in cells if cell)):
            limits.leave_out(max(len(first) - number, 1) + source.rest(total))
            return
        if number < at:  # a title, a note on the figures
            builder.add("; ".join(cell for cell in cells if cell))
        elif at < 0:
            builder.add(row_text((), cells), "row")
        elif row != first[at]:  # a header is often printed again on the next page
            builder.add(row_text(first[at], cells), "row")
    if source.cut:
        limits.leave_out(1 + source.rest(total))
