"""The cross-encoder: question and sentence read together."""

import numpy as np
import pytest

from indexer.embed import find_model
from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL
from service import cross
from service.cross import CrossEncoder, like_length, with_context
from service.large import LEARNT
from service.whole import cross_encoder

QUESTION = "when was the bridge built?"
SENTENCES = ["The bridge was built in 1907.", "The river is full of fish.", "Towns have bridges."]


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def encoder(request: pytest.FixtureRequest) -> CrossEncoder:
    """In both number formats."""
    return cross_encoder(str(request.param))


def test_the_sentence_that_answers_scores_highest(encoder: CrossEncoder) -> None:
    assert int(np.argmax(encoder.scores(QUESTION, SENTENCES))) == 0


def test_a_score_does_not_depend_on_what_else_is_read(encoder: CrossEncoder) -> None:
    together = encoder.scores(QUESTION, SENTENCES)
    alone = [float(encoder.scores(QUESTION, [one])[0]) for one in SENTENCES]
    assert together == pytest.approx(alone, abs=0.25)


def test_long_sentences_and_questions_are_cut_not_refused(encoder: CrossEncoder) -> None:
    assert encoder.scores("why " * 100, ["word " * 1000]).shape == (1,)


def test_nothing_to_read_is_no_error(encoder: CrossEncoder) -> None:
    assert encoder.scores(QUESTION, []).shape == (0,)


def test_context_stands_behind_the_sentence() -> None:
    assert (
        with_context("It fell.", "Bridges", "It was old.") == "It fell. [SEP] Bridges. It was old."
    )
    assert with_context("It fell.", "", "") == "It fell."


def test_another_base_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross, "model_digest", lambda folder: "0" * 64)
    with pytest.raises(ModelError, match="cross-encoder"):
        CrossEncoder.changed("float32", find_model(PACKAGED_MODEL), LEARNT)


def test_texts_of_like_length_are_read_together() -> None:
    texts = ["x" * n for n in (7, 1, 5, 3, 6, 2, 8, 4)]
    assert like_length(texts) == [[1, 5, 3, 7], [2, 4, 0, 6]]
    assert [len(part) for part in like_length(texts * 4)] == [8, 8, 8, 8]
    assert like_length(["long", "x"]) == [[1, 0]]
    assert like_length([]) == []


def test_scores_are_in_the_order_of_the_sentences(encoder: CrossEncoder) -> None:
    texts = [f"{one} {'And so on. ' * n}" for n, one in enumerate(SENTENCES * 3)]
    forwards, backwards = encoder.scores(QUESTION, texts), encoder.scores(QUESTION, texts[::-1])
    assert forwards == pytest.approx(backwards[::-1], abs=0.25)
