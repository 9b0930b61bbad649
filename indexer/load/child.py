"""The build's side of one process that reads files: started when needed, killed when it hangs."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe

from indexer.errors import CorpusError
from indexer.load.record import DONE, Job, Limits, encode_job
from indexer.load.worker import OUT_OF_MEMORY

REGISTRY = "indexer.load.registry:READERS"
START_SECONDS = 120


class ChildDied(Exception):
    """The process ended before the job did: `reason` says why, for people.

    `retry` when the blame may lie with what the process had read before.
    """

    def __init__(self, reason: str, retry: bool) -> None:
        super().__init__(reason)
        self.reason, self.retry = reason, retry


class Child:
    """A process that reads files, one job at a time. Used by one thread; any may `kill` it."""

    def __init__(self, limits: Limits, registry: str = REGISTRY) -> None:
        self._limits, self.registry = limits, registry
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def ask(self, job: Job) -> Iterator[bytes]:
        """The answers to a job as they come; the clock starts again at each.

        Raises ChildDied; the next job gets a new process. Left before the end, it kills too.
        """
        fresh = self._process is None
        done = False
        try:
            if fresh:
                self._start()
            try:
                self._pipe.send_bytes(encode_job(job))
                while (answer := self._next(self._limits.seconds)) != DONE:
                    yield answer
            except (EOFError, OSError):
                raise ChildDied(self._how_it_ended(), retry=not fresh) from None
            done = True
        finally:
            if not done:
                self._end()

    def kill(self) -> None:
        """Ends the process for good, from whatever thread: who waits for it hears that it died."""
        with self._lock:
            self._closed = True
            if self._process:
                self._process.kill()

    def close(self) -> None:
        """Ends the process and waits for it: no zombie stays."""
        self.kill()
        self._end()

    def _next(self, seconds: float) -> bytes:
        if not self._pipe.poll(seconds):
            raise ChildDied(
                f"took longer than {seconds:g} s to read (RAG_FILE_SECONDS)", retry=False
            )
        return self._pipe.recv_bytes()

    def _start(self) -> None:
        ours, theirs = Pipe()
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        # one thread for each: the embedding has the other cores
        quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": path}
        values = (theirs.fileno(), os.getpid(), self._limits.memory_mb, self.registry)
        with self._lock, theirs:
            if self._closed:
                ours.close()
                raise ChildDied("was stopped", retry=False)
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                # -P: a file in the current folder must not pass for a module
                [sys.executable, "-P", "-m", "indexer.load.worker", *map(str, values)],
                pass_fds=[theirs.fileno()],
                env=os.environ | quiet,
                stdin=subprocess.DEVNULL,  # whatever libraries print is no answer
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._pipe = ours
        try:
            self._next(START_SECONDS)
        except (EOFError, OSError, ChildDied):
            if self._closed:
                raise ChildDied("was stopped", retry=False) from None
            raise CorpusError(
                f"The process that reads files does not start ({self._how_it_ended()}).",
                f"See why: {sys.executable} -m indexer.load.worker",
            ) from None

    def _how_it_ended(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it lost its pipe, and goes on
            return "made its reader lose contact"
        if code == OUT_OF_MEMORY:
            return f"needs more than {self._limits.memory_mb} MB to read (RAG_FILE_MEMORY_MB)"
        if code == -signal.SIGKILL:
            return "made its reader be killed, perhaps for want of memory"
        if code < 0:
            return f"made its reader crash ({signal.Signals(-code).name})"
        return f"made its reader end (exit code {code})"

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            with suppress(OSError):
                self._pipe.close()
