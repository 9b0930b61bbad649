"""Retrieval on the seed articles: what is found, fused, filtered; the ends of the range."""

import numpy as np
import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.sparse import content_terms
from indexer.types import Filters, Hit, Passage
from service import retrieve
from service.pipeline import Engine
from service.rerank import SHARE
from service.retrieve import (
    BEST_OF_DOCUMENT,
    SHARES,
    WORD_PASSAGES,
    WORDS_OF_DOCUMENT,
    QueryVectors,
    Retriever,
    document_scores,
)

QUESTION = "why do councils distrust Integrated Care Boards?"


@pytest.fixture(scope="module")
def retriever(engine: Engine, embedder: SentenceTransformerEmbedder) -> Retriever:
    """A retriever over the seed articles."""
    return Retriever(engine.generation, embedder)


def find(retriever: Retriever, text: str, k: int = 5, filters: Filters | None = None) -> list[Hit]:
    """Searches as the pipeline does."""
    return retriever.search(text, retriever.embed(text), k, filters or Filters())


def sources(engine: Engine, hits: list[Hit]) -> list[str]:
    """The files that the hits come from, best first."""
    headers = engine.generation.store.headers([hit.passage.document_id for hit in hits])
    return [headers[hit.passage.document_id].source[:3] for hit in hits]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("how many people answered the LGC survey?", "000"),
        ("Why does Blair McPherson think integration is unnecessary?", "001"),
        (QUESTION, "002"),
        ("what did IMPOWER analyse?", "002"),
        ("who is head of the National Audit Office?", "003"),
        ("what could devolution do for London?", "004"),
    ],
)
def test_the_right_article_comes_first(
    engine: Engine, retriever: Retriever, question: str, article: str
) -> None:
    assert sources(engine, find(retriever, question))[0] == article


def test_hits_are_ranked_from_one_by_falling_score(retriever: Retriever) -> None:
    hits = find(retriever, QUESTION, 10)
    assert [hit.rank for hit in hits] == list(range(1, 11))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_a_hit_is_a_slice_of_its_document(engine: Engine, retriever: Retriever) -> None:
    for hit in find(retriever, QUESTION, 10):
        document = engine.generation.store.document(hit.passage.document_id)
        assert document is not None
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_the_fused_score_is_of_the_legs_shares_in_passage_and_document(
    engine: Engine, retriever: Retriever
) -> None:
    """Against the same worked out here over every passage of the corpus."""
    generation, vectors = engine.generation, retriever.embed(QUESTION)
    rows = list(range(generation.manifest.passages))
    bm25 = dict(generation.sparse.search(content_terms(QUESTION), len(rows)))
    numbers = range(generation.manifest.sentences)
    window = generation.windows.scores(vectors.sentence, numbers)
    alone = generation.sentence_vectors.astype(np.float32) @ vectors.sentence
    own = [np.flatnonzero(generation.store.passage_of == row) for row in rows]
    legs = {
        "cosine": generation.dense.scores(vectors.passage, rows),
        "bm25": np.array([bm25.get(row, 0.0) for row in rows]),
        "window": np.array([window[n].max() for n in own]),
        "sentence": np.array([alone[n].max() for n in own]),
    }
    positive = {leg: scores.clip(min=0) for leg, scores in legs.items()}
    shares = {leg: scores / scores.max() for leg, scores in positive.items()}
    sums = sum((SHARES[leg] * share for leg, share in shares.items()), np.zeros(len(rows)))
    documents = [generation.store.document_of == generation.store.document_of[row] for row in rows]
    best = np.array([sums[of].max() for of in documents])
    words = np.array([np.sort(shares["bm25"][of])[-WORD_PASSAGES:].sum() for of in documents])
    of_document = BEST_OF_DOCUMENT * best + WORDS_OF_DOCUMENT * words / words.max()
    wanted = (sums + of_document) / (1 + BEST_OF_DOCUMENT + WORDS_OF_DOCUMENT)
    hits = retriever.search(QUESTION, vectors, len(rows), Filters())
    assert {hit.row for hit in hits} == set(rows)
    for hit in hits:
        assert hit.score == pytest.approx(wanted[hit.row], abs=1e-5)
        for leg, scores in legs.items():
            assert hit.via[leg] == pytest.approx(scores[hit.row], abs=1e-5)


def test_without_known_words_the_vectors_decide(retriever: Retriever) -> None:
    hits = retriever.search("zzzz qqqq", retriever.embed(QUESTION), 5, Filters())
    assert len(hits) == 5
    assert all(hit.via["bm25"] == 0.0 < hit.via["cosine"] for hit in hits)


def test_without_a_vector_the_words_decide(engine: Engine, retriever: Retriever) -> None:
    nothing = np.zeros(engine.generation.manifest.model.dim, np.float32)
    hits = retriever.search("IMPOWER", QueryVectors(nothing, nothing), 3, Filters())
    assert "IMPOWER" in hits[0].passage.text
    scores = [hit.via["bm25"] for hit in hits]
    assert scores[0] > 0
    assert scores == sorted(scores, reverse=True)


def test_each_leg_proposes_passages_of_its_own(
    engine: Engine, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two proposals from each leg, passages that only one of them proposed are candidates."""
    monkeypatch.setattr(retrieve, "CANDIDATES", 2)
    about = retriever.embed("who won the football match?")  # the words below are of other things
    other = retriever.embed("combined mental health teams")
    vectors = QueryVectors(about.passage, other.sentence)
    generation = engine.generation
    sentences = generation.windows.search(vectors.sentence, 2)
    proposed = [
        set(generation.dense.search(vectors.passage, 2)),
        {row for row, _ in generation.sparse.search(content_terms("IMPOWER"), 2)},
        {int(generation.store.passage_of[number]) for number in sentences},
    ]
    everything = set().union(*proposed)
    for leg in proposed:
        assert leg - set().union(*(one for one in proposed if one is not leg))
    monkeypatch.setattr(retrieve, "SHARES", dict.fromkeys(retrieve.SHARES, 0.25))
    best = {hit.row for hit in retriever.search("IMPOWER", vectors, 2, Filters())}
    assert best <= everything
    for name in ("cosine", "bm25", "window"):  # each alone finds what it proposed
        monkeypatch.setattr(retrieve, "SHARES", {name: 1.0})
        found = {hit.row for hit in retriever.search("IMPOWER", vectors, 2, Filters())}
        assert found >= proposed[("cosine", "bm25", "window").index(name)]


def test_only_function_words_are_still_searched_for(retriever: Retriever) -> None:
    assert content_terms("to be or not to be") == []
    assert any(hit.via["bm25"] > 0 for hit in find(retriever, "to be or not to be"))


@pytest.mark.parametrize("text", ["", "???", "\x00", "a:b \"'(", "councils " * 900])
def test_no_text_is_too_odd_to_search_for(retriever: Retriever, text: str) -> None:
    assert len(find(retriever, text, 3)) == 3


def test_more_than_there_is_gives_all_there_is(engine: Engine, retriever: Retriever) -> None:
    assert len(find(retriever, QUESTION, 10_000)) == engine.generation.manifest.passages


def test_filters_keep_other_documents_out(engine: Engine, retriever: Retriever) -> None:
    hits = find(retriever, QUESTION, 50, Filters(publisher=("Press Association",)))
    assert set(sources(engine, hits)) == {"003"}


def test_filters_that_match_nothing_find_nothing(retriever: Retriever) -> None:
    assert find(retriever, QUESTION, 5, Filters(publisher=("Nobody",))) == []


def test_a_document_is_scored_by_its_best_passages(engine: Engine, retriever: Retriever) -> None:
    hits = find(retriever, QUESTION, 50)
    scores = document_scores(hits)
    assert set(scores) == set(engine.generation.store.document_ids)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    # its best cosine and best BM25, each as a share of the best of all, half and half
    top_cosine = max(hit.via["cosine"] for hit in hits)
    top_bm25 = max(hit.via["bm25"] for hit in hits)
    for document, score in scores.items():
        own = [hit.via for hit in hits if hit.passage.document_id == document]
        cosine, bm25 = max(via["cosine"] for via in own), max(via["bm25"] for via in own)
        assert score == pytest.approx(0.5 * max(cosine, 0) / top_cosine + 0.5 * bm25 / top_bm25)


def test_documents_are_better_by_what_the_reader_says_of_them() -> None:
    def hit(document: str, **via: float) -> Hit:
        passage = Passage(f"{document}:0", document, "Words.", 0, 6, None, None, ())
        return Hit(passage, row=0, score=0.5, rank=1, via=via)

    hits = [
        hit("a", cosine=0.5, bm25=4.0, reader=0.25),
        hit("a", cosine=0.4, bm25=0.0, reader=0.75),
        hit("b", cosine=0.25, bm25=4.0),
    ]
    read = SHARE * 0.75
    assert document_scores(hits) == pytest.approx({"a": 1.0 + read, "b": 0.75})
    assert document_scores(hits, "reader") == pytest.approx({"a": 1.0, "b": 0.75})
    assert document_scores(hits, "cosine") == pytest.approx({"a": 0.5 + read, "b": 0.5})
    assert document_scores(hits, "bm25") == pytest.approx({"a": 0.5 + read, "b": 0.25})


def test_no_hits_score_no_documents() -> None:
    assert document_scores([]) == {}
