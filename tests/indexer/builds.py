"""What the tests of interrupted builds share: processes that build, and what a build has made."""

import itertools
import multiprocessing
import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from indexer import generation as gen
from indexer.sparse import terms

PATIENCE_S = 120
VECTORS = (gen.DENSE, gen.SENTENCES, gen.WINDOWS, gen.WORDS)
QUERIES = ("board", "nine buses", "councillors distrust")

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.indexer.warm"])
_NUMBERS = itertools.count()
_BOOKKEEPING = threading.Lock()  # multiprocessing's own cannot be shared by threads


class Build:
    """`python -m indexer build` in a process of its own, begun at once.

    With `stop` (see `warm.run`) it halts at one step, and `hear` says when.
    """

    def __init__(self, corpus: Path, index: Path, *options: str, stop: str | None = None) -> None:
        self.log = index.with_name(f"{index.name}-{next(_NUMBERS)}.log")
        self._heard, told = _CONTEXT.Pipe(duplex=False)
        arguments = ["build", *options, "--corpus", str(corpus), "--index", str(index)]
        self.process = _CONTEXT.Process(target=_run, args=(arguments, self.log, told, stop))
        with _BOOKKEEPING:
            self.process.start()
        told.close()
        assert self.hear() == "started"

    def hear(self) -> str:
        """What the process says next."""
        if not self._heard.poll(PATIENCE_S):
            raise TimeoutError(self.log.read_text())
        return str(self._heard.recv())

    def signal(self, number: int) -> None:
        """Sends it a signal."""
        assert self.process.pid
        os.kill(self.process.pid, number)

    def go_on(self) -> None:
        """Ends a halt."""
        self.log.with_suffix(".go").touch()

    def said(self, words: str) -> None:
        """Waits until its output holds these words."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def end(self, seconds: float = PATIENCE_S) -> int | None:
        """The exit status; None when it still runs after so many seconds."""
        if not wait([self.process.sentinel], seconds):
            return None
        with _BOOKKEEPING:
            self.process.join()
            return self.process.exitcode

    def kill(self) -> bool:
        """kill -9; false when it had ended by itself before."""
        with _BOOKKEEPING:
            self.process.kill()
        return self.end() == -9


def _run(arguments: list[str], log: Path, told: Connection, stop: str | None) -> None:
    # here, not above: it loads the model, which the forkserver has done already
    from tests.indexer import warm  # noqa: PLC0415

    warm.run(arguments, log, told, stop)


@dataclass(frozen=True)
class Made:
    """All that a generation holds, without its name, times and random file names."""

    counts: tuple[int, int, int]
    corpus: tuple[object, ...]
    store: list[str]
    vectors: list[bytes]
    hits: list[list[tuple[int, float]]]


def made(folder: Path) -> Made:
    """What a generation holds, every file of it checked."""
    manifest = gen.Manifest.load(folder)
    gen.check_files(folder, manifest, hashes=True)
    found = gen.Generation(folder)
    with closing(sqlite3.connect(folder / gen.STORE)) as db:
        store = list(db.iterdump())  # documents, passages, sentences, words, glossary
    return Made(
        counts=(manifest.documents, manifest.passages, manifest.sentences),
        corpus=(manifest.corpus_hash, manifest.skipped, manifest.made_with),
        store=store,
        vectors=[(folder / name).read_bytes() for name in VECTORS],
        hits=[found.sparse.search(terms(query), 50) for query in QUERIES],
    )
