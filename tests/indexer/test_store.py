"""A store that is read: filters, lists, slices, threads, broken files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import IndexBroken
from indexer.store import Store
from indexer.types import Filters
from tests.indexer.stores import DOCUMENTS, TEXT, write


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write(tmp_path_factory.mktemp("store # ?") / "store.sqlite"))


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
