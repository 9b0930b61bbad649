"""The parse cache: what has not changed is not read again, and it is never needed."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from indexer import parsed as parsed_module
from indexer.load import child as child_module
from indexer.load.pool import Pool
from indexer.load.record import Job, Limits, encode
from indexer.load.registry import File
from indexer.parsed import ParseCache
from indexer.types import Document, Skipped
from tests.indexer.packages import Packages
from tests.indexer.zips import zipped

MB = 2**20
ODD = "odd_readers:SUFFIXES"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that a process was asked to read."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    sources: list[str] = []
    ask = child_module.Child.ask

    def listen(self: child_module.Child, job: Job) -> Iterator[bytes]:
        sources.append(job.source)
        return ask(self, job)

    monkeypatch.setattr(child_module.Child, "ask", listen)
    return sources


def build(corpus: Path, cache: Path, limits: Limits | None = None) -> list[Document | Skipped]:
    """Reads all of the corpus, as a build does."""
    todo = [File(path, path.name) for path in sorted(corpus.iterdir())]
    with closing(ParseCache(cache)) as parsed:
        with Pool(limits or Limits(MB, 30), 1, parsed, ODD) as pool:
            found = [item for _, item in pool.read(todo)]
        parsed.prune()
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("One.")
    (folder / "b.ndjson").write_text('{"_id": 1, "text": "Two."}\noops\n')
    (folder / "c.zip").write_bytes(
        zipped({"x.txt": "X.", "y.xyz": "?", "../z.txt": "Z.", "in.zip": zipped({"i.txt": "I."})})
    )
    return folder


def test_second_reading_asks_nobody_and_finds_the_same(
    corpus: Path, tmp_path: Path, asked: list[str]
) -> None:
    first = build(corpus, tmp_path / "cache")
    assert len(first) == 7
    assert len(asked) == 7
    asked.clear()
    assert build(corpus, tmp_path / "cache") == first
    assert asked == []


def test_changed_and_renamed_files_alone_are_read_again(
    corpus: Path, tmp_path: Path, asked: list[str]
) -> None:
    build(corpus, tmp_path / "cache")
    asked.clear()
    (corpus / "a.txt").write_text("Another.")
    (corpus / "b.ndjson").rename(corpus / "d.ndjson")
    assert "Another." in [getattr(item, "text", "") for item in build(corpus, tmp_path / "cache")]
    assert asked == ["a.txt", "d.ndjson"]


def test_other_limit_or_other_reader_reads_again(
    corpus: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, tmp_path / "cache")
    asked.clear()
    build(corpus, tmp_path / "cache", Limits(2 * MB, 30))
    assert len(asked) == 7
    asked.clear()
    monkeypatch.setattr(parsed_module, "readers_version", lambda: b"newer")
    build(corpus, tmp_path / "cache")
    assert len(asked) == 7


def test_file_that_hung_crashed_or_changed_is_tried_again(tmp_path: Path, asked: list[str]) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    names = ["a.hang", "b.crash", "c.change", "d.jsonl", "e.leave"]
    for name in names:
        (corpus / name).write_text("1\nnull\n")
    first = build(corpus, tmp_path / "cache", Limits(MB, 1))
    asked.clear()
    assert build(corpus, tmp_path / "cache", Limits(MB, 1)) == first
    assert sorted(set(asked)) == names


def test_large_entry_is_kept_in_parts_and_found_whole(tmp_path: Path) -> None:
    answers = [encode(Skipped(f"{number}", "x" * 1000)) for number in range(5000)]
    with closing(ParseCache(tmp_path)) as cache:
        entry = cache.entry(b"key")
        for answer in answers:
            entry.add(answer)
        assert cache.find(b"key") is None  # it is not complete
        entry.keep()
        assert list(cache.find(b"key") or ()) == answers
        assert cache._run("SELECT COUNT(*) FROM parts")[0][0] > 3


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE parts SET data = x'00'",
        "DELETE FROM parts",
        "DROP TABLE parts",
        "DROP TABLE entries",
    ],
)
def test_damaged_entry_is_read_again(
    corpus: Path, tmp_path: Path, asked: list[str], harm: str
) -> None:
    first = build(corpus, tmp_path / "cache")
    with closing(sqlite3.connect(tmp_path / "cache/documents.sqlite")) as db:
        db.execute(harm)
        db.commit()
    asked.clear()
    assert build(corpus, tmp_path / "cache") == first
    assert len(asked) == 7
    asked.clear()
    assert build(corpus, tmp_path / "cache") == first
    assert asked == []


def test_file_that_is_no_cache_is_replaced(corpus: Path, tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/documents.sqlite").write_bytes(b"garbage" * 1000)
    first = build(corpus, tmp_path / "cache")
    asked.clear()
    assert build(corpus, tmp_path / "cache") == first
    assert asked == []


def test_full_disk_is_no_reason_to_stop(
    corpus: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(ParseCache, "write", refuse)
    assert len(build(corpus, tmp_path / "cache")) == 7


def test_what_is_unused_goes_once_it_is_more_than_what_is_used(tmp_path: Path) -> None:
    def fill(cache: ParseCache, key: bytes, size: int) -> None:
        entry = cache.entry(key)
        entry.add(random.Random(key).randbytes(size))  # does not shrink
        entry.keep()

    with closing(ParseCache(tmp_path)) as cache:
        for number in range(3):
            fill(cache, b"old%d" % number, 4000)
    with closing(ParseCache(tmp_path)) as cache:
        fill(cache, b"new", 14_000)
        cache.prune()
        assert cache.find(b"old0") is not None  # it was less
    with closing(ParseCache(tmp_path)) as cache:
        assert cache.find(b"old1") is not None
        cache.prune()
        assert cache.find(b"old1") is not None
        assert cache.find(b"new") is None


def test_version_follows_the_code_and_the_libraries_of_the_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "load").mkdir()
    for name in ("load/text.py", *(f"{beside}.py" for beside in parsed_module.BESIDE)):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(parsed_module, "_HERE", tmp_path)
    versions = {parsed_module.readers_version()}
    (tmp_path / "load/text.py").write_text("2")
    versions.add(parsed_module.readers_version())
    packages = Packages(tmp_path / "packages", monkeypatch)
    packages.install("pypdfium2", "99.0")
    versions.add(parsed_module.readers_version())
    assert len(versions) == 3
    packages.install("unrelated", "1.0")
    assert parsed_module.readers_version() in versions
