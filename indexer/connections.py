"""Connections to one finished SQLite file, lent to whoever reads."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Connections:
    """As many connections as threads read at once: sharing one would serialise them.

    They are lent, not kept by thread: a server's threads come and go, and theirs would stay open.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile."""
        with self._lock:
            db = self._idle.pop() if self._idle else None
        db = db or sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        try:
            yield db
        finally:
            with self._lock:
                if not self._closed:
                    self._idle.append(db)
            if self._closed:
                db.close()

    def close(self) -> None:
        """Closes all, those that are lent when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()
