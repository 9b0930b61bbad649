"""What the readers of all formats share: growing a text block by block, finishing a document."""

import hashlib
import re
from collections.abc import Sequence

from indexer.language import DETECTED, detect_language
from indexer.load.authors import SHEETS, believable
from indexer.load.furniture import is_furniture
from indexer.load.template_tags import HOLE
from indexer.metadata import Facts
from indexer.stated import add_stated
from indexer.types import Block, BlockKind, Document


class TextBuilder:
    """Grows a text block by block, blank lines between, and remembers where each block lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []
        self.pages: list[int] = []

    def add(
        self, piece: str, kind: BlockKind = "paragraph", page_starts: Sequence[int] = ()
    ) -> None:
        """Appends one block; white space around it goes, one without a word left is ignored.

        A paragraph or item that is furniture by its words is marked as such. A block that flows
        over page ends names the offsets in `piece` at which pages begin.
        """
        lead = len(piece) - len(piece.lstrip())
        piece = piece.strip()
        if not piece or (HOLE in piece and not re.search(r"\w", piece)):  # a template's, unfilled
            for _ in page_starts:
                self.begin_page()
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        if kind in ("paragraph", "item") and is_furniture(piece):
            kind = "furniture"
        start = self._length
        self.blocks.append(Block(start, start + len(piece), kind))
        self.pages += [start + min(max(offset - lead, 0), len(piece)) for offset in page_starts]
        self._parts.append(piece)
        self._length += len(piece)

    def begin_page(self) -> None:
        """What is added from here on stands on the next page."""
        self.pages.append(self._length + 2 if self._parts else 0)

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self._parts)

    def finish(
        self, source: str, facts: Facts, removed: int = 0, warnings: Sequence[str] = ()
    ) -> Document:
        """The document built; its first heading is its title when nothing else is."""
        text = self.text
        headings = (text[b.start : b.end] for b in self.blocks if b.kind == "heading")
        facts.add("title", next(headings, None), "first heading")
        return finish(source, text, self.blocks, facts, self.pages, removed, warnings)


def row_text(names: Sequence[str], values: Sequence[str]) -> str:
    """A table's row as "Header: value; …", so that a figure can be found and read by itself."""
    pairs = zip(names, values, strict=False)
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs)


def document_id(source: str) -> str:
    """A short stable id for a file, safe in a URL: the same path gives the same id."""
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def finish(
    source: str,
    text: str,
    blocks: Sequence[Block],
    facts: Facts,
    pages: Sequence[int] = (),
    removed: int = 0,
    warnings: Sequence[str] = (),
) -> Document:
    """The document of a file, with what its text states added to what its format told."""
    if facts.found.get("author") in SHEETS and not believable(facts.values["author"], text):
        facts.drop("author")
    add_stated(facts, text, blocks, pages)
    if "language" not in facts.values:
        facts.add("language", detect_language(text), DETECTED)
    return Document(
        id=document_id(source),
        source=source,
        title=facts.values.get("title"),
        text=text,
        metadata={name: value for name, value in facts.values.items() if name != "title"},
        blocks=tuple(blocks),
        provenance=facts.found,
        pages=tuple(pages),
        removed=removed,
        warnings=tuple(warnings),
    )
