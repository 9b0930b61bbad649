"""PDF files of known text and layout, by a real writer (reportlab)."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
)

from indexer.chunk import chunk
from indexer.load.pdf import read_pdf
from indexer.types import Document

WIDTH, HEIGHT = A4
GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)  # styles of tables
BOLD = ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=13.2, spaceAfter=8)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=15, leading=18, spaceAfter=6
)
PROSE = (
    "The committee considered the report of the director on the state of the harbour walls. "
    "Members asked how the repairs would be paid for, and were told that the reserve was enough. "
    "It was agreed that the work should begin in the spring and be finished before the winter. "
)


def draw(path: Path, *pages: Callable[[Canvas], object], **options: object) -> Path:
    """A file of pages each of which draws itself on a canvas."""
    canvas = Canvas(str(path), pagesize=A4, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def at(
    canvas: Canvas, x: float, y: float, text: str, size: float = 11, font: str = "Times-Roman"
) -> None:
    """Draws one line of text; y counts from the top of the page."""
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - y, text)


def embed_vera(canvas: Canvas) -> None:
    """Sets a font that can be given any character, drawn or not."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    canvas.setFont("Vera", 11)


def lines(
    canvas: Canvas, x: float, y: float, texts: Sequence[str], size: float = 11, lead: float = 13.2
) -> float:
    """Draws lines of text under one another; returns where the next would stand."""
    for text in texts:
        at(canvas, x, y, text, size)
        y += lead
    return y


def flow(
    path: Path,
    story: Sequence[Flowable],
    columns: int = 1,
    on_page: Callable[[Canvas, BaseDocTemplate], None] | None = None,
) -> Path:
    """A file whose text flows over columns and pages, as word processors make them."""
    template = BaseDocTemplate(str(path), pagesize=A4)
    width = (WIDTH - 120 - 24 * (columns - 1)) / columns
    frames = [
        Frame(60 + n * (width + 24), 70, width, HEIGHT - 150, 0, 0, 0, 0) for n in range(columns)
    ]
    hook = on_page or (lambda _canvas, _template: None)
    template.addPageTemplates(PageTemplate(frames=frames, onPage=hook))
    template.build(list(story))
    return path


def paragraphs(*texts: str, style: ParagraphStyle = BODY) -> list[Flowable]:
    """Flowing paragraphs of the body's style."""
    return [Paragraph(text, style) for text in texts]


def read(path: Path) -> Document:
    """The document of a PDF file."""
    (document,) = read_pdf(path, path.name)
    return document


def blocks(document: Document, *kinds: str) -> list[str]:
    """The texts of its blocks, of these kinds or of all."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def per_word(text: str) -> Sequence[int]:
    """Token offsets: a word is a token."""
    return [match.start() for match in re.finditer(r"\S+", text)]


def squeezed(text: str) -> str:
    """A text without what line breaks change."""
    return re.sub(r"[\s\-\x02\u00ad\ufffe]+", "", text)


def assert_on_claimed_pages(path: Path, document: Document) -> None:
    """Every passage and sentence is its slice and begins on the page that it claims."""
    with pypdfium2.PdfDocument(path) as pdf:
        raw = [squeezed(page.get_textpage().get_text_range()) for page in pdf]
    passages = chunk(document, per_word, 60)
    assert passages
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            quote = document.text[sentence.start : sentence.end]
            assert passage.quote(sentence) == quote
            page = document.page_at(sentence.start)
            assert page is not None
            ends = [*document.pages, len(document.text)][page]
            first = document.text[sentence.start : min(sentence.end, ends)]
            value = first.split("; ")[0].split(": ", 1)[-1] if "; " in first else first
            assert squeezed(" ".join(value.split()[:3]).rstrip(";:")) in raw[page - 1]
