"""Stages of a build are timed without counting anything twice."""

from collections.abc import Iterator

import pytest

from indexer import stopwatch
from indexer.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the time is, to be put forward by the test."""
    now = [100.0]
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: now[0])
    return now


def test_a_stage_inside_another_stops_the_outer_one(clock: list[float]) -> None:
    watch = Stopwatch()
    with watch.stage("outer"):
        clock[0] += 1
        with watch.stage("inner"):
            clock[0] += 10
        clock[0] += 2
    clock[0] += 50
    with watch.stage("inner"):
        clock[0] += 5
    assert watch.seconds == {"outer": 3.0, "inner": 15.0}


def test_only_waiting_for_items_counts_and_not_what_is_done_with_them(clock: list[float]) -> None:
    watch = Stopwatch()

    def coming() -> Iterator[int]:
        for one in (1, 2):
            clock[0] += 1
            yield one
        clock[0] += 4

    taken = []
    for one in watch.each("waiting", coming()):
        taken.append(one)
        clock[0] += 100
    assert taken == [1, 2]
    assert watch.seconds == {"waiting": 6.0}


def test_a_stage_that_fails_is_ended(clock: list[float]) -> None:
    watch = Stopwatch()

    def fail() -> None:
        with watch.stage("failing"):
            clock[0] += 1
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    clock[0] += 7
    with watch.stage("next"):
        clock[0] += 2
    assert watch.seconds == {"failing": 1.0, "next": 2.0}
