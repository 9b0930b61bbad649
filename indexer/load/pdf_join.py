"""Lines of a paragraph → one text: line breaks become spaces, words parted at line ends one again.

Whether a hyphen at the end of a line belongs to its word is learnt from the document itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"(\w[\w-]*)-$")
_OPEN = re.compile(r"\w[-/–—]$")  # the next line goes on without a space
_INITIAL = re.compile(r"\b[A-Z]\.(?=$|[\s,;])")  # "U." and "S." of two lines are one word
_FIRST = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Hyphens:
    """Decides what becomes of hyphens at line ends, by the words of one document."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._words: Counter[str] = Counter()
        broken: list[tuple[str, str]] = []
        for lines in texts:
            for line, after in zip_longest(lines, lines[1:], fillvalue=""):
                words = _WORD.findall(line.lower())
                if parted := _parted(line, after):
                    words = words[:-1]
                    broken.append(parted)
                self._words.update(words)
        # a document that was seen to part one word parts others too
        self._parts_words = any(
            self._words[left + right] and not self._words[f"{left}-{right}"]
            for left, right in broken
        )

    def belongs(self, left: str, right: str) -> bool:
        """Whether the hyphen between the end of one line and the next is the word's own."""
        left, right = left.lower(), right.lower()
        if self._words[f"{left}-{right}"]:
            return True
        if self._words[left + right]:
            return False
        return not self._parts_words or bool(self._words[left] and self._words[right])

    def join(self, lines: Sequence[str]) -> tuple[str, list[int]]:
        """The lines as one text, and where in it each line begins."""
        text, starts = "", []
        for number, line in enumerate(lines):
            before = lines[number - 1] if number else ""
            if not number:
                pass
            elif parted := _parted(before, line):
                if not self.belongs(*parted):
                    text = text[:-1]
            elif not (_OPEN.search(before) or (_INITIAL.search(before) and _INITIAL.match(line))):
                text += " "
            starts.append(len(text))
            text += line
        return text, starts


def _parted(line: str, after: str) -> tuple[str, str] | None:
    """Both halves of a word that a hyphen at the end of `line` parts; None when there is none."""
    left, right = _BROKEN.search(line), _FIRST.match(after)
    if left and right and right[0][0].islower():
        return left[1], right[0]
    return None
