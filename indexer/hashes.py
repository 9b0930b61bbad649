"""Hashes of files, remembered: a large corpus that did not change is not read again to know it.

A hash is believed while the file's size, times and inode are those it had when it was read. A file
changed within the last seconds is not remembered, since a second change could bear the same time.
"""

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from indexer.cachefile import CacheFile
from indexer.load.registry import problem, source_of

REMEMBERED = "files.sqlite"
SETTLED_NS = 2_000_000_000  # the coarsest file times in use (FAT's) count in two seconds

_SCHEMA = "CREATE TABLE files (path BLOB PRIMARY KEY, stat TEXT NOT NULL, digest BLOB NOT NULL)"
_VERSION = 1


class FileHashes:
    """sha256 of files, read only when they look changed. `read` counts the files that were."""

    def __init__(self, index: Path, verify: bool = False) -> None:
        """`verify` reads every file whatever is remembered."""
        self.read = 0
        self._path = index / "cache" / REMEMBERED
        self._known: dict[bytes, tuple[str, bytes]] = {}
        self._seen: dict[bytes, tuple[str, bytes]] = {}
        if not verify and self._path.is_file():
            self._known = self._load()

    def digest(self, path: Path) -> bytes:
        """The hash of a file's content. Raises OSError when it cannot be read."""
        key = os.fsencode(path.absolute())
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise OSError("not a regular file")  # a pipe would be waited for without end
        looks = _looks(found)
        known = self._known.get(key)
        if known is None or known[0] != looks:
            known = self._known[key] = self._read(path)
        self._seen[key] = known
        return known[1]

    def given(self, path: Path) -> str | None:
        """The hash, in hex, that was given for a file; it is not looked at again."""
        seen = self._seen.get(os.fsencode(path.absolute()))
        return seen[1].hex() if seen else None

    def save(self) -> None:
        """Remembers just the files asked for; a memory that cannot be kept is no loss."""
        rows = [(key, *known) for key, known in self._seen.items() if known[0]]
        if not self.read and len(rows) == len(self._known):
            return

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM files")
            db.executemany("INSERT INTO files VALUES (?,?,?)", rows)

        try:
            cache = CacheFile(self._path, _SCHEMA, _VERSION)
            try:
                cache.do(write)
            finally:
                cache.close()
        except (OSError, sqlite3.Error):  # a full or read-only disk, or another check at once
            return

    def _load(self) -> dict[bytes, tuple[str, bytes]]:
        try:
            cache = CacheFile(self._path, _SCHEMA, _VERSION)
            try:
                rows = cache.do(
                    lambda db: db.execute("SELECT path, stat, digest FROM files").fetchall()
                )
            finally:
                cache.close()
        except (OSError, sqlite3.Error):
            return {}
        return {key: (looks, digest) for key, looks, digest in rows if len(digest) == 32}

    def _read(self, path: Path) -> tuple[str, bytes]:
        """How the file looks (empty when that cannot be relied on later) and its hash."""
        self.read += 1
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").digest()
            after = os.fstat(file.fileno())
        settled = time.time_ns() - max(after.st_mtime_ns, after.st_ctime_ns) > SETTLED_NS
        return (_looks(after) if settled and _looks(before) == _looks(after) else ""), digest


def corpus_hash(corpus: Path, files: Iterable[Path], hashes: FileHashes) -> str:
    """One hash of all files' names and contents; the files' own hashes are remembered."""
    total = hashlib.sha256()
    for path in files:
        total.update(os.fsencode(source_of(corpus, path)) + b"\0")
        if problem(corpus, path):  # a pipe would be waited for without end
            total.update(b"not read")
            continue
        try:
            total.update(hashes.digest(path))
        except OSError:
            total.update(b"unreadable")
    hashes.save()
    return total.hexdigest()


def _looks(found: os.stat_result) -> str:
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino} {found.st_ctime_ns}"
