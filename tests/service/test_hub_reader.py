"""Another cross-encoder on top of the reader: the order is its, the likelihood the reader's."""

from pathlib import Path

import numpy as np
import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import ModelError
from indexer.generation import Generation, current
from service.hub_reader import READ, HubReader
from service.pipeline import Engine
from service.read import BEHIND, FeatureReader
from service.settings import ServiceSettings
from service.types import Question
from tests.service.test_read import CORPUS, QUESTION, candidate


def test_what_it_reads_is_in_its_order_and_the_rest_follows(cross_encoder: Path) -> None:
    texts = [f"The weather in town {n} was mild." for n in range(READ + 3)]
    found = [candidate(text, 0.9 - 0.01 * n) for n, text in enumerate(texts)]
    found[READ - 1] = candidate("Nine councillors sit on the boards.", 0.83)
    first = FeatureReader().read(QUESTION, found, CORPUS)
    assert 0 < first.order.index(READ - 1) < READ
    reading = HubReader(FeatureReader(), str(cross_encoder)).read(QUESTION, found, CORPUS)
    assert set(reading.order[:READ]) == set(first.order[:READ])
    assert reading.order[READ:] == first.order[READ:]
    assert found[reading.order[0]].text.startswith("Nine councillors")
    assert reading.probability == first.probability
    assert reading.scores[reading.order[READ]] <= reading.scores[reading.order[READ - 1]] - BEHIND
    assert np.isfinite(reading.scores).all()


@pytest.mark.parametrize("name", ["no/such/folder", ""])
def test_a_model_that_cannot_be_loaded_is_told_with_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as error:
        HubReader(FeatureReader(), name or str(tmp_path))
    assert "RAG_SERVICE_CROSS_ENCODER" in error.value.hint


def test_a_service_answers_with_it(
    cross_encoder: Path, seed_index: Path, engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    settings = ServiceSettings(cross_encoder=str(cross_encoder))
    generation = Generation(current(seed_index))
    question = Question("why do councils distrust ICBs?")
    answer = Engine(generation, embedder, settings).ask(question)
    plain = engine.ask(question)
    assert answer.status == "answered"
    assert answer.confidence == plain.confidence
    assert [one.quote for one in answer.citations] != [one.quote for one in plain.citations]
