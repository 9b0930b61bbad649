"""The one server of a test run is started once, and stopped when nobody may ask it any more."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.shared import shared


def test_who_comes_first_starts_it_and_it_ends_when_the_last_one_leaves(tmp_path: Path) -> None:
    events: list[str] = []

    @contextmanager
    def start() -> Iterator[str]:
        events.append("started")
        (tmp_path / "made" / "index").mkdir()  # fails over what an earlier start left
        yield "address"
        events.append("stopped")

    other_has_it, first_leaves = threading.Event(), threading.Event()

    def other() -> None:
        with shared(tmp_path, start) as address:
            events.append(address)
            other_has_it.set()
            first_leaves.wait(30)
            time.sleep(0.5)  # the first would stop it meanwhile if it did not wait
            events.append("other leaves")

    thread = threading.Thread(target=other)
    with shared(tmp_path, start):
        thread.start()
        assert other_has_it.wait(30)
        first_leaves.set()
    thread.join(30)
    assert events == ["started", "address", "other leaves", "stopped"]
    with shared(tmp_path, start):
        assert events[4:] == ["started"]
