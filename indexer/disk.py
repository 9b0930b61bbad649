"""A full disk, however it shows: SQLite, NumPy, FAISS and tantivy each say it in their own way."""

import errno
import shutil
import sqlite3
from pathlib import Path

from indexer.errors import DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PRIMARY = 0xFF  # SQLite's extended error codes keep the primary one in their low byte
_LIBRARY = (OSError, sqlite3.Error, RuntimeError, ValueError)
_NONE = 2**16  # bytes: fewer than this free, and a file system is as good as full
_SAID = (
    "no space left on device",
    "disk quota exceeded",
    "file too large",
    "database or disk is full",
    " requested and ",  # NumPy: "960 requested and 512 written", without a reason
)


def disk_full(index: Path, needed: int) -> DiskFull:
    """The error of a full disk; `needed` is at least what a build takes, 0 when not known."""
    room = f"at least {megabytes(needed)}" if needed else "some room"
    return DiskFull(
        f"The disk is full: the index in {str(index)!r} cannot be written "
        f"({megabytes(_free(index))} free). What was published before is still served.",
        f"Free {room} there and build again, which goes on from here, or name another folder: "
        "make index INDEX=…",
    )


def means_full(error: BaseException, index: Path) -> bool:
    """Whether an error in writing to `index`, or what caused it, says that there is no room."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    code = getattr(error, "sqlite_errorcode", None)
    said = str(error).lower()
    if (code or 0) & _PRIMARY == sqlite3.SQLITE_FULL or any(words in said for words in _SAID):
        return True
    if isinstance(error, _LIBRARY) and _free(index) < _NONE:
        return True  # "disk I/O error", "a worker was killed": without room, that is why
    return error.__cause__ is not None and means_full(error.__cause__, index)


def _free(index: Path) -> int:
    there = next(path for path in (index, *index.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder; 0 when it is not there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def megabytes(size: int) -> str:
    """A size in words, rounded up."""
    return f"{-(-size // 2**20)} MB"
