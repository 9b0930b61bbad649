"""What acronyms stand for, learnt from the corpus itself.

Two sources: definitions in the text, "Integrated Care Systems (ICSs)" or "NAO (National Audit
Office)", matched letter by letter from the right as Schwartz and Hearst do ("A simple algorithm
for identifying abbreviation definitions in biomedical text", PSB 2003); and the initials of
capitalised names, "Integrated Care Board" → ICB, for acronyms that readers use and texts do not.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

MAX_NAME_WORDS = 6
ORDINARY = 2  # times that an acronym's letters stand in the texts in lower case

_ACRONYM = r"[A-Z][A-Za-z]?[A-Z&][A-Za-z&]{0,6}"
_WORD = r"[A-Z][\w’'-]{0,40}"  # bounded: a long run is tried anew at each of its hyphens
_JOINT = r"(?:of|and|for|the|in|to|&)"
_DEFINED = re.compile(
    rf"(?<![\w’'&-])((?:[\w’'&-]+ ){{1,10}})\(\s*[“\"‘']?({_ACRONYM})[”\"’']?\s*\)"
)
_REVERSED = re.compile(rf"\b({_ACRONYM}) \(((?:[\w’'&-]+[ )]){{2,10}})")
_SMALL = re.compile(r"(?<![\w./@#-])[a-z]{2,8}(?![\w/@-]|\.\w)")  # no part of an address
_NAME = re.compile(rf"\b{_WORD}(?: (?:{_JOINT} ){{0,2}}{_WORD})+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of an acronym. Both are in the singular where an s was their only difference.

    `defined` is true when the text itself spells the acronym out; `uses` counts how often.
    `ordinary` is true when its letters are also a word of the texts, such as "fast".
    """

    acronym: str
    expansion: str
    defined: bool
    uses: int
    ordinary: bool = False


class GlossaryBuilder:
    """Reads documents one by one, then gives the entries."""

    def __init__(self) -> None:
        self._defined: Counter[tuple[str, str]] = Counter()
        self._names: Counter[tuple[str, str]] = Counter()
        self._words: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Learns from one document's text."""
        self._defined.update(definitions(text))
        self._names.update(names(text))
        self._words.update(_SMALL.findall(text))

    def entries(self) -> list[Entry]:
        """What was learnt, most used first. A definition beats initials for the same acronym."""
        known = {acronym for acronym, _ in self._defined}
        found = [
            Entry(acronym, name, defined, uses, self._words[acronym.lower()] >= ORDINARY)
            for counts, defined in ((self._defined, True), (self._names, False))
            for (acronym, name), uses in _merged(counts).items()
            if defined or acronym not in known
        ]
        return sorted(found, key=lambda entry: (-entry.uses, entry.acronym, entry.expansion))


def definitions(text: str) -> Iterable[tuple[str, str]]:
    """(acronym, long form) pairs that the text defines with brackets."""
    for match in _DEFINED.finditer(text):
        if long_form := match_long_form(singular(match[2]), match[1]):
            yield singular(match[2]), singular(long_form)
    for match in _REVERSED.finditer(text):
        inside = match[2].rstrip(" )")
        if match_long_form(singular(match[1]), inside) == inside:
            yield singular(match[1]), singular(inside)


def names(text: str) -> Iterable[tuple[str, str]]:
    """(initials, name) for capitalised names of three to six words; joints may count or not."""
    for match in _NAME.finditer(text):
        words = match[0].removeprefix("The ").split()
        capitals = [word for word in words if word[0].isupper()]
        if 3 <= len(capitals) <= MAX_NAME_WORDS:
            yield "".join(word[0] for word in capitals), singular(" ".join(words))


def match_long_form(acronym: str, before: str) -> str | None:
    """The shortest end of `before` that spells `acronym`, or None.

    Letters are matched from the right; the first must start a word (Schwartz and Hearst 2003).
    Long forms of more than min(len + 5, 2 len) words are refused, as there.
    """
    before = before.rstrip()
    at = len(before) - 1
    for index in range(len(acronym) - 1, -1, -1):
        letter = acronym[index].lower()
        if letter == "&":
            at = max(before.rfind(mark, 0, at + 1) for mark in (" and ", "&"))
        if not letter.isalnum():
            continue
        while at >= 0 and (
            before[at].lower() != letter or (index == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    long_form = before[before.rfind(" ", 0, at + 1) + 1 :] if at >= 0 else before
    words = long_form.split()
    if len(words) < 2 or len(words) > min(len(acronym) + 5, 2 * len(acronym)):
        return None
    return long_form


def singular(name: str) -> str:
    """A name without the s of its plural: ICSs → ICS, Integrated Care Boards → … Board."""
    if name[:-1].isupper() and name.endswith("s"):
        return name[:-1]
    if " " in name and re.search(r"[^s’']s$", name) and not re.search(r"(?:us|is|ics)$", name):
        return name[:-1]
    return name


def _merged(counts: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Counts with expansions that differ only in case put under the most used spelling."""
    best: dict[tuple[str, str], tuple[str, str]] = {}
    total: Counter[tuple[str, str]] = Counter()
    for (acronym, expansion), uses in counts.most_common():
        key = best.setdefault((acronym, expansion.lower()), (acronym, expansion))
        total[key] += uses
    return dict(total)
