"""Folders for what is unpacked: gone at the end, and at the next start where there was no end."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from indexer.load.scratch import scratch

_KILLED = """
import os
from indexer.load.scratch import scratch
with scratch() as folder:
    (folder / "member.pdf").write_text("x")
    print(folder, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def _temporary_files_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_folder_goes_with_what_is_in_it(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch() as folder:
            (folder / "inner").mkdir()
            (folder / "inner/file").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_folder_of_a_build_that_was_killed_goes_and_that_of_another_stays(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED],
        env={"PYTHONPATH": ":".join(sys.path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    left = Path(killed.stdout.strip())
    assert (left / "member.pdf").exists()
    (tmp_path / "chapter-and-verse-mine").mkdir()  # has no lock: not ours
    with scratch() as first, scratch() as second:
        assert not left.exists()
        assert first.exists()
        assert second.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["chapter-and-verse-mine"]


def test_link_with_such_a_name_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "lock").write_text("")
    (tmp_path / "chapter-and-verse-x").symlink_to(folder)
    with scratch():
        assert folder.exists()
