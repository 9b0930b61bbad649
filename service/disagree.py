"""Do two sentences say different things of the same? Figures, dates, and one that denies the other.

Wrongly told that sources differ, a reader trusts nothing more. So it is told only of sentences with
the same words in the same order, limited alike, with one figure in another's place or a "not" more;
and only where they are about the same: they name it, or are the same story told twice, and neither
their own years nor those of their documents differ.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from indexer.sparse import content_terms
from indexer.words_that_tell import LITTLE
from service.candidates import Candidates
from service.types import Disagreement
from service.verify import LIMITS, NUMBERS, limits, words
from service.words import names

LEAST = 4  # content words of a sentence: fewer do not say what it is about
NAMED = 2  # words of names from which on a sentence says itself what it is about
SAME_STORY = 0.5  # share of words, and of names, that two passages of one story have in common

_CURRENCY = "£$€"
_SCALE = "bn|mn|m|k|thousand|million|billion|trillion"
_PART = re.compile(
    rf"(?P<money>[{_CURRENCY}]?)(?P<number>\d+(?:[.,:/]\d+)*)(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    r"(?:\s?(?P<percent>%|per ?cent\b))?|\w+(?:['’]\w+)*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTHS = frozenset(
    content_terms(
        "January February March April May June July August September October November December"
    )
)
_ONCE = frozenset(  # what happens once has one date
    content_terms(
        "opened founded built established born died signed elected appointed created launched "
        "closed abolished completed dissolved enacted sank"
    )
)
_LABELS = frozenset(  # "table 3", "phase 2": the figure is a name, not a quantity
    content_terms(
        "figure table chapter section recommendation question page article annex paragraph part "
        "volume number phase step case act regulation version level grade class wave tier ward "
        "group option stage round appendix box note footnote item day week month quarter year"
    )
)
_NUMBERED = re.compile(r"^\W*\d+(?:\.\d+)*[.)]?\s+(?=[A-Z])")
_FOOTNOTE = re.compile(r"(?<=[.!?”\"])\s*\[?\d{1,3}\]?\s*$")
_BEHIND = re.compile(  # what narrows nothing
    r",? (?:including|according to|compared (?:with|to)|up from|down from)\b.*$"
    r"|, (?:the )?[\w ]{1,40} (?:said|says|added|found)\W*$"
)
_ELSEWHERE = re.compile(  # of what or when depends on who says it, or on what was said before
    r"^\W*(?:it|its|they|their|he|his|she|her|this|these|that|those|here|there)\b"
    r"|\b(?:I|we|us|our|my|you|your)\b|\b(?:this|last|next|previous|current|same) "
    r"(?:year|month|week|quarter|time|period|spring|summer|autumn|winter)\b"
    r"|\b(?:today|yesterday|tomorrow|tonight|now|currently|respectively)\b|\?\W*$"
    r"|^[^.;:]+: [^;]*;",  # a row of a table
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure: how it is written, its number, and the word before it."""

    shown: str
    number: str
    before: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sentence says: its words with "#" for figures, these, and how it limits itself."""

    shape: tuple[str, ...]
    figures: tuple[_Figure, ...]
    limits: Counter[str]


def disagreements(found: Candidates, ids: dict[int, int]) -> list[Disagreement]:
    """The pairs that disagree among candidates; `ids` has the citation of each position."""
    told = []
    for one, other in combinations(sorted(ids, key=lambda position: ids[position]), 2):
        if said := differ(found, one, other):
            first, second = ids[one], ids[other]
            if all(said):
                text = f"Sources differ: [{first}] says {said[0]}, [{second}] says {said[1]}."
            else:
                denying, denied = (second, first) if said[1] else (first, second)
                text = f"Sources differ: [{denying}] denies what [{denied}] says."
            told.append(Disagreement([first, second], list(said), text))
    return told


def differ(found: Candidates, one: int, other: int) -> tuple[str, str] | None:
    """What two candidates say differently, or None: ("31%", "43%"), or ("", "not") for a denial."""
    texts = [_trimmed(found.quote(position)) for position in (one, other)]
    if any(_ELSEWHERE.search(text) for text in texts):
        return None
    first, second = (_said(text) for text in texts)
    stems = [word for word in first.shape if word[0] != "#"]
    if first.shape != second.shape or len(stems) < LEAST:
        return None
    pairs = [
        (a, b)
        for a, b in zip(first.figures, second.figures, strict=True)
        if not _same_number(a.number, b.number)
    ]
    said: tuple[str, str] | None = None
    if len(pairs) == 1 and first.limits == second.limits and _tells(*pairs[0], stems):
        said = pairs[0][0].shown, pairs[0][1].shown
    elif not pairs:
        more = [first.limits - second.limits, second.limits - first.limits]
        if [sum(one.values()) for one in more] in ([0, 1], [1, 0]):
            denies = ["not" if one["not"] else "" for one in more]
            said = (denies[0], denies[1]) if any(denies) else None
    return said if said and _about_the_same(found, one, other) else None


def _trimmed(text: str) -> str:
    return _BEHIND.sub("", _FOOTNOTE.sub("", _NUMBERED.sub("", text)))


@lru_cache(maxsize=1024)  # a sentence is compared with many
def _said(text: str) -> _Said:
    shape: list[str] = []
    figures: list[_Figure] = []
    for match in _PART.finditer(text):
        word = match[0].lower()
        before = shape[-1] if shape else ""
        if match["number"]:
            percent = "%" if match["percent"] else ""
            shape.append(f"#{match['money']}{(match['scale'] or '').lower()[:1]}{percent}")
            figures.append(_Figure(match[0], match["number"].replace(",", ""), before))
        elif word in NUMBERS:
            shape.append("#")
            figures.append(_Figure(match[0], NUMBERS[word], before))
        elif word not in LIMITS and word not in LITTLE and not re.search("n['’]t$", word):
            shape += content_terms(word)
    return _Said(tuple(shape), tuple(figures), limits(words(text)))


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are the same, or one of them the other rounded."""
    try:
        first, second = float(one), float(other)
    except ValueError:  # a time, a fraction
        return one == other
    unit = max(_unit(one), _unit(other))
    rounded = unit > 1 or "." in one + other
    return first == second or (rounded and abs(first - second) <= unit / 2)


def _unit(number: str) -> float:
    """What a number may be rounded to: its last decimal, or its zeros from 1000 on."""
    if "." in number:
        return float(10.0 ** -len(number.split(".")[1]))
    zeros = len(number) - len(number.rstrip("0"))
    return float(10**zeros) if len(number) > 3 else 1.0


def _tells(one: _Figure, other: _Figure, stems: Sequence[str]) -> bool:
    """Whether different figures in one place are a contradiction."""
    if one.before in _LABELS:
        return False
    dated = one.before in _MONTHS or any(_YEAR.fullmatch(each.number) for each in (one, other))
    return not dated or bool(_ONCE.intersection(stems))


def _about_the_same(found: Candidates, one: int, other: int) -> bool:
    """Whether the subject of two sentences with the same words is the same."""
    if not _years(found, one, other):
        return False
    own = _names([found.quote(one)])
    around = [_names([found.read[n].title, *_sentences(found, n)]) for n in (one, other)]
    if len(own) >= NAMED:
        others = [each - own for each in around]
        return not all(others) or bool(others[0] & others[1])
    if found.places[one][0].document_id == found.places[other][0].document_id:
        return False  # the next motion that was carried, the next town
    said = [set(content_terms(found.places[n][0].text)) for n in (one, other)]
    return _alike(*said) >= SAME_STORY and _alike(*around) >= SAME_STORY


def _years(found: Candidates, one: int, other: int) -> bool:
    """Whether the years agree: the sentences' own, or else those of their documents."""
    if _YEAR.search(found.quote(one)):
        return True  # the other has it too, or it is what they disagree about
    years = []
    for position in (one, other):
        read, passage = found.read[position], found.places[position][0]
        years.append(set(_YEAR.findall(f"{read.title} {read.published} {passage.heading or ''}")))
    return not all(years) or bool(years[0] & years[1])


def _sentences(found: Candidates, position: int) -> list[str]:
    passage = found.places[position][0]
    return [passage.quote(sentence) for sentence in passage.sentences]


def _names(texts: Sequence[str]) -> set[str]:
    named = (names(text) for text in texts)
    return {term for terms in named for term in terms if not term[0].isdigit()}


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
