"""Question → passages: dense, sentence and keyword search, fused.

A passage is scored four ways: cosine of the question with the passage, BM25, and, by the reading
model, the best cosine of the question with one of its sentences in context and with one alone. Each
leg proposes candidates; the cosines of all candidates are exact, BM25 is zero where the keyword leg
did not propose one. All are divided by the best of the candidates and added with fixed shares,
which beat reciprocal rank fusion and any leg alone. What the rest of its document says counts too:
the best of its passages, and how well its words fit (see docs/log.md for all of these).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.embed import Embedder, Vectors
from indexer.generation import Generation
from indexer.sparse import content_terms, terms
from indexer.types import Filters, Hit
from service.rerank import SHARE

Floats = npt.NDArray[np.floating[Any]]

SHARES = {"cosine": 0.2, "bm25": 0.2, "window": 0.4, "sentence": 0.2}
BEST_OF_DOCUMENT = 0.4  # of the best passage's score in a document, beside 1 of a passage's own,
WORDS_OF_DOCUMENT = 0.1  # and of the BM25 of its best WORD_PASSAGES passages together
WORD_PASSAGES = 3
DOCUMENT_LEGS = ("cosine", "bm25", "reader")
DENSE_SHARE = 0.5  # of whole documents, where there is no telling sentence to look for
CANDIDATES = 200  # from each leg, at least


@dataclass(frozen=True, slots=True)
class QueryVectors:
    """What a question is searched by: its vector among passages, and among sentences."""

    passage: Vectors
    sentence: Vectors


class Retriever:
    """Searches one generation. Safe to share between threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self._generation = generation
        self._embedder = embedder

    def embed(self, text: str, spelt: str | None = None) -> QueryVectors:
        """The vectors of a question; `spelt` is the question with its acronyms spelt out."""
        return QueryVectors(
            self._embedder.embed_query(text),
            self._embedder.reading().embed_query(text if spelt is None else spelt),
        )

    def search(self, text: str, vectors: QueryVectors, k: int, filters: Filters) -> list[Hit]:
        """The best `k` passages for a question that `vectors` stand for."""
        generation = self._generation
        rows = generation.store.rows_matching(filters)
        depth = max(CANDIDATES, k)
        # "to be or not to be" is all there is to search for when nothing else is
        words = list(dict.fromkeys(content_terms(text) or terms(text)))
        sparse = dict(generation.sparse.search(words, depth, rows))
        dense = generation.dense.search(vectors.passage, depth, rows)
        of = generation.store.passage_of
        within = None if rows is None else np.flatnonzero(np.isin(of, rows)).tolist()
        telling = of[generation.windows.search(vectors.sentence, depth, within)]
        candidates = sorted({*dense, *sparse, *telling.tolist()})
        if not candidates:
            return []
        window, sentence = self._best_sentences(candidates, vectors.sentence)
        legs = {
            "cosine": generation.dense.scores(vectors.passage, candidates),
            "bm25": np.array([sparse.get(row, 0.0) for row in candidates]),
            "window": window,
            "sentence": sentence,
        }
        own = np.asarray(sum(share * _share(legs[leg]) for leg, share in SHARES.items()))
        fused = _in_documents(own, legs["bm25"], generation.store.document_of[candidates])
        order = np.argsort(-fused, kind="stable")[:k]
        passages = generation.store.passages([candidates[i] for i in order])
        return [
            Hit(
                passage,
                row=candidates[i],
                score=float(fused[i]),
                rank=rank,
                via={leg: float(scores[i]) for leg, scores in legs.items()},
            )
            for rank, (i, passage) in enumerate(zip(order, passages, strict=True), start=1)
        ]

    def _best_sentences(self, passages: Sequence[int], vector: Vectors) -> tuple[Floats, Floats]:
        """The best cosine of a sentence in context, and of one alone, of each passage."""
        generation = self._generation
        of = generation.store.passage_of
        starts = np.searchsorted(of, passages)
        counts = np.searchsorted(of, passages, side="right") - starts
        firsts = np.cumsum(counts) - counts  # of each passage, among the rows below
        rows = np.arange(counts.sum()) + np.repeat(starts - firsts, counts)
        alone = generation.sentence_vectors[rows].astype(np.float32) @ vector
        within = generation.windows.scores(vector, rows)
        return np.maximum.reduceat(within, firsts), np.maximum.reduceat(alone, firsts)


def _in_documents(own: Floats, bm25: Floats, documents: npt.NDArray[np.integer[Any]]) -> Floats:
    """Scores of passages with what their documents add, in 0..1: all arrays have one shape."""
    best = _best_of_each(own, documents, 1)
    words = _share(_best_of_each(_share(bm25), documents, WORD_PASSAGES))
    total = own + BEST_OF_DOCUMENT * best + WORDS_OF_DOCUMENT * words
    # the shares may add up to a hair more than 1
    return np.asarray(np.minimum(total / (1 + BEST_OF_DOCUMENT + WORDS_OF_DOCUMENT), 1.0))


def _best_of_each(scores: Floats, groups: npt.NDArray[np.integer[Any]], most: int) -> Floats:
    """For each place the sum of the best `most` scores of its group, shape (len(scores),)."""
    order = np.lexsort((-scores, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    counts = np.diff(starts, append=len(order))
    place = np.arange(len(order)) - np.repeat(starts, counts)
    sums = np.add.reduceat(np.where(place < most, scores[order], 0.0), starts)
    found = np.empty(len(order))
    found[order] = np.repeat(sums, counts)
    return found


def document_scores(hits: Sequence[Hit], without: str = "") -> dict[str, float]:
    """Documents with a score each, best first: half its best cosine, half its best BM25, and
    rerank.SHARE of the best that the readers gave, where they read.

    They may come from different passages of it; the first two are shares of the best of all `hits`.
    One part, "cosine", "bm25" or "reader", can be left `without` weight, to see what it is worth.
    """
    best: dict[str, dict[str, float]] = {}
    for hit in hits:
        own = best.setdefault(hit.passage.document_id, dict.fromkeys(DOCUMENT_LEGS, 0.0))
        for leg in set(DOCUMENT_LEGS) - {without}:
            own[leg] = max(own[leg], hit.via.get(leg, 0.0))
    cosines = _share(np.array([own["cosine"] for own in best.values()]))
    bm25s = _share(np.array([own["bm25"] for own in best.values()]))
    fused = DENSE_SHARE * cosines + (1 - DENSE_SHARE) * bm25s
    found = {
        document: float(score) + SHARE * own["reader"]
        for (document, own), score in zip(best.items(), fused, strict=True)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _share(scores: Floats) -> Floats:
    """Scores as shares of the best one; negative cosines count as nothing."""
    positive = np.maximum(scores, 0.0)
    best = positive.max(initial=0.0)
    return np.asarray(positive / best if best > 0 else positive)
