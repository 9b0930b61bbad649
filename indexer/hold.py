"""Readers keep the generation that they have open from being removed under their feet.

A shared lock (flock) on its manifest: the kernel takes it back however a reader ends. Nothing is
held where there is no flock; Windows does not let open files be removed in the first place.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from indexer.errors import IndexBroken
from indexer.manifest import MANIFEST, REBUILD

_FCNTL: ModuleType | None = import_module("fcntl") if find_spec("fcntl") else None


def hold(folder: Path) -> int:
    """Keeps a generation from being removed until the descriptor that is returned is closed.

    Raises IndexBroken when it is gone or just being removed.
    """
    gone = IndexBroken(f"The generation {folder.name!r} has been removed.", REBUILD)
    try:
        handle = os.open(folder / MANIFEST, os.O_RDONLY)
    except OSError:
        raise gone from None
    if not _locked(handle, shared=True) or not _is(handle, folder):
        os.close(handle)
        raise gone
    return handle


@contextmanager
def sole_hold(folder: Path) -> Iterator[bool]:
    """Whether nobody has a generation open; if so nobody can come to, inside the with block."""
    try:
        handle = os.open(folder / MANIFEST, os.O_RDONLY)
    except OSError:  # nobody can open what has no manifest
        yield True
        return
    try:
        yield _locked(handle, shared=False)
    finally:
        os.close(handle)


def _locked(handle: int, shared: bool) -> bool:
    if _FCNTL is None:
        return True
    try:
        _FCNTL.flock(handle, (_FCNTL.LOCK_SH if shared else _FCNTL.LOCK_EX) | _FCNTL.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, as some network ones are
        return True
    return True


def _is(handle: int, folder: Path) -> bool:
    """Whether an open manifest still is the one in its folder, which may have been moved aside."""
    try:
        return os.path.samestat(os.fstat(handle), (folder / MANIFEST).stat())
    except OSError:
        return False
