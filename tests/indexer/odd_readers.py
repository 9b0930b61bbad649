"""Readers that do to their process what hostile files do: for tests of what is around them."""

import ctypes
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from indexer.load.jsonl import parse_record, read_jsonl
from indexer.load.registry import Reader
from indexer.load.text import read_text
from indexer.types import Document, Skipped


def hang(path: Path, source: str) -> Iterator[Document]:
    yield Document("x", source, None, "The first half.")
    time.sleep(3600)


def hold(path: Path, source: str) -> Iterator[Document]:
    """Never lets another thread run either."""
    ctypes.PyDLL(None).sleep(3600)
    yield Document("x", source, None, "Never.")


def crash(path: Path, source: str) -> Iterator[Document]:
    yield Document("x", source, None, "The first half.")
    ctypes.string_at(0)


def leave(path: Path, source: str) -> Iterator[Document]:
    yield Document("x", source, None, "The first half.")
    os._exit(3)


def swell(path: Path, source: str) -> Iterator[Document]:
    yield Document("x", source, None, "x" * 2**33)


def leak(path: Path, source: str) -> Iterator[Document]:
    """Well by itself; two of them in one process are too much."""
    _leaked.append(bytearray(400 * 2**20))
    yield Document(source, source, None, f"Leaked in {os.getpid()}.")


def chatter(path: Path, source: str) -> Iterator[Document]:
    print("This is not an answer.", flush=True)
    os.write(1, b"Nor is this.")
    os.write(2, b"Nor this.")
    sys.stdin.read()
    yield Document(source, source, None, "Said.")


def tell(path: Path, source: str) -> Iterator[Document]:
    """What the process is: its id, and whether it loaded what embeds."""
    yield Document(source, source, None, f"{os.getpid()} {'torch' in sys.modules}")


def slow_records(path: Path, source: str) -> Iterator[Document | Skipped]:
    """Each record in time, all together not; a record that is null crashes."""
    for line in path.read_text().splitlines():
        time.sleep(0.6)
        if line == "null":
            os.abort()
        yield parse_record({"_id": line, "text": line}, source)


def change(path: Path, source: str) -> Iterator[Document]:
    yield Document(source, source, None, path.read_text())
    with path.open("a") as file:
        file.write("more")


def vanish(path: Path, source: str) -> Iterator[Document]:
    yield Document(source, source, None, path.read_text())
    path.unlink()


_leaked: list[bytearray] = []

SUFFIXES: dict[str, Reader] = {
    ".txt": read_text,
    ".jsonl": slow_records,
    ".ndjson": read_jsonl,
    ".hang": hang,
    ".hold": hold,
    ".crash": crash,
    ".leave": leave,
    ".swell": swell,
    ".leak": leak,
    ".chatter": chatter,
    ".tell": tell,
    ".change": change,
    ".vanish": vanish,
}
