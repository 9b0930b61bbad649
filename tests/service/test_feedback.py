"""What readers say of answers is kept, whatever becomes of the index."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import FeedbackLost
from service.feedback import NAME, Feedback, keep, kept

WORD = Feedback("Who pays?", "The council. [1]", "answered", "20261127T1", True, "clear “enough”")


def test_what_is_kept_is_read_again_in_order(tmp_path: Path) -> None:
    keep(tmp_path, WORD)
    keep(tmp_path, Feedback("Why?", "", "not_found", "", False))
    first, second = kept(tmp_path)
    assert first["reason"] == "clear “enough”"
    assert first["useful"] is True
    assert str(first["at"]).endswith("+00:00")
    assert (second["question"], second["useful"], second["reason"]) == ("Why?", False, "")


def test_nothing_said_is_nothing_kept(tmp_path: Path) -> None:
    assert list(kept(tmp_path)) == []
    assert not (tmp_path / NAME).exists()


def test_many_readers_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keep(tmp_path, WORD), range(40)))
    assert len(list(kept(tmp_path))) == 40


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(FeedbackLost) as caught:
        keep(tmp_path / "nowhere", WORD)
    assert "room on the disk" in caught.value.hint
    (tmp_path / NAME).write_text("not a database, but long enough to be looked at as one " * 40)
    with pytest.raises(FeedbackLost):
        keep(tmp_path, WORD)


def test_it_can_be_read_while_it_is_open_elsewhere(tmp_path: Path) -> None:
    keep(tmp_path, WORD)
    reader = sqlite3.connect(tmp_path / NAME)
    keep(tmp_path, WORD)
    assert len(list(kept(tmp_path))) == 2
    reader.close()
