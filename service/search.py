"""Query → the best passages: those that a search shows, and those that are read for an answer."""

from collections.abc import Sequence

from indexer.embed import Embedder
from indexer.generation import Generation
from indexer.types import Filters, Hit
from service.interpret import Interpreter, Meaning
from service.quoted import document_quoted, favouring
from service.rerank import Reranker, Stage
from service.retrieve import QueryVectors, Retriever
from service.twins import without_copies

WIDER = (2, 8, 32)  # times the passages wanted that are searched, when the first are copies


class Searcher:
    """Searches one generation. Safe to share between threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        interpreter: Interpreter,
        readers: Sequence[Stage],
    ) -> None:
        """`readers` put the best of what a search finds in order."""
        self._generation = generation
        self._interpreter = interpreter
        self._retriever = Retriever(generation, embedder)
        self._reranker = Reranker(generation, interpreter.spell, readers)

    def search(
        self, query: str, k: int, filters: Filters, rerank: bool = True
    ) -> tuple[str, list[Hit]]:
        """The query as interpreted and the best `k` passages for it."""
        meaning = self._interpreter.interpret(query)
        vectors = self.vectors(meaning)
        if not rerank:
            return meaning.shown, self._retriever.search(meaning.searched, vectors, k, filters)
        hits = self._retriever.search(
            meaning.searched, vectors, max(k, self._reranker.wanted), filters
        )
        return meaning.shown, self._reranker.rerank(meaning.spelt, vectors.sentence, hits)[:k]

    def vectors(self, meaning: Meaning) -> QueryVectors:
        """What a question is searched by."""
        return self._retriever.embed(meaning.searched, meaning.spelt)

    def to_read(
        self, searched: str, vectors: QueryVectors, wanted: int, filters: Filters, said: str
    ) -> list[Hit]:
        """The best `wanted` passages of which none says only what better ones say.

        For a follow-up those of the document that was quoted before it, in what was `said`, are
        better by a bonus.
        """
        quoted = document_quoted(self._generation, said) if said else None
        hits: list[Hit] = []
        for times in WIDER if quoted is None else WIDER[1:]:
            found = self._retriever.search(searched, vectors, wanted * times, filters)
            best = found if quoted is None else favouring(quoted, found)
            hits = without_copies(self._generation.store, best, wanted)
            if len(hits) == wanted or len(found) < wanted * times:
                break
        return hits
