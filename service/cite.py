"""Quotes → citations that are checked against the document before anyone sees them."""

from collections.abc import Sequence

from indexer.errors import IndexBroken
from indexer.store import REBUILD, Store
from indexer.types import Document, Passage, Sentence
from service.speaker import AFTER, BEFORE, speaker
from service.types import Citation


def cite(
    store: Store, quotes: Sequence[tuple[Passage, Sentence, float]], first_id: int = 1
) -> list[Citation]:
    """A citation for each (passage, sentence of it, score), numbered from `first_id`.

    Raises IndexBroken when a quote is not in its document at its place: a wrong citation is worse
    than none.
    """
    documents = store.headers([passage.document_id for passage, _, _ in quotes])
    citations = []
    for number, (passage, sentence, score) in enumerate(quotes, start=first_id):
        document = documents[passage.document_id]
        quote = checked_quote(store, document, passage, sentence)
        said_by = speaker_of(store, document.id, sentence)
        citations.append(_citation(number, document, passage, sentence, quote, score, said_by))
    return citations


def checked_quote(store: Store, document: Document, passage: Passage, sentence: Sentence) -> str:
    """A sentence's text. Raises IndexBroken when it is not in its document at its place."""
    quote = passage.quote(sentence)
    if store.slice(document.id, sentence.start, sentence.end) != quote:
        raise IndexBroken(f"A quote is not in {document.source} at its place.", REBUILD)
    return quote


def speaker_of(store: Store, document_id: str, sentence: Sentence) -> str | None:
    """Who says a sentence, where it is part of a quotation and does not say so itself."""
    begin = max(0, sentence.start - BEFORE)
    around = store.slice(document_id, begin, sentence.end + AFTER)
    return speaker(around, sentence.start - begin, sentence.end - begin)


def _citation(
    number: int,
    document: Document,
    passage: Passage,
    sentence: Sentence,
    quote: str,
    score: float,
    said_by: str | None,
) -> Citation:
    return Citation(
        id=number,
        document_id=document.id,
        passage_id=passage.id,
        title=document.shown_title,
        author=document.field("author"),
        publisher=document.field("publisher"),
        published=document.field("published"),
        source=document.source,
        url=document.field("url"),
        page=document.page_at(sentence.start),
        heading=passage.heading,
        quote=quote,
        start=sentence.start,
        end=sentence.end,
        context=passage.text,
        score=round(score, 4),
        speaker=said_by,
    )
