"""Making the reader's weights: what is learnt from, and that it is learnt."""

import json
import random
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.embed import SentenceTransformerEmbedder
from service.fit import (
    Example,
    HeldOut,
    choose_threshold,
    examples,
    figures,
    fit,
    fit_rank,
    leave_one_out,
    save,
)
from service.read import SENTENCE_FEATURES, Candidate, FeatureReader


def example(dice: random.Random, group: str = "a", answerable: bool = True) -> Example:
    """Five sentences of random features, of which the one with the largest first is right."""
    features = np.array([[dice.random() for _ in SENTENCE_FEATURES] for _ in range(5)])
    known: dict[str, Any] = {
        field.name: 0.0 if field.type is float else "" for field in fields(Candidate)
    }
    read = [Candidate(**known | {"text": f"s{n}"}) for n in range(5)]
    right = (np.arange(5) == int(np.argmax(features[:, 0]))) & answerable
    return Example(group, "why?", answerable, read, features, right)


def sets() -> list[Example]:
    """Three sets of answerable questions and some that are not."""
    dice = random.Random(0)
    return [example(dice, g, n % 4 > 0) for g in ("a", "b", "c") for n in range(40)]


def test_the_feature_that_decides_gets_the_largest_weight() -> None:
    dice = random.Random(0)
    found = [example(dice) for _ in range(60)]
    weights = fit_rank(found)
    assert weights.shape == (len(SENTENCE_FEATURES),)
    assert int(np.argmax(np.abs(weights))) == 0
    assert weights[0] > 0
    first = [bool(one.right[int(np.argmax(one.features @ weights))]) for one in found]
    assert sum(first) / len(first) > 0.9


def test_a_set_is_judged_by_weights_that_never_saw_it() -> None:
    found = sets()
    judged = leave_one_out(found)
    assert len(judged) == len(found)
    shuffled = [one for one in found if one.group == "a"]
    weights = fit([one for one in found if one.group != "a"])
    expected = [weights.probability(one) for one in shuffled]
    assert [one.probability for one in judged[: len(shuffled)]] == pytest.approx(expected)


def test_figures_are_counted_as_by_hand() -> None:
    judged = [
        HeldOut(True, True, True, True, 0.9, 0.0),
        HeldOut(True, False, True, True, 0.5, 0.0),
        HeldOut(True, False, False, True, 0.2, 0.0),
        HeldOut(True, False, False, False, 0.7, 0.0),
        HeldOut(False, False, False, False, 0.1, 0.0),
        HeldOut(False, False, False, False, 0.6, 0.0),
    ]
    found = figures(judged, threshold=0.4)
    assert (found["first"], found["among_three"], found["among_five"]) == (0.25, 0.5, 0.75)
    assert (found["falsely_refused"], found["refused"]) == (0.25, 0.5)
    # of 4 × 2 pairs the answerable one is surer in (.9: 2) + (.5: 1) + (.2: 1) + (.7: 2)
    assert found["auroc"] == pytest.approx(6 / 8)
    # each bin holds one question, so the error is the mean of |p - right among three|
    by_hand = (0.1 + 0.5 + 0.2 + 0.7 + 0.1 + 0.6) / 6
    assert found["calibration_error"] == pytest.approx(by_hand, abs=1e-4)


def test_the_threshold_lets_that_share_of_the_answerable_fall_below() -> None:
    judged = [HeldOut(True, True, True, True, n / 100, 0.0) for n in range(100)]
    least = choose_threshold(judged, 0.1)
    assert sum(one.probability < least for one in judged) == 10


def test_what_is_saved_is_what_a_reader_takes(tmp_path: Path) -> None:
    weights = fit(sets())
    save(weights, 0.25, tmp_path / "reader.json")
    reader = FeatureReader(tmp_path / "reader.json")
    assert reader.threshold == 0.25
    assert reader.rank == pytest.approx(weights.rank, abs=1e-4)


def test_a_set_goes_through_the_products_own_build_and_retrieval(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    corpus = tmp_path / "towns" / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text(
        "The old bridge was built in 1907.\n\nThe river runs to the sea.\n"
    )
    rows = [
        {"question": "when was the bridge built", "quotes": ["built in 1907"]},
        {"question": "who paid for it?", "quotes": []},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (corpus.parent / "questions.jsonl").write_text(lines)
    answered, unanswered = examples(corpus.parent, tmp_path / "scratch", embedder)
    assert (answered.answerable, unanswered.answerable) == (True, False)
    texts = [one.text for one in answered.candidates]
    assert [text for text, right in zip(texts, answered.right, strict=True) if right] == [
        "The old bridge was built in 1907."
    ]
    assert not unanswered.right.any()
