"""Characters of PDF pages as words: what pdfium overlooks, and what nobody can see."""

from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.load.pdf_words import Word, clean, named, read_words
from tests.pdf_samples import HEIGHT, at, blocks, draw, embed_vera, read


def words(path: Path) -> list[Word]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [word for part in read_words(pdf[0]) for word in part.words]


def test_words_have_their_places_size_and_weight(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        at(canvas, 60, 100, "Plain text", 12)
        canvas.scale(2, 2)  # a font of nominal size 6, drawn twice as large
        canvas.setFont("Helvetica-Bold", 6)
        canvas.drawString(50, HEIGHT / 2 - 100, "Bold")

    plain, _, bold = words(draw(tmp_path / "a.pdf", page))
    for word, text, *place in ((plain, "Plain", 60, 100), (bold, "Bold", 100, 200)):
        assert word.text == text
        assert [word.x0, word.y, word.size] == pytest.approx([*place, 12], abs=2)
    assert (plain.bold, bold.bold) == (False, True)


def test_a_narrow_gap_between_words_is_seen(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        at(canvas, 60, 100, "implement")
        x = 60 + canvas.stringWidth("implement", "Times-Roman", 11)
        at(canvas, x + 0.17 * 11, 100, "them and go on")

    assert [word.text for word in words(draw(tmp_path / "a.pdf", page))][:2] == [
        "implement",
        "them",
    ]


def test_spaced_letters_stay_one_word(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.setFont("Times-Roman", 11)
        text.setCharSpace(1.2)
        text.textOut("Harbour walls")
        canvas.drawText(text)

    assert read(draw(tmp_path / "a.pdf", page)).text == "Harbour walls"


def test_marks_outside_the_page_and_text_too_small_to_see_go_and_are_counted(
    tmp_path: Path,
) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setCropBox((0, 50, 595, 842))
        at(canvas, 60, 100, "Seen by all.")
        at(canvas, 60, HEIGHT - 20, "proof.indd", 8)
        at(canvas, 60, 300, "PLACEHOLDER_7", 1)

    document = read(draw(tmp_path / "a.pdf", page))
    assert document.text == "Seen by all."
    assert document.removed == len("proof.indd") + len("PLACEHOLDER_7")


def test_raised_marks_stay_in_their_line(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        at(canvas, 60, 100, "The walls were mended")
        x = 60 + canvas.stringWidth("The walls were mended", "Times-Roman", 11)
        at(canvas, x, 96, "2", 6)
        at(canvas, x + 6, 100, "by the crew.")

    text = read(draw(tmp_path / "a.pdf", page)).text
    assert text.replace(" ", "") == "Thewallsweremended2bythecrew."


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("o\ufb03ce", "office"),
        ("cafe\u0301", "café"),
        ("½m²", "½m²"),
        ("\uf0b7", "•"),
        ("\uf0b7Walls", "•Walls"),
        ("\ue123", "•"),
        ("Ɣ", "●"),
        ("Ɣana", "Ɣana"),
        ("Łódź", "Łódź"),
        ("nmlkj", "○"),
        ("17\u00ad24", "17-24"),
        ("2018\x962019", "2018–2019"),
        ("inte\x02", "inte-"),
        ("a\x07b\ue123", "ab"),
    ],
)
def test_characters_are_cleaned_not_folded(drawn: str, said: str) -> None:
    assert clean(drawn) == said


def test_numbers_of_glyphs_are_read_as_the_characters_they_stand_for() -> None:
    text = "The post will be in the team"
    assert named([ord(c) - 29 for c in text]) == text
    assert named([ord(c) for c in text]) == text


def test_signs_by_the_numbers_of_their_glyphs_are_read_where_the_letters_are() -> None:
    numbers = [182, 177, 133]
    codes = [ord(c) - 29 for c in "The post will be in the team"]
    assert named(codes + numbers)[-3:] == "’–£"
    assert named([ord("a"), *numbers])[-3:] == "¶±\x85"


@pytest.mark.parametrize("mark", ["\u0194", "\u0142", "\uf0b7", "\uf06c", "\ue123"])
def test_marks_before_the_lines_of_a_list_are_its_bullets(tmp_path: Path, mark: str) -> None:
    def page(canvas: Canvas) -> None:
        for n, text in enumerate(["Mend the walls", "Light the lamps"]):
            embed_vera(canvas)
            canvas.drawString(60, HEIGHT - 100 - 14 * n, "ł")
            at(canvas, 80, 100 + 14 * n, text)

    path = draw(tmp_path / "a.pdf", page, pageCompression=0)
    # the writer's fonts lack these characters: the table that says what was drawn is changed
    path.write_bytes(path.read_bytes().replace(b"<0142>", b"<%04X>" % ord(mark)))
    bullet = "●" if mark == "\u0194" else "•"
    assert blocks(read(path), "item") == [f"{bullet} Mend the walls", f"{bullet} Light the lamps"]
