"""Reading in processes of their own: in order, within limits, and nothing is left behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.errors import CorpusError
from indexer.load import pool as pool_module
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import File
from indexer.types import Skipped

MB = 2**20
ODD = "odd_readers:SUFFIXES"


@pytest.fixture(autouse=True)
def _odd_readers_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def files(folder: Path, *names: str, text: str = "One.") -> list[File]:
    """Files of these names, in this order, with their name as text."""
    for name in names:
        (folder / name).write_text(text)
    return [File(folder / name, name) for name in names]


def read(todo: list[File], limits: Limits | None = None, workers: int = 1) -> dict[str, list[str]]:
    """What was found of each file: texts, or reasons in brackets."""
    found: dict[str, list[str]] = {}
    with Pool(limits or Limits(MB, 30), workers, registry=ODD) as pool:
        for path, item in pool.read(todo):
            what = f"[{item.reason}]" if isinstance(item, Skipped) else item.text
            found.setdefault(path.name, []).append(what)
    return found


def children() -> list[int]:
    """The processes started here, dead ones not yet waited for included."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == os.getpid():
                found.append(int(path.parent.name))
    return found


@pytest.mark.parametrize("workers", [1, 3])
def test_documents_come_in_the_order_of_the_files(tmp_path: Path, workers: int) -> None:
    todo = files(tmp_path, *(f"{number:03}.txt" for number in range(200, 0, -1)))
    with Pool(Limits(), workers, registry=ODD) as pool:
        assert [path for path, _ in pool.read(iter(todo))] == [file.path for file in todo]


def test_process_reads_on_without_torch_and_is_gone_afterwards(tmp_path: Path) -> None:
    before = children()
    with Pool(Limits(), registry=ODD) as pool:
        texts = [
            getattr(item, "text", "") for _, item in pool.read(files(tmp_path, "a.tell", "b.tell"))
        ]
        (reader,) = set(children()) - set(before)
        assert texts == [f"{reader} False"] * 2
    assert children() == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("b.hang", "took longer than 1 s to read (RAG_FILE_SECONDS)"),
        ("b.hold", "took longer than 1 s to read (RAG_FILE_SECONDS)"),
        ("b.crash", "made its reader crash (SIGSEGV)"),
        ("b.leave", "made its reader end (exit code 3)"),
        ("b.swell", "needs more than 1024 MB to read (RAG_FILE_MEMORY_MB)"),
        ("b.change", "changed while it was being read"),
        ("b.vanish", "changed while it was being read"),
        ("b.xyz", "no reader for .xyz"),
    ],
)
def test_bad_file_costs_only_itself_and_is_not_read_by_half(
    tmp_path: Path, name: str, reason: str
) -> None:
    before = children()
    limits = Limits(MB, 1, 1024)
    found = read(files(tmp_path, "a.txt", name, "c.txt"), limits)
    assert found == {"a.txt": ["One."], name: [f"[{reason}]"], "c.txt": ["One."]}
    assert children() == before


def test_clock_starts_again_at_each_record(tmp_path: Path) -> None:
    todo = files(tmp_path, "a.jsonl", text="1\n2\n3\n4\n")
    assert read(todo, Limits(MB, 2)) == {"a.jsonl": ["1", "2", "3", "4"]}


def test_records_before_a_crash_stay(tmp_path: Path) -> None:
    todo = files(tmp_path, "a.jsonl", text="1\n2\nnull\n4\n")
    reason = "[made its reader crash (SIGABRT), after 2 of its records]"
    assert read(todo) == {"a.jsonl": ["1", "2", reason]}


def test_what_earlier_files_left_behind_is_not_blamed_on_the_next(tmp_path: Path) -> None:
    found = read(files(tmp_path, *(f"{n}.leak" for n in range(4))), Limits(MB, 30, 700))
    texts = [text for (text,) in found.values()]
    assert all(text.startswith("Leaked in") for text in texts), texts
    assert len(set(texts)) == 4


def test_what_a_library_prints_is_no_answer(tmp_path: Path) -> None:
    assert read(files(tmp_path, "a.chatter")) == {"a.chatter": ["Said."]}


def test_code_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert read(files(tmp_path, "a.txt")) == {"a.txt": ["One."]}


def test_problem_found_by_the_walk_is_passed_on_without_a_look(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    todo = [File(tmp_path / "p.txt", "p.txt", "is a pipe"), *files(tmp_path, "a.txt")]
    assert read(todo) == {"p.txt": ["[is a pipe]"], "a.txt": ["One."]}


def test_file_that_became_a_pipe_or_vanished_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    found = read([File(tmp_path / name, name) for name in ("p.txt", "gone.txt")])
    assert found == {
        "p.txt": ["[cannot be opened: it is no longer a file]"],
        "gone.txt": ["[cannot be opened: No such file or directory]"],
    }


def test_large_file_is_not_even_hashed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(500 * MB)
    assert read([File(path, "a.txt")]) == {"a.txt": ["[larger than 1 MB (RAG_MAX_FILE_MB)]"]}


def test_no_more_is_read_ahead_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "AHEAD_BYTES", 5_000)
    todo = files(tmp_path, *(f"{n}.txt" for n in range(30)), text="x" * 2_000)
    with Pool(Limits(), 2, registry=ODD) as pool:
        for taken, _ in enumerate(pool.read(todo)):
            if taken == 0:
                settled(pool)
            assert pool._ahead <= 5_000
    assert taken == 29


def settled(pool: Pool) -> None:
    """Waits until the threads have read as far ahead as they may."""
    before = -1
    while pool._ahead != before:
        before = pool._ahead
        time.sleep(0.2)


def test_one_file_larger_than_what_may_be_read_ahead_gets_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "AHEAD_BYTES", 10)
    found = read(files(tmp_path, *(f"{n}.txt" for n in range(5)), text="x" * 1000), workers=3)
    assert [len(text) for (text,) in found.values()] == [1000] * 5


def test_who_stops_taking_leaves_no_process_thread_or_file(tmp_path: Path) -> None:
    threads, before = threading.active_count(), children()
    todo = files(tmp_path, "a.txt", "b.hang", "c.hold", *(f"{n}.txt" for n in range(99)))
    with suppress(KeyboardInterrupt), Pool(Limits(MB, 60), 3, registry=ODD) as pool:
        for _ in pool.read(todo):
            raise KeyboardInterrupt
    assert children() == before
    assert threading.active_count() == threads
    assert not pool._unpacked.exists()


def test_readers_that_cannot_be_imported_end_the_build_with_what_to_do(tmp_path: Path) -> None:
    pool = Pool(Limits(), registry="no_such_module:SUFFIXES")
    with pytest.raises(CorpusError, match="does not start") as caught, pool:
        list(pool.read(files(tmp_path, "a.txt")))
    assert "-m indexer.load.worker" in caught.value.hint


_PARENT = """
import sys
from pathlib import Path
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import File
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Pool(Limits(2**20, 600), 2, registry="odd_readers:SUFFIXES") as pool:
        for path, item in pool.read([File(folder / n, n) for n in ("a.tell", "b.hold", "c.hang")]):
            print(item.text.split()[0], flush=True)
"""


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process whose two readers hang, and the id of the first."""
    files(tmp_path, "a.tell", "b.hold", "c.hang")
    process = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stdout
    yield process, int(process.stdout.readline())
    process.kill()
    process.communicate()


def ended(number: int) -> bool:
    """Whether a process is gone within a long while; it may not be ours to wait for."""
    for _ in range(200):
        try:
            if Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a reader that hangs goes on")
def test_readers_die_with_a_parent_that_is_killed(
    reading: tuple[subprocess.Popen[str], int],
) -> None:
    process, reader = reading
    process.kill()
    process.wait()
    assert ended(reader)


def test_interrupt_ends_all_at_once_with_one_traceback_at_most(
    reading: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    process, reader = reading
    os.killpg(process.pid, 2)  # as Ctrl-C does: to the parent and its readers
    _, errors = process.communicate()
    assert process.returncode == -2
    assert errors.count("Traceback") == 1  # the parent's own: there is no __main__ to catch it
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert ended(reader)
    assert list(tmp_path.glob("chapter-and-verse-*")) == []
