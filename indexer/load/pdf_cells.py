"""What a table says at one row and column: the common ground of ruled and unruled tables."""

import re
from dataclasses import dataclass

from indexer.load.pdf_words import Word

_VALUE = re.compile(
    r"[-–—+±<>≤≥~$£€(]*\s*[\d.,]*\d[\d.,]*\s*[%)*+†‡^]*(?:\s*(?:%|million|billion|bn|m|k))?"
    r"|n/?a\*?|[-–—]+|tbd|nil",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:19|20)\d\d(?:[-/–]\d{2,4})?|[£$€]?\s*[’']?000s?")


def is_value(text: str) -> bool:
    """Whether a cell's text is a figure; a year or a unit such as £000 is a column's name."""
    return bool(_VALUE.fullmatch(text)) and not _NAME.fullmatch(text)


@dataclass(slots=True)
class Slot:
    """What a table says at one row and column; `spread` says over how many columns it extends.

    A cell over several rows is in each of them; only in one of these it is `first`.
    """

    text: str
    words: list[Word]
    spread: int = 1
    first: bool = True

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return bool(self.words) and all(word.bold for word in self.words)

    @property
    def value(self) -> bool:
        """Whether it is a figure."""
        return is_value(self.text)


Matrix = list[list[Slot]]
