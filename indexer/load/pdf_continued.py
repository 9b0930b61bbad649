"""Tables that go on over the end of a page: their rows take the names of the columns with them.

A wrong name on a figure is worse than none: where a table may be another one it stays as it is.
"""

from collections.abc import Sequence

from indexer.load.pdf_cells import Matrix
from indexer.load.pdf_columns import Extent
from indexer.load.pdf_lines import Line
from indexer.load.pdf_tables import Table

SAME = 3.0  # points within which the columns of two pages stand alike
MARGIN = 45.0  # points by which the margins of a left and a right page may differ
FIGURES = 0.5  # by less than this do the shares of figures in two parts of a table differ


def carry_headers(pages: Sequence[Sequence[Sequence[Line | Table]]]) -> None:
    """Names the columns of tables that are the rest of the table that ends the page before.

    `pages` hold blocks in reading order, without what repeats from page to page.
    """
    last: Line | Table | None = None
    for blocks in pages:
        items = [item for block in blocks for item in block]
        if items and isinstance(last, Table) and isinstance(items[0], Table):
            _carry(last, items[0])
        last = items[-1] if items else None


def _carry(above: Table, table: Table) -> None:
    """Carries the header over to a table that begins a page, if it is the rest of the one before.

    A first row that only its words make a header is a row like the others when the header above
    is set in bold, or when there are no figures that it could name. Where one of the two has
    several headers it is a form, or more than one table.
    """
    if len(above.headers) != 1 or len(table.headers) > 1 or not _alike(above, table):
        return
    header, own = above.headers[0], next(iter(table.headers), None)
    figures = _figures(table.matrix)
    names_itself = own and (own.bold or (figures and not (header and header.bold)))
    if header and not names_itself and abs(_figures(above.matrix) - figures) < FIGURES:
        table.carry(header)


def _figures(matrix: Matrix) -> float:
    """The share of figures among the cells that are not in the first column."""
    cells = [slot for row in matrix for slot in row[1:] if slot.text]
    return sum(slot.value for slot in cells) / max(len(cells), 1)


def _alike(above: Table, table: Table) -> bool:
    """Whether the columns of two tables stand at the same places, but for the pages' margins."""
    if above.ruled != table.ruled or len(above.columns) != len(table.columns):
        return False
    shift = table.columns[0][0] - above.columns[0][0]
    if abs(shift) > MARGIN:
        return False
    agree = all if table.ruled else any  # text keeps to one side of its column, or to the middle
    return all(
        agree(abs(x + shift - y) <= SAME for x, y in zip(_places(a), _places(b), strict=True))
        for a, b in zip(above.columns, table.columns, strict=True)
    )


def _places(column: Extent) -> tuple[float, float, float]:
    left, right = column
    return left, right, (left + right) / 2
