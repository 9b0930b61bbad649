"""PDF: pages → text as it reads, with the page of every character.

pdfium gives characters and places; `pdf_words`, `pdf_lines`, `pdf_tables` and `pdf_layout` make
lines, tables and paragraphs of them. Here is what concerns the file as a whole.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from indexer.errors import UnreadableFile
from indexer.load.authors import named, person
from indexer.load.builder import TextBuilder
from indexer.load.pdf_continued import carry_headers
from indexer.load.pdf_edges import is_picture, read_edges
from indexer.load.pdf_furniture import furniture
from indexer.load.pdf_join import Hyphens
from indexer.load.pdf_layout import LEADERS, NUMBERED, Paragraph, Style, paragraphs, usual, whole
from indexer.load.pdf_lines import Line, joined, spans
from indexer.load.pdf_ocr import OcrFailed, ocr_command, with_ocr
from indexer.load.pdf_order import reading_order
from indexer.load.pdf_tables import Table, find_tables
from indexer.load.pdf_words import read_words
from indexer.metadata import Facts
from indexer.types import Document

_JUNK_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b|untitled|document\d*$|(?:powerpoint )?presentation$"
    r"|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|qxd|odt|rtf|p65|pub|dot|tmp|html?)$"
    r"|\w+://|title$|slide \d",
    re.IGNORECASE,
)
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


@dataclass(slots=True)
class _Page:
    """The spans and tables of one page, with its height; `picture` where text may be in one."""

    spans: list[Line]
    tables: list[Table]
    turned: list[Line]
    height: float
    unseen: int = 0
    picture: bool = False

    @property
    def empty(self) -> bool:
        return not (self.spans or self.tables or self.turned)


def read_pdf(path: Path, source: str) -> Iterator[Document]:
    """The one document of a PDF file.

    Pages that are pictures of text are read by OCR where `ocrmypdf` is installed; else a warning
    names them, and a file of nothing else is unreadable.
    """
    facts, pages = _read(path, path.stem)
    scanned = [n for n, page in enumerate(pages, 1) if page.empty and page.picture]
    warnings: list[str] = []
    if scanned and ocr_command():
        try:
            with with_ocr(path, scanned) as readable:
                _, again = _read(readable, path.stem, scanned)
            pages = [new if page.empty else page for page, new in zip(pages, again, strict=True)]
            read = [n for n in scanned if not pages[n - 1].empty]
            if read:
                warnings.append(f"text by OCR: {_pages(read)}")
            scanned = [n for n in scanned if n not in read]
        except OcrFailed as failed:
            warnings.append(f"OCR failed: {failed}")
    if all(page.empty for page in pages):
        raise _without_text(scanned, warnings)
    if scanned:
        verb = "holds" if len(scanned) == 1 else "hold"
        warnings.append(f"{_pages(scanned)} {verb} no text (scanned?)")
    yield _document(pages, facts, source, warnings)


def _without_text(scanned: Sequence[int], warnings: Sequence[str]) -> UnreadableFile:
    if not scanned:
        return UnreadableFile("holds no text", "Its pages are empty or drawings only.")
    if warnings:
        return UnreadableFile(
            f"is scanned: it holds pictures of text ({warnings[0]})",
            "Run OCR on it by hand and put the result in its place.",
        )
    return UnreadableFile(
        "is scanned: it holds pictures of text",
        "Install ocrmypdf (with tesseract) and build again: it is used when it is there.",
    )


def _read(path: Path, stem: str, only: Sequence[int] | None = None) -> tuple[Facts, list[_Page]]:
    """What a file says of itself, and its pages; those whose numbers are not in `only` empty."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise UnreadableFile(
                "is protected by a password", "Save a copy without the password and index that."
            ) from None
        raise UnreadableFile(
            "is damaged: it cannot be opened as a PDF",
            "Open it in a PDF viewer and save it anew, or fetch it again.",
        ) from None
    with pdf:
        pages = [
            _page(pdf, n) if only is None or n + 1 in only else _Page([], [], [], 0.0)
            for n in range(len(pdf))
        ]
        return _facts(pdf, stem), pages


def _page(pdf: pdfium.PdfDocument, number: int) -> _Page:
    try:
        page = pdf[number]
    except pdfium.PdfiumError:  # one damaged page: the others can still be read
        return _Page([], [], [], 0.0, picture=True)
    try:
        parts = read_words(page)
        if not parts or not parts[0].words:
            return _Page([], [], [], 0.0, picture=is_picture(page))
        tables, rest = find_tables(parts[0].words, read_edges(page, parts[0].frame))
        turned = [line for part in parts[1:] for line in joined(spans(part.words))]
        unseen = sum(part.unseen for part in parts)
        return _Page(rest, tables, turned, parts[0].frame.height, unseen)
    finally:
        page.close()


def _document(
    pages: Sequence[_Page], facts: Facts, source: str, warnings: Sequence[str]
) -> Document:
    repeated = furniture(
        [p.spans for p in pages], [p.height for p in pages], [bool(p.tables) for p in pages]
    )
    removed = sum(len(span.text) for p in pages for span in p.spans if id(span) in repeated)
    removed += sum(page.unseen for page in pages)
    kept = [joined([s for s in page.spans if id(s) not in repeated]) for page in pages]
    style = usual(kept)
    ordered: list[list[list[Line | Table]]] = []
    for page, rest in zip(pages, kept, strict=True):
        items: list[Line | Table] = [*rest, *page.tables]
        ordered.append(reading_order(items))
    carry_headers(ordered)
    found = []
    for number, (page, blocks) in enumerate(zip(pages, ordered, strict=True)):
        on_page = paragraphs(blocks, number, style)
        for line in page.turned:
            on_page.append(Paragraph([line], [number], "furniture", line.x1))
        found.append(on_page)
    facts.add("title", _largest(found, style), "largest text on the first page")
    builder = _build(whole(found))
    return builder.finish(source, facts, removed, warnings)


def _build(pages: Sequence[Sequence[Paragraph]]) -> TextBuilder:
    everything = [p for page in pages for p in page]
    hyphens = Hyphens([line.text for line in p.lines] for p in everything if not p.said)
    builder = TextBuilder()
    for number, page in enumerate(pages):
        while len(builder.pages) <= number:
            builder.begin_page()
        for paragraph in page:
            if paragraph.said:
                builder.add(paragraph.said, paragraph.kind)
                continue
            text, starts = hyphens.join([line.text for line in paragraph.lines])
            if paragraph.kind == "furniture":
                builder.add(LEADERS.sub(" … ", text), "furniture")
            else:
                builder.add(text, paragraph.kind, _page_starts(paragraph.pages, starts))
    return builder


def _page_starts(pages: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The offset at which each page begins within a paragraph; a page passed over has one too."""
    found: list[int] = []
    for before, page, start in zip(pages, pages[1:], starts[1:], strict=False):
        found += [start] * (page - before)
    return found


def _largest(found: Sequence[Sequence[Paragraph]], style: Style) -> str | None:
    """The text of the first page with text that is set largest, if it stands out."""
    first = next((page for page in found if page), [])
    large = [
        p
        for p in first
        if p.kind == "heading"
        and p.size >= 1.15 * style.size
        and not NUMBERED.match(p.lines[0].text)
    ]
    if not large:
        return None
    size = max(p.size for p in large)
    title = next(p for p in large if p.size >= 0.97 * size)
    lines = list(title.lines)
    for paragraph in first[first.index(title) + 1 :]:
        gap = paragraph.lines[0].y - lines[-1].y
        if paragraph not in large or paragraph.size < 0.97 * size or not 0 < gap < 1.8 * size:
            break
        lines += paragraph.lines
    text = " ".join(line.text for line in lines)
    return text if len(text) <= 200 else None


def _facts(pdf: pdfium.PdfDocument, stem: str) -> Facts:
    facts = Facts()
    properties = pdf.get_metadata_dict(skip_empty=True)
    title = " ".join(properties.get("Title", "").replace("\x00", "").split())
    if not _junk_title(title, stem):
        facts.add("title", title, "PDF properties")
    author = " ".join(properties.get("Author", "").replace("\x00", "").split())
    programs = f"{properties.get('Creator', '')} / {properties.get('Producer', '')}"
    if not named(author, programs):
        facts.add("author", person(author), "PDF properties")
    if match := _DATE.match(properties.get("ModDate", "")):
        facts.add("updated", "-".join(part for part in match.groups() if part), "PDF properties")
    facts.add("language", _language(pdf), "PDF catalogue")
    return facts


def _junk_title(title: str, stem: str) -> bool:
    """Whether a title is what a program puts there: a file's name, "untitled", one odd token."""
    named = re.sub(r"[\W_]+", "", title.lower()) == re.sub(r"[\W_]+", "", stem.lower())
    token = " " not in title and not title.isalpha()
    return len(title) < 3 or named or token or bool(_JUNK_TITLE.match(title))


def _language(pdf: pdfium.PdfDocument) -> str | None:
    length = raw.FPDFCatalog_GetLanguage(pdf, None, 0)
    if length <= 2:
        return None
    buffer = (ctypes.c_ushort * ((length + 1) // 2))()
    raw.FPDFCatalog_GetLanguage(pdf, buffer, length)
    text = bytes(buffer).decode("utf-16-le", "ignore").rstrip("\x00").strip()
    return text if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", text) else None


def _pages(numbers: Sequence[int]) -> str:
    """Page numbers as a person writes them: "pages 3, 5–9"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    said = ", ".join("–".join(str(n) for n in ends) for ends in ranges)
    return f"page{'s' if len(numbers) > 1 else ''} {said}"
