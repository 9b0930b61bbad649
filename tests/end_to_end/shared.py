"""One server for all processes of a run: whoever needs it first starts it, and stops it last."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


def folder_of_all(own: Path) -> Path:
    """The temporary folder that the processes of a run share; `own` is that of this one."""
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def shared(folder: Path, start: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a server that is the only one of its `folder`.

    What it is started over belongs in `folder/made`, which is empty whenever `start` is called: a
    process may need the server when all others have left. A process holds a lock while it may ask;
    the kernel gives it back even if the process crashes.
    """
    folder.mkdir(exist_ok=True)
    told = folder / "address"
    with (folder / "users").open("w") as users:
        with _alone(folder):
            if told.exists():
                fcntl.flock(users, fcntl.LOCK_SH)
                server = None
            else:
                shutil.rmtree(folder / "made", ignore_errors=True)
                (folder / "made").mkdir()
                server = start()
                told.write_text(server.__enter__())
        try:
            yield told.read_text()
        finally:
            if server is not None:
                while not _ended(folder, server):
                    time.sleep(0.2)


def _ended(folder: Path, server: AbstractContextManager[str]) -> bool:
    """Stops the server unless another process may still ask it."""
    with _alone(folder), (folder / "users").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        (folder / "address").unlink()
        server.__exit__(None, None, None)
        return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
