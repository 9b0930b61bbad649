"""What the tools find, read and answer: verbatim, in its place, no more than was asked for."""

from typing import Any

import pytest

from indexer.types import Document, Filters
from service import mcp_tools
from service.errors import UnknownDocument
from service.mcp_tools import AskArguments, FetchArguments, SearchArguments, ask, fetch, search
from service.pipeline import Engine


def document_of(engine: Engine, identity: str) -> Document:
    """A document of the seed index."""
    document = engine.generation.store.document(identity)
    assert document is not None
    return document


@pytest.fixture
def document(engine: Engine) -> Document:
    """The first of the seed articles."""
    return document_of(engine, engine.generation.store.document_ids[0])


def test_a_search_finds_what_the_engine_finds_with_its_place(engine: Engine) -> None:
    _, hits = engine.search("what do ICBs do", 4, Filters())
    found = search(engine, SearchArguments(query="what do ICBs do", top_k=4))
    assert "Integrated Care Boards" in found.interpreted_query
    assert [one.id for one in found.results] == [hit.passage.id for hit in hits]
    for one in found.results:
        document = document_of(engine, one.document_id)
        assert document.text[one.start : one.end] == one.text
        assert (one.title, one.source) == (document.shown_title, document.source)
        assert (one.publisher, one.published) == (
            document.field("publisher"),
            document.field("published"),
        )
        assert one.url == ""  # none of the seed articles states one


def test_ten_passages_are_found_unless_told_otherwise(engine: Engine) -> None:
    assert len(search(engine, SearchArguments(query="integration")).results) == 10


@pytest.mark.parametrize(
    ("filters", "source"),
    [
        ({"publisher": ["press association"]}, "003"),
        ({"author": ["Simon Edwards"]}, "002"),
        ({"published_from": "2018-06-01"}, "003"),
        ({"published_to": "2017-12-31", "publisher": []}, "004"),
    ],
)
def test_filters_keep_other_documents_out(
    engine: Engine, filters: dict[str, Any], source: str
) -> None:
    found = search(engine, SearchArguments(query="integration", **filters)).results
    answer = ask(engine, AskArguments(question="what does it say about integration?", **filters))
    assert {one.source[:3] for one in found} == {source}
    assert {one.source[:3] for one in answer.citations + answer.nearest} == {source}


def test_as_many_quotes_are_given_as_wanted(engine: Engine) -> None:
    asked = AskArguments(question="why do councils distrust ICBs?", top_k=1)
    assert len(ask(engine, asked).citations) == 1


def test_a_document_is_read_to_its_end_piece_by_piece(engine: Engine, document: Document) -> None:
    read, left = "", 1
    while left:
        piece = fetch(engine, FetchArguments(id=document.id, start=len(read), length=1500))
        assert (piece.start, piece.end) == (len(read), len(read) + len(piece.text))
        assert 0 < len(piece.text) <= 1500
        assert piece.end + piece.left == len(document.text)
        read, left = read + piece.text, piece.left
    assert read == document.text


def test_a_long_document_is_cut_short_unless_more_is_wanted(
    engine: Engine, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_tools, "FETCHED", 100)
    monkeypatch.setattr(mcp_tools, "MOST_FETCHED", 300)
    assert fetch(engine, FetchArguments(id=document.id)).text == document.text[:100]
    assert len(fetch(engine, FetchArguments(id=document.id, length=200)).text) == 200
    whole = f"{document.id}:0-{len(document.text)}"
    assert fetch(engine, FetchArguments(id=whole)).text == document.text[:300]


def test_nothing_is_left_after_the_end(engine: Engine, document: Document) -> None:
    size = len(document.text)
    for start in (size, size + 1, 10**30):
        after = fetch(engine, FetchArguments(id=document.id, start=start))
        assert (after.text, after.start, after.end, after.left) == ("", size, size, 0)


def test_a_passage_is_fetched_with_the_facts_of_its_document(engine: Engine) -> None:
    (found,) = search(engine, SearchArguments(query="head of the NAO", top_k=1)).results
    fetched = fetch(engine, FetchArguments(id=found.id))
    for name in ("id", "title", "text", "url", "document_id", "source", "page", "start", "end"):
        assert getattr(fetched, name) == getattr(found, name)
    assert fetched.metadata == dict(document_of(engine, found.document_id).metadata)
    assert fetched.metadata["publisher"] == "Press Association"


@pytest.mark.parametrize(
    "identity",
    [
        "nope",
        "nope:0-5",
        "{}:5-5",
        "{}:6-5",
        "{}:0-9999999",
        "{}:0-",
        "{}:-5",
        "{}:",
        "{} ",
        ":0-5",
    ],
)
def test_what_is_no_place_in_a_document_is_unknown(
    engine: Engine, document: Document, identity: str
) -> None:
    asked = FetchArguments(id=identity.format(document.id))
    with pytest.raises(UnknownDocument, match="There is no document or passage"):
        fetch(engine, asked)
