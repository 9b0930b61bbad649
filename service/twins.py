"""What is said in several places is retrieved, read and quoted once, and cited with them all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.store import Store
from indexer.types import Document, Filters, Hit
from service.cite import checked_quote
from service.types import AlsoIn

ALSO_IN = 10  # documents named beside a citation; the others are counted
_WEIGHED = 30_000  # documents looked at: a notice may stand in every one


def firsts(order: Iterable[int], groups: Sequence[int]) -> list[int]:
    """Of the positions in `order`, the first of each group: `groups[i]` is the group of i."""
    found: dict[int, int] = {}
    for position in order:
        found.setdefault(groups[position], position)
    return list(found.values())


def without_copies(store: Store, hits: Sequence[Hit], most: int) -> list[Hit]:
    """The best `most` hits, leaving out those that say nothing but what better ones say."""
    rows = [hit.row for hit in hits]
    starts = store.first_sentences(rows)
    numbers = [
        list(range(start, start + len(hit.passage.sentences)))
        for hit, start in zip(hits, starts, strict=True)
    ]
    canonical = store.canonical([number for own in numbers for number in own])
    said: set[int] = set()
    kept: list[Hit] = []
    for hit, own in zip(hits, numbers, strict=True):
        new = {canonical[number] for number in own} - said
        if new and len(kept) < most:
            said |= new
            kept.append(replace(hit, rank=len(kept) + 1))
    return kept


def also_in(
    store: Store, sentences: Sequence[int], filters: Filters
) -> list[tuple[list[AlsoIn], int]]:
    """For each sentence the other documents that say it and pass the filters.

    At most ALSO_IN in corpus order, and how many more there are. Raises IndexBroken when a quote is
    not in its document at its place.
    """
    groups = store.twins(sentences)
    return [_others(store, number, groups.get(number, []), filters) for number in sentences]


def _others(
    store: Store, number: int, group: Sequence[int], filters: Filters
) -> tuple[list[AlsoIn], int]:
    own = store.document_id_of(number)
    places: dict[str, int] = {}  # other documents → the first sentence of each that says it
    for one in group:
        places.setdefault(store.document_id_of(one), one)
    allowed = set(filters.document_id or places) - {own}
    others = [identity for identity in places if identity in allowed][:_WEIGHED]
    if not others:
        return [], 0
    total, found = store.list_documents(
        replace(filters, document_id=tuple(others)), limit=ALSO_IN, offset=0
    )
    named = [_place(store, document, places[document.id]) for document, _ in found]
    return named, total - len(named)


def _place(store: Store, document: Document, number: int) -> AlsoIn:
    row = int(store.passage_of[number])
    passage, first = store.passages([row])[0], store.first_sentences([row])[0]
    sentence = passage.sentences[number - first]
    return AlsoIn(
        document_id=document.id,
        passage_id=passage.id,
        title=document.shown_title,
        publisher=document.field("publisher"),
        published=document.field("published"),
        source=document.source,
        page=document.page_at(sentence.start),
        quote=checked_quote(store, document, passage, sentence),
        start=sentence.start,
        end=sentence.end,
    )
