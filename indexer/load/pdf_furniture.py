"""Which lines of a PDF's pages are running headers, footers and page numbers: what repeats."""

import re
from collections import defaultdict
from collections.abc import Sequence

from indexer.load.pdf_lines import Line

ZONE = 0.14  # the share of a page's height, at its top and at its bottom, where furniture stands
ROWS = 5  # furniture is among this many outermost rows
DRIFT = 5.0  # points by which it may move from page to page
PAGES = 3  # repeated on this many pages (on both, where there are but two)

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?<![^\W_])[ivxl]+(?![^\W_])")

_Key = tuple[str, bool]


def furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[int]:
    """The `id` of every line that repeats at the same place of several pages, digits apart."""
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    places: dict[_Key, list[tuple[int, float]]] = defaultdict(list)
    for number, lines in enumerate(edges):
        for line, key, distance in lines:
            places[key].append((number, distance))
    found: set[int] = set()
    need = min(PAGES, max(2, sum(bool(lines) for lines in pages)))
    for lines in edges:
        for line, key, distance in lines:
            same = {page for page, other in places[key] if abs(other - distance) <= DRIFT}
            if len(same) >= need:
                found.add(id(line))
    return found


def _edges(lines: Sequence[Line], height: float) -> list[tuple[Line, _Key, float]]:
    """The outermost lines of a page: what they say, digits masked, and how far from the edge."""
    found = []
    rows = sorted({round(line.y / 3) for line in lines})
    top, bottom = set(rows[:ROWS]), set(rows[-ROWS:])
    for line in lines:
        row, below = round(line.y / 3), height - line.y
        if row in top and line.y <= ZONE * height:
            found.append((line, (masked(line.text), True), line.y))
        elif row in bottom and below <= ZONE * height:
            found.append((line, (masked(line.text), False), below))
    return found


def masked(text: str) -> str:
    """A line as it would read on any page: lower case, numbers and spaces alike."""
    text = _DIGITS.sub("#", text.lower())
    return " ".join(_ROMAN.sub("#", text).split())
