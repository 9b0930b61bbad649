"""The text of PDF pages as it reads: paragraphs whole, columns in order, running lines gone."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

from tests.pdf_samples import (
    BODY,
    HEADING,
    HEIGHT,
    PROSE,
    WIDTH,
    assert_on_claimed_pages,
    at,
    blocks,
    draw,
    flow,
    lines,
    paragraphs,
    read,
    squeezed,
)


def test_lines_of_a_paragraph_become_one_text_on_its_page(tmp_path: Path) -> None:
    path = flow(tmp_path / "a.pdf", paragraphs(PROSE * 2, "A second paragraph follows it."))
    document = read(path)
    assert blocks(document) == [(PROSE * 2).strip(), "A second paragraph follows it."]
    assert document.pages == (0,)


def test_a_paragraph_over_a_page_end_is_whole_and_knows_where_the_page_begins(
    tmp_path: Path,
) -> None:
    def footed(canvas: Canvas, template: BaseDocTemplate) -> None:
        at(canvas, 60, HEIGHT - 40, "Harbour Board annual report", 8)
        at(canvas, WIDTH - 100, HEIGHT - 40, f"Page {template.page} of 4", 8)

    numbered = [
        f"Sentence {n} says that the {n}th wall was mended by the crew." for n in range(180)
    ]
    path = flow(tmp_path / "a.pdf", paragraphs(" ".join(numbered)), on_page=footed)
    document = read(path)
    assert blocks(document) == [" ".join(numbered)]
    assert len(document.pages) > 2
    assert document.removed == len(document.pages) * len("Harbour Board annual reportPage 1 of 4")
    assert_on_claimed_pages(path, document)
    with pypdfium2.PdfDocument(path) as pdf:
        for number, start in enumerate(document.pages[1:], 1):
            page = " ".join(pdf[number].get_textpage().get_text_range().split())
            assert document.text[start : start + 40] in page
            assert document.page_at(start) == number + 1
            assert document.page_at(start - 1) == number


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    story = paragraphs(*[f"Paragraph {n} begins here. {PROSE}" for n in range(16)])
    document = read(flow(tmp_path / "a.pdf", story, columns=2))
    assert [int(n) for n in re.findall(r"Paragraph (\d+)", document.text)] == list(range(16))
    assert all(block.endswith(("winter.",)) for block in blocks(document))


def test_columns_drawn_line_by_line_across_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"left column line {n} of prose that goes on and on" for n in range(12)]
    right = [f"right column line {n} of prose that goes on too" for n in range(12)]

    def page(canvas: Canvas) -> None:
        at(canvas, 60, 80, "A heading over both of the columns of this page", 16)
        for n, pair in enumerate(zip(left, right, strict=True)):
            at(canvas, 60, 120 + 13 * n, pair[0])
            at(canvas, 320, 120 + 13 * n, pair[1])

    text = " ".join(read(draw(tmp_path / "a.pdf", page)).text.split())
    assert text.endswith(" ".join([*left, *right]))


def test_running_lines_go_and_are_counted_and_what_differs_stays(tmp_path: Path) -> None:
    def page_of(number: int) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            at(canvas, 60, 40, "Harbour Board", 9)
            at(canvas, 480, 40, "Minutes of 10 May 2024", 9)
            at(canvas, 60, 60, ["First item", "Second item", "Last item"][number], 11)
            lines(canvas, 60, 100, [f"On page {number} something new is said.", "• a bullet"])
            at(canvas, 290, 800, f"– {number + 1} –", 9)

        return page

    path = draw(tmp_path / "a.pdf", *[page_of(n) for n in range(3)])
    document = read(path)
    assert "Harbour" not in document.text
    assert "Minutes" not in document.text
    assert "–" not in document.text
    for kept in ("First item", "Second item", "Last item", "On page 2 something"):
        assert kept in document.text
    assert document.text.count("• a bullet") == 3
    dropped = ["Harbour Board", "Minutes of 10 May 2024", "– 1 –"]
    assert document.removed == 3 * sum(map(len, dropped))


def test_numbers_that_do_not_count_pages_are_no_running_lines(tmp_path: Path) -> None:
    def page_of(number: int) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            lines(canvas, 60, 300, [f"Chart {number} shows what was said by those asked."])
            at(canvas, 60, 790, f"Sample size: {374 + 13 * number * number}", 9)
            at(canvas, 290, 810, ["iii", "iv", "v", "vi"][number], 9)

        return page

    document = read(draw(tmp_path / "a.pdf", *[page_of(n) for n in range(4)]))
    assert re.findall(r"Sample size: (\d+)", document.text) == ["374", "387", "426", "491"]
    assert document.removed == len("iiiivvvi")


def test_words_parted_at_line_ends_are_healed_as_the_document_spells_them(tmp_path: Path) -> None:
    texts = [
        "The integration of services is a long-term aim of the board and of its inte-",
        "gration plan. Each member knows the cost, and nobody doubts that such long-",
        "term aims need money, and well-known partners, and above all the communi-",
        "ties that live here, who are asked each year what it is that they need most.",
    ]
    document = read(draw(tmp_path / "a.pdf", lambda canvas: lines(canvas, 60, 80, texts)))
    assert "its integration plan" in document.text
    assert "such long-term aims" in document.text
    assert "the communities that" in document.text  # seen: this document parts words


def test_a_hyphen_stays_where_nothing_shows_that_words_are_parted(tmp_path: Path) -> None:
    texts = [
        "Every one of the councils that wrote to us has asked its chief decision-",
        "makers to look at the accounts again before the end of the month of May.",
    ]
    document = read(draw(tmp_path / "a.pdf", lambda canvas: lines(canvas, 60, 80, texts)))
    assert "decision-makers" in document.text


def test_headings_items_and_contents_are_told_from_prose(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        at(canvas, 60, 60, "Harbour walls", 18, "Helvetica-Bold")
        at(canvas, 60, 90, "Introduction ........................ 3")
        at(canvas, 60, 130, "1.2 Purpose of this report")
        y = lines(
            canvas, 60, 160, ["The board looked into the matter of the walls, which had been"]
        )
        y = lines(
            canvas, 60, y, ["raised by the public, and found what follows in this list here:"]
        )
        at(canvas, 60, y + 8, "• mend the walls, which the sea")
        at(canvas, 70, y + 21.2, "has broken in many places;")
        at(canvas, 60, y + 34.4, "• pay for it.")
        at(canvas, 60, y + 70, "What it costs", 11, "Times-Bold")
        at(canvas, 60, y + 83.2, "It costs two million pounds.")

    document = read(draw(tmp_path / "a.pdf", page))
    assert blocks(document, "heading") == [
        "Harbour walls",
        "1.2 Purpose of this report",
        "What it costs",
    ]
    assert blocks(document, "item") == [
        "• mend the walls, which the sea has broken in many places;",
        "• pay for it.",
    ]
    assert blocks(document, "furniture") == ["Introduction … 3"]
    assert document.title == "Harbour walls"
    assert document.provenance["title"] == "largest text on the first page"


def test_a_large_number_beside_an_entry_is_no_word_of_it(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for number, (first, second) in enumerate(
            [("Use open standards and common", "platforms."), ("Test the service with", "people.")],
            9,
        ):
            lines(canvas, 96, 60 * number, [first, second], 14, 17)
            at(canvas, 79 - 23 * len(str(number)), 60 * number + 17, str(number), 42)

    document = read(draw(tmp_path / "a.pdf", page))
    assert blocks(document, "paragraph") == [
        "Use open standards and common platforms.",
        "Test the service with people.",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("All the members of the board said that they missed their target of", "76.8 widely."),
        ("They were told that this was to be finished before the end of June", "30. It was not."),
        ("What the standards need most in the long run is to strengthen the U.", "S. standing."),
    ],
)
def test_a_line_that_only_looks_numbered_goes_on(tmp_path: Path, first: str, second: str) -> None:
    before = "The prose of this paragraph is set so wide that its lines are full to"
    document = read(draw(tmp_path / "a.pdf", lambda c: lines(c, 60, 80, [before, first, second])))
    assert blocks(document) == [f"{before} {first} {second}".replace("U. S.", "U.S.")]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_like_any_other(tmp_path: Path, turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        lines(
            canvas, 60, 400, ["One line of a page that is turned", "and the line that follows it."]
        )

    def drawn(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        lines(
            canvas, 60, 220, ["One line of a page that is turned", "and the line that follows it."]
        )

    for n, one in enumerate((page, drawn)):
        document = read(draw(tmp_path / f"{n}.pdf", one))
        assert document.text == "One line of a page that is turned and the line that follows it."


def test_a_stamp_along_the_margin_is_kept_apart_from_the_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, 60, 80, ["The text goes on from this line", "to this line without a break."])
        canvas.rotate(90)
        canvas.drawString(400, -20, "Received 3 May")

    document = read(draw(tmp_path / "a.pdf", page))
    assert blocks(document, "paragraph") == [
        "The text goes on from this line to this line without a break."
    ]
    assert blocks(document, "furniture") == ["Received 3 May"]


WORDS = st.sampled_from(
    "the harbour wall of 1947 costs £3,500 and St. Peter's well-known 12.5% fee (see below) "
    "café naïve co-operative re-use e.g. Board".split()
)
SENTENCES = st.lists(WORDS, min_size=4, max_size=30).map(
    lambda words: " ".join(words).capitalize().rstrip(".") + "."
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=8).map(" ".join)


@given(
    texts=st.lists(PARAGRAPHS, min_size=1, max_size=14),
    columns=st.integers(1, 3),
    headed=st.booleans(),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_is_lost_or_reordered_and_pages_are_right(
    tmp_path: Path, texts: list[str], columns: int, headed: bool
) -> None:
    story = paragraphs(*texts, style=BODY)
    if headed:
        story = [*paragraphs("Chapter of the harbour", style=HEADING), *story]
    path = flow(tmp_path / "any.pdf", story, columns)
    document = read(path)
    said = " ".join([*(["Chapter of the harbour"] if headed else []), *texts])
    assert squeezed(document.text) == squeezed(said)
    assert_on_claimed_pages(path, document)
