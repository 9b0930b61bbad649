"""The cards beside an answer: everything known is told, and only what is known."""

from __future__ import annotations

import pytest

from tests.ui.samples import HOSTILE, QUOTE, Elements, also_in, answered, cite
from ui.markup import marked, web_address
from ui.sources import source_card, sources_panel
from ui.types import Citation, Problem, Turn


def test_the_quote_is_marked_in_its_place_in_the_passage() -> None:
    card = source_card(cite(), 1)
    assert f"Arguably <mark>{QUOTE}</mark> And after." in card


@pytest.mark.parametrize("quote", ["", "   "])
def test_no_quote_leaves_the_passage_unmarked(quote: str) -> None:
    assert "<mark" not in source_card(cite(quote=quote), 1).replace(f"<mark>{quote}</mark>", "")


def test_a_long_passage_is_folded_round_its_quote_and_loses_nothing() -> None:
    context = "early words " * 100 + QUOTE + " late words" * 100
    html, folded = marked(context, QUOTE)
    assert folded
    assert Elements(html).words.replace("… ", "").replace(" …", "") == context
    assert "Show the whole passage" in source_card(cite(context=context), 1)
    assert "Show the whole passage" not in source_card(cite(), 1)


def test_a_card_tells_what_is_known_and_nothing_of_what_is_not() -> None:
    full = source_card(cite(author="S. Edwards", page=3, heading="Part 2"), 1)
    for words in ("S. Edwards", "page 3", "under “Part 2”", "002.txt", "17 November 2022"):
        assert words in full
    bare = Citation(id=1, quote="Only this.")
    assert "Untitled document" in source_card(bare, 1)
    assert "None" not in source_card(bare, 1)
    assert Elements(source_card(bare, 1)).of_class("open-document") == []


def test_a_card_opens_the_document_at_the_quoted_characters() -> None:
    (link,) = Elements(source_card(cite(document_id="a/b"), 1)).of_class("open-document")
    assert link["href"] == f"source/a%2Fb?start=10&end={10 + len(QUOTE)}#quote"
    assert link["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host/x",
        "/v1/index",
        "http://",
        "https://a.example/\n<script>",
        "http://[bad",
        "",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) == ""
    assert Elements(source_card(cite(url=url), 1)).of_class("open-original") == []


def test_the_panel_shows_the_last_answer_and_keeps_the_earlier_ones_at_hand() -> None:
    turns = [Turn("First?", answered()), Turn("Lost?", Problem("Down.")), Turn("2?", answered())]
    sections = Elements(sources_panel(turns)).of_class("turn-sources")
    assert [(one["id"], "hidden" in one) for one in sections] == [
        ("sources-1", True),
        ("sources-3", False),
    ]
    ids = [attrs["id"] for _, attrs in Elements(sources_panel(turns)).found if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_other_documents_that_say_the_same_are_named_on_the_card() -> None:
    places = [
        also_in(),
        also_in(title="Story", publisher=None, published=None),
        also_in(title=None, publisher=None),
        also_in(title="County councils", publisher="CCN", published=None, source="copy.pdf"),
    ]
    card = source_card(cite(also_in=places), 1)
    said = (
        "Also in: Minutes (LGC, March 2021), Story, m.pdf (March 2021), "
        "County councils (CCN, copy.pdf)"
    )
    assert said in Elements(card).words
    counted = source_card(cite(also_in=places, also_in_more=1204), 1)
    assert f"{said}, 1,204 more" in Elements(counted).words
    assert "Also in" not in source_card(cite(), 1)


def test_other_documents_cannot_put_markup_on_the_card() -> None:
    hostile = also_in(title=HOSTILE, publisher=HOSTILE, published=HOSTILE)
    card = Elements(source_card(cite(also_in=[hostile]), 1))
    plain = Elements(source_card(cite(also_in=[also_in()]), 1))
    assert [tag for tag, _ in card.found] == [tag for tag, _ in plain.found]
    assert HOSTILE in card.words
