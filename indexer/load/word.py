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
from indexer.load.properties import add_properties
from indexer.load.tables import is_header, row_text
from indexer.load.word_xml import (
    MAX_BOLD_HEADING,
    WRAPPERS,
    Inline,
    W,
    cells,
    chain,
    first,
    is_prose,
    length,
    local,
    on,
    paragraphs,
    rows,
    style_bold,
)
from indexer.metadata import Facts
from indexer.types import Block, BlockKind, Document

MAX_BOLD_SHARE = 0.25  # of a text: where more is bold, bold is no sign of a heading
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
        reader.settle_bold_headings()
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
        self._bold: list[int] = []
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
            for piece, kind in inline.split():
                if kind == "heading":
                    self._bold.append(len(self.builder.blocks))
                self.builder.add(piece, kind)
        else:
            self.builder.add(text, kind)
        self._attached(inline)

    def _attached(self, inline: Inline) -> None:
        """What hangs on a paragraph or row comes after it: text boxes, then notes."""
        for box in inline.boxes:
            self.walk(box)
        for number in inline.notes:
            note = self._notes.pop(number, None)
            if note is not None:
                self.walk(note)

    def _kind(self, element: etree._Element, style: ParagraphStyle | None, text: str) -> BlockKind:
        styles = list(chain(style))
        names = [(one.name or "").lower() for one in styles]
        if any(name.startswith(("toc ", "table of figures", "index ")) for name in names):
            return "furniture"
        outline = first(f"{W}outlineLvl", element, *(one.element for one in styles))
        headed = any(name.startswith("heading") or name in ("title", "subtitle") for name in names)
        if text and len(text) < 400 and (headed or outline not in (None, "9")):
            return "heading"  # a whole paragraph in a heading's style is prose that was made large
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
                inline.notes.append(name.removesuffix("Reference") + child.get(f"{W}id", ""))
            elif name == "txbxContent":
                inline.boxes.append(child)
            elif name == "r" and on(child, "vanish"):
                self.removed += sum(len(one.text or "") for one in child.iter(f"{W}t"))
            elif name == "r":
                own = on(child, "b")
                self._gather(child, inline, bold if own is None else own)
            else:
                self._gather(child, inline, bold)

    def settle_bold_headings(self) -> None:
        """Bold lines are headings unless so much is bold that it means nothing."""
        blocks = self.builder.blocks
        if self._bold and self._bold[-1] == len(blocks) - 1:
            last = blocks[self._bold.pop()]  # nothing stands under it
            blocks[-1] = Block(last.start, last.end, "paragraph")
        size = sum(blocks[number].end - blocks[number].start for number in self._bold)
        if size > MAX_BOLD_SHARE * len(self.builder.text):
            for number in self._bold:
                blocks[number] = Block(blocks[number].start, blocks[number].end, "paragraph")

    def _table(self, table: etree._Element) -> None:
        grid = [cells(row) for row in rows(table)]
        if len(grid) == 1 or all(len(row) <= 1 for row in grid):  # it only lays things out
            for row in grid:
                for cell in row.values():
                    self.walk(cell)
            return
        header: list[str] | None = None
        read = [(row, *self._read_row(row)) for row in grid]
        for number, (row, texts, inline) in enumerate(read):
            filled = [cell for column, cell in row.items() if texts[column].strip()]
            if len(row) == 1 or any(is_prose(cell) for cell in filled):
                self._loose_row(row, texts)
                continue
            if header is None:
                below = [one[1] for one in read[number + 1 :] if len(one[0]) > 1]
                flagged = (
                    first(f"{W}tblHeader", next(row[min(row)].iterancestors(f"{W}tr"))) is not None
                )
                bold = inline.bold and not all(one[2].bold for one in read[number + 1 :])
                if below and (flagged or (bold and len(filled) > 1) or is_header(texts, below)):
                    header = texts
                    continue
                header = []
            self.builder.add(row_text(header, texts), "row")
            for cell in row.values():
                for nested in cell.iterchildren(f"{W}tbl"):
                    self._table(nested)
            self._attached(inline)

    def _read_row(self, row: dict[int, etree._Element]) -> tuple[list[str], Inline]:
        texts = [""] * (max(row, default=-1) + 1)
        whole = Inline()
        for column, cell in row.items():
            inline = Inline(boxes=whole.boxes, notes=whole.notes)
            for paragraph in paragraphs(cell):
                style = self._style(paragraph)
                self._gather(paragraph, inline, bool(style and style_bold(style)))
                inline.parts.append(("\n", True))
            texts[column] = inline.text
            whole.parts += inline.parts
        return texts, whole

    def _loose_row(self, row: dict[int, etree._Element], texts: list[str]) -> None:
        """A row that holds prose: each cell for itself, a short one as the heading of the next."""
        for column, cell in row.items():
            if len(row) > 1 and len(texts[column]) <= MAX_BOLD_HEADING and not is_prose(cell):
                self.builder.add(texts[column], "heading")
            else:
                self.walk(cell)
