"""A full disk is one clear error, wherever in a build it shows, and what was published stays."""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import generation as gen
from indexer.build import build_index
from indexer.disk import means_full, megabytes, size_of
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import DiskFull
from indexer.publish import rollback, writing
from indexer.settings import IndexSettings

Mount = Callable[[int], Path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Mount]:
    """Makes a real file system of so many kB, which only root may."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(kilobytes: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "small", str(place)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("a full disk: needs the right to mount a small file system (root)")
        return place

    yield mount
    while os.path.ismount(place):
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("a", "b"):
        text = " ".join(f"Sentence {n} of {name}." for n in range(300))
        (folder / f"{name}.txt").write_text(text)
    return folder


def fill(disk: Path, leave_kilobytes: int) -> Path:
    """Takes all room on a disk but so much."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free - leave_kilobytes * 1024
    filler.write_bytes(b"x" * max(0, free))
    return filler


def test_build_on_a_full_disk_says_so_at_whatever_step_and_goes_on_when_there_is_room(
    corpus: Path, tmp_path: Path, small_disk: Mount, embedder: SentenceTransformerEmbedder
) -> None:
    disk = small_disk(16_000)
    index = disk / "index"
    before = build_index(corpus, index, IndexSettings(), embedder).manifest
    (corpus / "a.txt").write_text("Changed. " + (corpus / "a.txt").read_text().replace("of", "in"))
    took = size_of(gen.current(index)) // 1024
    failures = []
    for room in [*range(0, 100, 20), *range(100, 2 * took, took // 9)]:
        filler = fill(disk, room)
        try:
            after = build_index(corpus, index, IndexSettings(), embedder).manifest
            break
        except DiskFull as full:
            failures.append(full)
        finally:
            filler.unlink()
        assert gen.current(index).name == before.generation
        assert [path.name for path in (index / "generations").iterdir()] == [before.generation]
        gen.check_files(gen.current(index), before, hashes=True)
    assert len(failures) > 8
    assert all(str(index) in full.message for full in failures)
    assert all("Free at least" in full.hint for full in failures)
    libraries = {type(full.__cause__).__name__ for full in failures}
    known = {"OSError", "OperationalError", "RuntimeError", "ValueError"}
    assert known >= libraries > {"OperationalError"}
    assert gen.Generation(gen.current(index)).manifest == after != before


def test_first_build_on_a_disk_that_is_full_already_says_so(
    corpus: Path, small_disk: Mount, embedder: SentenceTransformerEmbedder
) -> None:
    disk = small_disk(64)
    fill(disk, 0)
    with pytest.raises(DiskFull, match="0 MB free"):
        build_index(corpus, disk / "index", IndexSettings(), embedder)


def test_rollback_on_a_full_disk_says_so_and_changes_nothing(
    corpus: Path, small_disk: Mount, embedder: SentenceTransformerEmbedder
) -> None:
    disk = small_disk(16_000)
    index = disk / "index"
    for _ in range(2):
        served = build_index(corpus, index, IndexSettings(), embedder).manifest.generation
    fill(disk, 0)
    with pytest.raises(DiskFull), writing(index):
        rollback(index)
    assert gen.current(index).name == served


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("said in another language")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        OSError(errno.EFBIG, "x"),
        OSError("960 requested and 512 written"),
        sqlite_error(sqlite3.SQLITE_FULL),
        RuntimeError("write error in a.faiss: 3 != 9 (No space left on device)"),
        ValueError("An IO error occurred: 'No space left on device (os error 28)'"),
    ],
    ids=lambda error: str(error)[:30],
)
def test_full_disks_are_known_by_any_librarys_words(error: Exception, tmp_path: Path) -> None:
    assert means_full(error, tmp_path / "not" / "yet" / "there")
    wrapped = RuntimeError("building failed")
    wrapped.__cause__ = error
    assert means_full(wrapped, tmp_path)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "Permission denied"),
        sqlite_error(sqlite3.SQLITE_CORRUPT),
        sqlite_error(sqlite3.SQLITE_IOERR_WRITE),  # with room, it is the disk that is ill
        ValueError("no such thing"),
    ],
    ids=str,
)
def test_other_errors_are_not(error: Exception, tmp_path: Path) -> None:
    assert not means_full(error, tmp_path)


def test_sizes_are_rounded_up() -> None:
    assert [megabytes(size) for size in (0, 1, 2**20, 2**20 + 1)] == [
        "0 MB",
        "1 MB",
        "1 MB",
        "2 MB",
    ]
