"""Zip archives: which members may be read, and unpacking one of them at a time.

Nothing is trusted that an archive says of itself: names, sizes, kinds and checksums are checked,
and a member only ever goes to a file whose name is chosen here.
"""

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from indexer.errors import UnreadableFile
from indexer.load.names import is_hidden, is_junk, printable
from indexer.load.record import Member
from indexer.types import Skipped

ARCHIVES = (".zip",)
MAX_DEPTH = 2
MAX_MEMBERS = 10_000
MAX_TOTAL = 2 * 2**30
MAX_RATIO = 200
RATIO_FROM = 50 * 2**20  # a small file may well shrink two hundred times

_DRIVE = re.compile(r"[A-Za-z]:")
_SUFFIX = re.compile(r"\.\w{1,16}", re.ASCII)
_ENCRYPTED = 0x1
_UNIX = 3
_BLOCK = 2**20
# what zipfile and the decompressors under it raise for bytes that are no archive
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,  # a way of packing that is not known
    RuntimeError,
    EOFError,
    ValueError,  # UnicodeDecodeError too
    OverflowError,
    IndexError,
)


def is_archive(name: str) -> bool:
    """Whether what has this name is opened and its members read."""
    return PurePosixPath(name).suffix.lower() in ARCHIVES


class _Open(NamedTuple):
    key: tuple[object, ...]
    archive: zipfile.ZipFile


class Archives:
    """The archive being read and those inside it, kept open from one member to the next."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def members(
        self, path: Path, source: str, inside: tuple[int, ...], scratch: Path, max_bytes: int
    ) -> Iterator[Member | Skipped]:
        """What may be read of the archive, in its own order, and why not the rest.

        `inside` are the positions of archives in archives that lead to it. Raises UnreadableFile.
        """
        archive = self._reach(path, inside, scratch)
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise UnreadableFile(f"holds more than {MAX_MEMBERS:,} files", "Unpack it.")
        seen: set[str] = set()
        for position, info in enumerate(infos):
            name = info.filename.replace("\\", "/")
            shown = printable(name)
            reason = _why_not(info, name, seen, max_bytes)
            seen.add(name)
            if reason == "":
                continue
            yield (
                Skipped(f"{source}/{shown}", reason)
                if reason
                else Member(position, shown, info.file_size)
            )

    def unpack(self, path: Path, inside: tuple[int, ...], scratch: Path, name: str) -> Path:
        """The file at `inside`, under `scratch`, with the suffix of `name`."""
        archive = self._reach(path, inside[:-1], scratch)
        suffix = PurePosixPath(name).suffix
        target = scratch / f"member{suffix.lower() if _SUFFIX.fullmatch(suffix) else ''}"
        _unpack(archive, inside[-1], target)
        return target

    def close(self) -> None:
        """Closes every archive."""
        while self._open:
            self._open.pop().archive.close()

    def _reach(self, path: Path, inside: tuple[int, ...], scratch: Path) -> zipfile.ZipFile:
        """The archive at `inside`, opened or still open."""
        state = path.stat()
        key: tuple[object, ...] = (path, state.st_mtime_ns, state.st_size, state.st_ino)
        keys = [key, *((*key, *inside[: depth + 1]) for depth in range(len(inside)))]
        while self._open and self._open[-1].key not in keys:
            self._open.pop().archive.close()
        for depth in range(len(self._open), len(keys)):
            if depth == 0:
                file = path
            else:
                file = scratch / f"archive-{depth}.zip"
                _unpack(self._open[-1].archive, inside[depth - 1], file)
            self._open.append(_Open(keys[depth], _opened(file)))
        return self._open[-1].archive


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise UnreadableFile(f"is no zip archive or a damaged one ({error})", "Zip it anew.") from (
            error
        )


def _unpack(archive: zipfile.ZipFile, position: int, target: Path) -> None:
    try:
        info = archive.infolist()[position]
        left = info.file_size
        with archive.open(info) as packed, target.open("wb") as file:
            while block := packed.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise UnreadableFile("is larger than its archive says", "Zip it anew.")
                file.write(block)
            if left:
                raise UnreadableFile("is damaged (its end is missing)", "Zip it anew.")
    except _DAMAGED as error:
        raise UnreadableFile(f"is damaged ({printable(str(error))})", "Zip it anew.") from error


def _why_not(info: zipfile.ZipInfo, name: str, seen: set[str], max_bytes: int) -> str | None:
    """Why a member is not read; empty where nobody would miss it; None where it is read."""
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        return "has a path that leads out of the archive: not unpacked"
    if info.is_dir() or is_hidden(parts) or is_junk(parts[-1]):
        return ""
    if kind not in (0, stat.S_IFREG):
        return "is a link or device in an archive: not unpacked"
    if name in seen:
        return "has the name of a file before it in the archive"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.file_size > max_bytes:
        return f"larger than {max_bytes // 2**20} MB (RAG_MAX_FILE_MB)"
    ratio = info.file_size // max(info.compress_size, 1)
    if info.file_size > RATIO_FROM and ratio > MAX_RATIO:
        return f"unpacks to {ratio:,} times its size: not unpacked"
    return None
