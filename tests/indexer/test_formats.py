"""Every format: what is quoted of a file is its document's own slice, whatever the text holds."""

import io
import json
from collections.abc import Callable
from email.message import EmailMessage
from html import escape

import docx
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from indexer.chunk import chunk
from indexer.load.registry import load_file
from indexer.types import Document
from tests.indexer.zips import zipped

Make = Callable[[list[str]], bytes]
WORDS = "council budget rose 4.5% “fairly” since É. 2018; naïve £3m (ICB) – don’t Dr. a.m. one"
SENTENCES = st.lists(
    st.lists(st.sampled_from(WORDS.split()), min_size=3, max_size=14).map(
        lambda words: " ".join(["It", *words]) + "."
    ),
    min_size=1,
    max_size=8,
)


def word(texts: list[str]) -> bytes:
    file, made = io.BytesIO(), docx.Document()
    made.add_heading("A heading", 1)
    for text in texts:
        made.add_paragraph(text)
    made.save(file)
    return file.getvalue()


def slides(texts: list[str]) -> bytes:
    file, made = io.BytesIO(), pptx.Presentation()
    for text in texts:
        slide = made.slides.add_slide(made.slide_layouts[6])
        box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(5), Inches(2))
        box.text_frame.text = text
    made.save(file)
    return file.getvalue()


def workbook(texts: list[str]) -> bytes:
    file, made = io.BytesIO(), Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Number", "Text"])
    for number, text in enumerate(texts):
        sheet.append([number, text])
    made.save(file)
    return file.getvalue()


def pdf(texts: list[str]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in texts:
        canvas.drawString(50, 700, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def page(texts: list[str]) -> bytes:
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f"<html><head><title>T</title></head><body><h1>A heading</h1>{body}</body>".encode()


def book(texts: list[str]) -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    chapter = "".join(f"<p>{escape(text)}</p>" for text in texts)
    chapter = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "a.opf": package,
            "c.xhtml": chapter,
        }
    )


def open_document(texts: list[str]) -> bytes:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in texts)
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
        }
    )


def mail(texts: list[str]) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "Ann Lee <a@example.org>", "News"
    made.set_content("\n\n".join(texts))
    return made.as_bytes()


def rich(texts: list[str]) -> bytes:
    escaped = (
        "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text) + "\\par\n" for text in texts
    )
    return ("{\\rtf1\\ansi " + "".join(escaped) + "}").encode()


FORMATS: dict[str, Make] = {
    ".txt": lambda texts: "\n\n".join(texts).encode(),
    ".md": lambda texts: ("# A heading\n\n" + "\n\n".join(texts)).encode(),
    ".jsonl": lambda texts: json.dumps({"_id": "1", "text": "\n\n".join(texts)}).encode(),
    ".json": lambda texts: json.dumps([{"id": "1", "text": "\n\n".join(texts)}]).encode(),
    ".csv": lambda texts: ("Text\n" + "\n".join(f'"{t}"' for t in texts)).encode(),
    ".docx": word,
    ".odt": open_document,
    ".pptx": slides,
    ".xlsx": workbook,
    ".pdf": pdf,
    ".html": page,
    ".epub": book,
    ".eml": mail,
    ".rtf": rich,
}


@pytest.mark.parametrize("suffix", FORMATS)
@given(texts=SENTENCES)
@settings(max_examples=12, deadline=None)
def test_passages_and_sentences_are_slices_and_no_word_is_lost(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"sample{suffix}"
    path.write_bytes(FORMATS[suffix](texts))
    found = list(load_file(path, path.name, 2**20))
    quoted: list[str] = []
    for document in found:
        assert isinstance(document, Document), document
        for passage in chunk(document, lambda text: range(0, len(text), 4), 160):
            assert document.text[passage.start : passage.end] == passage.text
            assert document.page_at(passage.start) == passage.page
            for sentence in passage.sentences:
                quote = passage.quote(sentence)
                assert quote == document.text[sentence.start : sentence.end]
                quoted += quote.split()
    missing = {one for text in texts for one in text.split()} - set(" ".join(quoted).split())
    assert {one for one in missing if not any(one in word for word in quoted)} == set()
