"""The process that reads files, spoken to directly."""

import os
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from indexer.load.archive import Archives
from indexer.load.record import DONE, Job, decode, encode_job
from indexer.load.registry import SUFFIXES
from indexer.load.worker import answers
from indexer.types import Document, Skipped


def started(memory_mb: int = 1024) -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = Pipe()
    with theirs:
        values = [theirs.fileno(), os.getpid(), memory_mb, "indexer.load.registry:SUFFIXES"]
        process = subprocess.Popen(
            [sys.executable, "-m", "indexer.load.worker", *map(str, values)],
            pass_fds=[theirs.fileno()],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=subprocess.PIPE,
        )
    assert ours.recv_bytes() == DONE
    return process, ours


def test_jobs_are_answered_one_after_the_other_until_the_pipe_ends(tmp_path: Path) -> None:
    process, pipe = started()
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Number {number}.")
        process.send_signal(signal.SIGINT)  # Ctrl-C reaches it too, but is its parent's to obey
        pipe.send_bytes(encode_job(Job(str(path), path.name)))
        answer = decode(pipe.recv_bytes())
        assert isinstance(answer, Document)
        assert (answer.source, answer.text) == (path.name, f"Number {number}.")
        assert pipe.recv_bytes() == DONE
    pipe.close()
    assert process.communicate()[1] == b""
    assert process.returncode == 0


def test_parent_that_is_gone_before_the_start_is_not_waited_for() -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        process = subprocess.run(
            [sys.executable, "-m", "indexer.load.worker", str(theirs.fileno()), "1", "512", "x:X"],
            pass_fds=[theirs.fileno()],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        assert process.returncode == 0
        assert not ours.poll(0)


def test_nothing_that_embeds_is_imported_by_the_readers() -> None:
    code = "import sys, indexer.load.worker; print({'torch', 'faiss', 'tqdm'} & {*sys.modules})"
    process = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.strip() == "set()"


@pytest.mark.parametrize("listing", [True, False])
def test_archive_that_is_none_comes_as_a_reason(tmp_path: Path, listing: bool) -> None:
    path = tmp_path / "a.zip"
    path.write_text("no zip")
    job = Job(str(path), "a.zip/x.txt", () if listing else (0,), listing, scratch=str(tmp_path))
    (answer,) = answers(job, SUFFIXES, Archives())
    assert isinstance(answer, Skipped)
    assert "no zip archive" in answer.reason
