"""A search's best passages are read, and what answers goes up."""

from collections.abc import Sequence

import numpy as np
import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.generation import Generation
from indexer.types import Filters, Hit
from service.cross import SEPARATOR, CrossEncoder
from service.interpret import interpreter_for
from service.pipeline import Engine
from service.read import Floats
from service.rerank import SHARE, Reranker, Stage, stages
from service.retrieve import QueryVectors, Retriever
from service.settings import ServiceSettings

READ = 12
QUESTION = "why do councils distrust Integrated Care Boards?"


class Liking:
    """A cross-encoder that has what holds a text answer, and nothing else."""

    def __init__(self, liked: str) -> None:
        self.liked = liked
        self.read: list[str] = []

    def scores(self, question: str, sentences: Sequence[str]) -> Floats:
        """A lot for that, as little for all else."""
        self.read += sentences
        return np.array([20.0 if self.liked in one else -20.0 for one in sentences])


@pytest.fixture(scope="module")
def found(engine: Engine, embedder: SentenceTransformerEmbedder) -> tuple[list[Hit], QueryVectors]:
    """All passages of the seeds as a search ranks them, and the question's vectors."""
    retriever = Retriever(engine.generation, embedder)
    vectors = retriever.embed(QUESTION)
    return retriever.search(QUESTION, vectors, 50, Filters()), vectors


def reranked(engine: Engine, found: tuple[list[Hit], QueryVectors], scorer: Liking) -> list[Hit]:
    """The hits after they were read."""
    spell = interpreter_for(engine.generation).spell
    hits, vectors = found
    reranker = Reranker(engine.generation, spell, [Stage(scorer, READ, SHARE)])
    return reranker.rerank(QUESTION, vectors.sentence, hits)


def test_each_of_the_best_is_read_by_its_sentence_most_like_the_question(
    engine: Engine, found: tuple[list[Hit], QueryVectors]
) -> None:
    scorer = Liking("no such words")
    reranked(engine, found, scorer)
    hits, vectors = found
    assert len(scorer.read) == READ < len(hits)
    generation, spell = engine.generation, interpreter_for(engine.generation).spell
    for hit, read in zip(hits, scorer.read, strict=False):
        said = [spell(hit.passage.quote(one)) for one in hit.passage.sentences]
        sentence, _, context = read.partition(SEPARATOR)
        place = said.index(sentence)
        assert context.endswith(said[place - 1] if place else "")
        (first,) = generation.store.first_sentences([hit.row])
        rows = range(first, first + len(said))
        alike = generation.windows.scores(vectors.sentence, rows)
        alike = alike + generation.sentence_vectors[rows].astype(np.float32) @ vectors.sentence
        assert alike[place] == alike.max()


def test_what_answers_goes_up_and_the_others_keep_their_order(
    engine: Engine, found: tuple[list[Hit], QueryVectors]
) -> None:
    hits, _ = found
    scorer = Liking("no such words")
    reranked(engine, found, scorer)
    liked = scorer.read[READ - 1]
    after = reranked(engine, found, Liking(liked))
    up = next(i for i, one in enumerate(after) if one.passage == hits[READ - 1].passage)
    assert up == sum(one.score >= hits[READ - 1].score + SHARE for one in hits) < READ - 1
    assert [one.passage for one in after if one != after[up]] == [
        one.passage for one in hits if one.passage != hits[READ - 1].passage
    ]
    assert [one.rank for one in after] == list(range(1, len(hits) + 1))


def test_scores_stay_comparable_and_say_what_the_reader_said(
    engine: Engine, found: tuple[list[Hit], QueryVectors]
) -> None:
    hits, _ = found
    before = {hit.passage.id: hit.score for hit in hits}
    after = reranked(engine, found, Liking("Integrated Care Board"))
    given = [hit.via["reader"] for hit in after if "reader" in hit.via]
    assert len(given) == READ
    assert set(given) == {0.0, 1.0}  # forty log-odds apart count as RANGE
    for hit in after:
        assert 0 <= hit.score <= 1
        expected = (before[hit.passage.id] + SHARE * hit.via.get("reader", 0.0)) / (1 + SHARE)
        assert hit.score == pytest.approx(expected)


def test_nothing_found_is_nothing_read(engine: Engine) -> None:
    spell = interpreter_for(engine.generation).spell
    scorer = Liking("")
    reranker = Reranker(engine.generation, spell, stages(scorer, scorer))
    assert reranker.rerank(QUESTION, np.zeros(384, np.float32), []) == []


def test_the_larger_one_reads_a_few_of_what_the_small_one_put_first(
    engine: Engine, found: tuple[list[Hit], QueryVectors]
) -> None:
    hits, vectors = found
    spell = interpreter_for(engine.generation).spell
    seen = Liking("no such words")
    reranked(engine, found, seen)
    small, large = Liking(seen.read[READ - 1]), Liking(seen.read[READ - 1])
    both = [Stage(small, READ, 0.3), Stage(large, 3, 0.4)]
    after = Reranker(engine.generation, spell, both).rerank(QUESTION, vectors.sentence, hits)
    assert len(large.read) == 3
    assert seen.read[READ - 1] in large.read
    assert max(hit.via.get("reader", 0) for hit in after) == pytest.approx(1.0)
    assert sum("reader" in hit.via for hit in after) == READ


def test_readers_give_no_more_than_the_share_together() -> None:
    one = Liking("")
    for large in (None, one):
        assert sum(stage.share for stage in stages(one, large)) <= SHARE + 1e-9


def test_a_search_with_the_larger_reader_brings_the_answer_forward(
    larger: CrossEncoder, engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    folder = engine.generation.folder
    reading = Engine(Generation(folder), embedder, ServiceSettings(reader="auto"))
    question = "how many members of the boards are councillors?"
    _, read = reading.search(question, 3, Filters())
    _, plain = reading.search(question, 3, Filters(), rerank=False)
    assert "only nine out of 91" in read[0].passage.text
    assert len(read) == len(plain) == 3
    assert read[0].via["reader"] > 0
    assert not any("reader" in hit.via for hit in plain)
    assert [hit.passage for hit in plain] == [
        hit.passage for hit in engine.search(question, 3, Filters(), rerank=False)[1]
    ]
