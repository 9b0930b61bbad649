"""An open generation is not removed, a removed one cannot be opened: between real processes too."""

import multiprocessing
import os
import shutil
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from indexer import hold as holding
from indexer.errors import IndexBroken
from indexer.hold import hold, sole_hold
from indexer.manifest import MANIFEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "generation"
    made.mkdir()
    (made / MANIFEST).write_text("{}")
    return made


def is_unused(folder: Path) -> bool:
    with sole_hold(folder) as unused:
        return unused


def test_held_folder_is_in_use_until_every_reader_has_let_go(folder: Path) -> None:
    assert is_unused(folder)
    one, other = hold(folder), hold(folder)
    assert not is_unused(folder)
    os.close(one)
    assert not is_unused(folder)
    os.close(other)
    assert is_unused(folder)


def test_folder_that_is_being_removed_cannot_be_held(folder: Path) -> None:
    with sole_hold(folder) as unused:
        assert unused
        with pytest.raises(IndexBroken, match="generation"):
            hold(folder)
    os.close(hold(folder))


@pytest.mark.parametrize("how", ["removed", "moved", "replaced"])
def test_folder_that_went_between_opening_and_locking_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def meanwhile(handle: int, shared: bool) -> bool:
        aside = folder.with_name("aside")
        os.replace(folder, aside)
        if how == "removed":
            shutil.rmtree(aside)
        if how == "replaced":
            shutil.copytree(aside, folder)
        return True

    monkeypatch.setattr(holding, "_locked", meanwhile)
    with pytest.raises(IndexBroken, match="removed"):
        hold(folder)


def test_folder_without_a_manifest_is_gone_and_may_be_removed(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    with pytest.raises(IndexBroken):
        hold(folder)
    assert is_unused(folder)


def test_where_there_are_no_locks_everything_opens_and_may_be_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_FCNTL", None)
    handle = hold(folder)
    assert is_unused(folder)
    os.close(handle)


def _hold_on(folder: Path, told: Connection) -> None:
    hold(folder)
    told.send("held")
    told.recv()


def test_what_a_killed_process_held_is_free(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    reader = context.Process(target=_hold_on, args=(folder, there))
    reader.start()
    assert here.recv() == "held"
    assert not is_unused(folder)
    reader.kill()
    reader.join()
    assert is_unused(folder)
