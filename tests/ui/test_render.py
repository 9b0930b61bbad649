"""A conversation as HTML: everything said is shown, and nothing from a document is live."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.samples import HOSTILE, Elements, answered, cite
from ui import render
from ui.reader import document_page
from ui.sources import sources_panel
from ui.types import Answer, Document, IndexInfo, Problem, Turn


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
        turns = [Turn(HOSTILE, outcome, draft=answer)]
        html += render.conversation(turns) + sources_panel(turns)
    known = ("text", "title", "author", "publisher", "published", "source", "url")
    document = Document.model_validate({**dict.fromkeys(known, HOSTILE), "original": True})
    html += document_page(document, 3, 20).split("</head>")[1]
    parsed = Elements(html)
    assert not {tag for tag, _ in parsed.found} & {"script", "img"}
    assert not any(name.startswith("on") for _, attrs in parsed.found for name in attrs)
    links = [attrs["href"] or "" for tag, attrs in parsed.found if tag == "a"]
    inside = ("#source", "#turn-", "#quote", "source/", "?original=true")
    assert all(link.startswith(inside) for link in links)
    assert "<script>alert(1)</script>" in parsed.words
