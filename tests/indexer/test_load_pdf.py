"""PDF files: what the file says of itself, and what cannot be read; text by OCR."""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from indexer.errors import UnreadableFile
from tests.pdf_samples import PROSE, WIDTH, at, draw, embed_vera, flow, lines, paragraphs, read


def test_the_file_says_title_author_date_and_language(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), lang="en-GB")
    canvas.setTitle("Annual report of the Harbour Board")
    canvas.setAuthor("Jane Doe")
    at(canvas, 60, 80, "Some text.")
    canvas.save()
    document = read(tmp_path / "a.pdf")
    assert (document.title, document.metadata["author"]) == (
        "Annual report of the Harbour Board",
        "Jane Doe",
    )
    assert document.metadata["language"] == "en-GB"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(document.metadata["updated"]))
    assert "published" not in document.metadata
    assert document.provenance["updated"] == "PDF properties"


@pytest.mark.parametrize(
    "junk",
    ["Microsoft Word - report.doc", "untitled", "Report_v3.docx", "harbour-2024", "Document1"],
)
def test_what_programs_put_for_a_title_or_an_author_is_not_believed(
    tmp_path: Path, junk: str
) -> None:
    canvas = Canvas(str(tmp_path / "harbour 2024.pdf"))
    canvas.setTitle(junk)
    canvas.setAuthor("Admin")
    at(canvas, 60, 80, "The walls of the harbour", 20)
    lines(canvas, 60, 120, ["Some text that is longer than its title and set", "smaller than it."])
    canvas.save()
    document = read(tmp_path / "harbour 2024.pdf")
    assert document.title == "The walls of the harbour"
    assert "author" not in document.metadata


def test_ligatures_come_apart_and_invisible_characters_go(tmp_path: Path) -> None:
    from_word = "O\ufb03ce of \ufb01nance, 17\u00ad24, cafe\u0301 ½\u00a0m²"
    canvas = Canvas(str(tmp_path / "a.pdf"))
    embed_vera(canvas)
    canvas.drawString(60, 700, from_word)
    canvas.save()
    text = read(tmp_path / "a.pdf").text
    assert "finance" in text
    assert "17-24" in text
    assert "½ m²" in text


def test_a_password_is_asked_for_by_name(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", lambda c: at(c, 60, 80, "Secret."), encrypt="open sesame")
    with pytest.raises(UnreadableFile, match="is protected by a password") as caught:
        read(path)
    assert "without the password" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF"])
def test_a_damaged_file_is_unreadable_not_a_crash(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is damaged"):
        read(path)


@given(
    cut=st.integers(0, 3000), bits=st.lists(st.tuples(st.integers(0, 2999), st.integers(0, 255)))
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_broken_bytes_never_crash(tmp_path: Path, cut: int, bits: list[tuple[int, int]]) -> None:
    path = flow(tmp_path / "whole.pdf", [*paragraphs(PROSE), Table([["a", "b"], ["1", "2"]])])
    content = bytearray(path.read_bytes())
    for place, value in bits:
        content[place % len(content)] = value
    path.write_bytes(bytes(content[: len(content) - cut]))
    with suppress(UnreadableFile):
        read(path)


def scan(path: Path, text: str) -> Path:
    """A picture of text, as scanners make them."""
    picture = Image.new("L", (1240, 700), 255)
    ImageDraw.Draw(picture).text((100, 200), text, fill=0, font=ImageFont.load_default(48))
    picture.save(path)
    return path


def test_pages_without_text_are_named_and_blank_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.load.pdf_ocr.shutil.which", lambda _: None)
    picture = scan(tmp_path / "scan.png", "Scanned words")
    kinds = "tbstsss"  # text, blank, scanned

    def page_of(kind: str) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            if kind == "t":
                at(canvas, 60, 80, "Words that can be read.")
            if kind == "s":
                canvas.drawImage(str(picture), 0, 200, WIDTH, 400)

        return page

    document = read(draw(tmp_path / "a.pdf", *[page_of(k) for k in kinds]))
    assert document.warnings == ("pages 3, 5–7 hold no text (scanned?)",)
    assert len(document.pages) == 7
    assert document.page_at(document.text.rindex("Words")) == 4


def test_a_scanned_file_is_unreadable_without_ocr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.load.pdf_ocr.shutil.which", lambda _: None)
    picture = scan(tmp_path / "scan.png", "Scanned words")
    path = draw(
        tmp_path / "a.pdf", lambda c: c.drawImage(str(picture), 0, 200, WIDTH, 400) and None
    )
    with pytest.raises(UnreadableFile, match="is scanned: it holds pictures of text") as caught:
        read(path)
    assert "ocrmypdf" in caught.value.hint


@pytest.mark.skipif(shutil.which("ocrmypdf") is None, reason="ocrmypdf is not installed")
def test_a_scanned_page_is_read_by_ocr_where_it_is_installed(tmp_path: Path) -> None:
    picture = scan(tmp_path / "scan.png", "The harbour walls cost\ntwo million pounds.")
    path = draw(
        tmp_path / "a.pdf",
        lambda c: at(c, 60, 80, "A page of text."),
        lambda c: c.drawImage(str(picture), 0, 200, WIDTH, 400),
    )
    document = read(path)
    assert "two million pounds" in " ".join(document.text.split())
    assert document.page_at(document.text.index("million")) == 2
    assert document.warnings == ("text by OCR: page 2",)


def test_ocr_that_fails_is_told_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "ocrmypdf"
    failing.write_text("#!/bin/sh\nexit 7\n")
    failing.chmod(0o755)
    monkeypatch.setattr("indexer.load.pdf_ocr.shutil.which", lambda _: str(failing))
    picture = scan(tmp_path / "scan.png", "Scanned words")
    path = draw(
        tmp_path / "a.pdf",
        lambda c: at(c, 60, 80, "A page of text."),
        lambda c: c.drawImage(str(picture), 0, 200, WIDTH, 400),
    )
    document = read(path)
    assert document.text == "A page of text."
    assert document.warnings == (
        "OCR failed: ocrmypdf ended with 7",
        "page 2 holds no text (scanned?)",
    )
