"""Whether a question needs those before it."""

import json

import pytest

from service.leaning import leans, points_back, without_lead
from tests.conftest import SEEDS

TRAINING = SEEDS.parent / "training"


@pytest.mark.parametrize(
    "question",
    [
        "and how many thought it would be easy?",
        "what about the chief executives?",
        "why do they say so",
        "who said that?",
        "why?",
        "and in 2018?",
        "thanks, and in London?",
        "how many of them?",
        "what did she say about funding?",
        "is that in the white paper?",
        "what was the target?",
        "who will take over?",
        "what did the NAO say?",
        "has he written anything else?",
        "and what was it supposed to be?",
        "what if nobody turned out on the night in Millgate ward?",
    ],
)
def test_a_question_that_needs_those_before_it_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "who chairs the public accounts committee?",
        "How many councils say that integration would be easy?",
        "Who leads the National Audit Office",
        "And who chairs the Public Accounts Committee?",
        "what is social prescribing?",
        "what is the BCF?",
        "what does IMPOWER stand for?",
        "how difficult will it be to integrate health and social care?",
        "why do councils in London want their hospitals to pay?",  # their: the councils'
        "does the NAO say that integration saves money?",
    ],
)
def test_a_whole_question_does_not(question: str) -> None:
    assert not leans(question)


def test_questions_that_people_asked_are_nearly_always_told_apart() -> None:
    follow_ups: list[str] = []
    whole: list[str] = []
    for path in TRAINING.glob("*/questions.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            (follow_ups if row.get("history") else whole).append(row["question"].lstrip("| "))
    assert len(follow_ups) > 300
    assert sum(map(leans, follow_ups)) > 0.92 * len(follow_ups)
    assert sum(map(leans, whole)) < 0.06 * len(whole)


def test_a_pronoun_points_back_only_past_what_the_question_itself_says() -> None:
    assert points_back("why did it end?")
    assert points_back("what did that cost?")
    assert not points_back("why did Harrowdale council raise its fees?")
    assert not points_back("is it worth asking?")


def test_what_leads_up_to_a_question_is_told_from_it() -> None:
    assert without_lead("Thanks, and in London?") == "in London?"
    assert without_lead("ok so why?") == "why?"
    assert without_lead("Orders and payments?") == "Orders and payments?"
    assert without_lead("and?") == ""
