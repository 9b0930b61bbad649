"""One document in full, opened at a quoted line."""

from __future__ import annotations

import pytest

from tests.ui.samples import Elements
from ui.reader import document_page
from ui.types import Document

PAGED = Document(
    text="One.\nTwo.\nThree.", title="T", source="a/T.PDF", pages=(0, 5, 10), original=True
)


def links(page: str) -> list[str | None]:
    return [attrs["href"] for tag, attrs in Elements(page).found if tag == "a"]


def test_a_document_is_shown_whole_with_the_quote_marked_and_its_line_named() -> None:
    page = document_page(Document(text="One.\nTwo <b>.\nThree.", title="T"), 5, 13)
    assert 'One.\n<mark id="quote">Two &lt;b&gt;.</mark>\nThree.' in page
    assert '<a href="#quote">Quote on line 2</a>' in page


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-5, -2), (99, 120), (4, 2)])
def test_a_place_outside_the_document_marks_nothing(start: int, end: int) -> None:
    page = document_page(Document(text="Short."), start, end)
    assert "<mark" not in page
    assert "Short." in page
    assert links(page) == []


@pytest.mark.parametrize(("start", "end", "page"), [(0, 4, 1), (4, 9, 1), (5, 9, 2), (11, 16, 3)])
def test_a_quote_in_a_pdf_names_its_page_and_opens_the_pdf_there(
    start: int, end: int, page: int
) -> None:
    html = document_page(PAGED, start, end)
    assert f"Quote on page {page}" in html
    assert f"Open the PDF at page {page}" in html
    assert links(html) == ["#quote", f"?original=true#page={page}"]


def test_pages_are_told_in_their_places_and_are_no_part_of_the_text() -> None:
    html = document_page(PAGED, 3, 9)
    one, two, three = (f'<span data-page="Page {number}"></span>' for number in (1, 2, 3))
    assert f'{one}One<mark id="quote">.\n{two}Two.</mark>\n{three}Three.' in html
    assert PAGED.text in Elements(html.split("</style>")[1]).words
    assert (
        "data-page" not in document_page(Document(text="One.", pages=(0,)), 0, 4).split("<h1>")[1]
    )


def test_only_a_file_that_is_there_is_offered_and_no_pdf_is_saved() -> None:
    gone = PAGED.model_copy(update={"original": False})
    assert links(document_page(gone, 0, 4)) == ["#quote"]
    assert "Open the PDF<" in document_page(PAGED, 0, 0)
    other = Document(text="One.", source="plan.docx", original=True)
    assert "Download the original file" in document_page(other, 0, 4)
    assert links(document_page(other, 0, 4)) == ["#quote", "?original=true"]
