"""Where the time goes: seconds by stage, of which only one runs at a time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


class Stopwatch:
    """Seconds spent in each stage; while a stage runs inside another, the outer one stands still.

    So the stages add up to the whole, and none is counted twice.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What happens within counts as this stage."""
        self._turn()
        self.seconds.setdefault(name, 0.0)
        self._running.append(name)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def each(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """`items`, with the time that is spent waiting for each counted as a stage."""
        coming = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(coming)
                except StopIteration:
                    return
            yield item

    def _turn(self) -> None:
        now = perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now
