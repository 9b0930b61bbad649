"""The process that reads files: whatever a file does to its reader, it does only here.

Started by `child.py` as `python -m indexer.load.worker FD PARENT MEMORY_MB MODULE:NAME`: it takes
jobs from the pipe FD and sends back what was found, until the pipe ends. It imports the readers and
nothing that embeds.
"""

import ctypes
import importlib
import os
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath

from indexer.errors import UnreadableFile
from indexer.load.archive import Archives
from indexer.load.record import DONE, Answer, Job, decode_job, encode
from indexer.load.registry import Reader, load_file, no_reader
from indexer.types import Skipped

OUT_OF_MEMORY = 77
"""The exit status of a worker that reached its limit."""

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Answers jobs until the parent closes the pipe or ends."""
    number, parent, memory_mb, registry = arguments
    die_with(int(parent))
    module, _, name = registry.partition(":")
    readers: Mapping[str, Reader] = getattr(importlib.import_module(module), name)
    _limit(int(memory_mb))
    archives = Archives()
    with Connection(int(number)) as pipe:
        pipe.send_bytes(DONE)  # it has started
        try:
            while True:
                for answer in answers(decode_job(pipe.recv_bytes()), readers, archives):
                    pipe.send_bytes(encode(answer))
                pipe.send_bytes(DONE)
                if _swollen(int(memory_mb)):
                    break
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return 0
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
    return 0


def answers(job: Job, readers: Mapping[str, Reader], archives: Archives) -> Iterator[Answer]:
    """What a job asks for; an archive's trouble comes as Skipped, like a file's."""
    path, scratch = Path(job.path), Path(job.scratch)
    try:
        if job.listing:
            yield from archives.members(path, job.source, job.members, scratch, job.max_bytes)
            return
        if job.members:
            suffix = PurePosixPath(job.source).suffix
            if suffix.lower() not in readers:  # before it is unpacked
                yield no_reader(suffix, job.source)
                return
            path = archives.unpack(path, job.members, scratch, job.source)
    except UnreadableFile as error:
        yield Skipped(job.source, error.message)
        return
    except OSError as error:
        yield Skipped(job.source, f"cannot be opened: {error.strerror or error}")
        return
    yield from load_file(path, job.source, job.max_bytes, readers)


def die_with(parent: int) -> None:
    """Ends this process when its parent does, even while a library never returns.

    Elsewhere than on Linux it ends when it next sends or asks for something.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when all stop
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before that took effect
            os._exit(0)


def _limit(memory_mb: int) -> None:
    for what, most in ((resource.RLIMIT_AS, memory_mb * 2**20), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a stricter limit holds, or the system has none
            continue


def _swollen(memory_mb: int) -> bool:
    """Whether earlier files left so much behind that the next one would want for memory."""
    if sys.platform != "linux":
        return False
    pages = int(Path("/proc/self/statm").read_text().split()[0])  # of what RLIMIT_AS limits
    return pages * resource.getpagesize() > memory_mb * 2**20 // 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
