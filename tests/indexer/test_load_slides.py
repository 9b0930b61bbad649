"""Presentations written by python-pptx."""

from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as Slides
from pptx.util import Inches

from indexer.errors import UnreadableFile
from indexer.load.slides import read_slides
from indexer.types import Document

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
TITLE_AND_BODY, TITLE_ONLY, BLANK = 1, 5, 6


def read(tmp_path: Path, slides: Slides) -> Document:
    path = tmp_path / "talk.pptx"
    slides.save(str(path))
    (document,) = read_slides(path, "talk.pptx")
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def test_each_slide_is_a_page_with_title_bullets_and_notes(tmp_path: Path) -> None:
    slides = Presentation()
    for number in (1, 2):
        slide = slides.slides.add_slide(slides.slide_layouts[TITLE_AND_BODY])
        slide.shapes.title.text = f"Part\v{number}"
        slide.placeholders[1].text = f"Point {number}\nAnother"
        slide.notes_slide.notes_text_frame.text = f"Say {number}."
    document = read(tmp_path, slides)
    assert blocks(document)[4:] == [
        ("heading", "Part 2"),
        ("item", "Point 2"),
        ("item", "Another"),
        ("paragraph", "Say 2."),
    ]
    assert [document.page_at(document.text.index(f"Say {n}")) for n in (1, 2)] == [1, 2]
    assert (document.title, document.provenance["title"]) == ("Part 1", "title of the first slide")


def test_text_boxes_are_paragraphs_unless_they_have_bullets(tmp_path: Path) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[TITLE_AND_BODY])
    slide.placeholders[1].text = "No bullet"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]._p
    paragraph.insert(0, parse_xml(f"<a:pPr {A}><a:buNone/></a:pPr>"))
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame
    box.text = "In a box.\nbullet"
    bullet = parse_xml(f'<a:pPr {A}><a:buChar char="-"/></a:pPr>')
    box.paragraphs[1]._p.insert(0, bullet)
    assert blocks(read(tmp_path, slides)) == [
        ("paragraph", "No bullet"),
        ("paragraph", "In a box."),
        ("item", "bullet"),
    ]


@pytest.mark.parametrize(
    ("header", "rows"),
    [(True, ["Year: 2024; Spend: 5"]), (False, ["Year; Spend", "2024; 5"])],
)
def test_tables_are_rows(tmp_path: Path, header: bool, rows: list[str]) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[BLANK])
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(2), Inches(1)).table
    table.first_row = header
    for number, text in enumerate(("Year", "Spend", "2024", "5")):
        table.cell(number // 2, number % 2).text = text
    assert blocks(read(tmp_path, slides)) == [("row", text) for text in rows]


def test_hidden_slides_are_read_and_named(tmp_path: Path) -> None:
    slides = Presentation()
    for number in (1, 2):
        slide = slides.slides.add_slide(slides.slide_layouts[TITLE_ONLY])
        slide.shapes.title.text = f"Part {number}"
    slides.slides[1]._element.set("show", "0")
    document = read(tmp_path, slides)
    assert "Part 2" in document.text
    assert document.warnings == ("hidden slides were read too: 2",)


def test_footers_are_left_out_and_counted(tmp_path: Path) -> None:
    slides = Presentation()
    layout = slides.slide_layouts[TITLE_ONLY]
    slide = slides.slides.add_slide(layout)
    slide.shapes.title.text = "Part 1"
    (footer,) = (shape for shape in layout.shapes if "Footer" in shape.name)
    slide.shapes._spTree.append(parse_xml(footer.element.xml))
    slide.shapes[-1].text_frame.text = "Secret"
    document = read(tmp_path, slides)
    assert (document.text, document.removed) == ("Part 1", len("Secret"))


def test_broken_presentation_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "talk.pptx"
    Presentation().save(str(path))
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(UnreadableFile, match="archive is not whole"):
        list(read_slides(path, "talk.pptx"))
