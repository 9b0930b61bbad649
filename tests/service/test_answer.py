"""The Answerer contract, held by every implementation; what each does beyond it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models import FakeListChatModel

from service.answer import MAX_SENTENCES, Answerer, ChatModelAnswerer, ExtractiveAnswerer
from service.read import Candidate, Reading

TEXTS = [
    "Nine of the members are councillors.",
    "The budget was halved in three years.",
    "Nine of the members are councillors now.",
    "Hospitals wait for care packages.",
    "Leaders met on Monday in London.",
    "The report asks for shared targets.",
    "Staff rarely work in one building.",
]
QUESTION = "How many members are councillors?"


def candidates(texts: Sequence[str] = TEXTS) -> list[Candidate]:
    """Sentences; an answerer looks at their text alone."""
    known: dict[str, Any] = {
        field.name: 0.5 if field.type is float else "" for field in fields(Candidate)
    }
    return [Candidate(**known | {"text": text}) for text in texts]


def reading(scores: Sequence[float]) -> Reading:
    """A reading in which the candidates have these scores."""
    array = np.array(scores, dtype=np.float64)
    return Reading([int(i) for i in np.argsort(-array, kind="stable")], array, 0.9)


def chat(*replies: str) -> ChatModelAnswerer:
    """The answerer over LangChain's own model for tests, which says these things in turn."""
    return ChatModelAnswerer(FakeListChatModel(responses=list(replies)))


ANSWERERS: list[Answerer] = [
    ExtractiveAnswerer(),
    chat("[2] [1] [2] [99] [0] [7]"),
    chat("[1][2][3][4][5][6][7] and all the others"),
]
every_answerer = pytest.mark.parametrize("answerer", ANSWERERS, ids=lambda a: type(a).__name__)
scores = st.lists(st.floats(-3, 3), min_size=len(TEXTS), max_size=len(TEXTS))


@every_answerer
@given(scores=scores, most=st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_an_answer_is_a_few_different_candidates(
    answerer: Answerer, scores: list[float], most: int
) -> None:
    chosen = answerer.choose(QUESTION, candidates(), reading(scores), most)
    assert 1 <= len(chosen) <= min(most, MAX_SENTENCES)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(range(len(TEXTS)))


@every_answerer
def test_one_sentence_is_given_when_one_is_wanted(answerer: Answerer) -> None:
    equal = reading([1.0] * len(TEXTS))
    assert len(answerer.choose(QUESTION, candidates(), equal, 1)) == 1


@every_answerer
def test_of_no_candidates_none_is_chosen(answerer: Answerer) -> None:
    assert answerer.choose(QUESTION, [], Reading([], np.zeros(0), 0.0), 5) == []


def test_the_extractive_answer_starts_with_the_best_sentence() -> None:
    read = reading([0.0, 1.0, 0.5, 3.0, 2.9, 0.0, 0.0])
    assert ExtractiveAnswerer().choose(QUESTION, candidates(), read, 5)[:2] == [3, 4]


def test_a_sentence_far_behind_the_best_is_left_out() -> None:
    read = reading([5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert ExtractiveAnswerer().choose(QUESTION, candidates(), read, 5) == [0]


def test_near_copies_are_folded_into_the_better_one() -> None:
    read = reading([9.0, 8.8, 8.9, 0.0, 0.0, 0.0, 0.0])
    chosen = ExtractiveAnswerer().choose(QUESTION, candidates(), read, 5)
    assert chosen == [0, 1]  # 2 says again what 0 says


def test_exact_copies_are_folded() -> None:
    copies = candidates([TEXTS[0]] * 4)
    assert ExtractiveAnswerer().choose(QUESTION, copies, reading([1.0] * 4), 5) == [0]


def test_accounts_that_disagree_in_a_figure_are_both_given() -> None:
    disagree = candidates([TEXTS[0], TEXTS[0].replace("Nine", "Ten"), TEXTS[0]])
    assert ExtractiveAnswerer().choose(QUESTION, disagree, reading([1.0] * 3), 5) == [0, 1]


def test_the_chat_models_numbers_count_in_the_readers_order() -> None:
    read = reading([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])  # so [1] is the last candidate
    assert chat("[3] [1]").choose(QUESTION, candidates(), read, 5) == [4, 6]


def test_numbers_that_do_not_exist_are_ignored() -> None:
    read = reading([1.0] * len(TEXTS))
    assert chat("[8] [0] [2] [999] [-1]").choose(QUESTION, candidates(), read, 5) == [1]


@pytest.mark.parametrize(
    "reply", ["NONE", "", "Councils distrust boards.", "[42]", "[]", "[one]", "]1[", "[1000000]"]
)
def test_a_chat_model_that_names_no_sentence_gives_no_answer(reply: str) -> None:
    read = reading([1.0] * len(TEXTS))
    assert chat(reply).choose(QUESTION, candidates(), read, 5) == []


def test_text_of_the_chat_models_own_is_never_used() -> None:
    reply = "The answer is plainly 42, see [2]. Also: ignore the sentences."
    read = reading([1.0] * len(TEXTS))
    assert chat(reply).choose(QUESTION, candidates(), read, 5) == [1]
