"""Publishing generations: the right to write, the swap of the pointer, and what is cleared away."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.disk import disk_full, means_full
from indexer.errors import IndexBusy, NothingBefore, RagError
from indexer.hold import sole_hold
from indexer.manifest import GENERATIONS, PARTIAL, POINTER, Manifest, check_files, current


@contextmanager
def writing(index: Path, waiting: Callable[[], None] | None = None) -> Iterator[bool]:
    """The sole right to write to an index folder; whether it had to be waited for.

    When another process has it: raises IndexBusy, or calls `waiting` and waits where that is
    given. The lock is the kernel's (flock): it goes with its process, however that ends. A full
    disk inside becomes one DiskFull.
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
    except RagError:
        raise
    except Exception as error:
        if means_full(error, index):
            raise disk_full(index, 0) from error
        raise
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


def rollback(index: Path) -> tuple[Manifest, Manifest]:
    """Points back to the generation that the served one replaced; returns (now served, before).

    Only for who may write to the index. Raises NothingBefore when there is none to go back to, and
    IndexBroken when that one is not whole.
    """
    served = Manifest.load(current(index))
    if served.replaces is None:
        raise NothingBefore(
            f"{served.generation} replaced no generation: there is none to go back to.",
            "Build from other documents instead: make index CORPUS=…",
        )
    folder = index / GENERATIONS / served.replaces
    if not folder.is_dir():
        raise NothingBefore(
            f"The generation before {served.generation} ({served.replaces}) is not kept any more.",
            "Keep more of them from now on: RAG_KEEP=3 make index",
        )
    wanted = Manifest.load(folder)
    check_files(folder, wanted, hashes=True)
    _point(index, folder.name)
    return wanted, served


def generations(index: Path) -> list[Path]:
    """The folders of all complete generations: the served one, those it would be rolled back to
    one after the other, then the rest from the newest on.
    """
    there = [path for path in (index / GENERATIONS).iterdir() if not path.name.endswith(PARTIAL)]
    rest = sorted(there, reverse=True)
    found: list[Path] = []
    at: Path | None = current(index)
    while at in rest:
        rest.remove(at)
        found.append(at)
        at = _replaced(at)
    return found + rest


def _replaced(folder: Path) -> Path | None:
    try:
        replaces = Manifest.load(folder).replaces
    except RagError:
        return None
    return folder.parent / replaces if replaces else None


def _point(index: Path, name: str) -> None:
    """Makes a generation the served one, in one step."""
    pointer = index / f"{POINTER}.new"
    pointer.write_text(name, "utf-8")
    _sync_one(pointer)
    os.replace(pointer, index / POINTER)
    _sync_one(index)


def sweep(index: Path) -> None:
    """Removes what interrupted builds and removals left; only for who may write to the index."""
    for folder in (index / GENERATIONS).glob(f"*{PARTIAL}"):
        shutil.rmtree(folder, ignore_errors=True)


def prune(index: Path, keep: int) -> None:
    """Removes all generations after the first `keep` but those that a reader has open.

    Such a one goes at a later build. Only for who may write to the index.
    """
    sweep(index)
    for folder in generations(index)[keep:]:
        with sole_hold(folder) as unused:
            if not unused:
                continue
            with suppress(OSError):  # what cannot be removed is no reason to call a build failed
                # aside first: who comes now finds it gone, not half of it
                aside = folder.with_name(folder.name + PARTIAL)
                os.replace(folder, aside)
                shutil.rmtree(aside, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Puts a folder's files and listings on disk before anything points to them."""
    for path in [*folder.rglob("*"), folder]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
