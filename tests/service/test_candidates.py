"""From passages found to the sentences that are read."""

import re

import pytest

from indexer.embed import SentenceTransformerEmbedder, Vectors
from indexer.types import Filters, Hit
from service.candidates import (
    LEAST,
    MIN_WORDS,
    WITHIN,
    CandidateFinder,
    Candidates,
    worth_reading,
)
from service.interpret import Interpreter
from service.pipeline import Engine
from service.read import Candidate
from service.retrieve import Retriever
from tests.service.test_read import candidate as alike

RERANKED = 16
QUESTION = "why do councils distrust Integrated Care Boards?"


@pytest.fixture(scope="module")
def vector(embedder: SentenceTransformerEmbedder) -> Vectors:
    """The question's vector, by the model that sentences are read with."""
    return embedder.reading().embed_query(QUESTION)


@pytest.fixture(scope="module")
def hits(engine: Engine, embedder: SentenceTransformerEmbedder) -> list[Hit]:
    """Every passage of the seed articles, best first."""
    retriever = Retriever(engine.generation, embedder)
    return retriever.search(QUESTION, retriever.embed(QUESTION), 100, Filters())


@pytest.fixture(scope="module")
def finder(engine: Engine, embedder: SentenceTransformerEmbedder) -> CandidateFinder:
    """Spells nothing out: what is read is then the text as it stands."""
    return CandidateFinder(engine.generation, embedder, Interpreter([]), RERANKED)


@pytest.fixture(scope="module")
def found(finder: CandidateFinder, vector: Vectors, hits: list[Hit]) -> Candidates:
    """What is read for the question."""
    return finder.find(QUESTION, vector, hits)


def test_each_candidate_is_the_sentence_at_its_place(engine: Engine, found: Candidates) -> None:
    assert len(found.read) == len(found.places) > 50
    for candidate, (passage, sentence) in zip(found.read, found.places, strict=True):
        document = engine.generation.store.document(passage.document_id)
        assert document is not None
        assert document.text[sentence.start : sentence.end] == candidate.text
        assert candidate.text in candidate.passage
        assert candidate.title == (document.title or "")


def test_acronyms_are_read_spelt_out_and_quoted_as_they_stand(
    engine: Engine, embedder: SentenceTransformerEmbedder, vector: Vectors, hits: list[Hit]
) -> None:
    interpreter = Interpreter(engine.generation.store.glossary())
    spelt = CandidateFinder(engine.generation, embedder, interpreter, RERANKED).find(
        QUESTION, vector, hits
    )
    pairs = [
        (one.text, passage.quote(sentence))
        for one, (passage, sentence) in zip(spelt.read, spelt.places, strict=True)
    ]
    assert any("ICSs are still" in quote for _, quote in pairs)
    assert all("Integrated Care Systems are still" in text for text, q in pairs if "ICSs are" in q)


def test_the_cross_encoder_reads_the_promising_sentences_and_the_rest_come_last(
    found: Candidates,
) -> None:
    promising = worth_reading(found.read, RERANKED)
    assert LEAST <= len(promising) <= RERANKED < len(found.read)
    read = [found.read[i].cross for i in promising]
    rest = {one.cross for i, one in enumerate(found.read) if i not in promising}
    assert len(set(read)) > len(read) // 2
    assert rest == {min(read) - 1.0}


def test_what_is_far_behind_the_most_promising_is_not_worth_reading() -> None:
    def likeness(*found: float) -> list[Candidate]:
        return [alike("The boards met.", cosine) for cosine in found]

    near, far = 0.9 - WITHIN / 5 + 0.01, 0.9 - WITHIN / 5 - 0.01  # it counts five times
    assert worth_reading(likeness(far, near, 0.9, near, near, near), 16) == [2, 1, 3, 4, 5]
    assert worth_reading(likeness(far, near, 0.9, far, far), 16) == [2, 1, 0, 3]  # LEAST
    assert worth_reading(likeness(0.9, 0.8, 0.7), 2) == [0, 1]
    assert worth_reading([], 16) == []


def test_only_what_somebody_says_is_found_for_a_speaker(
    engine: Engine, embedder: SentenceTransformerEmbedder, vector: Vectors, hits: list[Hit]
) -> None:
    finder = CandidateFinder(engine.generation, embedder, Interpreter([]), RERANKED)
    said = finder.find(QUESTION, vector, hits, "Sir Amyas Morse")
    texts = [one.text for one in said.read]
    assert any("siphoned off through the better care fund" in text for text in texts)  # not named
    assert any(text.startswith("Sir Amyas Morse, head of") for text in texts)
    assert not any("Meg Hillier" in text or "councillors" in text for text in texts)
    assert finder.find(QUESTION, vector, hits, "Jo Nobody").read == []


def test_none_are_read_when_none_are_asked_for(
    engine: Engine, embedder: SentenceTransformerEmbedder, vector: Vectors, hits: list[Hit]
) -> None:
    found = CandidateFinder(engine.generation, embedder, Interpreter([]), 0)
    assert {one.cross for one in found.find(QUESTION, vector, hits).read} == {-1.0}


def test_labels_are_left_out_and_nothing_else(hits: list[Hit], found: Candidates) -> None:
    every = [hit.passage.quote(s) for hit in hits for s in hit.passage.sentences]
    read = {candidate.text for candidate in found.read}
    out = [text for text in every if text not in read]
    assert out
    assert all(len(re.findall(r"\w+", text)) < MIN_WORDS for text in out)


def test_furniture_is_never_read(hits: list[Hit], found: Candidates) -> None:
    read = " ".join(candidate.passage for candidate in found.read)
    for furniture in ("Press Association", "Picture (c)", "@CCNOffice", "Click to see", "Brody"):
        assert furniture not in read
        assert not any(furniture in hit.passage.text for hit in hits)


def test_neighbours_are_those_of_the_same_passage(found: Candidates) -> None:
    for candidate, (passage, sentence) in zip(found.read, found.places, strict=True):
        at = passage.sentences.index(sentence)
        before = passage.quote(passage.sentences[at - 1]) if at else ""
        last = at + 1 == len(passage.sentences)
        after = "" if last else passage.quote(passage.sentences[at + 1])
        assert (candidate.before, candidate.after) == (before, after)


def test_the_stored_vectors_are_those_of_the_sentences(
    embedder: SentenceTransformerEmbedder, found: Candidates, vector: Vectors
) -> None:
    """Embedded again here; half precision on disk and other batches move the third decimal."""
    some = found.read[::12]
    reading = embedder.reading()
    alone = reading.embed_passages([one.text for one in some]) @ vector
    windows = [
        f"{one.title}. {one.before} {one.text}" if one.title else f"{one.before} {one.text}".strip()
        for one in some
    ]
    within = reading.embed_passages(windows) @ vector
    for i, one in enumerate(some):
        assert one.cos_sentence == pytest.approx(alone[i], abs=0.02)
        assert one.cos_window == pytest.approx(within[i], abs=0.02)


def test_passage_scores_are_shares_of_the_best(hits: list[Hit], found: Candidates) -> None:
    assert found.read[0].passage_score == 1.0
    by_passage = {hit.passage.id: hit for hit in hits}
    for candidate, (passage, _) in zip(found.read, found.places, strict=True):
        hit = by_passage[passage.id]
        assert candidate.passage_score == pytest.approx(hit.score / hits[0].score)
        assert candidate.cos_passage == hit.via["cosine"]


def test_no_hits_give_no_candidates(finder: CandidateFinder, vector: Vectors) -> None:
    assert finder.find(QUESTION, vector, []) == Candidates([], [])


def test_what_is_said_is_a_share_and_a_passage_says_no_less_than_its_sentence(
    found: Candidates,
) -> None:
    for one in found.read:
        assert 0.0 <= one.said_sentence <= one.said_window + 1e-6
        assert one.said_window <= one.said_passage + 1e-6
        assert one.said_passage <= 1.0 + 1e-6
