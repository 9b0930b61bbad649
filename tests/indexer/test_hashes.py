"""Remembered hashes: an unchanged file is not read again, a changed one always is."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from indexer.hashes import REMEMBERED, FileHashes, corpus_hash

OLD = 1_700_000_000


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files that look as if they had not been touched for a while, ctime included."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr("indexer.hashes.time.time_ns", lambda: later)
    return folder


def run(corpus: Path, index: Path, verify: bool = False) -> tuple[str, int]:
    """The hash of a corpus and how many files were read for it."""
    hashes = FileHashes(index, verify)
    return corpus_hash(corpus, sorted(corpus.iterdir()), hashes), hashes.read


def test_files_are_read_once(corpus: Path, index: Path) -> None:
    first, read = run(corpus, index)
    assert read == 2
    assert run(corpus, index) == (first, 0)


def test_hash_is_that_of_the_content(corpus: Path, index: Path) -> None:
    for _ in range(2):  # read, then remembered
        hashes = FileHashes(index)
        expected = hashlib.sha256(b"a.txt").digest()
        assert hashes.digest(corpus / "a.txt") == expected
        hashes.save()


def test_verifying_reads_every_file_again(corpus: Path, index: Path) -> None:
    first, _ = run(corpus, index)
    assert run(corpus, index, verify=True) == (first, 2)
    assert run(corpus, index) == (first, 0)


def test_changed_file_alone_is_read_again(corpus: Path, index: Path) -> None:
    first, _ = run(corpus, index)
    (corpus / "b.txt").write_text("other")
    second, read = run(corpus, index)
    assert (second != first, read) == (True, 1)


def test_change_of_the_same_size_and_modification_time_is_seen(corpus: Path, index: Path) -> None:
    path = corpus / "b.txt"
    os.utime(path, (OLD, OLD))
    first, _ = run(corpus, index)
    path.write_text("c.txt")
    os.utime(path, (OLD, OLD))  # as rsync and tar do; only the inode's own time has changed
    assert run(corpus, index)[0] != first


def test_touched_file_is_read_again_and_found_the_same(corpus: Path, index: Path) -> None:
    first, _ = run(corpus, index)
    os.utime(corpus / "b.txt", (OLD, OLD))
    assert run(corpus, index) == (first, 1)


def test_file_put_in_anothers_place_is_read_again(corpus: Path, index: Path) -> None:
    first, _ = run(corpus, index)
    os.replace(corpus / "a.txt", corpus / "b.txt")
    (corpus / "a.txt").write_text("a.txt")
    assert run(corpus, index)[0] != first


def test_file_changed_a_moment_ago_is_not_remembered(tmp_path: Path, index: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    first, read = run(folder, index)
    assert read == 1
    assert run(folder, index) == (first, 1)


def test_renamed_removed_and_unreadable_files_change_the_hash(corpus: Path, index: Path) -> None:
    seen = {run(corpus, index)[0]}
    (corpus / "a.txt").rename(corpus / "c.txt")
    seen.add(run(corpus, index)[0])
    (corpus / "c.txt").unlink()
    seen.add(run(corpus, index)[0])
    (corpus / "c.txt").symlink_to("nowhere")
    seen.add(run(corpus, index)[0])
    assert len(seen) == 4


def test_hash_that_was_given_stays_though_the_file_changes(corpus: Path, index: Path) -> None:
    hashes = FileHashes(index)
    path = corpus / "a.txt"
    assert hashes.given(path) is None
    digest = hashes.digest(path)
    path.write_text("other")
    assert hashes.given(path) == digest.hex()


def test_pipe_is_not_waited_for(corpus: Path, index: Path) -> None:
    os.mkfifo(corpus / "pipe")
    with pytest.raises(OSError, match="regular"):
        FileHashes(index).digest(corpus / "pipe")
    first, read = run(corpus, index)
    assert (run(corpus, index)[0], read) == (first, 2)


def test_files_that_are_gone_are_forgotten(corpus: Path, index: Path) -> None:
    run(corpus, index)
    (corpus / "a.txt").unlink()
    run(corpus, index)
    assert len(FileHashes(index)._known) == 1


def test_damaged_or_impossible_memory_only_costs_reading(corpus: Path, index: Path) -> None:
    first, _ = run(corpus, index)
    memory = index / "cache" / REMEMBERED
    memory.write_bytes(b"garbage" * 999)
    assert run(corpus, index) == (first, 2)
    assert run(corpus, index) == (first, 0)
    memory.unlink()
    memory.mkdir()
    assert run(corpus, index) == (first, 2)
    blocked = corpus.parent / "file"
    blocked.write_text("no folder")
    assert run(corpus, blocked) == (first, 2)
