"""Tables of a page: told from tables that only lay out, spans filled in, each row as a sentence."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from indexer.load.builder import row_text
from indexer.types import BlockKind

MAX_SPAN = 100
MAX_COLUMNS = 500
MAX_LABEL = 80
LONG_CELL = 600

_HOLDS_LAYOUT = "h1 h2 h3 h4 ul ol table form pre".split()


Place = tuple[HtmlElement, str]  # an element and which of its texts: "text" or "tail"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, how many of its characters are links, and where its longest run stands."""

    text: str
    linked: int
    place: Place | None


@dataclass(frozen=True, slots=True)
class _Slot:
    """A cell at one place of the grid; not `first` where it only reaches from the left."""

    cell: Cell
    heads: bool
    first: bool


def is_layout(table: HtmlElement) -> bool:
    """Whether a table only arranges things: its cells are then read one after the other."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return True
    if max((len(_cells(row)) for row in _rows(table)), default=0) < 2:
        return True
    if table.find(".//th") is not None or table.find("caption") is not None:
        return False
    return any(
        next(cell.iter(*_HOLDS_LAYOUT), None) is not None or len(cell.text_content()) > LONG_CELL
        for cell in table.iter("td")
    )


class Table:
    """A table of data, read once; `read` gives the text of a cell."""

    def __init__(self, table: HtmlElement, read: Callable[[HtmlElement], Cell]) -> None:
        caption = table.find("caption")
        self._caption = read(caption) if caption is not None else None
        self._grid = _grid(table, read)
        self._in_head = [row.getparent().tag == "thead" for row in _rows(table)]

    def rows(self) -> Iterator[tuple[str, BlockKind, list[Cell]]]:
        """The caption, then each row as "Header: value; …", with the cells it was made of."""
        if self._caption and self._caption.text:
            yield self._caption.text, "paragraph", [self._caption]
        titles, first = self._header()
        names = self._names(titles, first)
        for number, slots in enumerate(self._grid):
            own = [(n, slot.cell) for n, slot in enumerate(slots) if slot.cell.text and slot.first]
            heads = names if number >= first else {}
            if own and not titles <= number < first:
                text = _pair(*[cell.text for _, cell in own]) if len(own) == 2 and not names else ""
                values = [cell.text for _, cell in own]
                text = text or row_text([heads.get(n, "") for n, _ in own], values)
                yield text, "row", [cell for _, cell in own]

    def _header(self) -> tuple[int, int]:
        """The rows that name the columns: the first of them and the first that no longer does.

        A row of one cell over all columns is a title above them.
        """
        grid, first = self._grid, 0
        while first < len(grid) - 1 and (self._in_head[first] or _all_heads(grid[first])):
            first += 1
        if first == 0 and _looks_like_names(grid):
            first = 1
        titles = 0
        while (
            titles < first and sum(bool(slot.cell.text) for slot in grid[titles] if slot.first) < 2
        ):
            titles += 1
        return titles, first

    def _names(self, titles: int, first: int) -> dict[int, str]:
        said: dict[int, dict[str, None]] = {}  # a name that reaches over two rows is said once
        for slots in self._grid[titles:first]:
            for column, slot in enumerate(slots):
                if slot.cell.text:
                    said.setdefault(column, {})[slot.cell.text] = None
        return {column: " ".join(parts) for column, parts in said.items()}


def _pair(label: str, value: str) -> str:
    """A row of two where no header names columns: the first mostly says what the second is."""
    if len(label) > MAX_LABEL:
        return ""
    return f"{label} {value}" if label.endswith((":", "?")) else f"{label}: {value}"


def _rows(table: HtmlElement) -> list[HtmlElement]:
    """The rows as shown: head first, foot last, wherever they are written."""
    groups = {"thead": 0, "tfoot": 2}
    rows = table.xpath("tr | thead/tr | tbody/tr | tfoot/tr")
    return sorted(rows, key=lambda row: groups.get(row.getparent().tag, 1))


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _grid(table: HtmlElement, read: Callable[[HtmlElement], Cell]) -> list[list[_Slot]]:
    """Every row's slots, with cells repeated wherever their spans reach."""
    grid: list[list[_Slot]] = []
    reaching: dict[int, tuple[int, _Slot]] = {}  # by column: for how many rows more, and what
    for row in _rows(table):
        slots: list[_Slot] = []
        for element in _cells(row):
            _fill(slots, reaching)
            cell, heads = read(element), element.tag == "th"
            wide = _span(element, "colspan") if len(slots) < MAX_COLUMNS else 1
            down = _span(element, "rowspan") if len(slots) < MAX_COLUMNS else 1
            for n in range(wide):
                slot = _Slot(cell, heads, first=n == 0)
                if down > 1:
                    reaching[len(slots)] = (down - 1, slot)
                slots.append(slot)
        _fill(slots, reaching)
        grid.append(slots)
    return grid


def _fill(slots: list[_Slot], reaching: dict[int, tuple[int, _Slot]]) -> None:
    while len(slots) in reaching:
        left, slot = reaching.pop(len(slots))
        if left > 1:
            reaching[len(slots)] = (left - 1, slot)
        slots.append(slot)


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), MAX_SPAN) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _all_heads(slots: list[_Slot]) -> bool:
    return bool(slots) and all(slot.heads or not slot.cell.text for slot in slots)


def _looks_like_names(grid: list[list[_Slot]]) -> bool:
    """Whether the first row names columns though not marked so: short, no figures, all filled."""
    if len(grid) < 3 or len(grid[0]) < 3:
        return False
    words = [slot.cell.text for slot in grid[0]]
    return all(word and len(word) < MAX_LABEL and not re.search(r"\d", word) for word in words)
