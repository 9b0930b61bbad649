"""A search's best passages in the order of the larger reader, which reads one sentence of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from indexer.embed import Vectors
from indexer.generation import Generation
from indexer.types import Hit
from service.cross import Scorer, with_context

READ = 8  # passages read for a search
SHARE = 0.8  # of the likelihood that the sentence answers, beside 1 of the score without it


class Reranker:
    """Reads what was found in one index. Safe to share between threads."""

    def __init__(self, generation: Generation, spell: Callable[[str], str], scorer: Scorer) -> None:
        """`spell` spells acronyms out."""
        self._generation = generation
        self._spell = spell
        self._scorer = scorer

    def rerank(self, question: str, vector: Vectors, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, of which the best READ are read, by their scores and likelihoods.

        `vector` is the question's among sentences. What was read has its log-odds in
        `via["reader"]`; the new scores are in 0..1 like the old ones.
        """
        best = hits[:READ]
        given = self._scorer.scores(question, [self._telling(hit, vector) for hit in best])
        read = [
            replace(hit, via={**hit.via, "reader": float(score)})
            for hit, score in zip(best, given, strict=True)
        ]
        scored = [
            replace(hit, score=(hit.score + SHARE * likelihood(hit.via)) / (1 + SHARE))
            for hit in [*read, *hits[READ:]]
        ]
        scored.sort(key=lambda hit: -hit.score)
        return [replace(hit, rank=rank) for rank, hit in enumerate(scored, start=1)]

    def _telling(self, hit: Hit, vector: Vectors) -> str:
        """The sentence of a passage that is most like the question, as a cross-encoder reads it."""
        passage, store = hit.passage, self._generation.store
        (first,) = store.first_sentences([hit.row])
        rows = range(first, first + len(passage.sentences))
        alone = self._generation.sentence_vectors[rows].astype(np.float32) @ vector
        place = int(np.argmax(alone + self._generation.windows.scores(vector, rows)))
        before = passage.quote(passage.sentences[place - 1]) if place else ""
        title = store.headers([passage.document_id])[passage.document_id].title or ""
        said = self._spell(passage.quote(passage.sentences[place]))
        return with_context(said, title, self._spell(before))


def likelihood(via: Mapping[str, float]) -> float:
    """That a passage's telling sentence answers, 0..1: 0 where the reader did not read it."""
    return float(1 / (1 + np.exp(-via["reader"]))) if "reader" in via else 0.0
