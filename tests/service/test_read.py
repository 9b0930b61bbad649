"""The Reader contract, held by every implementation, and the features of the linear one."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.hub_reader import HubReader
from service.large import LargeReader
from service.read import (
    JUDGE_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    Candidate,
    Corpus,
    FeatureReader,
    Reader,
    judge_features,
    sentence_features,
)
from service.words import KINDS

QUESTION = "How many councillors sit on the boards?"
WORDS = "councillors boards sit nine money is the hospital Kent 43 because ? who".split()


def even(term: str) -> float:
    """Every term is as telling as any other."""
    return 1.0


CORPUS = Corpus(even, 100)


def candidate(text: str, number: float = 0.4) -> Candidate:
    """A sentence that is the whole of its passage; every number known of it is the same."""
    known: dict[str, Any] = {
        field.name: number if field.type is float else "" for field in fields(Candidate)
    }
    return Candidate(**known | {"text": text, "title": "Boards", "passage": text})


@pytest.fixture(scope="module", params=["plain", "hub", "large"])
def reader(request: pytest.FixtureRequest, cross_encoder: Path) -> Reader:
    """Each implementation in turn."""
    plain = FeatureReader()
    if request.param == "large":
        return LargeReader(plain, request.getfixturevalue("larger"))
    return HubReader(plain, str(cross_encoder)) if request.param == "hub" else plain


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """One to eight sentences of random words with random cosines."""
    texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
    pairs = st.tuples(texts, st.floats(-1, 1))
    return [candidate(t, c) for t, c in draw(st.lists(pairs, min_size=1, max_size=8))]


@given(found=candidates(), question=st.lists(st.sampled_from(WORDS)).map(" ".join))
@settings(max_examples=50, deadline=None)
def test_the_order_is_a_permutation_with_the_best_score_first(
    reader: Reader, found: list[Candidate], question: str
) -> None:
    reading = reader.read(question, found, CORPUS)
    assert sorted(reading.order) == list(range(len(found)))
    ordered = [float(reading.scores[position]) for position in reading.order]
    assert ordered == sorted(ordered, reverse=True)
    assert 0.0 <= reading.probability <= 1.0
    assert reading.share(reading.order[0]) == 1.0
    assert all(0.0 <= reading.share(position) <= 1.0 for position in reading.order)


def test_with_nothing_to_read_the_probability_is_zero(reader: Reader) -> None:
    reading = reader.read(QUESTION, [], CORPUS)
    assert reading.order == []
    assert len(reading.scores) == 0
    assert reading.probability == 0.0


@pytest.mark.parametrize("first", [True, False])
def test_a_sentence_with_the_questions_words_outranks_an_unrelated_one(
    reader: Reader, first: bool
) -> None:
    related = candidate("Nine councillors sit on the boards.")
    unrelated = candidate("The weather in Leeds was mild.")
    found = [related, unrelated] if first else [unrelated, related]
    assert found[reader.read(QUESTION, found, CORPUS).order[0]] is related


def test_a_sentence_nearer_in_meaning_outranks_its_equal(reader: Reader) -> None:
    far, near = candidate("Nine are members.", 0.1), candidate("Nine are members.", 0.9)
    assert reader.read(QUESTION, [far, near], CORPUS).order == [1, 0]


def test_related_text_is_likelier_to_answer_than_unrelated_text(reader: Reader) -> None:
    good = [candidate("Nine councillors sit on the boards.", 0.8)]
    bad = [candidate("The weather in Leeds was mild.", 0.05)]
    likely, unlikely = reader.read(QUESTION, good, CORPUS), reader.read(QUESTION, bad, CORPUS)
    assert likely.probability > unlikely.probability


def test_reading_twice_gives_the_same(reader: Reader) -> None:
    found = [candidate("Nine councillors sit there.", 0.6), candidate("Nobody knows why.", 0.5)]
    one, other = reader.read(QUESTION, found, CORPUS), reader.read(QUESTION, found, CORPUS)
    assert one.order == other.order
    assert one.probability == other.probability
    assert np.array_equal(one.scores, other.scores)


def test_the_same_sentences_are_less_likely_right_among_more_passages(reader: Reader) -> None:
    found = [candidate("Nine councillors sit on the boards."), candidate("They met in Kent.")]
    few, many = (reader.read(QUESTION, found, Corpus(even, n)) for n in (20, 20_000))
    assert few.order == many.order
    assert few.probability > many.probability


def test_the_threshold_is_a_probability(reader: Reader) -> None:
    assert 0.0 < reader.threshold < 1.0


def test_sentence_features_have_a_row_for_each_candidate() -> None:
    found = [candidate("Nine councillors sit there."), candidate("Why?"), candidate("")]
    features = sentence_features(QUESTION, found, even)
    assert features.shape == (3, len(SENTENCE_FEATURES))
    assert np.isfinite(features).all()


def test_judge_features_are_one_finite_row() -> None:
    for found in ([candidate("Nine sit there.")], [candidate("Nine."), candidate("Ten.")]):
        features = sentence_features(QUESTION, found, even)
        row = judge_features(QUESTION, found, features, features.sum(axis=1), 0.0)
        assert row.shape == (len(JUDGE_FEATURES),)
        assert np.isfinite(row).all()


def test_features_are_named_once_each() -> None:
    assert len(set(SENTENCE_FEATURES)) == len(SENTENCE_FEATURES)
    assert len(set(JUDGE_FEATURES)) == len(JUDGE_FEATURES)
    assert {f"fits_{kind}" for kind in KINDS} <= set(SENTENCE_FEATURES)


def test_what_surrounds_a_sentence_counts_for_it(reader: Reader) -> None:
    alone = candidate("Nine of them.")
    told = replace(alone, before="The councillors sit on the boards.")
    reading = reader.read(QUESTION, [alone, told], CORPUS)
    assert reading.scores[1] != reading.scores[0]


@pytest.mark.parametrize("part", ["rank", "judge"])
def test_weights_made_for_other_features_are_refused(tmp_path: Path, part: str) -> None:
    saved = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    saved[part] = dict(reversed(saved[part].items()))
    other = tmp_path / "reader.json"
    other.write_text(json.dumps(saved))
    with pytest.raises(ValueError, match="made for other features"):
        FeatureReader(other)


def test_a_weights_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "reader.json"
    other.write_text("nothing of the sort")
    with pytest.raises(ValueError, match="Expecting value"):
        FeatureReader(other)
