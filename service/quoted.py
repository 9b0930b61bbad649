"""A follow-up is most likely about the document that was just quoted: its passages come first."""

from collections.abc import Sequence
from dataclasses import replace

from indexer.generation import Generation
from indexer.sparse import content_terms
from indexer.types import Hit

BONUS = 0.25  # of a passage's score at most 1: lifts it over slightly better ones elsewhere
LOOKED_AT = 5  # passages, best by keywords, among which a verbatim quote is


def document_quoted(generation: Generation, said: str) -> str | None:
    """The id of a document that says `said` word for word; None when it is no quote."""
    words = list(dict.fromkeys(content_terms(said)))
    if not words:
        return None
    rows = [row for row, _ in generation.sparse.search(words, LOOKED_AT, None)]
    passages = generation.store.passages(rows)
    return next((one.document_id for one in passages if said in one.text), None)


def favouring(document: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, best first, when passages of `document` get the bonus."""
    lifted = [
        replace(hit, score=hit.score + BONUS * (hit.passage.document_id == document))
        for hit in hits
    ]
    return sorted(lifted, key=lambda hit: -hit.score)
