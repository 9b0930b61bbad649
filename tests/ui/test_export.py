"""A conversation as a file: all that was asked and answered, and nothing live."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.ui.samples import HOSTILE, QUOTE, Elements, answered, cite
from ui.export import saved
from ui.types import Answer, Filters, Problem, Turn

DAY = date(2026, 11, 27)
INDEX = {"documents": 5, "generation": "g1"}
TURNS = [
    Turn("How many?", answered(interpreted_question="How many ICBs?"), Filters(("LGC",))),
    Turn("Tax?", Answer(status="not_found", reason="Nothing is about this.")),
    Turn("Lost?", Problem("It is down.")),
    Turn("And why?", answered(status="partial", confidence=0.4, index=INDEX)),
]


def words_of(text: str, kind: str) -> str:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text) if kind == "markdown" else text
    return Elements(html.split("</style>")[-1]).words


@pytest.mark.parametrize(("kind", "ending"), [("markdown", "md"), ("page", "html")])
def test_a_file_has_every_question_with_what_came_of_it(kind: str, ending: str) -> None:
    file = saved(TURNS, kind, DAY)
    assert file["name"] == f"questions-and-answers-2026-11-27.{ending}"
    words = words_of(file["text"], kind)
    told = [
        "Saved on 27 November 2026. Documents searched: 5 (index g1).",
        *("How many?", "Only documents published by LGC.", "Understood as: How many ICBs?"),
        *("Well supported (confidence 0.83).", QUOTE, "References", "County councils, CCN"),
        *("Tax?", "The documents don't say. Nothing is about this."),
        *("Lost?", "No answer. It is down."),
        *("And why?", "Uncertain – check the sources (confidence 0.40).", QUOTE),
    ]
    at = 0
    for line in told:
        assert line in words[at:]
        at = words.index(line, at)


def test_a_page_needs_nothing_else() -> None:
    page = saved(TURNS, "page", DAY)["text"]
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert not re.findall(r"<(?:script|link|img)|src=|@import|url\(", page)


@pytest.mark.parametrize("kind", ["markdown", "page"])
def test_nothing_in_a_file_is_live(kind: str) -> None:
    values: dict[str, Any] = dict.fromkeys(("title", "source", "url", "published"), HOSTILE)
    hostile = answered(
        answer=HOSTILE,
        interpreted_question=HOSTILE + "!",
        sentences=[{"text": HOSTILE, "citations": [1]}],
        citations=[cite(quote=HOSTILE, **values)],
        index={"documents": 1, "generation": HOSTILE},
    )
    nothing = Answer(status="not_found", reason=HOSTILE)
    outcomes = (hostile, nothing, Problem(HOSTILE))
    turns = [Turn(HOSTILE, one, Filters((HOSTILE,), (HOSTILE,))) for one in outcomes]
    text = saved(turns, kind, DAY)["text"]
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text) if kind == "markdown" else text
    tags = {tag for tag, _ in Elements(html.split("</style>")[-1]).found}
    assert not tags - set("h1 h2 p em strong ul li ol b sup article body".split())
    assert "<script>alert(1)</script>" in words_of(text, kind)
