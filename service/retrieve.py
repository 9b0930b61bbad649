"""Question → passages: dense and keyword search, fused.

Each leg proposes candidates; each candidate's cosine is exact, its BM25 score zero where the
keyword leg did not propose it. Both are divided by the best of the candidates and added half and
half, which on SciFact and SQuAD beat reciprocal rank fusion (see docs/log.md).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.embed import Embedder, Vectors
from indexer.generation import Generation
from indexer.sparse import content_terms, terms
from indexer.types import Filters, Hit

Floats = npt.NDArray[np.floating[Any]]

DENSE_SHARE = 0.5
CANDIDATES = 200  # from each leg, at least


class Retriever:
    """Searches one generation. Safe to share between threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self._generation = generation
        self._embedder = embedder

    def embed(self, text: str) -> Vectors:
        """The vector of a question."""
        return self._embedder.embed_query(text)

    def search(self, text: str, vector: Vectors, k: int, filters: Filters) -> list[Hit]:
        """The best `k` passages for a question that `vector` stands for."""
        generation = self._generation
        rows = generation.store.rows_matching(filters)
        depth = max(CANDIDATES, k)
        # "to be or not to be" is all there is to search for when nothing else is
        words = list(dict.fromkeys(content_terms(text) or terms(text)))
        sparse = dict(generation.sparse.search(words, depth, rows))
        candidates = sorted({*generation.dense.search(vector, depth, rows), *sparse})
        if not candidates:
            return []
        cosine = generation.dense.scores(vector, candidates)
        bm25 = np.array([sparse.get(row, 0.0) for row in candidates])
        fused = DENSE_SHARE * _share(cosine) + (1 - DENSE_SHARE) * _share(bm25)
        order = np.argsort(-fused, kind="stable")[:k]
        passages = generation.store.passages([candidates[i] for i in order])
        return [
            Hit(
                passage,
                row=candidates[i],
                score=float(fused[i]),
                rank=rank,
                via={"cosine": float(cosine[i]), "bm25": float(bm25[i])},
            )
            for rank, (i, passage) in enumerate(zip(order, passages, strict=True), start=1)
        ]


def document_scores(hits: Sequence[Hit]) -> dict[str, float]:
    """Documents with a score each, best first: half its best cosine, half its best BM25.

    The two may come from different passages of it; each is a share of the best of all `hits`.
    """
    best: dict[str, tuple[float, float]] = {}
    for hit in hits:
        cosine, bm25 = best.get(hit.passage.document_id, (0.0, 0.0))
        best[hit.passage.document_id] = (
            max(cosine, hit.via["cosine"]),
            max(bm25, hit.via["bm25"]),
        )
    cosines = _share(np.array([cosine for cosine, _ in best.values()]))
    bm25s = _share(np.array([bm25 for _, bm25 in best.values()]))
    fused = DENSE_SHARE * cosines + (1 - DENSE_SHARE) * bm25s
    found = dict(zip(best, (float(score) for score in fused), strict=True))
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _share(scores: Floats) -> Floats:
    """Scores as shares of the best one; negative cosines count as nothing."""
    positive = np.maximum(scores, 0.0)
    best = positive.max(initial=0.0)
    return np.asarray(positive / best if best > 0 else positive)
