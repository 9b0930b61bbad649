"""Server-sent events, read from the bytes of a reply as they come."""

from __future__ import annotations

from collections.abc import Iterator


class Events:
    """What has come of a stream of events."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[str] = []

    def take(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The name and the data of each event that these bytes make whole. Comments and fields
        other than those two are let past."""
        # Line feeds alone end a line: what Python and httpx take for line ends besides them may
        # stand in a quote.
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield from self._line(line.removesuffix(b"\r").decode("utf-8", "replace"))

    def _line(self, line: str) -> Iterator[tuple[str, str]]:
        field, _, value = line.partition(":")
        if field == "event":
            self._name = value.removeprefix(" ")
        elif field == "data":
            self._data.append(value.removeprefix(" "))
        elif not line:
            if self._data:
                yield self._name or "message", "\n".join(self._data)
            self._name, self._data = "", []
