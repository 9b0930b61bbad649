"""OpenDocument texts (.odt), spreadsheets (.ods) and presentations (.odp).

Read from the XML itself: a walk in reading order is shorter than one through a library's classes.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.load.builder import TextBuilder
from indexer.load.container import OPEN_DOCUMENT, is_member, open_container, parse_member
from indexer.load.inline import MAX_STYLED_HEADING, BoldHeadings, Inline
from indexer.load.properties import add_properties
from indexer.load.sheets import SheetLimits, add_sheet
from indexer.load.tables import Cell, Row, add_table
from indexer.metadata import Facts
from indexer.types import BlockKind, Document

MAX_REPEATS = 1_000  # an empty rest of a sheet is a cell repeated a million times

_URN = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = f"{_URN}text:1.0}}", f"{_URN}table:1.0}}", f"{_URN}office:1.0}}"
_STYLE, _DRAW = f"{_URN}style:1.0}}", f"{_URN}drawing:1.0}}"
_PRESENTATION = f"{_URN}presentation:1.0}}"
_BOLD = f"{_URN}xsl-fo-compatible:1.0}}font-weight"

_LISTS = set("table-of-content illustration-index table-index alphabetical-index".split())
# what the author deleted or only noted; not text; pronunciation
_UNSEEN = set(
    "tracked-changes annotation annotation-end hidden-text note-citation ruby-text title desc "
    "sequence-decls variable-decls user-field-decls forms index-title-template event-listeners "
    "table-of-content-source illustration-index-source table-index-source settings scripts "
    "alphabetical-index-source image object binary-data".split()
)
_BREAKS = {"tab": "\t", "line-break": "\n"}


def read_opendocument(path: Path, source: str) -> Iterator[Document]:
    """The one document of an OpenDocument file; slides and only they are pages."""
    facts = Facts()
    with open_container(path, OPEN_DOCUMENT) as archive:
        content = parse_member(archive, "content.xml")
        styles = [content]
        if is_member(archive, "styles.xml"):
            styles.append(parse_member(archive, "styles.xml"))
        reader = _Reader(styles)
        body = content.find(f"{_OFFICE}body")
        for part in body if body is not None else ():
            if _local(part) == "spreadsheet":
                reader.sheets(part)
            else:
                reader.walk(part)
        reader.bold.settle()
        removed = sum(_masters(root) for root in styles[1:])
        facts.add("title", reader.title, "title in the text")
        add_properties(facts, archive)
    yield reader.builder.finish(source, facts, removed, reader.warnings)


class _Reader:
    """Walks a document's XML in reading order and builds its text."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self.builder = TextBuilder()
        self.bold = BoldHeadings(self.builder)
        self.title: str | None = None
        self.warnings: list[str] = []
        self._styles = {
            style.get(f"{_STYLE}name", ""): style
            for root in reversed(roots)
            for style in root.iter(f"{_STYLE}style")
        }

    def walk(self, parent: etree._Element, kind: BlockKind = "paragraph") -> None:
        """Adds every paragraph, list and table under `parent`."""
        for child in parent.iterchildren():
            name = _local(child)
            if name in ("p", "h"):
                self._paragraph(child, kind)
            elif name == "list-item":
                self.walk(child, "item" if kind == "paragraph" else kind)
            elif name in _LISTS:
                self.walk(child, "furniture")
            elif name == "table":
                self._table(child)
            elif name == "page":
                self.builder.begin_page()
                self.walk(child)
            elif name == "frame" and child.get(f"{_PRESENTATION}class") in ("title", "subtitle"):
                self.walk(child, "heading")
            elif name not in _UNSEEN:
                self.walk(child, kind)

    def _paragraph(self, element: etree._Element, kind: BlockKind) -> None:
        inline = self._inline(element)
        own = element.get(f"{_TEXT}style-name", "")  # which a file need not define
        names = [own, *(style.get(f"{_STYLE}name", "") for style in self._chain(element))]
        names = [name.replace("_20_", " ").lower() for name in names]
        named = any(one.startswith("heading ") or one in ("title", "subtitle") for one in names)
        headed = _local(element) == "h" or named
        if headed and kind != "furniture" and 0 < len(inline.text) <= MAX_STYLED_HEADING:
            kind = "heading"
        if "title" in names and kind == "heading" and not self.title:
            self.title = inline.text
        if kind == "paragraph":
            self.bold.add(inline)
        else:
            self.builder.add(inline.text, kind)
        self._attached(inline)

    def _attached(self, inline: Inline) -> None:
        for element in (*inline.boxes, *inline.notes):
            self.walk(element)

    def _inline(self, *paragraphs: etree._Element) -> Inline:
        inline = Inline()
        for paragraph in paragraphs:
            bold = self._is_bold(paragraph, False)
            inline.parts.append((paragraph.text or "", bold))
            self._gather(paragraph, inline, bold)
            inline.parts.append(("\n", True))
        inline.parts = [(_collapsed(text), bold) for text, bold in inline.parts]
        return inline

    def _gather(self, element: etree._Element, inline: Inline, bold: bool) -> None:
        for child in element.iterchildren():
            name = _local(child)
            if name == "s":
                inline.parts.append((" ", bold))
            elif name in _BREAKS:
                inline.parts.append((_BREAKS[name], bold))
            elif name == "note":
                inline.notes += child.iterchildren(f"{_TEXT}note-body")
            elif name == "text-box":
                inline.boxes.append(child)
            elif name and name not in _UNSEEN:
                own = self._is_bold(child, bold)
                inline.parts.append((child.text or "", own))
                self._gather(child, inline, own)
            inline.parts.append((child.tail or "", bold))

    def _chain(self, element: etree._Element) -> Iterator[etree._Element]:
        name = element.get(f"{_TEXT}style-name")
        for _ in range(20):  # a style may, wrongly, be based on itself
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = style.get(f"{_STYLE}parent-style-name")

    def _is_bold(self, element: etree._Element, otherwise: bool) -> bool:
        for style in self._chain(element):
            for properties in style.iterchildren(f"{_STYLE}text-properties"):
                if weight := properties.get(_BOLD):
                    return weight in ("bold", "600", "700", "800", "900")
        return otherwise

    def _table(self, table: etree._Element) -> None:
        def attached(cell: Cell) -> None:
            for nested in cell.element.iter(f"{_TABLE}table"):
                self._table(nested)
            self._attached(cell.inline)

        add_table(self.builder, [self._row(row) for row in _rows(table)], self.walk, attached)

    def _row(self, row: etree._Element) -> Row:
        found, column = [], 0
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            if _local(cell) == "table-cell":  # the others lie under a merged one
                found.append(Cell(column, cell, self._inline(*_paragraphs(cell))))
            column += _repeats(cell, "columns")
        parent = row.getparent()
        return Row(found, parent is not None and _local(parent) == "table-header-rows")

    def sheets(self, body: etree._Element) -> None:
        """Adds every table of a spreadsheet, as its cells are shown."""
        limits = SheetLimits()
        for table in body.iterchildren(f"{_TABLE}table"):
            name = table.get(f"{_TABLE}name", "")
            add_sheet(self.builder, name, self._sheet_rows(table), limits)
        self.warnings += limits.warnings()

    def _sheet_rows(self, table: etree._Element) -> Iterator[list[str]]:
        for row in _rows(table):
            texts: list[str] = []
            for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                shown = self._inline(*_paragraphs(cell)).text
                texts += [shown] * _repeats(cell, "columns")
            for _ in range(_repeats(row, "rows") if any(texts) else 1):
                yield texts


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _collapsed(text: str) -> str:
    """White space as OpenDocument means it: line breaks of the XML are none of the text."""
    return text if text in ("\n", "\t") else " ".join(f"|{text}|".split())[1:-1]


def _repeats(element: etree._Element, what: str) -> int:
    number = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return min(int(number), MAX_REPEATS)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table.iterchildren():
        if _local(child) == "table-row":
            yield child
        elif _local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    for child in cell.iterchildren():
        if _local(child) in ("p", "h"):
            yield child
        elif _local(child) in ("list", "list-item", "list-header", "section"):
            yield from _paragraphs(child)


def _masters(styles: etree._Element) -> int:
    """The characters of headers and footers, which stand in the styles."""
    found = styles.iterfind(f".//{_OFFICE}master-styles//{_TEXT}p")
    return sum(len("".join(str(text) for text in one.itertext())) for one in found)
