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

_PAGE_NUMBER = re.compile(r"[-–\s]*(?:page\s*)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?[-–\s]*", re.I)

_Key = tuple[str, bool]


def furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[int]:
    """The `id` of every span that repeats at the same place of several pages, digits apart."""
    edges = [_edges(spans, height) for spans, height in zip(pages, heights, strict=True)]
    places: dict[_Key, list[tuple[int, float]]] = defaultdict(list)
    for number, rows in enumerate(edges):
        for _, key, distance in (entry for row in rows for entry in row):
            places[key].append((number, distance))
    need = min(PAGES, max(2, sum(bool(spans) for spans in pages)))
    found: set[int] = set()
    for rows in edges:
        for row in rows:
            repeated = [
                span
                for span, key, distance in row
                if len({p for p, other in places[key] if abs(other - distance) <= DRIFT}) >= need
            ]
            found.update(id(span) for span in repeated if _stands_alone(span, row, repeated))
    return found | _page_numbers(pages)


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


_Entry = tuple[Line, _Key, float]


def _edges(spans: Sequence[Line], height: float) -> list[list[_Entry]]:
    """The outermost rows of a page: what they say, digits masked, how far from the edge."""
    rows: dict[int, list[Line]] = defaultdict(list)
    for span in spans:
        rows[round(span.y / 3)].append(span)
    order = sorted(rows)
    top = [row for row in order[:ROWS] if row * 3 <= ZONE * height]
    bottom = [row for row in order[-ROWS:] if height - row * 3 <= ZONE * height]
    return [
        [(s, (masked(s.text), head), s.y if head else height - s.y) for s in rows[row]]
        for head, chosen in ((True, top), (False, bottom))
        for row in chosen
    ]


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
