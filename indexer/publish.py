"""Publishing generations: the right to write, the swap of the pointer, and what is cleared away."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.disk import disk_full, means_full
from indexer.errors import IndexBusy, RagError
from indexer.manifest import GENERATIONS, PARTIAL, POINTER, current


@contextmanager
def writing(index: Path, waiting: Callable[[], None] | None = None) -> Iterator[bool]:
    """The sole right to write to an index folder; whether it had to be waited for.

    When another process has it: raises IndexBusy, or calls `waiting` and waits where that is
    given. The lock is the kernel's (flock): it goes with its process, however that ends.
    """
    lock = FileLock(index / "lock")
    try:
        index.mkdir(parents=True, exist_ok=True)
        waited = not _acquired(lock)
        if waited and waiting is None:
            raise IndexBusy(
                f"Another build is writing to {str(index)!r}.",
                "Wait for it (indexer build --wait), or name another folder: make index INDEX=…",
            )
        if waited and waiting is not None:
            waiting()
            lock.acquire(poll_interval=0.2)
    except OSError as error:
        if means_full(error, index):
            raise disk_full(index, 0) from error
        raise RagError(
            f"The index folder {str(index)!r} cannot be written: {error.strerror}.",
            "Name a folder that can be: make index INDEX=…",
        ) from error
    try:
        yield waited
    finally:
        lock.release()


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def publish(index: Path, written: Path, keep: int) -> None:
    """Makes the complete generation in `written` the current one and prunes old ones."""
    folder = index / GENERATIONS / written.name.removesuffix(PARTIAL)
    _sync(written)
    os.replace(written, folder)
    _sync(folder.parent)
    _point(index, folder.name)
    prune(index, keep)


def _point(index: Path, name: str) -> None:
    """Makes a generation the served one, in one step."""
    pointer = index / f"{POINTER}.new"
    pointer.write_text(name, "utf-8")
    with pointer.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(pointer, index / POINTER)
    _sync(index)


def sweep(index: Path) -> None:
    """Removes what interrupted builds and removals left; only for who may write to the index."""
    for folder in (index / GENERATIONS).glob(f"*{PARTIAL}"):
        shutil.rmtree(folder, ignore_errors=True)


def prune(index: Path, keep: int) -> None:
    """Removes all but the newest `keep` generations, and never the published one."""
    sweep(index)
    published = current(index).name
    folders = sorted((index / GENERATIONS).iterdir(), key=lambda p: p.name, reverse=True)
    kept = [folder for folder in folders if folder.name == published]
    kept += [folder for folder in folders if folder not in kept]
    for folder in folders:
        if folder not in kept[:keep]:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Puts a folder's files and its listing on disk before anything points to them."""
    for path in [folder, *folder.iterdir()]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
