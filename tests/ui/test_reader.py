"""One document in full, opened at a quoted line."""

from __future__ import annotations

import pytest

from ui.reader import document_page
from ui.types import Document


def test_a_document_is_shown_whole_with_the_quote_marked_and_its_line_named() -> None:
    page = document_page(Document(text="One.\nTwo <b>.\nThree.", title="T"), 5, 13)
    assert 'One.\n<mark id="quote">Two &lt;b&gt;.</mark>\nThree.' in page
    assert "line 2" in page


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-5, -2), (99, 120), (4, 2)])
def test_a_place_outside_the_document_marks_nothing(start: int, end: int) -> None:
    page = document_page(Document(text="Short."), start, end)
    assert "<mark" not in page
    assert "Short." in page
