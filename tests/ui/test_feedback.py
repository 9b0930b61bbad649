"""What a reader says of an answer: how it is asked for, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any

from tests.ui.pages import Page, Running
from tests.ui.samples import HOSTILE, Elements, answered
from ui.client import ServiceClient
from ui.feedback import feedback_block, give
from ui.render import conversation
from ui.types import Answer, Problem, Turn

SAID = {"question": "Why?", "answer": "So. [1]", "status": "answered", "generation": "g"}


def test_every_answer_has_two_thumbs_with_names_and_a_folded_form() -> None:
    turns = [Turn("How many?", answered()), Turn("Tax?", Answer(status="not_found"))]
    found = Elements(conversation(turns))
    thumbs = found.of_class("thumb")
    assert [thumb["aria-label"] for thumb in thumbs] == ["Useful", "Not useful"] * 2
    assert {thumb["aria-pressed"] for thumb in thumbs} == {"false"}
    forms = found.of_class("why")
    assert [thumb["aria-controls"] for thumb in thumbs[::2]] == [form["id"] for form in forms]
    assert all("hidden" in form for form in forms)


def test_what_is_no_answer_is_not_asked_about() -> None:
    html = conversation([Turn("Why?", Problem("Down.")), Turn("And now?")])
    assert not Elements(html).of_class("feedback")


def test_what_it_is_about_is_said_with_it_whatever_it_holds() -> None:
    answer = answered(answer=HOSTILE, index={"generation": "g1"})
    (block,) = Elements(feedback_block(Turn(HOSTILE), answer, 1)).of_class("feedback")
    about = {"question": HOSTILE, "answer": HOSTILE, "status": "answered", "generation": "g1"}
    assert json.loads(block["data-about"] or "") == about


def test_what_is_said_reaches_the_service_and_is_thanked_for(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    client = ServiceClient(service.url)
    bare = give(client, {**SAID, "useful": True, "reason": ""})
    reasoned = give(client, {**SAID, "useful": False, "reason": " Half \ud83d. ", "odd": 1})
    assert bare == {"kept": True, "words": "Thank you."}
    assert reasoned == {"kept": True, "words": "Thank you, noted."}
    assert asked == [
        {**SAID, "useful": True, "reason": ""},
        {**SAID, "useful": False, "reason": "Half ?."},
    ]


def test_what_could_not_be_kept_is_told() -> None:
    told = give(ServiceClient("http://127.0.0.1:9"), {**SAID, "useful": True})
    assert told["kept"] is False
    assert str(told["words"]).startswith("Not kept. The answering service at")
    assert "make serve" in str(told["words"])


def test_the_page_s_script_can_say_it(service: Running) -> None:
    conversation = Page(service.url).part("conversation")
    assert [function.__name__ for function in conversation.server_fns] == ["feedback"]
    assert "server.feedback(" in conversation.js_on_load
