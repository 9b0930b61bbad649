"""Tables of a PDF page → rows that can be read by themselves: "Header: value; Header: value".

What is not surely a table stays lines: a row that is wrong is worse than one that is plain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.load.pdf_bands import columns_as_edges
from indexer.load.pdf_cells import Matrix, Slot
from indexer.load.pdf_columns import Extent, aligned
from indexer.load.pdf_edges import Edge
from indexer.load.pdf_grid import Cell, Grid, grids
from indexer.load.pdf_lines import Line, joined, spans
from indexer.load.pdf_order import reading_order
from indexer.load.pdf_words import Word

MOST_CELL = 2500  # characters; what holds more is a box of text, not a cell
MOST_MEAN = 300  # characters a cell may have on average, beside short labels
REPEATED = 200  # a cell that extends over rows is said in each when it is no longer than this


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as text, with a line of it for its place."""

    text: str
    line: Line


@dataclass(frozen=True, slots=True)
class Header:
    """The name of each column; `bold` when type or place, not words alone, say that it is one."""

    names: list[str]
    bold: bool


@dataclass(slots=True)
class Table:
    """Rows of a table and the place it takes on the page.

    `matrix` is what the rows were made of, `columns` where its columns lie: between drawn lines
    when it is `ruled`, else as far as their text extends. `headers` are all that it has from
    the top, the first of them None when rows of several cells stand above any.
    """

    matrix: Matrix
    columns: Sequence[Extent]
    ruled: bool
    headers: list[Header | None]
    rows: list[Row]
    x0: float
    x1: float
    top: float
    bottom: float
    order: int
    size: float

    def carry(self, header: Header) -> None:
        """Names the columns by the header of another table, of which this one is the rest."""
        self.rows, self.headers = _rows(self.matrix, header)


def find_tables(words: Sequence[Word], edges: Sequence[Edge]) -> tuple[list[Table], list[Line]]:
    """The tables of a page, and the spans that belong to none."""
    tables: list[Table] = []
    taken: set[int] = set()
    for grid in grids([*edges, *columns_as_edges(edges, words)], words):
        free = all(id(word) not in taken for cell in grid.cells for word in cell.words)
        if free and _is_table(grid):
            tables.append(_table(_matrix(grid), list(pairwise(grid.xs)), None, ruled=True))
            taken.update(id(word) for cell in grid.cells for word in cell.words)
    rest = spans([word for word in words if id(word) not in taken])
    gone: set[int] = set()
    for found in aligned(rest):
        own = Header(found.names, bold=True) if any(found.names) else None
        tables.append(_table(found.matrix, found.columns, own, ruled=False))
        gone.update(id(span) for span in found.spans)
    rest = [span for span in rest if id(span) not in gone]
    return tables, rest


def _is_table(grid: Grid) -> bool:
    """Whether a grid holds what a table does: short texts in at least two rows and columns."""
    full = [cell for cell in grid.cells if cell.words]
    rows = {cell.top for cell in full}
    columns = {cell.left for cell in full}
    if len(rows) < 2 or len(columns) < 2 or len(full) < 0.3 * len(grid.cells):
        return False
    if grid.torn > 1 and grid.torn > 0.1 * len(full):
        return False
    lengths = [sum(len(word.text) + 1 for word in cell.words) for cell in full]
    return max(lengths) <= MOST_CELL and sum(lengths) / len(lengths) <= MOST_MEAN


def _matrix(grid: Grid) -> Matrix:
    """A grid as rows of slots; a cell over several columns stands in the first of them."""
    rows: Matrix = [[Slot("", []) for _ in range(grid.columns)] for _ in range(grid.rows)]
    for cell in grid.cells:
        if not cell.words:
            continue
        text = _text(cell)
        last = cell.bottom if len(text) <= REPEATED else cell.top
        for r in range(cell.top, last + 1):
            first = r == cell.top
            rows[r][cell.left] = Slot(text, cell.words, cell.right - cell.left + 1, first)
            for c in range(cell.left + 1, cell.right + 1):
                rows[r][c] = Slot("", [], 0)
    return [row for row in rows if any(slot.text and slot.first for slot in row)]


def _text(cell: Cell) -> str:
    blocks = reading_order(joined(spans(cell.words)))
    text = ""
    for line in (line for block in blocks for line in block):
        glue = "" if not text or re.search(r"\w[-/–]$", text) else " "
        text += glue + line.text
    return text


def _table(
    matrix: Matrix, columns: Sequence[Extent], header: Header | None, *, ruled: bool
) -> Table:
    rows, headers = _rows(matrix, header)
    lines = spans([word for row in matrix for slot in row if slot.first for word in slot.words])
    return Table(
        matrix,
        columns,
        ruled,
        headers,
        rows,
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
        min(line.top for line in lines),
        max(line.bottom for line in lines),
        min(line.order for line in lines),
        lines[0].size,
    )


def _rows(matrix: Matrix, header: Header | None) -> tuple[list[Row], list[Header | None]]:
    """A table's rows under the header given and those that it holds; and all these headers."""
    rows: list[Row] = []
    headers: list[Header | None] = [header] if header else []
    n = 0
    while n < len(matrix):
        again = _repeated(matrix, n, header)
        count = again or _header_rows(matrix, n, header is not None)
        if count and not again:
            header = _header(matrix[n : n + count])
            headers.append(header)
        n += count
        if count and n < len(matrix):
            continue
        row = matrix[min(n, len(matrix) - 1)]
        # a header with nothing under it is all that there is
        rows.append(_row(row, header.names if header and not count else []))
        if not headers and sum(bool(slot.text) for slot in row) > 1:
            headers.append(None)
        n += 1
    return rows, headers


def _header(rows: Matrix) -> Header:
    return Header(_names(rows), all(slot.bold for row in rows for slot in row if slot.text))


def _repeated(matrix: Matrix, start: int, header: Header | None) -> int:
    """How many rows from `start` on say the names of the columns once more."""
    return next(
        (n for n in (1, 2) if header and _names(matrix[start : start + n]) == header.names), 0
    )


def _header_rows(matrix: Matrix, start: int, has: bool) -> int:
    """How many rows from `start` on name the columns."""
    row = matrix[start]
    full = [slot for slot in row if slot.text]
    if len(full) < 2 or any(slot.value for slot in full) or len(matrix[0]) < 2:
        return 0
    if not all(any(c.isalnum() for c in slot.text) for slot in full):
        return 0
    most = 60 if len(row) > 2 else 30  # of two columns the first row often is a pair as well
    if any(len(slot.text) > most or slot.text.endswith((":", ".")) for slot in full):
        return 0
    others = [slot for other in matrix for slot in other if slot.text and other is not row]
    plain = [slot for slot in others if not slot.bold]
    bold = all(slot.bold for slot in full) and len(plain) >= 0.4 * len(others)
    if has or start:
        return 1 if bold and len(full) > 2 else 0
    below = matrix[start + 1 :]
    names = sum(slot.spread or 1 for slot in full) >= len(row) - 1
    figures = any(slot.value for other in below for slot in other[1:])
    if not (bold or (names and (figures or len(full) > 2))):
        return 0
    if any(slot.spread > 1 for slot in full) and len(below) > 1:
        again = [slot for slot in below[0] if slot.text]
        if (
            len(again) > 1
            and not any(s.value for s in again)
            and (not bold or all(s.bold for s in again))
        ):
            return 2
    return 1


def _names(rows: Matrix) -> list[str]:
    """The name of each column: the texts above it, from the top."""
    names = [""] * len(rows[0])
    for row in rows:
        for c, slot in enumerate(row):
            for covered in range(c, c + slot.spread):
                if slot.text and covered < len(names) and slot.text != names[covered]:
                    names[covered] = f"{names[covered]} {slot.text}".strip()
    return names


def _row(slots: Sequence[Slot], header: Sequence[str]) -> Row:
    """A row as text: values after the names of their columns, labels before what they label."""
    parts: list[str] = []
    full = [(c, slot) for c, slot in enumerate(slots) if slot.text]
    label_value = not header and _is_label([slot for _, slot in full])
    for c, slot in full:
        named = c < len(header) and (len(full) > 1 or (c and slot.spread == 1))
        name = header[c] if named else ""
        text = f"{name.rstrip(':')}: {slot.text}" if name else slot.text
        if parts and parts[-1].endswith(":") and not text.endswith(":"):
            parts[-1] += " " + text
        elif len(parts) == 1 and label_value and not parts[-1].endswith(":"):
            parts[-1] += ": " + text
        else:
            parts.append(text)
    words = [word for slot in slots if slot.first for word in slot.words]
    line = spans(words)[0]
    return Row("; ".join(parts), line)


def _is_label(full: Sequence[Slot]) -> bool:
    """Whether the first text of a row says what the others are."""
    if len(full) < 2 or full[0].value or len(full[0].text) > 60:
        return False
    return len(full) == 2 or (full[0].bold and not any(slot.bold for slot in full[1:]))
