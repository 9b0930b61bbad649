"""Connections are lent one by one, used again, and none stays open after closing."""

import gc
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from indexer.connections import Connections
from indexer.store import Store
from indexer.store_writer import StoreWriter
from indexer.types import Document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "numbers.sqlite"
    writer = StoreWriter(found)
    writer.add(Document("a", "a.txt", None, "A."), [], [])
    writer.close()
    return found


def opened(path: Path) -> int:
    """How many descriptors of this process are open on a file."""
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{name}") == str(path)
        except OSError:  # that of the listing itself
            continue
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")


def use(connections: Connections, barrier: Barrier | None = None) -> sqlite3.Connection:
    with connections.one() as db:
        assert db.execute("SELECT id FROM documents").fetchall() == [("a",)]
        if barrier:
            barrier.wait(30)
        return db


@needs_proc
def test_threads_that_come_and_go_use_the_same_connection(path: Path) -> None:
    connections = Connections(path.as_uri())
    for _ in range(5):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(use, connections).result()
    assert opened(path) == 1
    connections.close()
    assert opened(path) == 0


@needs_proc
def test_threads_that_read_at_once_have_one_each(path: Path) -> None:
    connections = Connections(path.as_uri())
    with ThreadPoolExecutor(4) as threads:
        barrier = Barrier(4)
        used = list(threads.map(lambda _: use(connections, barrier), range(4)))
    assert len(set(map(id, used))) == opened(path) == 4
    connections.close()
    assert opened(path) == 0


@needs_proc
def test_one_that_is_lent_while_closing_is_closed_when_it_comes_back(path: Path) -> None:
    connections = Connections(path.as_uri())
    with connections.one() as db:
        connections.close()
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert opened(path) == 0


@needs_proc
def test_a_store_that_nobody_refers_to_any_more_is_closed(path: Path) -> None:
    store = Store(path)
    with ThreadPoolExecutor(3) as threads:
        for _ in range(9):
            threads.submit(store.words).result()
    assert opened(path) > 0
    del store
    gc.collect()
    assert opened(path) == 0
