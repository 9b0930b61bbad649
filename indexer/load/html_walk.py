"""Walks a parsed page and cuts it into the pieces that people see: headings, paragraphs, rows.

Text is taken as a browser shows it: white space collapsed, `<br>` as a line break, hidden text and
scripts left out. Each piece says what it stands in; what that is worth is for the caller to say.
Nothing here recurses, so no page is nested too deeply.
"""

import re
from dataclasses import dataclass, field, replace

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from indexer.load import html_rules as rules
from indexer.load.html_tables import Cell, Place, Table, is_layout
from indexer.types import BlockKind

MAX_TERM = 120

# Controls, soft hyphens, joiners without width, and the characters that icon fonts use.
_ODD = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ue000-\uf8ff\ufeff\ufffe\uffff]"
)
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


@dataclass(frozen=True, slots=True)
class Where:
    """What a piece stands in; `chrome` is all that surrounds a page's content."""

    main: bool = False
    chrome: bool = False
    navigation: bool = False
    note: bool = False
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a page as it is seen.

    `level` is that of a heading; `linked` counts the characters inside links; `place` is where the
    longest run of its text stands in the tree.
    """

    text: str
    kind: BlockKind
    where: Where
    level: int = 0
    linked: int = 0
    place: Place | None = None


def walk(tree: HtmlElement) -> tuple[list[Piece], int]:
    """The pieces of a page or part of one, and how many visible characters no piece holds."""
    walker = _Walker(tree)
    walker.run()
    return walker.pieces, walker.dropped


def clean(text: str) -> str:
    """`text` without characters that nobody sees."""
    return _ODD.sub("", text)


@dataclass(frozen=True, slots=True)
class _State:
    """What is known at one depth of the tree from all the elements that are open."""

    kind: BlockKind = "paragraph"
    level: int = 0
    link: bool = False
    pre: bool = False
    raised: bool = False
    where: Where = Where()


@dataclass(slots=True)
class _Buffer:
    """The text of the block that is being read."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0
    longest: int = 0
    place: Place | None = None


class _Walker:
    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        self.pieces: list[Piece] = []
        self.dropped = 0
        self._size = rules.PageSize(tree)
        self._states = [_State()]
        self._buffer = _Buffer()
        self._terms: list[Piece] = []  # of a definition list, waiting for what they mean
        self._term_from: int | None = None  # where the pieces of the term being read begin

    def run(self) -> None:
        steps = iterwalk(self.tree, events=("start", "end"))
        left_out: HtmlElement | None = None
        for event, element in steps:
            if event == "start":
                if self._is_done(element):
                    steps.skip_subtree()
                    left_out = element
                else:
                    self._start(element)
            else:
                if element is left_out:
                    left_out = None
                else:
                    self._end(element)
                if element is not self.tree and element.tail:
                    self._add(element.tail, (element, "tail"))
        self._flush()
        self._release_terms()

    def _is_done(self, element: HtmlElement) -> bool:
        """Whether nothing is left to do with the element: it is left out, or a table now read."""
        if rules.is_unseen(element):
            return True
        if rules.is_no_text(element):
            self.dropped += len(" ".join(element.text_content().split()))
            return True
        if element.tag == "table" and not is_layout(element):
            self._flush()
            self._table(element)
            return True
        return False

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._break()
        if tag in rules.BLOCKS:
            self._flush()
        self._states.append(self._state_in(element))
        if tag == "dt" and self._term_from is None:
            self._term_from = len(self.pieces)
        elif tag == "q":
            self._buffer.parts.append("“")
        if element.text:
            self._add(element.text, (element, "text"))

    def _state_in(self, element: HtmlElement) -> _State:
        tag, state = element.tag, self._states[-1]
        if tag == "a":
            return replace(state, link=state.link or element.get("href") is not None)
        if tag == "sup":
            return replace(state, raised=True)
        if tag not in rules.BLOCKS:
            return state
        kind, level = state.kind, state.level
        if tag in rules.HEADINGS:
            kind, level = "heading", rules.HEADINGS[tag]
        elif tag in rules.ITEMS and not level:
            kind = "item"
        where = self._where(element, state.where)
        if (kind, level, where) == (state.kind, state.level, state.where) and tag != "pre":
            return state
        return replace(state, kind=kind, level=level, pre=state.pre or tag == "pre", where=where)

    def _where(self, element: HtmlElement, where: Where) -> Where:
        tag = element.tag
        if tag in rules.PLAIN_BLOCKS and not element.attrib:  # most of them: nothing changes
            return where
        note = where.note or rules.is_notes(element)
        return Where(
            main=where.main or tag == "main" or element.get("role") == "main",
            chrome=not note and (where.chrome or rules.is_chrome(element, self._size)),
            navigation=where.navigation or rules.is_navigation(element),
            note=note,
            cited=where.cited or tag == "blockquote",
        )

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "q":
            self._buffer.parts.append("”")
        if tag in rules.BLOCKS:
            self._flush()
        self._states.pop()
        if tag == "dt" and self._term_from is not None:
            self._terms += self.pieces[self._term_from :]
            del self.pieces[self._term_from :]
            self._term_from = None
        elif tag == "dl":
            self._release_terms()

    def _add(self, text: str, place: Place) -> None:
        state, buffer = self._states[-1], self._buffer
        text = clean(text)
        if not state.pre:
            text = re.sub(r"\s+", " ", text)
        if state.raised and re.fullmatch(r" ?[+−-]?\d+ ?", text):  # 10⁶ is not 106
            text = text.translate(_RAISED)
        buffer.parts.append(text)
        size = len(text.strip())
        buffer.linked += size if state.link else 0
        if size > buffer.longest:
            buffer.longest, buffer.place = size, place

    def _break(self) -> None:
        """A line break; the second in a row ends the paragraph."""
        if self._states[-1].level:
            self._buffer.parts.append(" ")
        elif "".join(self._buffer.parts[-2:]).rstrip(" ").endswith("\n"):
            self._flush()
        else:
            self._buffer.parts.append("\n")

    def _flush(self) -> None:
        buffer, self._buffer = self._buffer, _Buffer()
        if not buffer.longest:
            return
        text = "".join(buffer.parts)
        state = self._states[-1]
        if state.pre:
            text = text.strip("\n").rstrip()
        else:
            text = re.sub(r" ?\n ?", "\n", re.sub(r" {2,}", " ", text)).strip()
        self._emit(Piece(text, state.kind, state.where, state.level, buffer.linked, buffer.place))

    def _emit(self, piece: Piece) -> None:
        """Adds a piece, with the terms in front that it says the meaning of."""
        if self._term_from is not None:
            self.pieces.append(piece)
            return
        terms, self._terms = self._terms, []
        name = ", ".join(term.text.rstrip(":") for term in terms)
        if name.endswith("?") or len(name) > MAX_TERM:  # questions and answers
            self.pieces += [replace(term, kind="heading", level=6) for term in terms]
        elif name:
            linked = piece.linked + sum(term.linked for term in terms)
            piece = replace(piece, text=f"{name}: {piece.text}", linked=linked)
        self.pieces.append(piece)

    def _release_terms(self) -> None:
        self.pieces += self._terms
        self._terms = []

    def _table(self, element: HtmlElement) -> None:
        where = self._where(element, self._states[-1].where)
        for text, kind, cells in Table(element, _cell).rows():
            longest = max(cells, key=lambda cell: len(cell.text))
            linked = sum(cell.linked for cell in cells)
            self._emit(Piece(text, kind, where, linked=linked, place=longest.place))


def _cell(element: HtmlElement) -> Cell:
    if not len(element):  # most cells of large tables
        return Cell(" ".join(clean(element.text or "").split()), 0, (element, "text"))
    pieces, _ = walk(element)
    text = ""
    for piece in pieces:
        glue = " " if text.endswith((".", ":", ";", ",", "?", "!")) else ", "
        text += (glue if text else "") + " ".join(piece.text.split())
    longest = max(pieces, key=lambda piece: len(piece.text), default=None)
    place = longest.place if longest else None
    return Cell(text, sum(piece.linked for piece in pieces), place)
