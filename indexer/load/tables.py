"""Tables as rows of text that can be found and read by themselves: "Header: value; …"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from indexer.load.builder import TextBuilder
from indexer.load.inline import MAX_BOLD_HEADING, Inline

MAX_LABEL = 80  # characters of a column's name
PROSE_CELL = 200  # characters from which a cell of several paragraphs is no value but prose
_FIGURE = re.compile(r"[\s\d.,:/%£$€+()–-]*\d[\s\d.,:/%£$€+()–-]*[a-zA-Z]{0,2}")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?")

Texts = Sequence[str]


@dataclass
class Cell:
    """A cell of a word processor's table, at its column of the grid."""

    column: int
    element: etree._Element
    inline: Inline

    @property
    def prose(self) -> bool:
        """Whether it holds several paragraphs of some length."""
        lines = [line for line, _ in self.inline.lines if line]
        return len(lines) > 1 and sum(len(line) for line in lines) > PROSE_CELL


@dataclass
class Row:
    """A row of a word processor's table; `flagged` when it says that it is a header."""

    cells: list[Cell]
    flagged: bool = False

    @property
    def texts(self) -> list[str]:
        """The text of each column, "" where no cell begins."""
        texts = [""] * (max((cell.column for cell in self.cells), default=-1) + 1)
        for cell in self.cells:
            texts[cell.column] = cell.inline.text
        return texts

    @property
    def bold(self) -> bool:
        """Whether all of its text is bold, in two cells at least."""
        filled = [cell.inline for cell in self.cells if cell.inline.text]
        return len(filled) > 1 and all(inline.bold for inline in filled)


def add_table(
    builder: TextBuilder,
    rows: Sequence[Row],
    walk: Callable[[etree._Element], None],
    attached: Callable[[Cell], None],
) -> None:
    """Adds a table's rows. `walk` adds a cell's content as paragraphs; `attached` what hangs on it.

    Tables of one row or one column only lay out paragraphs. A row of one cell, or one that holds
    prose, is read cell by cell, a short cell as the heading of the next.
    """
    rows = [row for row in rows if row.cells]
    layout = len(rows) == 1 or all(len(row.cells) == 1 for row in rows)
    header: list[str] | None = None
    for number, row in enumerate(rows):
        prose = any(cell.prose for cell in row.cells)
        if layout or len(row.cells) == 1 or prose:
            for cell in row.cells:
                if prose and not cell.prose and len(cell.inline.text) <= MAX_BOLD_HEADING:
                    builder.add(cell.inline.text, "heading")
                else:
                    walk(cell.element)
            continue
        if header is None:
            header = row.texts if _heads(row, rows[number + 1 :]) else []
            if header:
                continue
        builder.add(row_text(header, row.texts), "row")
        for cell in row.cells:
            attached(cell)


def _heads(row: Row, below: Sequence[Row]) -> bool:
    below = [one for one in below if len(one.cells) > 1]
    bold = row.bold and not all(one.bold for one in below)
    texts = [one.texts for one in below]
    return bool(below) and (row.flagged or bold or is_header(row.texts, texts))


def row_text(header: Texts, cells: Texts) -> str:
    """A row in words: each value after its column's name, or joined by "; " without a header."""
    parts = []
    for column, cell in enumerate(cells):
        value = " ".join(cell.split())
        name = " ".join(header[column].split()).rstrip(":") if column < len(header) else ""
        if value:
            parts.append(f"{name}: {value}" if name and name != value else value)
    return "; ".join(parts)


def is_header(row: Texts, below: Sequence[Texts], forms: bool = True) -> bool:
    """Whether a table's row looks like the names of its columns.

    Short, different labels without figures (but years), one over every column that has values; the
    corner may be empty. Where there may be `forms` ("Name", "Ann Lee"), two columns need figures
    below.
    """
    labels = [label for cell in row if (label := cell.strip())]
    body = [one for one in below if any(cell.strip() for cell in one)]
    corner = bool(labels) and not row[0].strip()
    if len(labels) + corner < 2 or not body or len(set(labels)) < len(labels):
        return False
    if not all(_is_label(label) for label in labels) or (_YEAR.fullmatch(labels[0]) and not corner):
        return False
    if len(labels) + corner < max(sum(1 for cell in one if cell.strip()) for one in body):
        return False
    return len(labels) + corner > 2 or not forms or _figures(body)


def _is_label(text: str) -> bool:
    if len(text) > MAX_LABEL or text.endswith((".", ":")):
        return False
    return bool(_YEAR.fullmatch(text)) or not _FIGURE.fullmatch(text)


def _figures(body: Sequence[Texts]) -> bool:
    """Whether the second of two columns is one of figures."""
    values = [one[1].strip() for one in body if len(one) > 1]
    return 2 * sum(1 for value in values if _FIGURE.fullmatch(value)) > len(values)
