"""Publishing generations: the right to write, the swap of the pointer, and what is cleared away."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import IndexBusy
from indexer.manifest import GENERATIONS, PARTIAL, POINTER, current


@contextmanager
def writing(index: Path) -> Iterator[None]:
    """The sole right to write to an index folder. Raises IndexBusy when another build has it.

    The lock is the kernel's (flock): it goes with the process that held it, however that ends.
    """
    index.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"Another build is writing to {str(index)!r}.",
            "Wait for it to end, or name another folder: make index INDEX=…",
        ) from None
    try:
        yield
    finally:
        lock.release()


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


def prune(index: Path, keep: int) -> None:
    """Removes what an interrupted build left and all but the newest `keep` generations."""
    published = current(index).name
    folders = sorted((index / GENERATIONS).iterdir(), key=lambda p: p.name, reverse=True)
    kept = [folder for folder in folders if folder.name == published]
    kept += [f for f in folders if f not in kept and not f.name.endswith(PARTIAL)]
    for folder in folders:
        if folder not in kept[:keep]:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Puts a folder's files and its listing on disk before anything points to them."""
    for path in [folder, *folder.iterdir()]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
