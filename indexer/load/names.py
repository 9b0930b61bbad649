"""Names of files: how odd ones are shown, and which files nobody meant to be read."""

import os
import re
from collections.abc import Sequence

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_JUNK = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}


def printable(name: str) -> str:
    """A name on one line: bytes that are no text, control and direction marks as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace") if not name.isascii() else name
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def is_hidden(parts: Sequence[str]) -> bool:
    """Whether a path is that of a hidden file, by its parts."""
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def is_junk(name: str) -> bool:
    """Whether systems and office programs leave files of this name beside people's own."""
    return name.lower() in _JUNK or name.startswith("~$")
