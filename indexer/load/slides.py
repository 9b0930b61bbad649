"""PowerPoint presentations (.pptx, .pptm, .ppsx): each slide is a page, its notes after it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.package import Package
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame

from indexer.load.builder import TextBuilder
from indexer.load.container import SLIDES, open_container, parse_xml
from indexer.load.properties import add_properties
from indexer.load.tables import row_text
from indexer.metadata import Facts
from indexer.types import BlockKind, Document

_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_BODIES = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY}
_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def read_slides(path: Path, source: str) -> Iterator[Document]:
    """The one document of a presentation; hidden slides are read too, and named."""
    facts, reader, hidden = Facts(), _Reader(), []
    with open_container(path, SLIDES) as archive:
        slides = Package.open(str(path)).main_document_part.presentation.slides
        for number, slide in enumerate(slides, start=1):
            reader.slide(slide)
            if slide.element.get("show") in ("0", "false"):
                hidden.append(str(number))
        facts.add("title", reader.title, "title of the first slide")
        add_properties(facts, archive)
    notes = [f"hidden slides were read too: {', '.join(hidden)}"] if hidden else []
    yield reader.builder.finish(source, facts, reader.removed, notes)


class _Reader:
    """Reads slide by slide; shapes in the order in which a screen reader names them."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.title: str | None = None
        self.removed = 0

    def slide(self, slide: Slide) -> None:
        """Adds a slide as a page: its title, its shapes, its speaker's notes."""
        self.builder.begin_page()
        title = slide.shapes.title
        if title is not None:
            text = " ".join(_lines(title.text_frame.text).split())
            self.builder.add(text, "heading")
            if len(self.builder.pages) == 1:
                self.title = text
        self._shapes(slide.shapes, slide)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            for paragraph in notes.paragraphs:
                self.builder.add(_lines(paragraph.text))

    def _shapes(self, shapes: Iterable[BaseShape], slide: Slide) -> None:
        for shape in shapes:
            if isinstance(shape, GroupShape):
                self._shapes(shape.shapes, slide)
            elif isinstance(shape, GraphicFrame):
                if shape.has_table:
                    self._table(shape.table)
                else:
                    self._diagram(shape, slide)
            elif shape.has_text_frame:
                self._text(shape)

    def _text(self, shape: BaseShape) -> None:
        frame: TextFrame = shape.text_frame  # type: ignore[attr-defined]
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in _TITLES:
            return  # stands first already
        if kind in _FURNITURE:
            self.removed += len(frame.text)
            return
        for paragraph in frame.paragraphs:
            self.builder.add(_lines(paragraph.text), _kind(paragraph._p, listed=kind in _BODIES))

    def _table(self, table: Table) -> None:
        header: list[str] = []
        for number, row in enumerate(table.rows):
            cells = ["" if cell.is_spanned else _lines(cell.text) for cell in row.cells]
            if number == 0 and table.first_row and len(table.rows) > 1:
                header = cells
            else:
                self.builder.add(row_text(header, cells), "row")

    def _diagram(self, frame: GraphicFrame, slide: Slide) -> None:
        """SmartArt keeps its words in a part of their own."""
        for link in frame.element.iter(f"{_DIAGRAM}relIds"):
            part = slide.part.related_part(link.get(_LINK, ""))
            for paragraph in parse_xml(part.blob).iter(f"{_A}p"):
                text = "".join(one.text or "" for one in paragraph.iter(f"{_A}t"))
                self.builder.add(text, "item")


def _kind(paragraph: etree._Element, listed: bool) -> BlockKind:
    """A body's paragraphs are bullets unless they say otherwise; a text box's the other way."""
    properties = paragraph.find(f"{_A}pPr")
    if properties is not None:
        if properties.find(f"{_A}buNone") is not None:
            return "paragraph"
        if any(properties.find(f"{_A}{bullet}") is not None for bullet in ("buChar", "buAutoNum")):
            return "item"
    return "item" if listed else "paragraph"


def _lines(text: str) -> str:
    return text.replace("\v", "\n").replace("\t", " ")
