"""The XML of Word documents: what its elements say, one question a function."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.opc.part import Part
from docx.styles.style import ParagraphStyle
from lxml import etree

from indexer.load.container import parse_xml
from indexer.types import BlockKind

MAX_BOLD_HEADING = 100  # characters of a bold line that serves as a heading
PROSE_CELL = 200  # characters from which a cell of several paragraphs is no value but prose

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SAYS = re.compile(  # a label with its value, an address, an amount, a verb
    r":\s+\S|@|://|[£$€]\s?\d|\b(?:is|are|was|were|will|must|should|may|can|has|have|not)\b", re.I
)
_BULLET = re.compile(r"[•·▪◦‣*–—-]\s+(?=\S)")
# what holds paragraphs, rows or cells without being one
WRAPPERS = set("sdt sdtContent customXml ins moveTo smartTag body".split())


@dataclass
class Inline:
    """What paragraphs hold: pieces of text with whether they are bold, and what hangs on them."""

    parts: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

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
        return [(" ".join(line.split("\t")).strip(), bold) for line, bold in plain]

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
            if line and not pending and bold and may_head(line):
                yield line, "heading"
            elif line and (bullet := _BULLET.match(line)) and not pending:
                yield line[bullet.end() :], "item"
            elif line:
                pending.append(line)
            elif pending:
                yield "\n".join(pending), "paragraph"
                pending = []
        if pending:
            yield "\n".join(pending), "paragraph"


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def first(tag: str, *elements: etree._Element) -> str | None:
    """The value of the first such property of a paragraph, row or style, and "" without one."""
    for element in elements:
        for properties in element.iterchildren(f"{W}pPr", f"{W}trPr"):
            if (found := properties.find(f".//{tag}")) is not None:
                return found.get(f"{W}val", "")
    return None


def on(run: etree._Element, switch: str) -> bool | None:
    """Whether a run's own properties switch something on or off; None when they are silent."""
    found = run.find(f"{W}rPr/{W}{switch}")
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off")


def chain(style: ParagraphStyle | None) -> Iterator[ParagraphStyle]:
    """A style and those it is based on."""
    for _ in range(20):  # a style may, wrongly, be based on itself
        if style is None:
            return
        yield style
        base = style.base_style
        style = base if isinstance(base, ParagraphStyle) else None


def style_bold(style: ParagraphStyle) -> bool:
    """Whether a style makes its paragraphs bold."""
    return next((one.font.bold for one in chain(style) if one.font.bold is not None), False)


def may_head(text: str) -> bool:
    """Whether a bold line can serve as a heading: one that says something must stay quotable."""
    says = _SAYS.search(text) and not text.endswith((":", "?"))
    return 0 < len(text) <= MAX_BOLD_HEADING and text[-1] not in ".;,!" and not says


def rows(table: etree._Element) -> Iterator[etree._Element]:
    """A table's rows, but those that were deleted."""
    for child in table.iterchildren():
        if local(child) == "tr" and child.find(f"{W}trPr/{W}del") is None:
            yield child
        elif local(child) in WRAPPERS:
            yield from rows(child)


def cells(row: etree._Element) -> dict[int, etree._Element]:
    """A row's cells by grid column; the lower parts of a vertically merged cell are left out."""
    cells: dict[int, etree._Element] = {}
    skipped = row.find(f"{W}trPr/{W}gridBefore")
    column = int(skipped.get(f"{W}val", "0")) if skipped is not None else 0
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is not row:
            continue  # of a nested table
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        if merged is None or merged.get(f"{W}val") == "restart":
            cells[column] = cell
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        column += int(span.get(f"{W}val", "1")) if span is not None else 1
    return cells


def paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs of a cell, but not of tables in it."""
    for child in cell.iterchildren():
        if local(child) == "p":
            yield child
        elif local(child) in WRAPPERS:
            yield from paragraphs(child)


def is_prose(cell: etree._Element) -> bool:
    """Whether a cell holds several paragraphs of some length: prose, no value."""
    lengths = [sum(len(one.text or "") for one in p.iter(f"{W}t")) for p in paragraphs(cell)]
    return sum(length > 0 for length in lengths) > 1 and sum(lengths) > PROSE_CELL


def length(part: Part) -> int:
    """The characters of a whole part of the package."""
    return sum(len(one.text or "") for one in parse_xml(part.blob).iter(f"{W}t"))
