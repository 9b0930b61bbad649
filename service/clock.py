"""How long each stage of an answer took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what runs inside."""
        before = time.perf_counter()
        yield
        spent = (time.perf_counter() - before) * 1000
        self._stages[name] = self._stages.get(name, 0.0) + spent

    def done(self) -> dict[str, float]:
        """All stages and the total."""
        total = round((time.perf_counter() - self._started) * 1000, 1)
        return {"total": total} | {name: round(ms, 1) for name, ms in self._stages.items()}
