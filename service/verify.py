"""Does a document say this? Looks for the sentences that support what a language model wrote.

A claim is supported by one sentence, or two that it joins by "and" or the like, that say nearly
all of its words in the same order, every figure and name among them; quotations stand in their
passage; and neither side limits, widens or denies ("nearly", "may", "all", "not") what the other
says. Order counts since most of what is false in the right words has them in other places: what is
said of A is said of B. The price is that free paraphrases are taken for unsupported.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from indexer.embed import Embedder
from indexer.generation import Generation
from indexer.sparse import content_terms
from service.candidates import Candidates
from service.interpret import Interpreter
from service.read import Candidate
from service.support import Support, together
from service.words import names

SAID = 0.6  # mean support of a claim's words, weighted by how telling they are
IN_ORDER = 0.85  # share of a claim's content words that stand in its support in the same order
GAIN = 0.08  # that a second sentence must add to the mean support
LEAST = 2  # content words of a claim: "Yes." alone says nothing that could be looked up
BEFORE = 3  # words before the first that a claim takes up, which may limit it

_Word = tuple[str, str | None]  # in lower case, and its stem if it is a content word

_TOKEN = re.compile(r"\w+(?:[.,:/'’]\w+)*|[,;:–—]")
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_FIGURE = re.compile(r"\d")
NUMBERS = dict(
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
_UNITS = {"one": "1"} | {word: digit for word, digit in NUMBERS.items() if len(digit) == 1}
_TENS = re.compile(
    rf"\b({'|'.join(w for w, n in NUMBERS.items() if n.isdigit() and w.endswith('ty'))})"
    rf"[- ]({'|'.join(_UNITS)})\b",
    re.IGNORECASE,
)
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion"}
_SCALED = re.compile(r"(\d)\s?(bn|mn|m|k)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^”\"]{8,})[”\"]|‘([^’]{8,})’")
LIMITS = {
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
_DENYING = ("un", "in", "im", "ir", "dis", "mis", "non")
_JOINS = {"and", "but", "while", "whilst", "whereas", "which", "against", "compared"}
_OPENERS = frozenset(
    "additionally also finally furthermore however moreover overall similarly therefore".split()
)


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
        choices = [[first]]  # alone: a second may add what it says otherwise ("9", "nine")
        if both[second] >= both[first] + GAIN:
            # as they stand in their document, whatever order they were found in
            choices.append(sorted((first, second), key=lambda i: found.numbers[positions[i]]))
        for chosen in choices:
            mean = support.mean(together(*(said[i] for i in chosen)))
            if mean >= SAID and _supports([read[i] for i in chosen], claim):
                return tuple(positions[i] for i in chosen)
        return ()


def _supports(read: Sequence[Candidate], claim: str) -> bool:
    around = " ".join(f"{one.title} {one.passage}" for one in read)
    flat = _flat(around)
    if not all(_flat(one or other) in flat for one, other in _QUOTED.findall(claim)):
        return False
    return _says(claim, [one.text for one in read], figures(claim) | _named(claim, around))


def _named(claim: str, around: str) -> set[str]:
    """Terms of a claim's names: its first word is one, too, unless it is an ordinary word there."""
    named = {term for term in names(claim) if not _FIGURE.search(term)}
    first = _TOKEN.search(claim)
    ordinary = {*_OPENERS, *LIMITS, *_TOKEN.findall(around)}
    if first and first[0].lower() not in ordinary:
        named |= {term for _, term in words(first[0]) if term}
    return named


def _says(claim: str, quotes: Sequence[str], needed: set[str]) -> bool:
    """Whether the quotes have a claim's words in its order, limited as it limits them.

    All of those `needed`, and of the others nearly all.
    """
    ours, each = words(claim), [words(quote) for quote in quotes]
    theirs = [word for words in each for word in words]
    told = [term for _, term in ours if term]
    shared = _in_order(ours, theirs)
    # "60 weeks" is not "60 days"
    needed = needed | {after for one, after in pairwise(told) if _FIGURE.search(one)}
    missing = Counter(told) - Counter(term for i, _ in shared if (term := ours[i][1]))
    if len(told) < LEAST or len(shared) < IN_ORDER * len(told) or needed & missing.keys():
        return False
    if _turned(missing, theirs) or _leaps(shared, theirs):
        return False
    if len(each) > 1 and not _joins(ours, shared, len(each[0])):
        return False
    within = theirs[max(0, shared[0][1] - BEFORE) : shared[-1][1] + 1]
    return limits(within) <= limits(ours) <= limits(theirs)


def _joins(ours: Sequence[_Word], shared: Sequence[tuple[int, int]], second: int) -> bool:
    """Whether a claim joins two clauses where it goes on to the quote that begins at `second`.

    Else it says of what one quote is about what the other says of something else.
    """
    for (here, place), (there, next_place) in pairwise(shared):
        if place < second <= next_place:
            return any(word in _JOINS or not word.isalnum() for word, _ in ours[here + 1 : there])
    return False


def _turned(missing: Iterable[str], theirs: Sequence[_Word]) -> bool:
    """Whether a word of ours stands there with the opposite sense: "convinced", "unconvinced"."""
    terms = {term for _, term in theirs if term}
    return any(
        before + term in terms or (term.startswith(before) and term[len(before) :] in terms)
        for term in missing
        for before in _DENYING
    )


def _leaps(shared: Sequence[tuple[int, int]], theirs: Sequence[_Word]) -> bool:
    """Whether what is said of a figure was taken from another: "24% said yes, while 14% said no".

    Between two words shared then begins, after a figure shared, a clause with a figure of its own.
    """
    figured = False
    for (_, here), (_, there) in pairwise(shared):
        figured = figured or _is_figure(theirs[here])
        skipped = theirs[here + 1 : there]
        joined = next((n for n, (word, _) in enumerate(skipped) if word in _JOINS), len(skipped))
        if figured and any(_is_figure(word) for word in skipped[joined:]):
            return True
    return False


def _is_figure(word: _Word) -> bool:
    return word[1] is not None and _FIGURE.search(word[1]) is not None


def words(text: str) -> list[_Word]:
    """Each word in lower case with its stem if it is a content word, a number in one form."""
    text = _SCALED.sub(lambda match: f"{match[1]} {_SCALES[match[2].lower()]}", text)
    text = _TENS.sub(lambda m: str(int(NUMBERS[m[1].lower()]) + int(_UNITS[m[2].lower()])), text)
    found = [word for token in _TOKEN.findall(text) for word in token.lower().split("-")]
    return [(word, _term(word)) for word in found]


def _term(word: str) -> str | None:
    if number := _DIGITS.match(word):
        return _plain(number[0])
    if word in LIMITS or word in _OPENERS:
        return None  # "nearly" may be put as "almost": `limits` compares them
    return NUMBERS.get(word) or next(iter(content_terms(word)), None)


def figures(text: str) -> set[str]:
    """The numbers of a text, in digits or in words, in one form."""
    return {term for word, term in words(text) if term and _is_figure((word, term))}


def _plain(number: str) -> str:
    number = number.replace(",", "").rstrip(".:/")
    return number.rstrip("0").rstrip(".") if "." in number else number


def limits_of(text: str) -> set[str]:
    """The ways in which a text limits or widens what it says, each by its first word above."""
    return set(limits(words(text)))


def limits(words: Sequence[_Word]) -> Counter[str]:
    """How often a text limits in each way: "where it does not, it may" has one "not" only."""
    denied = ["not" for word, _ in words if re.search("n['’]t$", word)]
    return Counter([LIMITS[word] for word, _ in words if word in LIMITS] + denied)


def _in_order(ours: Sequence[_Word], theirs: Sequence[_Word]) -> list[tuple[int, int]]:
    """The longest common subsequence of the stems: where each stands in `ours` and in `theirs`."""
    mine = [(n, term) for n, (_, term) in enumerate(ours) if term]
    other = [(n, term) for n, (_, term) in enumerate(theirs) if term]
    longest = np.zeros((len(mine) + 1, len(other) + 1), dtype=np.int32)
    for i in reversed(range(len(mine))):
        for j in reversed(range(len(other))):
            longest[i, j] = (
                longest[i + 1, j + 1] + 1
                if mine[i][1] == other[j][1]
                else max(longest[i + 1, j], longest[i, j + 1])
            )
    found, i, j = [], 0, 0
    while i < len(mine) and j < len(other):
        if mine[i][1] == other[j][1]:
            found.append((mine[i][0], other[j][0]))
            i, j = i + 1, j + 1
        elif longest[i + 1, j] >= longest[i, j + 1]:
            i += 1
        else:
            j += 1
    return found


def _flat(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", kept))
