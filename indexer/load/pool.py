"""Reads files ahead in child processes, as many at a time as wanted, and hands them on in order.

What is read ahead is bounded in bytes, so that memory stays bounded however slowly it is taken.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from indexer.load.child import REGISTRY, Child
from indexer.load.reading import FileReader
from indexer.load.record import Limits, decode
from indexer.load.registry import File
from indexer.load.scratch import scratch
from indexer.parsed import ParseCache
from indexer.types import Document, Skipped

AHEAD_FILES = 64
AHEAD_BYTES = 32 * 2**20


class _Closed(Exception):
    """Nobody waits for what is read any more."""


class _Slot:
    """A file being read: what was found and not yet taken."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.found: deque[bytes] = deque()
        self.done = False
        self.error: BaseException | None = None


class Pool:
    """Child processes, each with a thread that gives it one file after the other.

    A context manager: when it is left, for whatever reason, the processes are dead and nothing
    that was unpacked is left.
    """

    def __init__(
        self,
        limits: Limits,
        workers: int = 1,
        cache: ParseCache | None = None,
        registry: str = REGISTRY,
    ) -> None:
        self._limits, self._cache = limits, cache
        self._cleaning = ExitStack()
        self._children = [Child(limits, registry) for _ in range(workers)]
        self._threads: list[threading.Thread] = []
        self._todo: SimpleQueue[_Slot | None] = SimpleQueue()
        self._slots: deque[_Slot] = deque()
        self._changed = threading.Condition()
        self._ahead = 0
        self._closed = False

    def __enter__(self) -> Self:
        self._unpacked = self._cleaning.enter_context(scratch())
        for number, child in enumerate(self._children):
            folder = self._unpacked / str(number)
            reader = FileReader(child, self._limits, folder, self._cache)
            # daemons: no way of ending the build may wait for a file
            thread = threading.Thread(target=self._work, args=(reader,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for child in self._children:
            child.kill()
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()
        for child in self._children:
            child.close()
        self._cleaning.close()

    def read(self, files: Iterable[File]) -> Iterator[tuple[Path, Document | Skipped]]:
        """Each file with what was found in it, in the order of `files`."""
        coming = iter(files)
        while True:
            while len(self._slots) < AHEAD_FILES and (file := next(coming, None)):
                slot = _Slot(file)
                with self._changed:
                    self._slots.append(slot)
                self._todo.put(slot)
            if not self._slots:
                return
            first = self._slots[0]
            while (data := self._take(first)) is not None:
                item = decode(data)
                assert isinstance(item, Document | Skipped)
                yield first.file.path, item
            with self._changed:
                self._slots.popleft()
                self._changed.notify_all()  # whose turn it is may go on

    def _take(self, slot: _Slot) -> bytes | None:
        """What was found next, waited for; None at the file's end."""
        with self._changed:
            while not slot.found and not slot.done:
                self._changed.wait()
            if slot.found:
                data = slot.found.popleft()
                self._ahead -= len(data)
                self._changed.notify_all()
                return data
            if slot.error:
                raise slot.error
            return None

    def _put(self, slot: _Slot, data: bytes) -> None:
        with self._changed:
            while not self._closed and not self._room(slot, len(data)):
                self._changed.wait()
            if self._closed:
                raise _Closed
            slot.found.append(data)
            self._ahead += len(data)
            self._changed.notify_all()

    def _room(self, slot: _Slot, size: int) -> bool:
        # the file whose turn it is always has room for one: else all would wait for each other
        return self._ahead + size <= AHEAD_BYTES or (slot is self._slots[0] and not slot.found)

    def _work(self, reader: FileReader) -> None:
        while slot := self._todo.get():
            try:
                for data in reader.read(slot.file):
                    self._put(slot, data)
            except _Closed:
                return
            except BaseException as error:  # raised again where the file is waited for
                slot.error = error
            with self._changed:
                slot.done = True
                self._changed.notify_all()
