"""A search's best passages in the order of the readers, which read one sentence of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexer.embed import Vectors
from indexer.generation import Generation
from indexer.types import Hit, Passage
from service.cross import Scorer, with_context

RANGE = 10.0  # log-odds by which the best of those read is better than the worst, at most
SHARE = 0.7  # of what all readers give at most, beside 1 of the score without them


@dataclass(frozen=True, slots=True)
class Stage:
    """How many of the best passages a reader reads, and its part of SHARE."""

    scorer: Scorer
    read: int
    share: float


def stages(small: Scorer, large: Scorer | None) -> tuple[Stage, ...]:
    """Who reads in turn: the small one alone, or first many and then the larger one a few."""
    if large is None:
        return (Stage(small, 24, 0.4),)
    return Stage(small, 24, 0.3), Stage(large, 12, 0.4)


class Reranker:
    """Reads what was found in one index. Safe to share between threads."""

    def __init__(
        self, generation: Generation, spell: Callable[[str], str], readers: Sequence[Stage]
    ) -> None:
        """`spell` spells acronyms out."""
        self._generation = generation
        self._spell = spell
        self._readers = readers
        self.wanted = max(one.read for one in readers)

    def rerank(self, question: str, vector: Vectors, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, of which the best are read, by their scores and what the readers give.

        A reader gives a passage how many log-odds it is likelier to answer than the least likely
        of those read, as a share of RANGE; what all give it, as a share of SHARE, is in
        `via["reader"]`. `vector` is the question's among sentences. The new scores are in 0..1 like
        the old ones.
        """
        texts = self._telling_of(vector, hits[: self.wanted])
        gained = np.zeros(len(hits))
        before = np.array([hit.score for hit in hits])
        read: set[int] = set()
        for one in self._readers:
            order = np.argsort(-(before + gained), kind="stable")
            best = [int(i) for i in order if i < len(texts)][: one.read]
            odds = one.scorer.scores(question, [texts[i] for i in best])
            gained[best] += one.share * np.minimum((odds - odds.min(initial=np.inf)) / RANGE, 1.0)
            read |= set(best)
        order = np.argsort(-(before + gained), kind="stable")
        return [
            replace(
                hits[i],
                rank=rank,
                score=float((before[i] + gained[i]) / (1 + SHARE)),
                via=hits[i].via | ({"reader": float(gained[i] / SHARE)} if i in read else {}),
            )
            for rank, i in enumerate(order.tolist(), start=1)
        ]

    def _telling_of(self, vector: Vectors, hits: Sequence[Hit]) -> list[str]:
        firsts = self._generation.store.first_sentences([hit.row for hit in hits])
        documents = self._generation.store.headers([hit.passage.document_id for hit in hits])
        return [
            self._telling(hit.passage, first, documents[hit.passage.document_id].title, vector)
            for hit, first in zip(hits, firsts, strict=True)
        ]

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
