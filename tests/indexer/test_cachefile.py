"""A cache that may be lost: damage of any kind empties it, and is never an error."""

import sqlite3
from pathlib import Path

import pytest

from indexer.cachefile import CacheFile, damaged

SCHEMA = "CREATE TABLE numbers (n INTEGER PRIMARY KEY, text TEXT)"
ROWS = [(n, f"number {n} " * 20) for n in range(500)]


def fill(path: Path) -> None:
    cache = CacheFile(path, SCHEMA, 1)
    cache.do(lambda db: db.executemany("INSERT OR REPLACE INTO numbers VALUES (?,?)", ROWS))
    cache.close()


def read(path: Path, version: int = 1) -> list[tuple[int, str]]:
    cache = CacheFile(path, SCHEMA, version)
    found: list[tuple[int, str]] = cache.do(
        lambda db: db.execute("SELECT n, text FROM numbers ORDER BY n").fetchall()
    )
    cache.close()
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "new" / "cache.sqlite"
    fill(found)
    return found


def test_what_was_written_is_read_back(path: Path) -> None:
    assert read(path) == ROWS


def test_another_version_begins_anew_and_takes_no_more_room(path: Path) -> None:
    size = path.stat().st_size
    assert read(path, version=2) == []
    assert path.stat().st_size < size
    assert read(path, version=2) == []


@pytest.mark.parametrize("kept", [0, 1, 50, 100, 512, 4096, 5000, 20_000])
def test_file_cut_short_at_any_point_is_begun_anew_and_can_be_written(
    path: Path, kept: int
) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    assert read(path) == []
    fill(path)
    assert read(path) == ROWS


@pytest.mark.parametrize("page", range(5))
def test_overwritten_page_never_raises(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xaa" * 4096
    path.write_bytes(content)
    assert set(read(path)) <= set(ROWS)
    fill(path)
    assert read(path) == ROWS


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_garbage_beside_the_file_does_no_harm(path: Path, suffix: str) -> None:
    path.with_name(path.name + suffix).write_bytes(b"garbage" * 1000)
    assert read(path) in (ROWS, [])
    fill(path)
    assert read(path) == ROWS


def test_damage_met_while_open_is_survived(path: Path) -> None:
    cache = CacheFile(path, SCHEMA, 1)
    path.write_bytes(b"x" * path.stat().st_size)
    cache.do(lambda db: db.executemany("INSERT OR REPLACE INTO numbers VALUES (?,?)", ROWS))
    cache.close()
    assert read(path) == ROWS


def test_other_errors_are_not_taken_for_damage(path: Path) -> None:
    cache = CacheFile(path, SCHEMA, 1)
    with pytest.raises(sqlite3.OperationalError) as caught:
        cache.do(lambda db: db.execute("SELECT no_such_column FROM numbers"))
    cache.close()
    assert not damaged(caught.value)
    assert read(path) == ROWS
