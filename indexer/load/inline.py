"""What stands inside a paragraph of a word processor, and bold lines that serve as headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from indexer.load.builder import TextBuilder
from indexer.types import Block, BlockKind

MAX_STYLED_HEADING = 150  # characters: a longer paragraph in a heading's style is prose made large
MAX_BOLD_HEADING = 100
MAX_BOLD_SHARE = 0.25  # of a text: where more is bold, bold is no sign of a heading

_SAYS = re.compile(  # a label with its value, an address, an amount, a verb
    r":\s+\S|@|://|[£$€]\s?\d|\b(?:is|are|was|were|will|must|should|may|can|has|have|not)\b", re.I
)
_BULLET = re.compile(r"[•●○■·▪◦‣*–—-]\s+(?=\S)")


@dataclass
class Inline:
    """What paragraphs hold: pieces of text with whether they are bold, and what hangs on them."""

    parts: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[etree._Element] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """Each line with a space for its tabs, and whether all of it is bold."""
        found: list[tuple[str, bool]] = [("", True)]
        for text, bold in self.parts:
            for number, piece in enumerate(text.split("\n")):
                if number:
                    found.append(("", True))
                line, so_far = found[-1]
                found[-1] = (line + piece, so_far and (bold or not piece.strip()))
        plain = ((line.replace("\N{SOFT HYPHEN}", ""), bold) for line, bold in found)
        return [(re.sub(r" *\t[\t ]*", " ", line).strip(), bold) for line, bold in plain]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line for line, _ in self.lines).strip()

    @property
    def bold(self) -> bool:
        """Whether there is text, all of it bold."""
        return all(bold for _, bold in self.lines) and bool(self.text)

    def split(self) -> Iterator[tuple[str, BlockKind]]:
        """The parts of one paragraph: those between blank lines, a bold first line by itself."""
        pending: list[str] = []
        for line, bold in self.lines:
            if line and not pending and bold and _may_head(line):
                yield line, "heading"
            elif line and not pending and (bullet := _BULLET.match(line)):
                yield line[bullet.end() :], "item"
            elif line:
                pending.append(line)
            elif pending:
                yield "\n".join(pending), "paragraph"
                pending = []
        if pending:
            yield "\n".join(pending), "paragraph"


class BoldHeadings:
    """Adds paragraphs, takes bold lines for headings, and thinks again when the text is done."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._found: list[int] = []

    def add(self, inline: Inline) -> None:
        """Adds a paragraph that nothing but its looks tells apart."""
        for piece, kind in inline.split():
            if kind == "heading":
                self._found.append(len(self._builder.blocks))
            self._builder.add(piece, kind)

    def settle(self) -> None:
        """Bold lines stay headings unless so much is bold that it means nothing."""
        blocks = self._builder.blocks
        wrong = self._found[-1:] if self._found[-1:] == [len(blocks) - 1] else []  # heads nothing
        size = sum(blocks[number].end - blocks[number].start for number in self._found)
        if size > MAX_BOLD_SHARE * len(self._builder.text):
            wrong = self._found
        for number in wrong:
            blocks[number] = Block(blocks[number].start, blocks[number].end, "paragraph")


def _may_head(text: str) -> bool:
    """Whether a bold line can serve as a heading: one that says something must stay quotable."""
    says = _SAYS.search(text) and not text.endswith((":", "?"))
    return 0 < len(text) <= MAX_BOLD_HEADING and text[-1] not in ".;,!" and not says
