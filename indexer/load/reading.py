"""One file of the corpus → its documents as bytes, through the cache or a child process.

An archive is listed first, then each member is a job of its own: one that hangs costs only itself.
Runs in a thread of the build's own process, so nothing here looks into a file.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from indexer.load.archive import MAX_DEPTH, MAX_MEMBERS, MAX_TOTAL, is_archive
from indexer.load.child import Child, ChildDied
from indexer.load.record import Job, Limits, Member, decode, encode
from indexer.load.registry import INDEPENDENT, File, too_large
from indexer.parsed import Entry, ParseCache
from indexer.types import Skipped

State = tuple[int, int, int, int]


class FileReader:
    """Reads files one after the other with one child process."""

    def __init__(
        self, child: Child, limits: Limits, scratch: Path, cache: ParseCache | None = None
    ) -> None:
        self._child, self._limits, self._scratch, self._cache = child, limits, scratch, cache

    def read(self, file: File) -> Iterator[bytes]:
        """The encoded documents of a file, or the reasons why there is none."""
        if file.problem:
            yield encode(Skipped(file.source, file.problem))
            return
        archive = is_archive(file.path.name)
        most = max(self._limits.max_bytes, MAX_TOTAL) if archive else self._limits.max_bytes
        try:
            if file.path.stat().st_size > most:
                yield encode(too_large(file.source, most))
                return
            found = _Found(file.path)
        except OSError as error:
            yield encode(Skipped(file.source, f"cannot be opened: {error.strerror}"))
            return
        if not archive:
            yield from self._answers(found, self._job(found, file.source))
            return
        try:
            yield from self._archive(found, file.source, (), _Allowance())
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _job(
        self, found: "_Found", source: str, members: tuple[int, ...] = (), listing: bool = False
    ) -> Job:
        scratch = str(self._scratch) if listing or members else ""
        limit = self._limits.max_bytes
        return Job(str(found.path), source, members, listing, limit, scratch)

    def _archive(
        self, found: "_Found", source: str, inside: tuple[int, ...], allowance: "_Allowance"
    ) -> Iterator[bytes]:
        """The documents of the archive's members; `inside` leads to it where it is a member."""
        self._scratch.mkdir(exist_ok=True)
        members = []
        empty = True
        for data in self._answers(found, self._job(found, source, inside, listing=True)):
            empty = False
            answer = decode(data)
            if isinstance(answer, Member):
                members.append(answer)
            else:
                yield data
        if reason := "holds no files" if empty else allowance.refuse(members):
            yield encode(Skipped(source, reason))
            return
        for member in members:
            path, name = (*inside, member.position), f"{source}/{member.name}"
            if not is_archive(member.name):
                yield from self._answers(found, self._job(found, name, path))
            elif len(path) < MAX_DEPTH:
                yield from self._archive(found, name, path, allowance)
            else:
                yield encode(Skipped(name, f"is an archive inside {MAX_DEPTH} others: not opened"))

    def _answers(self, found: "_Found", job: Job) -> Iterator[bytes]:
        """The answers to a job, from the cache where it was done before."""
        if self._cache is None:
            yield from self._asked(found, job, None)
            return
        key = self._cache.key(found.digest, job, self._child.registry)
        if (answers := self._cache.find(key)) is not None:
            yield from answers
            return
        yield from self._asked(found, job, self._cache.entry(key))

    def _asked(self, found: "_Found", job: Job, entry: Entry | None) -> Iterator[bytes]:
        """The answers of the child process, and why there are no more should it die."""
        for again in (False, True):
            sent = 0
            try:
                for data in self._complete(found, job, entry):
                    sent += 1
                    yield data
                return
            except ChildDied as death:
                if death.retry and not again and not sent:
                    continue
                after = f", after {sent:,} of its records" if sent else ""
                yield encode(Skipped(job.source, death.reason + after))
                return

    def _complete(self, found: "_Found", job: Job, entry: Entry | None) -> Iterator[bytes]:
        """The answers, kept in `entry` when the job came to its end and the file is the same.

        What belongs together is held back until then: it comes whole or not at all.
        """
        suffix = PurePosixPath(job.source).suffix.lower()
        independent = suffix in INDEPENDENT and not job.listing
        held: list[bytes] = []
        if entry:
            entry.begin()
        for data in self._child.ask(job):
            if entry:
                entry.add(data)
            if independent:
                yield data
            else:
                held.append(data)
        if found.changed():
            yield encode(Skipped(job.source, "changed while it was being read"))
            return
        if entry:
            entry.keep()
        yield from held


class _Found:
    """A file's content as it was when reading began."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self.path = path
        # not to wait for ever should it have become a pipe since it was looked at
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            self._state = _state(os.fstat(number))
            self.digest = hashlib.file_digest(file, "sha256").digest()

    def changed(self) -> bool:
        """Whether it is no longer what was hashed."""
        try:
            return _state(self.path.stat()) != self._state
        except OSError:
            return True


def _state(found: os.stat_result) -> State:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is no longer a file")
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


class _Allowance:
    """How much an archive may still hold, those inside it included."""

    def __init__(self) -> None:
        self._members, self._bytes = MAX_MEMBERS, MAX_TOTAL

    def refuse(self, members: list[Member]) -> str | None:
        """Why these are too many; None, and they are counted, where they are not."""
        size = sum(member.size for member in members)
        if len(members) > self._members:
            return f"holds more than {MAX_MEMBERS:,} files with the archives around it: not read"
        if size > self._bytes:
            return f"unpacks to more than {MAX_TOTAL // 2**30} GB: not read"
        self._members -= len(members)
        self._bytes -= size
        return None
