"""The store: what was written is read back, filters, slices, threads, broken files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import IndexBroken
from indexer.glossary import Entry
from indexer.store import Store, StoreWriter
from indexer.twin_table import Copy
from indexer.types import Document, Filters, Passage, Sentence

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one sign of five code points
TEXT = f"First {FAMILY} sentence. Second e\u0301.\n\nThird 🇬🇧 עברית one."


def passage(document: Document, *spans: tuple[int, int], heading: str | None = None) -> Passage:
    start, end = spans[0][0], spans[-1][1]
    return Passage(
        f"{document.id}:{start}-{end}",
        document.id,
        document.text[start:end],
        start,
        end,
        heading,
        None,
        tuple(Sentence(*span) for span in spans),
    )


SPLIT = TEXT.index("\n\n")
STOP = TEXT.index(". ") + 1
DOCUMENTS = [
    Document("a", "a.txt", "Title A", TEXT, {"author": "Ann Lee", "published": "2018", "x": [1]}),
    Document("b", "b.txt", None, "Only one.", {"publisher": "LGC", "published": "2018-07"}),
    Document("c", "c.txt", "C", "Other.", {"author": ["Bo", "Cy"], "published": "2019-01-02"}),
    Document("d", "d.txt", None, "Nothing known.", {}),
]
PASSAGES = [
    [
        passage(DOCUMENTS[0], (0, STOP), (STOP + 1, SPLIT)),
        passage(DOCUMENTS[0], (SPLIT + 2, len(TEXT)), heading="Head"),
    ],
    [passage(DOCUMENTS[1], (0, 9))],
    [passage(DOCUMENTS[2], (0, 6))],
    [passage(DOCUMENTS[3], (0, 14))],
]
GLOSSARY = [Entry("ICS", "Integrated Care System", True, 3), Entry("X", "Ex Y", False, 1)]


def write(path: Path) -> Path:
    writer = StoreWriter(path)
    for document, passages in zip(DOCUMENTS, PASSAGES, strict=True):
        writer.add(document, passages, [document.title or ""] * len(passages))
    writer.add_glossary(GLOSSARY)
    writer.close()
    return path


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


def test_headers_have_all_but_the_text(store: Store) -> None:
    found = store.headers(["c", "a", "e"])
    assert set(found) == {"a", "c"}
    assert found["a"].title == "Title A"
    assert found["a"].metadata == DOCUMENTS[0].metadata
    assert found["a"].text == ""
    assert store.headers([]) == {}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), "abcd"),
        (Filters(publisher=("LGC",)), "b"),
        (Filters(publisher=("lgc", "other")), "b"),
        (Filters(author=("ann lee",)), "a"),
        (Filters(author=("ANN LEE", "bo, cy")), "ac"),
        (Filters(author=("Ann",)), ""),
        (Filters(document_id=("a", "d")), "ad"),
        (Filters(document_id=("A",)), ""),
        (Filters(author=("Ann Lee",), document_id=("b",)), ""),
        # what is known only to its year or month may lie anywhere inside
        (Filters(published_from="2018-08-01"), "ac"),
        (Filters(published_from="2018-07-31"), "abc"),
        (Filters(published_from="2018-12-31"), "ac"),
        (Filters(published_from="2019-01-01"), "c"),
        (Filters(published_from="2019-01-03"), ""),
        (Filters(published_to="2017-12-31"), ""),
        (Filters(published_to="2018-01-01"), "a"),
        (Filters(published_to="2018-07-01"), "ab"),
        (Filters(published_to="2019-01-02"), "abc"),
        (Filters(published_from="2018-07-10", published_to="2018-07-20"), "ab"),
        (Filters(publisher=("x' OR '1'='1",)), ""),
    ],
)
def test_filters_keep_the_documents_that_match(store: Store, filters: Filters, ids: str) -> None:
    total, found = store.list_documents(filters, 10, 0)
    assert "".join(document.id for document, _ in found) == ids
    assert total == len(ids)
    rows = store.rows_matching(filters)
    numbers = store.document_of.tolist()
    expected = [row for row, number in enumerate(numbers) if "abcd"[number] in ids]
    assert rows == (None if filters == Filters() else expected)


def test_documents_are_listed_page_by_page_with_their_passages(store: Store) -> None:
    total, found = store.list_documents(Filters(), 2, 0)
    assert (total, [(document.id, count) for document, count in found]) == (4, [("a", 2), ("b", 1)])
    total, found = store.list_documents(Filters(), 2, 3)
    assert (total, [document.id for document, _ in found]) == (4, ["d"])


@given(st.integers(0, 70), st.integers(0, 70))
@settings(max_examples=100, deadline=None)
def test_slice_equals_that_of_python(store: Store, one: int, other: int) -> None:
    start, end = sorted((one, other))
    assert store.slice("a", start, end) == TEXT[start:end]


def test_slice_of_an_unknown_document_is_empty(store: Store) -> None:
    assert store.slice("e", 0, 5) == ""


def test_eight_threads_read_at_once(store: Store) -> None:
    def read(number: int) -> bool:
        row = number % 5
        (found,) = store.passages([row])
        return found.text == store.slice(found.document_id, found.start, found.end)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(400)))


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


def test_store_that_is_missing_is_broken(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match=r"store\.sqlite") as caught:
        Store(tmp_path / "store.sqlite")
    assert "make index" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"", b"SQLite format 3\0"])
def test_store_of_garbage_is_broken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(IndexBroken, match=r"store\.sqlite cannot be read"):
        Store(path)


def test_store_that_is_cut_short_is_broken(tmp_path: Path) -> None:
    path = write(tmp_path / "store.sqlite")
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(IndexBroken, match=r"store\.sqlite cannot be read"):
        Store(path)
