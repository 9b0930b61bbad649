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

_NUMBER = re.compile(r"\d{1,4}|(?<![^\W_])[ivxl]+(?![^\W_])")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}

_PAGE_NUMBER = re.compile(r"[-–\s]*(?:page\s*)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?[-–\s]*", re.I)

_Key = tuple[str, bool]
_Entry = tuple[Line, list[_Key], float]
_Places = dict[_Key, list[tuple[int, float]]]


def furniture(
    pages: Sequence[Sequence[Line]], heights: Sequence[float], tabled: Sequence[bool]
) -> set[int]:
    """The `id` of every span that repeats at the same place of several pages, page numbers apart.

    What stands nearer to the middle than a row that does not repeat is text, however alike.
    `tabled` says which pages hold tables beside the spans.
    """
    full = sum(bool(spans) for spans in pages)
    zone, need = (ZONE, PAGES) if full >= PAGES else (ZONE / 2, 2)
    edges = [
        _edges(spans, number, height, zone)
        for number, (spans, height) in enumerate(zip(pages, heights, strict=True))
    ]
    places: dict[_Key, list[tuple[int, float]]] = defaultdict(list)
    for number, sides in enumerate(edges):
        for _, keys, distance in (entry for rows in sides for row in rows for entry in row):
            for key in keys:
                places[key].append((number, distance))
    found: set[int] = set()
    whole = 0
    for spans, sides, more in zip(pages, edges, tabled, strict=True):
        on_page: set[int] = set()
        for row in (row for rows in sides for row in takewhile(_any_repeats(places, need), rows)):
            repeated = [entry[0] for entry in row if _repeats(entry, places, need)]
            on_page.update(id(span) for span in repeated if _stands_alone(span, row, repeated))
        whole += bool(spans) and not more and len(on_page) == len(spans)
        found |= on_page
    if whole > full / 2:  # pages that are all alike are no furniture
        return _page_numbers(pages)
    return found | _page_numbers(pages)


def _repeats(entry: _Entry, places: _Places, need: int) -> bool:
    _, keys, distance = entry
    return any(
        len({page for page, other in places[key] if abs(other - distance) <= DRIFT}) >= need
        for key in keys
    )


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
    spans: Sequence[Line], page: int, height: float, zone: float
) -> tuple[list[list[_Entry]], list[list[_Entry]]]:
    """The outermost rows at a page's top and bottom, the outermost first.

    Each span with what it says and how far from the edge it stands.
    """

    def entry(span: Line, head: bool) -> _Entry:
        keys = [(said, head) for said in readings(span.text, page)]
        return span, keys, span.y if head else height - span.y

    rows: dict[int, list[Line]] = defaultdict(list)
    for span in spans:
        rows[round(span.y / 3)].append(span)
    order = sorted(rows)
    top = [row for row in order[:ROWS] if row * 3 <= zone * height]
    bottom = [row for row in order[: -ROWS - 1 : -1] if height - row * 3 <= zone * height]
    return (
        [[entry(span, True) for span in rows[row]] for row in top],
        [[entry(span, False) for span in rows[row]] for row in bottom],
    )


def _stands_alone(span: Line, row: Sequence[_Entry], repeated: Sequence[Line]) -> bool:
    """Whether nothing but other repeated spans stands close beside it: no bullet of a text."""
    near = 4 * span.size
    return not any(
        other.x0 - near < span.x1 and span.x0 < other.x1 + near
        for other, _, _ in row
        if not any(other is one for one in repeated)
    )


def readings(text: str, page: int) -> list[str]:
    """What a line says, whatever its page: as it is, and with one number counted from the page.

    Other numbers must be the same on every page: "Sample size: 374" is no running line.
    """
    text = " ".join(text.lower().split())
    found = [text]
    for match in _NUMBER.finditer(text):
        if (number := _counted(match[0])) is not None:
            found.append(f"{text[: match.start()]}#{number - page}{text[match.end() :]}")
    return found


def _counted(numeral: str) -> int | None:
    if numeral.isdigit():
        return int(numeral)
    values = [_ROMAN[letter] for letter in numeral]
    if len(values) > 6:
        return None
    return sum(-v if after > v else v for v, after in zip(values, [*values[1:], 0], strict=True))
