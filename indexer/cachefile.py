"""A small SQLite file under INDEX/cache that may be lost at any time: damage only costs work."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_PRIMARY = 0xFF  # SQLite's extended error codes keep the primary one in their low byte


class CacheFile:
    """One table on disk. A file that is damaged, or of another `version`, is begun anew."""

    def __init__(self, path: Path, schema: str, version: int) -> None:
        self._path, self._schema, self._version = path, schema, version
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            if not damaged(error):
                raise
            self._begin_anew()

    def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` returns, committed. It is called again on an empty table after damage."""
        try:
            with self._db:
                return work(self._db)
        except sqlite3.Error as error:
            if not damaged(error):
                raise
            self._db.close()
            self._begin_anew()
            with self._db:
                return work(self._db)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def _prepare(self) -> None:
        # one writer at a time, so a write-ahead log would only add files that a crash can leave
        self._db.execute("PRAGMA journal_mode=DELETE")
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        tables = self._db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        if found != self._version:
            with self._db:
                for (name,) in tables:
                    self._db.execute(f"DROP TABLE {name}")
                self._db.execute(self._schema)
                self._db.execute(f"PRAGMA user_version={self._version}")
            if tables:
                self._db.execute("VACUUM")

    def _begin_anew(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._db = sqlite3.connect(self._path)
        self._prepare()


def damaged(error: sqlite3.Error) -> bool:
    """Whether an error says that the file's content is spoilt (and not that the disk is full)."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & _PRIMARY in _DAMAGED
