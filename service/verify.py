"""Does a document say this? Looks for the sentences that support what a language model wrote.

A claim is supported by one or two sentences that say nearly all of its words in the same order,
with every figure and name of it; quotations stand in their passage; and neither side limits,
widens or denies ("nearly", "may", "all", "not") what the other says. Order counts since most of
what is false in the right words has them in other places: what is said of A is said of B. The
price is that free paraphrases are taken for unsupported.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from indexer.embed import Embedder
from indexer.generation import Generation
from indexer.sparse import content_terms
from service.candidates import Candidates
from service.interpret import Interpreter
from service.support import Support, together
from service.words import names

SAID = 0.6  # mean support of a claim's words, weighted by how telling they are
IN_ORDER = 0.85  # share of a claim's content words that stand in its support in the same order
GAIN = 0.08  # that a second sentence must add to the mean support
BEFORE = 3  # words before the first that a claim takes up, which may limit it

_TOKEN = re.compile(r"\w+(?:[.,:/'’]\w+)*")
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_NUMBERS = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
        "dozen half third thirds quarter quarters twice double hundred thousand million "
        "billion".split(),
        "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90 12 1/2 1/3 1/3 1/4 "
        "1/4 x2 x2 e2 e3 e6 e9".split(),
        strict=True,
    )
)  # not "one", which seldom counts
_UNITS = {"one": "1"} | {word: digit for word, digit in _NUMBERS.items() if len(digit) == 1}
_TENS = re.compile(
    rf"\b({'|'.join(w for w, n in _NUMBERS.items() if n.isdigit() and w.endswith('ty'))})"
    rf"[- ]({'|'.join(_UNITS)})\b",
    re.IGNORECASE,
)
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion"}
_SCALED = re.compile(r"(\d)\s?(bn|mn|m|k)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^”\"]{8,})[”\"]|‘([^’]{8,})’")
_LIMITS = {
    word: words.split()[0]
    for words in (
        "nearly almost",
        "may might could can",
        "under below less fewer lower",
        "over above more higher",
        "not no never none nor neither without cannot hardly fail fails failed refuse refused "
        "reject rejected unable",
        "about around roughly approximately",
        "only just",
        "all every each always whole entire entirely everyone",
        "must shall required",
        "if unless provided",
        "should recommend recommended",
        "propose proposed proposes plan plans planned considering draft",
        "some",
        "most",
        "will",
    )
    for word in words.split()
}
"""Words that limit or widen what is said → the first of those that do it alike."""


class Verifier:
    """Looks for support in the candidates of one question, over one index."""

    def __init__(
        self, generation: Generation, embedder: Embedder, interpreter: Interpreter
    ) -> None:
        self._generation, self._embedder = generation, embedder
        self._spell = interpreter.spell

    def evidence(self, claim: str, found: Candidates, positions: Sequence[int]) -> tuple[int, ...]:
        """The one or two of the candidates at `positions` that support a claim; () when none do."""
        claim = self._spell(claim)
        # figures must be there anyhow, in digits or in words, which Support takes for others
        support = Support(_DIGITS.sub(" ", claim), self._generation, self._embedder)
        read = [found.read[position] for position in positions]
        said = [support.of(one.text) for one in read]
        first = int(np.argmax([support.mean(one) for one in said]))
        both = [support.mean(together(said[first], other)) for other in said]
        second = int(np.argmax(both))
        chosen = [first] if both[second] < both[first] + GAIN else sorted((first, second))
        quotes = " ".join(read[i].text for i in chosen)
        around = " ".join(f"{read[i].title} {read[i].passage}" for i in chosen)
        if max(both) < SAID or not (_holds(claim, quotes, around) and _says(claim, quotes)):
            return ()
        return tuple(positions[i] for i in chosen)


def _holds(claim: str, quotes: str, around: str) -> bool:
    """Whether the quotes have a claim's figures and names, and their passages its quotations."""
    if figures(claim) - figures(quotes):
        return False
    named = {term for term in names(claim) if not any(c.isdigit() for c in term)}
    if named - set(content_terms(quotes)):
        return False
    flat = _flat(around)
    return all(_flat(one or other) in flat for one, other in _QUOTED.findall(claim))


def _says(claim: str, quotes: str) -> bool:
    """Whether the quotes have a claim's words in its order, limited as it limits them."""
    ours, theirs = _words(claim), _words(quotes)
    shared = _in_order([term for _, term in ours if term], [term for _, term in theirs if term])
    told = sum(1 for _, term in ours if term)
    if not shared or len(shared) < IN_ORDER * told:
        return False
    places = [n for n, (_, term) in enumerate(theirs) if term]
    within = theirs[max(0, places[shared[0]] - BEFORE) : places[shared[-1]] + 1]
    return _limits(within) <= _limits(ours) <= _limits(theirs)


def _words(text: str) -> list[tuple[str, str | None]]:
    """Each word in lower case with its stem, if it is a content word, or its number."""
    found = [word for token in _TOKEN.findall(text) for word in token.lower().split("-")]
    stems = (_NUMBERS.get(word) or next(iter(content_terms(word)), None) for word in found)
    return list(zip(found, stems, strict=True))


def _limits(words: Sequence[tuple[str, str | None]]) -> set[str]:
    found = {_LIMITS[word] for word, _ in words if word in _LIMITS}
    return found | {"not" for word, _ in words if re.search("n['’]t$", word)}


def _in_order(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """Where in `theirs` the longest common subsequence with `ours` stands."""
    longest = np.zeros((len(ours) + 1, len(theirs) + 1), dtype=np.int32)
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            longest[i, j] = (
                longest[i + 1, j + 1] + 1
                if ours[i] == theirs[j]
                else max(longest[i + 1, j], longest[i, j + 1])
            )
    found, i, j = [], 0, 0
    while i < len(ours) and j < len(theirs):
        if ours[i] == theirs[j]:
            found.append(j)
            i, j = i + 1, j + 1
        elif longest[i + 1, j] >= longest[i, j + 1]:
            i += 1
        else:
            j += 1
    return found


def figures(text: str) -> set[str]:
    """The numbers of a text, in digits or in words, in one form."""
    text = _SCALED.sub(lambda match: f"{match[1]} {_SCALES[match[2].lower()]}", text)
    text = _TENS.sub(lambda m: str(int(_NUMBERS[m[1].lower()]) + int(_UNITS[m[2].lower()])), text)
    found = {_plain(number) for number in _DIGITS.findall(text)}
    return found | {_NUMBERS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _NUMBERS}


def _plain(number: str) -> str:
    number = number.replace(",", "").rstrip(".:/")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _flat(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", kept))
