"""The retriever inside LangChain: documents with their places, alone and in a chain."""

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from indexer.errors import IndexMissing
from indexer.types import Filters
from service.langchain_retriever import PassageRetriever
from service.pipeline import Engine

QUESTION = "why do councils distrust ICBs?"


@pytest.fixture
def retriever(engine: Engine) -> PassageRetriever:
    """A retriever over the seed articles."""
    return PassageRetriever(engine=engine)


def test_documents_come_with_their_place(engine: Engine, retriever: PassageRetriever) -> None:
    found = retriever.invoke(QUESTION)
    assert len(found) == 5
    for one in found:
        assert isinstance(one, Document)
        meta = one.metadata
        stored = engine.generation.store.document(meta["document_id"])
        assert stored is not None
        assert stored.text[meta["start_index"] : meta["end_index"]] == one.page_content
        assert meta["source"] == stored.source
        assert meta["page"] is None  # plain text has no pages
        assert meta["title"] == stored.shown_title
        assert meta["published"] == stored.field("published")


def test_the_best_passages_come_first_as_in_a_search(
    engine: Engine, retriever: PassageRetriever
) -> None:
    _, hits = engine.search(QUESTION, 5, Filters())
    found = retriever.invoke(QUESTION)
    assert [one.metadata["passage_id"] for one in found] == [hit.passage.id for hit in hits]
    assert [one.metadata["score"] for one in found] == [hit.score for hit in hits]
    assert found[0].metadata["source"].startswith("002")


@pytest.mark.parametrize("k", [1, 3, 1000])
def test_k_limits_the_documents(engine: Engine, k: int) -> None:
    found = PassageRetriever(engine=engine, k=k).invoke(QUESTION)
    assert len(found) == min(k, engine.generation.manifest.passages)


def test_filters_keep_other_documents_out(engine: Engine) -> None:
    only = Filters(publisher=("Press Association",))
    found = PassageRetriever(engine=engine, k=50, filters=only).invoke(QUESTION)
    assert found
    assert {one.metadata["publisher"] for one in found} == {"Press Association"}
    nobody = Filters(publisher=("Nobody",))
    assert PassageRetriever(engine=engine, filters=nobody).invoke(QUESTION) == []


def test_it_is_a_part_of_a_chain(retriever: PassageRetriever) -> None:
    def sources(found: list[Document]) -> list[str]:
        return [one.metadata["source"][:3] for one in found]

    chain = retriever | RunnableLambda(sources)
    assert chain.invoke(QUESTION)[0] == "002"
    assert chain.batch([QUESTION, "who is head of the NAO?"])[1][0] == "003"


@pytest.mark.parametrize("k", [None, 2])
def test_it_opens_a_published_index(seed_index: Path, k: int | None) -> None:
    opened = (
        PassageRetriever.open(seed_index) if k is None else PassageRetriever.open(seed_index, k)
    )
    assert len(opened.invoke(QUESTION)) == (k or 5)


def test_a_missing_index_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        PassageRetriever.open(tmp_path)
