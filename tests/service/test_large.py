"""The larger reader: the order is its own, the likelihood is judged anew, and it can be missing."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.embed import SentenceTransformerEmbedder, find_model
from indexer.errors import ModelError
from indexer.generation import Generation, current
from indexer.settings import PACKAGED_MODEL
from service import large
from service.cross import CrossEncoder
from service.large import (
    READ,
    SURE_ABOVE,
    SURE_MARGIN,
    WITHIN,
    LargeReader,
    judge_features,
    large_base,
    large_encoder,
    mixed_scores,
    sure,
    worth_reading,
)
from service.pipeline import Engine
from service.read import BEHIND, Candidate, Corpus, FeatureReader, Floats, Reading
from service.settings import ServiceSettings
from service.types import Question
from tests.service.test_read import CORPUS, QUESTION, candidate


def test_what_it_reads_is_in_its_order_and_the_rest_follows(larger: CrossEncoder) -> None:
    texts = [f"The weather in town {n} was mild." for n in range(READ + 3)]
    found = [candidate(text, 0.9 - 0.01 * n) for n, text in enumerate(texts)]
    found[READ - 1] = candidate("Councillors: nine.", 0.84)
    first = FeatureReader().read(QUESTION, found, CORPUS)
    assert first.order.index(READ - 1) < READ
    reading = LargeReader(FeatureReader(), larger).read(QUESTION, found, CORPUS)
    assert set(reading.order[:READ]) == set(first.order[:READ])
    assert reading.order[READ:] == first.order[READ:]
    assert reading.order[0] == READ - 1
    assert reading.scores[reading.order[READ]] <= reading.scores[reading.order[READ - 1]] - BEHIND
    assert np.isfinite(reading.scores).all()


def test_what_is_far_behind_is_not_read_again() -> None:
    scores = np.array([1.0, 5.0, 5.0 - WITHIN, 4.9 - WITHIN] + [4.0] * READ)
    order = [int(i) for i in np.argsort(-scores, kind="stable")]
    assert worth_reading(order, scores) == order[:READ]
    assert worth_reading([1, 2, 3], scores) == [1, 2]
    assert worth_reading([], scores) == []


@pytest.mark.parametrize(
    ("scores", "probability", "expected"),
    [
        ([3.0, 3.0 - SURE_MARGIN], SURE_ABOVE + 0.01, True),
        ([3.0, 3.01 - SURE_MARGIN], SURE_ABOVE + 0.01, False),
        ([3.0, -3.0], SURE_ABOVE, False),
        ([3.0], 0.99, True),
    ],
)
def test_where_the_first_reader_is_sure_its_reading_stands(
    scores: list[float], probability: float, expected: bool
) -> None:
    first = Reading(list(range(len(scores))), np.array(scores), probability)
    assert sure(first) == expected

    class Sure(FeatureReader):
        """Says that of whatever it reads."""

        def read(self, question: str, candidates: Sequence[Candidate], corpus: Corpus) -> Reading:
            """See Reader."""
            return first

    class Fixed:
        """A cross-encoder to which all is alike."""

        def scores(self, question: str, sentences: Sequence[str]) -> Floats:
            """Nothing for each."""
            return np.zeros(len(sentences))

    found = [candidate("Nine sit there.") for _ in scores]
    again = LargeReader(Sure(), Fixed()).read(QUESTION, found, CORPUS)
    assert (again is first) == expected


def test_it_is_surer_of_what_answers_than_of_what_does_not(larger: CrossEncoder) -> None:
    reader = LargeReader(FeatureReader(), larger)
    answered = reader.read(QUESTION, [candidate("Nine councillors sit on the boards.")], CORPUS)
    beside = reader.read(QUESTION, [candidate("Councillors met the boards in Kent.")], CORPUS)
    assert answered.probability > reader.threshold > beside.probability


def test_scores_are_the_cross_encoders_with_a_share_of_the_firsts() -> None:
    mixed = mixed_scores(np.array([2.0, 1.0, -3.0]), np.array([0.5, 1.0, 0.0]))
    assert mixed == pytest.approx([0.5, 0.2, -4.0])


def test_features_of_the_judge_are_those_counted_by_hand() -> None:
    row = judge_features(0.75, np.array([1.0, 3.0, 0.5]), np.array([0.0, math.log(3), 0.0]), 0.7)
    assert row == pytest.approx([math.log(3), 3.0, 2.0, math.log(5), 0.7])
    alone = judge_features(1.0, np.array([2.0]), np.array([2.0]), 0.0)
    assert alone == pytest.approx([math.log(999999), 2.0, 5.0, 2.0, 0.0], rel=1e-5)


def test_a_setting_names_the_base_or_does_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(large, "FETCHED", tmp_path / "fetched")
    assert large_base("small") is None
    assert large_base("auto") is None
    (tmp_path / "fetched").mkdir()
    assert large_base("auto") == tmp_path / "fetched"
    assert large_base(str(tmp_path)) == tmp_path


def test_another_model_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="is not the one") as error:
        large_encoder(find_model(PACKAGED_MODEL), "float32")
    assert "RAG_SERVICE_READER" in error.value.hint
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="neither a folder here") as error:
        large_base("no/such-model")
    assert "RAG_SERVICE_READER" in error.value.hint


def test_a_service_answers_with_it(
    larger: CrossEncoder, seed_index: Path, engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    generation = Generation(current(seed_index))
    question = Question("why do councils distrust ICBs?")
    answer = Engine(generation, embedder, ServiceSettings(reader="auto")).ask(question)
    plain = engine.ask(question)
    assert answer.status == "answered"
    assert any("de facto control" in one.quote for one in answer.citations[:2])
    assert answer.confidence != plain.confidence
