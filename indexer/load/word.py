"""Word documents (.docx, .docm): read as they look when all changes are accepted.

python-docx opens the package and knows the styles. The text is walked here, because its paragraphs
leave out what stands in insertions, content controls, text boxes and notes.
"""

from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document as WordFile
from docx.opc.part import Part, PartFactory
from docx.parts.document import DocumentPart
from docx.styles.style import ParagraphStyle
from lxml import etree

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder
from indexer.load.container import WORD, open_container, parse_xml
from indexer.load.inline import MAX_STYLED_HEADING, BoldHeadings, Inline
from indexer.load.properties import add_properties
from indexer.load.tables import Cell, Row, add_table
from indexer.load.word_xml import (
    WRAPPERS,
    W,
    cells,
    chain,
    first,
    length,
    local,
    on,
    paragraphs,
    rows,
    style_bold,
)
from indexer.metadata import Facts
from indexer.types import BlockKind, Document

_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# deleted and moved away; not text; the old twin of a text box; pronunciation
_UNSEEN = set("del moveFrom delText pPr rPr instrText delInstrText Fallback rt".split())

# templates and files with macros have the same content under other names
for _name in ("ms-word.document.macroEnabled", "ms-word.template.macroEnabledTemplate"):
    PartFactory.part_type_for[f"application/vnd.{_name}.main+xml"] = DocumentPart
PartFactory.part_type_for[
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
] = DocumentPart


def read_word(path: Path, source: str) -> Iterator[Document]:
    """The one document of a Word file; its pages are unknown: Word lays them out anew each time."""
    facts = Facts()
    with open_container(path, WORD) as archive:
        part = docx.package.Package.open(str(path)).main_document_part
        if not isinstance(part, DocumentPart):
            raise UnreadableFile(
                "is a Word document of an unusual kind (Strict Open XML?)",
                "Save it as an ordinary .docx.",
            )
        reader = _Reader(part.document)
        reader.walk(part.element)
        reader.bold.settle()
        facts.add("title", reader.title, "title in the text")
        add_properties(facts, archive)
    changed = ["has tracked changes: what was deleted is left out"] if reader.deleted else []
    yield reader.builder.finish(source, facts, reader.removed, changed)


class _Reader:
    """Walks a document's XML in reading order and builds its text."""

    def __init__(self, document: WordFile) -> None:
        self.builder = TextBuilder()
        self.title: str | None = None
        self.deleted = False
        self._styles = {
            style.style_id: style for style in document.styles if isinstance(style, ParagraphStyle)
        }
        self._default = next(
            (one for one in self._styles.values() if one.element.get(f"{W}default") == "1"), None
        )
        self._notes: dict[str, etree._Element] = {}
        self.bold = BoldHeadings(self.builder)
        self.removed = 0
        for relation in document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if relation.is_external:
                continue
            if kind in ("footnotes", "endnotes"):
                self._take_notes(kind[:-1], relation.target_part)
            elif kind in ("header", "footer"):
                self.removed += length(relation.target_part)

    def _take_notes(self, kind: str, part: Part) -> None:
        for note in parse_xml(part.blob).iterchildren(f"{W}{kind}"):
            self._notes[kind + str(note.get(f"{W}id"))] = note

    def walk(self, parent: etree._Element, kind: BlockKind = "paragraph") -> None:
        """Adds every paragraph and table under `parent`."""
        for child in parent.iterchildren():
            name = local(child)
            if name == "p":
                self._paragraph(child, kind)
            elif name == "tbl":
                self._table(child)
            elif name in WRAPPERS:
                contents = child.find(f".//{W}docPartGallery")
                listing = contents is not None and "Contents" in contents.get(f"{W}val", "")
                self.walk(child, "furniture" if listing else kind)
            self.deleted |= name in ("del", "moveFrom")

    def _paragraph(self, element: etree._Element, kind: BlockKind) -> None:
        style = self._style(element)
        inline = Inline()
        self._gather(element, inline, bool(style and style_bold(style)))
        text = inline.text
        if kind == "paragraph":
            kind = self._kind(element, style, text)
        if style and style.name == "Title" and kind == "heading" and not self.title:
            self.title = text
        if kind == "paragraph":
            self.bold.add(inline)
        else:
            self.builder.add(text, kind)
        self._attached(inline)

    def _attached(self, inline: Inline) -> None:
        """What hangs on a paragraph or row comes after it: text boxes, then notes."""
        for box in inline.boxes:
            self.walk(box)
        for note in inline.notes:
            self.walk(note)

    def _kind(self, element: etree._Element, style: ParagraphStyle | None, text: str) -> BlockKind:
        styles = list(chain(style))
        names = [(one.name or "").lower() for one in styles]
        if any(name.startswith(("toc ", "table of figures", "index ")) for name in names):
            return "furniture"
        outline = first(f"{W}outlineLvl", element, *(one.element for one in styles))
        headed = any(name.startswith("heading") or name in ("title", "subtitle") for name in names)
        if text and len(text) <= MAX_STYLED_HEADING and (headed or outline not in (None, "9")):
            return "heading"
        number = first(f"{W}numId", element, *(one.element for one in styles))
        listed = any(name.startswith("list ") and name != "list paragraph" for name in names)
        return "item" if number not in (None, "0") or (number is None and listed) else "paragraph"

    def _style(self, element: etree._Element) -> ParagraphStyle | None:
        named = element.find(f"{W}pPr/{W}pStyle")
        found = self._styles.get(named.get(f"{W}val", "")) if named is not None else None
        return found or self._default

    def _gather(self, element: etree._Element, inline: Inline, bold: bool) -> None:
        for child in element.iterchildren():
            name = local(child)
            if name in _UNSEEN:
                self.deleted |= name in ("del", "moveFrom")
            elif name == "t":
                inline.parts.append((child.text or "", bold))
            elif name in _BREAKS:
                inline.parts.append((_BREAKS[name], bold))
            elif name in ("footnoteReference", "endnoteReference"):
                number = name.removesuffix("Reference") + child.get(f"{W}id", "")
                if (note := self._notes.pop(number, None)) is not None:
                    inline.notes.append(note)
            elif name == "txbxContent":
                inline.boxes.append(child)
            elif name == "r" and on(child, "vanish"):
                self.removed += sum(len(one.text or "") for one in child.iter(f"{W}t"))
            elif name == "r":
                own = on(child, "b")
                self._gather(child, inline, bold if own is None else own)
            else:
                self._gather(child, inline, bold)

    def _table(self, table: etree._Element) -> None:
        def attached(cell: Cell) -> None:
            for nested in cell.element.iterchildren(f"{W}tbl"):
                self._table(nested)
            self._attached(cell.inline)

        add_table(self.builder, [self._row(row) for row in rows(table)], self.walk, attached)

    def _row(self, row: etree._Element) -> Row:
        found = []
        for column, cell in cells(row).items():
            inline = Inline()
            for paragraph in paragraphs(cell):
                style = self._style(paragraph)
                self._gather(paragraph, inline, bool(style and style_bold(style)))
                inline.parts.append(("\n", True))
            found.append(Cell(column, cell, inline))
        return Row(found, flagged=first(f"{W}tblHeader", row) is not None)
