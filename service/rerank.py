"""A search's best passages in the order of the larger reader, which reads one sentence of each."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from indexer.embed import Vectors
from indexer.generation import Generation
from indexer.types import Hit, Passage
from service.cross import Scorer, with_context

READ = 12  # passages read for a search
RANGE = 10.0  # log-odds by which the best of them is better than the worst, at most
SHARE = 0.4  # of what the reader gives, 0..1, beside 1 of the score without it


class Reranker:
    """Reads what was found in one index. Safe to share between threads."""

    def __init__(self, generation: Generation, spell: Callable[[str], str], scorer: Scorer) -> None:
        """`spell` spells acronyms out."""
        self._generation = generation
        self._spell = spell
        self._scorer = scorer

    def rerank(self, question: str, vector: Vectors, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, of which the best READ are read, by their scores and what the reader gives.

        That is, in `via["reader"]`, by how many log-odds each is likelier to answer than the least
        likely of those read, as a share of RANGE; `vector` is the question's among sentences. The
        new scores are in 0..1 like the old ones.
        """
        best, store = hits[:READ], self._generation.store
        firsts = store.first_sentences([hit.row for hit in best])
        documents = store.headers([hit.passage.document_id for hit in best])
        texts = [
            self._telling(hit.passage, first, documents[hit.passage.document_id].title, vector)
            for hit, first in zip(best, firsts, strict=True)
        ]
        odds = self._scorer.scores(question, texts)
        given = np.minimum((odds - odds.min(initial=np.inf)) / RANGE, 1.0)
        read = [
            replace(hit, via={**hit.via, "reader": float(one)})
            for hit, one in zip(best, given, strict=True)
        ]
        scored = [
            replace(hit, score=(hit.score + SHARE * hit.via.get("reader", 0.0)) / (1 + SHARE))
            for hit in [*read, *hits[READ:]]
        ]
        scored.sort(key=lambda hit: -hit.score)
        return [replace(hit, rank=rank) for rank, hit in enumerate(scored, start=1)]

    def _telling(self, passage: Passage, first: int, title: str | None, vector: Vectors) -> str:
        """The sentence of a passage that is most like the question, as a cross-encoder reads it.

        The passage's first sentence has number `first` in the index.
        """
        rows = range(first, first + len(passage.sentences))
        alone = self._generation.sentence_vectors[rows].astype(np.float32) @ vector
        place = int(np.argmax(alone + self._generation.windows.scores(vector, rows)))
        before = passage.quote(passage.sentences[place - 1]) if place else ""
        said = self._spell(passage.quote(passage.sentences[place]))
        return with_context(said, title or "", self._spell(before))
