"""What a store holds at a glance: every value counted as the filters would find it."""

from pathlib import Path

from indexer.overview import Counted, Overview
from indexer.store import Store
from indexer.store_writer import StoreWriter
from indexer.types import Document, Filters

SAID: list[dict[str, object]] = [
    {"publisher": "LGC", "author": "Ann Lee", "published": "2018"},
    {"publisher": "lgc", "published": "2018-07"},
    {"publisher": "CCN", "author": ["Bo", "Cy"], "published": "2021-01-02"},
    {"publisher": "CCN"},
    {"publisher": "LGC", "author": ""},
    {},
]


def stored(path: Path, said: list[dict[str, object]]) -> Store:
    writer = StoreWriter(path)
    for number, metadata in enumerate(said):
        writer.add(Document(str(number), f"{number}.txt", None, "Text.", metadata), [], [])
    writer.close()
    return Store(path)


def test_values_are_counted_most_frequent_first_and_years_newest_first(tmp_path: Path) -> None:
    seen = stored(tmp_path / "store.sqlite", SAID).overview()
    assert seen.publisher == [Counted("LGC", 3), Counted("CCN", 2)]
    assert seen.author == [Counted("Ann Lee", 1), Counted("Bo, Cy", 1)]
    assert seen.year == [Counted("2021", 1), Counted("2018", 2)]
    assert seen.published == ("2018", "2021-01-02")
    assert seen.unstated == {"publisher": 1, "author": 4, "year": 3}
    assert seen.documents == 6


def test_a_filter_by_a_value_finds_as_many_documents_as_were_counted(tmp_path: Path) -> None:
    store = stored(tmp_path / "store.sqlite", SAID)
    for one in store.overview().publisher:
        assert store.list_documents(Filters(publisher=(one.value,)), 1, 0)[0] == one.documents
    for one in store.overview().author:
        assert store.list_documents(Filters(author=(one.value,)), 1, 0)[0] == one.documents


def test_a_store_of_nothing_has_nothing(tmp_path: Path) -> None:
    nothing = stored(tmp_path / "store.sqlite", []).overview()
    unstated = {"publisher": 0, "author": 0, "year": 0}
    assert nothing == Overview(0, [], [], [], unstated, (None, None))
