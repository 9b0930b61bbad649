"""Which lines of a PDF's pages are running headers, footers and page numbers: what repeats."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import takewhile

from indexer.load.pdf_lines import Line

ZONE = 0.14  # the share of a page's height, at its top and at its bottom, where furniture stands
ROWS = 5  # furniture is among this many outermost rows
DRIFT = 5.0  # points by which it may move from page to page
PAGES = 3  # repeated on this many pages (on both, where there are but two)

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?<![^\W_])[ivxl]+(?![^\W_])")

_PAGE_NUMBER = re.compile(r"[-–\s]*(?:page\s*)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?[-–\s]*", re.I)

_Key = tuple[str, bool]
_Entry = tuple[Line, _Key, float]
_Places = dict[_Key, list[tuple[int, float]]]


def furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[int]:
    """The `id` of every span that repeats at the same place of several pages, digits apart.

    What stands nearer to the middle than a row that does not repeat is text, however alike.
    """
    full = sum(bool(spans) for spans in pages)
    zone, need = (ZONE, PAGES) if full >= PAGES else (ZONE / 2, 2)
    edges = [_edges(spans, height, zone) for spans, height in zip(pages, heights, strict=True)]
    places: dict[_Key, list[tuple[int, float]]] = defaultdict(list)
    for number, sides in enumerate(edges):
        for _, key, distance in (entry for rows in sides for row in rows for entry in row):
            places[key].append((number, distance))
    found: set[int] = set()
    for spans, sides in zip(pages, edges, strict=True):
        on_page: set[int] = set()
        for row in (row for rows in sides for row in takewhile(_any_repeats(places, need), rows)):
            repeated = [entry[0] for entry in row if _repeats(entry, places, need)]
            on_page.update(id(span) for span in repeated if _stands_alone(span, row, repeated))
        if len(on_page) < len(spans):  # pages that are all alike are no furniture
            found |= on_page
    return found | _page_numbers(pages)


def _repeats(entry: _Entry, places: _Places, need: int) -> bool:
    _, key, distance = entry
    return len({page for page, other in places[key] if abs(other - distance) <= DRIFT}) >= need


def _any_repeats(places: _Places, need: int) -> Callable[[list[_Entry]], bool]:
    return lambda row: any(_repeats(entry, places, need) for entry in row)


def _page_numbers(pages: Sequence[Sequence[Line]]) -> set[int]:
    """Lone outermost lines that count the pages, wherever they stand."""
    counts: dict[tuple[bool, int], list[Line]] = defaultdict(list)
    for number, spans in enumerate(pages):
        if len(spans) < 2:
            continue
        for head in (True, False):
            line = (min if head else max)(spans, key=lambda span: span.y)
            others = [span for span in spans if span is not line]
            match = _PAGE_NUMBER.fullmatch(line.text)
            if match and min(abs(span.y - line.y) for span in others) > line.size:
                counts[head, int(match[1]) - number].append(line)
    return {id(line) for lines in counts.values() if len(lines) >= PAGES for line in lines}


def _edges(
    spans: Sequence[Line], height: float, zone: float
) -> tuple[list[list[_Entry]], list[list[_Entry]]]:
    """The outermost rows at a page's top and bottom, the outermost first.

    Each span with what it says, digits masked, and how far from the edge it stands.
    """
    rows: dict[int, list[Line]] = defaultdict(list)
    for span in spans:
        rows[round(span.y / 3)].append(span)
    order = sorted(rows)
    top = [row for row in order[:ROWS] if row * 3 <= zone * height]
    bottom = [row for row in order[: -ROWS - 1 : -1] if height - row * 3 <= zone * height]
    return (
        [[(s, (masked(s.text), True), s.y) for s in rows[row]] for row in top],
        [[(s, (masked(s.text), False), height - s.y) for s in rows[row]] for row in bottom],
    )


def _stands_alone(span: Line, row: Sequence[_Entry], repeated: Sequence[Line]) -> bool:
    """Whether nothing but other repeated spans stands close beside it: no bullet of a text."""
    near = 4 * span.size
    return not any(
        other.x0 - near < span.x1 and span.x0 < other.x1 + near
        for other, _, _ in row
        if not any(other is one for one in repeated)
    )


def masked(text: str) -> str:
    """A line as it would read on any page: lower case, numbers and spaces alike."""
    text = _DIGITS.sub("#", text.lower())
    return " ".join(_ROMAN.sub("#", text).split())
