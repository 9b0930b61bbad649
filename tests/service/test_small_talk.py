"""Small talk gets a reply that says what can be asked; questions never do."""

import json

import pytest

from service.pipeline import Engine
from service.small_talk import is_small_talk, reply
from service.types import Question
from tests.conftest import SEEDS

TITLES = ["Chapter 2", "Integration of health and social care"]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "Hi there!",
        "hi :)",
        "good morning",
        "thanks",
        "Thank you so much!",
        "great, thanks",
        "ok, bye",
        "help",
        "HELP!",
        "can you help me?",
        "who are you?",
        "are you a robot",
        "What can you do?",
        "what can I ask about?",
        "how does this work?",
        "which documents do you have?",
        "hello, what can you do?",
    ],
)
def test_what_is_said_to_the_service_itself_is_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "hello, who chairs the public accounts committee?",
        "thanks, and in London?",
        "ok but why?",
        "help for carers",
        "what can help carers?",
        "what can councils do?",
        "what can you do if the pooled budget is overspent?",
        "how does it work?",  # whatever was spoken of
        "who are the councillors?",
        "why?",
        "",
        "???",
    ],
)
def test_a_question_is_not(text: str) -> None:
    assert not is_small_talk(text)


def test_no_question_of_the_seeds_is() -> None:
    for name in ("questions.jsonl", "check.jsonl"):
        for line in (SEEDS / name).read_text(encoding="utf-8").splitlines():
            assert not is_small_talk(json.loads(line)["question"])


def test_long_small_talk_is_recognised_in_linear_time() -> None:
    assert is_small_talk("ok thanks " * 2000)
    assert not is_small_talk("ok thanks " * 2000 + "why")


@pytest.mark.parametrize(
    ("text", "opening"), [("hello!", "Hello."), ("ok, thanks", "You are welcome."), ("help", "I ")]
)
def test_the_reply_suits_what_was_said(text: str, opening: str) -> None:
    assert reply(text, 5, TITLES).startswith(opening)


def test_the_reply_names_how_many_documents_there_are_and_some() -> None:
    assert "5 documents are indexed, among them “Chapter 2” and “Integ" in reply("hi", 5, TITLES)
    assert "2 documents are indexed, “Chapter 2” and" in reply("hi", 2, TITLES)
    assert "1 document is indexed, “Chapter 2”." in reply("hi", 1, TITLES[:1])


def test_the_engine_replies_without_a_search(engine: Engine) -> None:
    answer = engine.ask(Question("hello, what can you do?"))
    assert (answer.status, answer.answer, answer.confidence) == ("not_found", "", 0.0)
    assert answer.citations == answer.nearest == []
    assert answer.interpreted_question == answer.question
    assert "5 documents are indexed" in (answer.reason or "")
    assert (answer.reason or "").count("“") >= 2
    assert set(answer.timings_ms) == {"total"}
