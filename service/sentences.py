"""What a language model writes, cut into sentences with their marks while it comes."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from indexer.chunk import split_sentences
from service.types import Unchecked

REFUSAL = "NOT FOUND"
# a mark: "[2]", "[1, 3]"; one at the end of a text may have only begun
MARK = r"\[\s*(?:\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*(?:\]|[,;]?\s*\Z)|\Z)"
_MARKS = re.compile(rf"\s*({MARK})")
_DRESSING = re.compile(r"(?<!\s)\*+|\*+(?!\s)|__|`")
_ITEM = r"(?:[-*•#>]+|\d{1,2}[.)])\s+"
_LEAD = re.compile(rf"^(?:{_ITEM})*(?:Answer:\s*)?", re.IGNORECASE)


def sentences(parts: Iterable[str]) -> Iterator[str | Unchecked]:
    """Whole sentences with their marks, each as soon as the next word is known to begin another.

    They depend on the text alone, not on how it is cut into parts. After each part, what has come
    of the next.
    """
    waiting = ""
    for part in parts:
        for char in part:
            waiting += char
            if char.isspace():
                found = _split(waiting)
                # what looks like an end within a quotation may be none: its end will tell
                done = next((n for n, one in enumerate(found) if _is_open(one)), len(found))
                done = min(done, len(found) - 1)
                yield from (one.strip() for one in found[:done])
                waiting = "".join(found[done:])
        begun, _ = without_marks(waiting)
        if begun and not REFUSAL.startswith(_bare(begun)) and not refuses(begun):
            yield Unchecked(begun)
    yield from (one.strip() for one in _split(waiting) if one.strip())


def _split(text: str) -> list[str]:
    """Sentences, with all that is between them; a mark belongs to the sentence that it follows."""
    plain = _MARKS.sub(lambda mark: " " * len(mark[0]), text)
    starts = [0]
    line_at = 0
    for line in plain.splitlines(keepends=True):
        for start, _ in split_sentences(line, 0, len(line)):
            before = plain[starts[-1] : line_at + start]
            if before.strip() and not re.fullmatch(_ITEM, before):
                starts.append(line_at + start)
        line_at += len(line)
    return [text[a:b] for a, b in pairwise([*starts, len(text)])]


def _is_open(sentence: str) -> bool:
    quoted = sentence.count("“") > sentence.count("”") or sentence.count('"') % 2 == 1
    return quoted and not sentence.endswith("\n")


def without_marks(sentence: str) -> tuple[str, list[int]]:
    """A sentence without its marks and Markdown, and the numbers that stood in the marks."""
    numbers = [int(n) for mark in _MARKS.findall(sentence) for n in re.findall(r"\d+", mark)]
    plain = _LEAD.sub("", _DRESSING.sub("", _MARKS.sub("", sentence)).strip())
    plain = re.sub(r"(?<!\.)\.\.(?!\.)", ".", plain)  # "et al. [1]." ended twice
    return " ".join(plain.split()), list(dict.fromkeys(numbers))


def refuses(text: str) -> bool:
    """Whether a sentence is, or begins with, what stands for no answer."""
    return _bare(text).startswith(REFUSAL)


def _bare(text: str) -> str:
    return text.strip("\"'“”‘’").upper()
