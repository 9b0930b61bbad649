"""Answers as HTML: everything said is shown, and nothing from a document is live."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from ui import render
from ui.markup import marked, web_address
from ui.reader import document_page
from ui.sources import source_card, sources_panel
from ui.types import Answer, Citation, Document, IndexInfo, Problem, Turn

QUOTE = "only nine out of 91 Integrated Care Board members are councillors."
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover=alert(3) x="\' '
    "</mark></article><a href='javascript:alert(4)'>x</a> ${alert(5)} {{value}} &lt;b&gt;"
)


def cite(number: int = 1, **fields: Any) -> Citation:
    known = {
        "document_id": "doc",
        "title": "County councils",
        "publisher": "CCN",
        "published": "2022-11-17",
        "source": "002.txt",
        "quote": QUOTE,
        "context": f"Before it. Arguably {QUOTE} And after.",
        "start": 10,
        "end": 10 + len(QUOTE),
    }
    return Citation.model_validate({"id": number, **known, **fields})


def answered(**fields: Any) -> Answer:
    plain = {
        "status": "answered",
        "answer": f"{QUOTE} [1]",
        "sentences": [{"text": QUOTE, "citations": [1]}],
        "citations": [cite()],
        "confidence": 0.83,
        "timings_ms": {"total": 41.2},
    }
    return Answer.model_validate({**plain, **fields})


def also_in(**fields: Any) -> dict[str, Any]:
    known = {"title": "Minutes", "publisher": "LGC", "published": "2021-03", "source": "m.pdf"}
    return {**known, "document_id": "m", "quote": QUOTE, "start": 0, "end": len(QUOTE), **fields}


def shown(answer: Answer, question: str = "How many?") -> str:
    return render.conversation([Turn(question, answer)])


class Elements(HTMLParser):
    """What a browser would make of the markup: elements with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.found if name in (attrs.get("class") or "").split()]


def test_every_sentence_carries_a_chip_that_leads_to_its_card() -> None:
    turns = [Turn("How many?", answered())]
    (chip,) = Elements(render.conversation(turns)).of_class("chip")
    (card,) = Elements(sources_panel(turns)).of_class("source-card")
    assert chip["href"] == f"#{card['id']}"
    assert chip["data-source"] == card["data-source"] == "1"
    assert "[1]</a>" in render.conversation(turns)


def test_markers_inside_a_sentence_become_chips_where_they_stand() -> None:
    sentence = {"text": "Nine [1] and ten [2].", "citations": [1, 2]}
    html = shown(answered(sentences=[sentence], citations=[cite(1), cite(2)]))
    assert html.index("Nine") < html.index("[1]</a>") < html.index("and ten")
    assert len(Elements(html).of_class("chip")) == 2


def test_a_footnote_of_the_source_is_not_taken_for_a_citation() -> None:
    html = shown(answered(sentences=[{"text": "It fell.[7] So.", "citations": [1, 9]}]))
    assert "It fell.[7] So." in html
    assert [chip["data-source"] for chip in Elements(html).of_class("chip")] == ["1"]


def test_an_answer_that_is_not_taken_apart_is_shown_whole() -> None:
    html = shown(answered(sentences=[], answer=f"{QUOTE} [1] More [1]"))
    assert QUOTE in Elements(html).words
    assert "More" in html


def test_neighbours_from_one_document_share_its_name_and_others_do_not() -> None:
    citations = [cite(1), cite(2, quote="Second."), cite(3, document_id="other", quote="Third.")]
    sentences = [
        {"text": one.quote, "citations": [number]} for number, one in enumerate(citations, 1)
    ]
    html = shown(answered(sentences=sentences, citations=citations))
    assert len(Elements(html).of_class("quoted")) == 2
    assert "County councils, CCN, 17 November 2022" in html


def test_words_that_are_not_the_source_s_own_are_not_set_as_a_quotation() -> None:
    html = shown(answered(sentences=[{"text": "Few are councillors.", "citations": [1]}]))
    assert not Elements(html).of_class("quoted")
    assert Elements(html).of_class("chip")


def test_an_unsupported_sentence_is_marked_as_such() -> None:
    html = shown(answered(sentences=[{"text": "X.", "citations": [1], "supported": False}]))
    assert Elements(html).of_class("unsupported")
    assert "not found in the source" in html


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


def test_not_found_says_so_and_shows_what_was_near_as_no_answer() -> None:
    nothing = answered(
        status="not_found", citations=[], sentences=[], reason="No tax.", nearest=[cite()]
    )
    html, panel = shown(nothing), sources_panel([Turn("Tax?", nothing)])
    assert "The documents don't say." in html
    assert "No tax." in html
    assert not Elements(html).of_class("chip")
    assert not Elements(html).of_class("confidence")
    assert not Elements(html).of_class("copy")
    assert "Closest passages" in panel
    assert "Not an answer." in panel
    assert QUOTE in panel
    assert "data-source" not in panel


def test_a_reason_with_nothing_near_stands_alone() -> None:
    html = shown(answered(status="not_found", citations=[], sentences=[], reason="Hello. Ask me."))
    assert "Hello. Ask me." in html
    assert "don't say" not in html


def test_not_found_with_nothing_near_promises_nothing() -> None:
    nothing = Answer(status="not_found")
    assert "Closest passages" not in shown(nothing) + sources_panel([Turn("Tax?", nothing)])


def test_a_partial_answer_says_what_is_missing() -> None:
    html = shown(answered(status="partial", reason="No sum is given."))
    assert "Uncertain." in html
    assert "No sum is given." in html
    assert Elements(html).of_class("chip")


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("how many ICBs (Integrated Care Boards)?", True),
        ("HOW MANY?", False),
        (" How many? ", False),
        ("", False),
    ],
)
def test_what_was_understood_is_told_only_when_it_differs(meant: str, told: bool) -> None:
    assert ("Understood as:" in shown(answered(interpreted_question=meant))) is told


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.8, "Well supported"), (0.79, "Likely"), (0.5, "Likely"), (0.49, "Check the source")],
)
def test_confidence_is_in_words_with_the_number_behind_them(confidence: float, words: str) -> None:
    (note,) = Elements(shown(answered(confidence=confidence))).of_class("confidence")
    assert f"{confidence:.2f}" in (note["title"] or "")
    assert (note["aria-label"] or "").startswith(words)


def test_confidence_unknown_is_not_guessed() -> None:
    assert not Elements(shown(answered(confidence=None))).of_class("confidence")


@pytest.mark.parametrize(
    ("total", "words"), [(0.2, "1 ms"), (41.2, "41 ms"), (999.4, "999 ms"), (1234, "1.2 s")]
)
def test_the_time_taken_is_told(total: float, words: str) -> None:
    assert f"Took {words}<" in shown(answered(timings_ms={"total": total}))


def test_the_copy_names_its_sources() -> None:
    copied = render.for_clipboard(answered())
    assert copied.startswith(f"{QUOTE} [1]\n")
    assert "[1] County councils, CCN, 17 November 2022 (002.txt)" in copied
    assert f"“{QUOTE}”" in copied
    (button,) = Elements(shown(answered())).of_class("copy")
    assert button["data-copy"] == copied


def test_an_error_is_told_with_what_to_do_and_its_command_set_as_code() -> None:
    html = render.conversation([Turn("Why?", Problem("It is <down>.", "Start it: `make serve`."))])
    assert "It is &lt;down&gt;." in html
    assert "<code>make serve</code>" in html


def test_a_question_under_way_is_shown_with_its_progress() -> None:
    turns = [Turn("Why?")]
    assert "Searching the documents" in render.conversation(turns)
    assert Elements(sources_panel(turns)).of_class("skeleton")
    assert render.progress(turns) == "Searching the documents."


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (answered(), "Answered, sources: 1."),
        (answered(status="partial"), "Partly answered, sources: 1."),
        (Answer(status="not_found"), "The documents don't say."),
        (Problem("Down."), "No answer: something went wrong."),
    ],
)
def test_the_outcome_is_told_to_a_screen_reader(outcome: Answer | Problem, words: str) -> None:
    assert render.progress([Turn("Why?", outcome)]) == words


def test_the_panel_shows_the_last_answer_and_keeps_the_earlier_ones_at_hand() -> None:
    turns = [Turn("First?", answered()), Turn("Lost?", Problem("Down.")), Turn("2?", answered())]
    sections = Elements(sources_panel(turns)).of_class("turn-sources")
    assert [(one["id"], "hidden" in one) for one in sections] == [
        ("sources-1", True),
        ("sources-3", False),
    ]
    ids = [attrs["id"] for _, attrs in Elements(sources_panel(turns)).found if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_history_is_plain_text_of_what_was_answered() -> None:
    turns = [
        Turn("First?", answered(answer="A <b>. [1]")),
        Turn("Lost?", Problem("Down.")),
        Turn("Tax?", Answer(status="not_found")),
    ]
    assert render.history(turns) == [
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": "A <b>. [1]"},
        {"role": "user", "content": "Tax?"},
        {"role": "assistant", "content": "The documents don't say."},
    ]


def test_history_keeps_only_the_latest_exchanges() -> None:
    turns = [Turn(f"{number}?", answered()) for number in range(9)]
    assert [one["content"] for one in render.history(turns, most=2)][::2] == ["7?", "8?"]


def test_the_index_line_tells_what_is_known() -> None:
    info = IndexInfo(documents=1, passages=1200, created_at="2025-11-21T21:50:00Z")
    assert "1 document · 1,200 passages · indexed 21 November 2025" in render.index_line(info)
    assert "Ready" in render.index_line(IndexInfo())
    assert "does not reply" in render.index_line(None)


def test_nothing_from_a_document_a_question_or_an_error_is_live() -> None:
    fields = ("title", "author", "publisher", "published", "source", "url", "heading", "page")
    values: dict[str, Any] = dict.fromkeys((*fields, "quote"), HOSTILE)
    hostile = cite(**values, context=f"a {HOSTILE} b")
    answer = answered(
        answer=HOSTILE,
        interpreted_question=HOSTILE + "!",
        reason=HOSTILE,
        sentences=[{"text": HOSTILE, "citations": [1]}],
        citations=[hostile],
        nearest=[hostile],
    )
    partial = answer.model_copy(update={"status": "partial"})
    nothing = answer.model_copy(update={"status": "not_found"})
    html = render.index_line(IndexInfo(created_at=HOSTILE)) + render.notice(HOSTILE)
    for outcome in (answer, partial, nothing, Problem(HOSTILE, HOSTILE), None):
        turns = [Turn(HOSTILE, outcome)]
        html += render.conversation(turns) + sources_panel(turns)
    document = dict.fromkeys(("title", "author", "publisher", "source", "url"), HOSTILE)
    html += document_page(Document(text=HOSTILE, **document), 3, 20).split("</head>")[1]
    parsed = Elements(html)
    assert not {tag for tag, _ in parsed.found} & {"script", "img"}
    assert not any(name.startswith("on") for _, attrs in parsed.found for name in attrs)
    links = [attrs["href"] or "" for tag, attrs in parsed.found if tag == "a"]
    assert all(link.startswith(("#source-", "#turn-", "source/")) for link in links)
    assert "<script>alert(1)</script>" in parsed.words


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
