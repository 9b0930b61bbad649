"""What files were read as, kept between builds: what has not changed is not read again.

The cache is never needed: what is damaged in it, or cannot be written, is read from the files anew.
"""

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.libraries import libraries
from indexer.load.record import Job

PART_BYTES = 2**20
_HERE = Path(__file__).parent
BESIDE = ("metadata", "stated", "stated_patterns", "dates", "language", "types")
"""Modules that readers use, besides those of `load`."""
_SCHEMA = """
PRAGMA auto_vacuum = FULL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, parts INTEGER NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    key BLOB NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (key, number));
DELETE FROM parts WHERE key NOT IN (SELECT key FROM entries);
"""


def readers_version() -> bytes:
    """What readers depend on besides the file: their code, their libraries, and Python.

    Taken from the files themselves, because a number to be raised by hand would be forgotten.
    """
    total = hashlib.sha256(libraries().encode())
    for path in sorted([*_HERE.glob("load/*.py"), *(_HERE / f"{name}.py" for name in BESIDE)]):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.digest()


class ParseCache:
    """Answers to jobs by what the job and the file were; may be used by several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._version = readers_version()
        self._used: set[bytes] = set()
        path = folder / "documents.sqlite"
        try:
            self._db = _opened(path)
        except sqlite3.DatabaseError:  # not worth a word: it fills again
            for damaged in folder.glob("documents.sqlite*"):
                damaged.unlink()
            self._db = _opened(path)

    def key(self, digest: bytes, job: Job, registry: str) -> bytes:
        """The key of a job on a file whose bytes have this sha256."""
        parts = (job.source, job.members, job.listing, job.max_bytes, registry)
        return hashlib.sha256(self._version + digest + repr(parts).encode()).digest()

    def find(self, key: bytes) -> Iterator[bytes] | None:
        """The answers kept under `key`, or None."""
        try:
            rows = self._run("SELECT parts FROM entries WHERE key = ?", key)
            # all are looked at before the first is handed out: there is no way back then
            if not rows or not all(self._part(key, number) for number in range(rows[0][0])):
                return None
        except (sqlite3.Error, zlib.error, IndexError):
            return None
        self._used.add(key)
        return self._answers(key, rows[0][0])

    def _answers(self, key: bytes, parts: int) -> Iterator[bytes]:
        for number in range(parts):
            yield from self._part(key, number).split(b"\n")

    def _part(self, key: bytes, number: int) -> bytes:
        rows = self._run("SELECT data FROM parts WHERE key = ? AND number = ?", key, number)
        return zlib.decompress(rows[0][0])

    def entry(self, key: bytes) -> "Entry":
        """A new entry, to be filled and then kept."""
        return Entry(self, key)

    def write(self, key: bytes, number: int, answers: list[bytes]) -> int:
        """Writes a part of an entry; returns its size."""
        data = zlib.compress(b"\n".join(answers), 1)
        self._run("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", key, number, data)
        return len(data)

    def finish(self, key: bytes, parts: int, size: int) -> None:
        """Makes an entry complete: from now on it is found."""
        self._run("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", key, parts, size)
        self._used.add(key)

    def prune(self) -> None:
        """Once a build is through: drops what it did not use where that is more than it used."""
        try:
            unused, sizes = [], [0, 0]
            for key, size in self._run("SELECT key, bytes FROM entries"):
                sizes[key in self._used] += size
                if key not in self._used:
                    unused.append(key)
            if sizes[False] > sizes[True]:
                for key in unused:
                    self._run("DELETE FROM entries WHERE key = ?", key)
                    self._run("DELETE FROM parts WHERE key = ?", key)
        except sqlite3.Error:
            return

    def close(self) -> None:
        """Closes the cache's file."""
        with self._lock:
            self._db.close()

    def _run(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


class Entry:
    """The answers to one job, written as they come and only found when kept."""

    def __init__(self, cache: ParseCache, key: bytes) -> None:
        self._cache, self._key = cache, key
        self._failed = False
        self.begin()

    def add(self, answer: bytes) -> None:
        """Adds an answer; a full disk is no reason not to go on."""
        self._waiting.append(answer)
        self._bytes += len(answer)
        if self._bytes > PART_BYTES:
            self._write()

    def begin(self) -> None:
        """Begins, or begins again: what was added so far is worth nothing."""
        self._waiting: list[bytes] = []
        self._parts = self._size = self._bytes = 0

    def keep(self) -> None:
        """Ends the entry."""
        if self._waiting:
            self._write()
        if not self._failed:
            try:
                self._cache.finish(self._key, self._parts, self._size)
            except sqlite3.Error:
                return

    def _write(self) -> None:
        try:
            if not self._failed:
                self._size += self._cache.write(self._key, self._parts, self._waiting)
        except sqlite3.Error:
            self._failed = True
        self._parts += 1
        self._waiting, self._bytes = [], 0


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db
