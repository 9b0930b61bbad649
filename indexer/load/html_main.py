"""Which pieces of a page are its main text: what trafilatura keeps, as it stands in the page.

trafilatura judges well but rewrites what it keeps (a `<time>` inside a sentence goes, recovered
paragraphs come last). So every piece is marked, trafilatura is run on the marked page, and the
pieces whose marks come through are taken from the page itself, in its order and word for word.
"""

import logging
import re
from collections.abc import Sequence

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from indexer.load.html_walk import Piece, clean, walk

MOST_ELEMENTS = 100_000  # for larger pages trafilatura takes a minute and more
TOO_LITTLE = 0.1  # of the page's text: then the page is not of the kind that trafilatura reads
TOO_LITTLE_OF_MAIN = 0.5  # the same where the page says itself what its main text is
MAIN_HOLDS = 0.2  # of the page's text at least, to be believed
SHORT = 250  # characters; of so short a text at least half should be kept
TITLE_REACH = 8  # pieces (date, byline, share bar) between a page's title and its text

# It reports pages in which it finds nothing; here that is expected and dealt with.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# A mark is two characters for private use: neither word nor white space, so no rule minds them.
_PICTURES = ("img", "picture", "svg", "video", "iframe")
_BASE, _COUNT = 0xE000, 6400
_MARK = re.compile("[\ue000-\uf8ff]{2}")


def main_pieces(tree: HtmlElement) -> tuple[list[Piece], int]:
    """The pieces of the main text, and how many visible characters were left out. Marks the tree.

    Where trafilatura keeps nothing or far too little (lists, tables, very short pages), all pieces
    but those of navigation and the like are taken, so that no content is lost.
    """
    pieces, dropped = walk(tree)
    plain, says_main = _plain(pieces)
    judged = _judged(tree, pieces)
    kept = [keep and (there or not says_main) for keep, there in zip(judged, plain, strict=True)]
    if _is_too_little(pieces, kept, plain, TOO_LITTLE_OF_MAIN if says_main else TOO_LITTLE):
        return _choose(pieces, plain, dropped)
    return _choose(pieces, _with_headings(pieces, kept, plain), dropped)


def all_pieces(tree: HtmlElement) -> tuple[list[Piece], int]:
    """Every piece but navigation, for books and letters; and the characters that were left out."""
    pieces, dropped = walk(tree)
    return _choose(pieces, [not piece.where.navigation for piece in pieces], dropped)


def _choose(pieces: Sequence[Piece], kept: Sequence[bool], dropped: int) -> tuple[list[Piece], int]:
    chosen = [piece for piece, keep in zip(pieces, kept, strict=True) if keep]
    sizes = (len(piece.text) for piece, keep in zip(pieces, kept, strict=True) if not keep)
    return chosen, dropped + sum(sizes)


def _plain(pieces: Sequence[Piece]) -> tuple[list[bool], bool]:
    """What is not navigation and the like; of `<main>` alone where the page has a credible one.

    The second says whether it has.
    """
    content = [not piece.where.chrome for piece in pieces]
    main = [
        keep and (piece.where.main or piece.where.note)
        for piece, keep in zip(pieces, content, strict=True)
    ]
    if any(main) and _size(pieces, main) >= MAIN_HOLDS * _size(pieces, content):
        return main, True
    return content, False


def _size(pieces: Sequence[Piece], counted: Sequence[bool]) -> int:
    """How many characters the pieces counted have outside links.

    A page's list of other pages may be long and yet none of its text.
    """
    pairs = zip(pieces, counted, strict=True)
    return sum(max(len(piece.text) - piece.linked, 0) for piece, count in pairs if count)


def _judged(tree: HtmlElement, pieces: Sequence[Piece]) -> list[bool]:
    """Whether trafilatura keeps each piece; footnotes come with any text."""
    if not pieces or sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        return [False] * len(pieces)
    marks = _mark(tree, pieces)
    try:
        found = bare_extraction(tree, include_comments=False, with_metadata=False)
    except Exception:  # whatever an odd page does to its rules, the page is still read without
        return [False] * len(pieces)
    body = getattr(found, "body", None)
    if body is None:
        return [False] * len(pieces)
    seen = set(_MARK.findall("\n".join(body.itertext())))
    return [
        (mark in seen or piece.where.note) and not piece.where.chrome
        for piece, mark in zip(pieces, marks, strict=True)
    ]


def _mark(tree: HtmlElement, pieces: Sequence[Piece]) -> list[str]:
    """Puts a mark in front of the longest run of each piece's text; the marks, by piece."""
    for element in tree.iter():
        element.attrib.pop("rowspan", None)  # it lays out the whole grid, of any size
        element.attrib.pop("colspan", None)
        if element.tag == "figure" and not any(True for _ in element.iter(*_PICTURES)):
            element.tag = "div"  # a listing or a table, not a photograph with its caption
        if element.text:
            element.text = clean(element.text)
        if element.tail:
            element.tail = clean(element.tail)
    marks: list[str] = []
    by_place: dict[tuple[HtmlElement, str], str] = {}  # a cell that reaches over rows is in each
    for piece in pieces:
        if piece.place is None:
            marks.append("")
            continue
        if piece.place not in by_place:
            high, low = divmod(len(by_place), _COUNT)
            mark = by_place[piece.place] = chr(_BASE + high) + chr(_BASE + low)
            element, which = piece.place
            text = getattr(element, which)
            space = len(text) - len(text.lstrip())
            setattr(element, which, text[:space] + mark + text[space:])
        marks.append(by_place[piece.place])
    return marks


def _is_too_little(
    pieces: Sequence[Piece], kept: Sequence[bool], plain: Sequence[bool], share: float
) -> bool:
    """Whether so little was kept that the page cannot be what trafilatura takes it for."""
    found, there = _size(pieces, kept), _size(pieces, plain)
    return not any(kept) or found < share * there or found < min(SHORT, 0.5 * there)


def _with_headings(
    pieces: Sequence[Piece], kept: Sequence[bool], plain: Sequence[bool]
) -> list[bool]:
    """Corrects the choice of headings: those with text below them stay, those without go."""
    kept = list(kept)
    below: list[int] = []  # levels of headings passed since text was kept, going backwards
    text_below = False
    distance = 0
    for number in range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        distance += 1
        if piece.kind != "heading":
            if kept[number]:
                below, text_below, distance = [], True, 0
            continue
        if any(level <= piece.level for level in below) or not text_below:
            kept[number] = False
        elif plain[number] and distance <= (TITLE_REACH if piece.level == 1 else 1):
            kept[number] = True
        below.append(piece.level)
        distance = 0 if kept[number] else distance
    return kept
