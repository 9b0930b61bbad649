"""What a build writes into a store is read back as it was: all of it, in order, with its twins."""

from pathlib import Path

import pytest

from indexer.store import Store
from indexer.store_writer import StoreWriter
from indexer.twin_table import Copy
from indexer.types import Document
from tests.indexer.stores import DOCUMENTS, GLOSSARY, PASSAGES, passage, write


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write(tmp_path_factory.mktemp("store # ?") / "store.sqlite"))


def test_passages_come_back_as_written_in_the_order_asked(store: Store) -> None:
    everything = [passage for passages in PASSAGES for passage in passages]
    assert store.passages([4, 0, 1]) == [everything[4], everything[0], everything[1]]
    assert store.passages([2, 2]) == [everything[2]] * 2
    assert store.passages([]) == []


def test_documents_come_back_as_written(store: Store) -> None:
    assert [store.document(document.id) for document in DOCUMENTS] == DOCUMENTS
    assert store.document("e") is None
    assert store.document_ids == ["a", "b", "c", "d"]


def test_numbers_lead_from_sentence_to_passage_to_document(store: Store) -> None:
    assert store.document_of.tolist() == [0, 0, 1, 2, 3]
    assert store.passage_of.tolist() == [0, 0, 1, 2, 3, 4]
    assert store.first_sentences([0, 1, 4]) == [0, 2, 5]


def test_hashes_of_files_come_back_by_their_sources(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "s.sqlite")
    writer.add_files({"a.txt": "a" * 64, "café.pdf": "b" * 64})
    writer.close()
    found = Store(tmp_path / "s.sqlite")
    assert found.file_hash("café.pdf") == "b" * 64
    assert found.file_hash("a.zip/a.txt") is None


TWINNED = [
    ("a", "One plan. Two plans. Other text.", [(0, 9), (10, 20), (21, 32)]),
    ("b", "Own words. “one plan”", [(0, 10), (11, 21)]),
    ("c", "ONE PLAN! Two plans", [(0, 9), (10, 19)]),
]


@pytest.fixture(scope="module")
def twinned(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Sentences 0 to 6, of which 0, 4 and 5, and 1 and 6, say the same."""
    path = tmp_path_factory.mktemp("twins") / "store.sqlite"
    writer = StoreWriter(path)
    for identity, text, spans in TWINNED:
        document = Document(identity, identity, None, text)
        writer.add(document, [passage(document, *spans)], [""])
    writer.add_twins()
    writer.close()
    return Store(path)


def test_a_sentence_leads_to_all_that_say_the_same(twinned: Store) -> None:
    assert twinned.twins([5, 0, 1, 2]) == {5: [0, 4, 5], 0: [0, 4, 5], 1: [1, 6]}
    assert twinned.canonical([4, 2, 6, 0]) == {4: 0, 2: 2, 6: 1, 0: 0}
    assert twinned.twins([]) == {}
    assert twinned.canonical([]) == {}
    assert [twinned.document_id_of(number) for number in (0, 4, 6)] == ["a", "b", "c"]


def test_more_sentences_are_asked_for_than_a_query_takes(twinned: Store) -> None:
    found = twinned.canonical(range(50_000))
    assert len(found) == 50_000
    assert found[6] == 1
    assert set(twinned.twins(range(50_000))) == {0, 1, 4, 5, 6}


def test_a_store_without_twins_has_none(store: Store) -> None:
    assert store.twins([0, 1, 2]) == {}
    assert store.copies() == []


def test_documents_said_elsewhere_are_copies(twinned: Store) -> None:
    assert twinned.copies() == [Copy(2, 0, 1.0)]


def test_texts_to_embed_are_given_in_order(store: Store) -> None:
    passages = [p for group in PASSAGES for p in group]
    assert [text for _, text in store.embedding_texts()] == [p.text for p in passages]
    assert [prefix for prefix, _ in store.embedding_texts()] == ["Title A", "Title A", "", "C", ""]
    assert list(store.sentence_texts()) == [p.quote(s) for p in passages for s in p.sentences]


def test_sentences_in_context_have_title_and_the_one_before(store: Store) -> None:
    first, second, third = list(store.sentence_texts())[:3]
    windows = list(store.window_texts())
    assert windows[1] == f"Title A. {first} {second}"
    assert windows[2].split() == f"Title A. {third}".split()
    assert windows[3] == "Only one."


def test_glossary_comes_back_as_written(store: Store) -> None:
    assert store.glossary() == GLOSSARY


def test_more_than_a_thousand_passages_are_given_in_order(tmp_path: Path) -> None:
    text = " ".join(f"Number {n}." for n in range(2500))
    document = Document("a", "a.txt", None, text)
    spans, at = [], 0
    for n in range(2500):
        spans.append((at, at + len(f"Number {n}.")))
        at += len(f"Number {n}.") + 1
    writer = StoreWriter(tmp_path / "s.sqlite")
    writer.add(document, [passage(document, span) for span in spans], [""] * 2500)
    writer.close()
    store = Store(tmp_path / "s.sqlite")
    expected = [f"Number {n}." for n in range(2500)]
    assert [found for _, found in store.embedding_texts()] == expected
    assert list(store.sentence_texts()) == expected
