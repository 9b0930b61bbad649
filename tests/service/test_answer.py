"""The Answerer contract, held by every implementation; what the extractive one does beyond it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.answer import MAX_SENTENCES, Answerer, ExtractiveAnswerer, Written
from service.candidates import Candidates
from service.read import Reading
from service.types import Unchecked
from service.verify import Verifier
from service.write import ChatModelAnswerer
from tests.service.texts import (
    BUDGET,
    COUNCILLORS,
    HOSPITALS,
    LEADERS,
    QUESTION,
    TOWN,
    candidates,
    reading,
    says,
)

REPLIES = {
    "extractive": None,
    "a chat model that copies": " ".join(f"{text} [1]" for texts in TOWN for text in texts),
    "a chat model that says too much": f"{TOWN[0][0]} [1] {TOWN[1][0]} [9] Pigs can fly. [2]",
    "a chat model that joins": (
        f"{TOWN[0][0][:-1]}, and {TOWN[1][0].lower()} [1, 2] {TOWN[2][0]} [3]"
    ),
    "a chat model that is marked": f"Pigs can fly. {TOWN[0][0]} [1]",
}
FOUND = candidates(*TOWN)
scores = st.lists(st.floats(-3, 3), min_size=len(FOUND.read), max_size=len(FOUND.read))


@pytest.fixture(scope="module", params=REPLIES)
def answerer(request: pytest.FixtureRequest, verifier: Verifier) -> Answerer:
    """Each implementation in turn; one that writes with several replies of its model."""
    reply = REPLIES[request.param]
    if reply is None:
        return ExtractiveAnswerer()
    return ChatModelAnswerer(says(reply), verifier, 30, mark="marked" in request.param)


def written(answerer: Answerer, found: Candidates, read: Reading, most: int) -> list[Written]:
    """All that an answerer writes."""
    batches = answerer.write(QUESTION, found, read, most)
    return [one for batch in batches if not isinstance(batch, Unchecked) for one in batch]


@given(scores=scores, most=st.integers(2, 50))
@settings(max_examples=15, deadline=None)
def test_an_answer_is_a_few_sentences_that_rest_on_a_few_candidates(
    answerer: Answerer, scores: list[float], most: int
) -> None:
    found = written(answerer, FOUND, reading(scores), most)
    assert any(one.supported for one in found)
    assert all(one.text and bool(one.evidence) == one.supported for one in found)
    cited = {place for one in found for place in one.evidence}
    assert 1 <= len(cited) <= min(most, MAX_SENTENCES)
    assert cited <= set(range(len(FOUND.read)))
    assert len({one.text for one in found}) == len(found)


def test_one_citation_is_given_when_one_is_wanted(answerer: Answerer) -> None:
    found = written(answerer, FOUND, reading([1.0] * len(FOUND.read)), 1)
    assert [len(one.evidence) for one in found if one.supported] == [1]


def test_of_no_candidates_nothing_is_written(answerer: Answerer) -> None:
    assert written(answerer, candidates(), Reading([], np.zeros(0), 0.0), 5) == []


def extracted(scores: list[float], found: Candidates = FOUND) -> list[int]:
    """The candidates that make the extractive answer, in order."""
    found_ = written(ExtractiveAnswerer(), found, reading(scores), 5)
    return [place for one in found_ for place in one.evidence]


def test_the_extractive_answer_is_of_quotes() -> None:
    found = written(ExtractiveAnswerer(), FOUND, reading([1.0] * len(FOUND.read)), 5)
    assert [one.text for one in found] == [FOUND.quote(one.evidence[0]) for one in found]


def test_the_extractive_answer_starts_with_the_best_sentence() -> None:
    assert extracted([0.0, 1.0, 0.5, 3.0, 2.9, 0.0, 0.0])[:2] == [HOSPITALS, LEADERS]


def test_a_sentence_far_behind_the_best_is_left_out() -> None:
    assert extracted([5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]) == [COUNCILLORS]


def test_near_copies_are_folded_into_the_better_one() -> None:
    # the third says again what the first says
    assert extracted([9.0, 8.8, 8.9, 0.0, 0.0, 0.0, 0.0]) == [COUNCILLORS, BUDGET]


def test_exact_copies_are_folded() -> None:
    assert extracted([1.0] * 4, FOUND.only([COUNCILLORS] * 4)) == [0]


def test_accounts_that_disagree_in_a_figure_are_both_given() -> None:
    nine = TOWN[0][0]
    disagree = candidates([nine], [nine.replace("Nine", "Ten")], [nine])
    assert extracted([1.0] * 3, disagree) == [0, 1]


SURVEY = (
    "Three in four of those asked said that it would be hard.",
    "This compared with nine in a hundred who thought it easy.",
    "They were asked in May.",
    "Staff like this.",
)


def test_a_sentence_that_leans_is_quoted_with_the_one_before() -> None:
    found = candidates(SURVEY)
    (one,) = written(ExtractiveAnswerer(), found, reading([0.0, 9.0, 0.0, 0.0]), 5)
    assert (one.text, one.evidence, one.whole) == (" ".join(SURVEY[:2]), (1,), True)


@pytest.mark.parametrize("scores", [[9.0, 8.9, 0.0, 0.0], [8.9, 9.0, 0.0, 0.0]])
@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_both_are_one_quote_where_both_are_shown(scores: list[float], between: str) -> None:
    found = candidates(SURVEY, between=between)
    (one,) = written(ExtractiveAnswerer(), found, reading(scores), 5)
    assert (one.text, one.evidence, one.whole) == (between.join(SURVEY[:2]), (1,), True)


def test_one_quote_of_two_stands_where_the_better_stood() -> None:
    texts = ("The board met in May.", *SURVEY[:2], "Four sites close next year.")
    found = candidates(texts, between="\n")
    quotes = written(ExtractiveAnswerer(), found, reading([0.0, 8.0, 9.0, 8.5]), 5)
    assert [one.evidence for one in quotes] == [(2,), (3,)]
    quotes = written(ExtractiveAnswerer(), found, reading([0.0, 8.0, 8.5, 9.0]), 5)
    assert [one.text for one in quotes] == [texts[3], "\n".join(SURVEY[:2])]


@pytest.mark.parametrize(
    ("scores", "texts"),
    [
        ([0.0, 0.0, 9.0, 0.0], SURVEY[2:3]),  # the one before leans itself
        ([0.0, 0.0, 0.0, 9.0], SURVEY[3:]),
    ],
)
def test_it_is_quoted_alone_where_that_adds_nothing(
    scores: list[float], texts: tuple[str, ...]
) -> None:
    found = written(ExtractiveAnswerer(), candidates(SURVEY), reading(scores), 5)
    assert tuple(one.text for one in found) == texts
