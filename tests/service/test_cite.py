"""Citations are checked against the stored document before anyone sees them."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import IndexBroken
from indexer.generation import STORE, Generation, current
from indexer.types import Passage, Sentence
from service.cite import cite
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.types import Question


def quotable(engine: Engine, count: int = 3) -> list[tuple[Passage, Sentence, float]]:
    """Sentences of the first passages."""
    passages = engine.generation.store.passages(range(count))
    return [(passage, passage.sentences[-1], 0.51239) for passage in passages]


def test_a_citation_quotes_its_document_at_its_place(engine: Engine) -> None:
    for citation in cite(engine.generation.store, quotable(engine, 20)):
        document = engine.generation.store.document(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote in citation.context
        assert citation.source == document.source
        assert citation.title == document.shown_title


def test_citations_are_numbered_in_order_from_the_first_id(engine: Engine) -> None:
    store = engine.generation.store
    assert [one.id for one in cite(store, quotable(engine))] == [1, 2, 3]
    assert [one.id for one in cite(store, quotable(engine), first_id=4)] == [4, 5, 6]


def test_a_citation_carries_what_is_known_of_its_document(engine: Engine) -> None:
    store = engine.generation.store
    passages = store.passages(range(engine.generation.manifest.passages))
    cited = cite(store, [(passage, passage.sentences[0], 1.0) for passage in passages])
    known = {(one.source[:3], one.author, one.publisher, one.published) for one in cited}
    assert ("001", "Blair McPherson", "Community Care", None) in known
    assert ("003", None, "Press Association", "2018") in known
    assert ("004", None, None, "2017-03-02") in known


def test_scores_are_rounded(engine: Engine) -> None:
    assert cite(engine.generation.store, quotable(engine, 1))[0].score == 0.5124


def test_nothing_to_cite_gives_no_citations(engine: Engine) -> None:
    assert cite(engine.generation.store, []) == []


def test_a_quote_that_is_not_in_its_place_is_refused(engine: Engine) -> None:
    passage, sentence, score = quotable(engine, 1)[0]
    moved = replace(passage, text=passage.text.replace("government", "Government"))
    assert moved.text != passage.text
    wrong = next(s for s in moved.sentences if moved.quote(s) != passage.quote(s))
    with pytest.raises(IndexBroken, match=r"not in 000_b347db09de5167aa\.txt at its place"):
        cite(engine.generation.store, [(passage, sentence, score), (moved, wrong, score)])


def test_an_answer_from_a_tampered_store_is_refused(
    seed_index: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    """The documents are changed behind the passages' back, without a change of the file's size."""
    folder = tmp_path / "generation"
    shutil.copytree(current(seed_index), folder)
    with sqlite3.connect(folder / STORE) as database:
        database.execute("UPDATE documents SET text = replace(text, ' nine ', ' nope ')")
    database.close()
    engine = Engine(Generation(folder), embedder, ServiceSettings(threshold=0.0))
    question = Question("how many of the 91 Integrated Care Board members are councillors?")
    with pytest.raises(IndexBroken, match=r"002_6fce1947f21589ea\.txt"):
        engine.ask(question)
