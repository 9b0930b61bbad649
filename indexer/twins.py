"""Which sentences of a corpus say the same in the same words: found once, when an index is built.

The same report in two folders, a story that several papers printed, a notice at every page's foot:
their sentences are twins, and an answer needs one of them. Sentences are twins when they have the
same words but for case, punctuation and quotation marks, or nearly so: words may be spelt with or
without hyphen and small ones be added. What differs in a figure, a name, a negation or any word
that is exchanged for another is no twin: "rose" and "fell" are one word apart.

Near twins are proposed by MinHash with banding (Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, ch. 3) and each pair is then compared word by word. Knows nothing of stores.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from indexer.words_that_tell import ARTICLES, LITTLE, NUMBERS, TELLING

NEAR_WORDS = 8  # a shorter sentence has too few words for one of them not to matter
NEAR = 0.85  # share of the words of two sentences that must be the same, in the same order
PERMUTATIONS, BANDS = 128, 32
BESIDE = 4  # how many sentences before it in its bucket one is compared with: keeps it linear
AT_ONCE = 4096

_TOKEN = re.compile(r"\w+(?:[.,:/'-]\w+)*|[^\w\s]")
_SAME_SIGNS = str.maketrans(
    dict.fromkeys("‘’‛`´ʼ", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | {"\u00ad": None, "\u200b": None, "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER_NEXT = re.compile(r"[^\w\s]*\d")


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    telling: bool  # a figure, a negation, a name: may be neither added nor left out
    free: bool  # may be added or left out


def sentence_words(text: str) -> list[_Word]:
    """The words of a sentence and the signs that change its meaning ("%", "£", "?", a minus)."""
    text = unicodedata.normalize("NFC", text).translate(_SAME_SIGNS)
    found: list[_Word] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0].isalnum() or token[0] == "_":
            found.append(_word(token, first=not found))
        elif _is_telling_sign(token, text, match.start()):
            found.append(_Word(token, True, False))
    return found


def alike(one: str, other: str) -> bool:
    """Whether two sentences are twins."""
    return _alike(sentence_words(one), sentence_words(other))


def differ_in_figures(one: str, other: str) -> bool:
    """Whether two sentences would be twins but for their figures: they contradict each other."""
    words = [sentence_words(text) for text in (one, other)]
    figures = [[word.key for word in some if _is_figure(word.key)] for some in words]
    rest = [[word for word in some if not _is_figure(word.key)] for some in words]
    return figures[0] != figures[1] and _alike(*rest)


def find_twins(sentences: Iterable[str], text_of: Callable[[int], str]) -> dict[int, int]:
    """Sentences that have twins → the first of each one's group, which leads to itself.

    `sentences` are numbered from 0 as they come; `text_of` gives one of them again. Twins of twins
    are in one group: they have the same figures and negations throughout.
    """
    groups = _Groups()
    seen: dict[bytes, int] = {}
    numbers: list[int] = []  # of sentences that may have near twins, as the rows of `bands`
    bands: list[npt.NDArray[np.uint64]] = []
    numbered = enumerate(sentences)
    while batch := list(islice(numbered, AT_ONCE)):
        shingled: list[list[str]] = []
        for number, text in batch:
            words = sentence_words(text)
            if not words:
                continue
            exact = hashlib.blake2b(_line(words).encode(), digest_size=16).digest()
            first = seen.setdefault(exact, number)
            if first != number:
                groups.join(first, number)
            elif len(words) >= NEAR_WORDS:
                numbers.append(number)
                shingled.append(_shingles(words))
        bands.append(_bands(shingled))
    for i, j in _neighbours(np.concatenate(bands) if bands else _bands([])):
        one, other = numbers[i], numbers[j]
        if groups.first(one) != groups.first(other) and alike(text_of(one), text_of(other)):
            groups.join(one, other)
    return groups.members()


class _Groups:
    """Union-find in which the smallest number leads each group."""

    def __init__(self) -> None:
        self._leads: dict[int, int] = {}

    def first(self, number: int) -> int:
        """The smallest of the group of `number`."""
        path = []
        while (lead := self._leads.get(number, number)) != number:
            path.append(number)
            number = lead
        for passed in path:
            self._leads[passed] = number
        return number

    def join(self, one: int, other: int) -> None:
        """Makes one group of two."""
        low, high = sorted((self.first(one), self.first(other)))
        self._leads[low] = self._leads[high] = low

    def members(self) -> dict[int, int]:
        """Everything that was joined → the first of its group, in order."""
        return {number: self.first(number) for number in sorted(self._leads)}


@lru_cache(maxsize=1 << 16)  # most words of a corpus are the same few
def _word(token: str, first: bool) -> _Word:
    key = _THOUSANDS.sub("", token).casefold()
    named = token[0].isupper() and key not in LITTLE
    telling = _is_figure(key) or key in TELLING or key.endswith("n't") or (named and not first)
    return _Word(key, telling, not telling and not named)


def _is_figure(key: str) -> bool:
    return key in NUMBERS or any(character.isnumeric() for character in key)


def _is_telling_sign(sign: str, text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    if sign in "-(":  # a minus, or the brackets that accounts put around what is negative
        return not before.isalnum() and _NUMBER_NEXT.match(text, at) is not None
    return sign in "?%‰°" or unicodedata.category(sign) in ("Sm", "Sc")


def _line(words: Sequence[_Word]) -> str:
    return " ".join(word.key for word in words)


def _alike(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    if _line(one) == _line(other):
        return True
    if min(len(one), len(other)) < NEAR_WORDS or _told(one) != _told(other):
        return False
    matcher = SequenceMatcher(None, [w.key for w in one], [w.key for w in other], autojunk=False)
    same = changed = 0
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal" or _spelt_alike(one[a:b], other[c:d]):
            same += max(b - a, d - c)
        elif kind == "replace" or not all(word.free for word in (*one[a:b], *other[c:d])):
            return False
        else:
            changed += b - a + d - c
    return same >= NEAR * (same + changed)


def _told(words: Sequence[_Word]) -> list[str]:
    return [word.key for word in words if word.telling]


def _spelt_alike(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    """Whether words differ only in how they are joined, in "-ise" and "-ize", or as articles."""
    if any(word.telling for word in (*one, *other)):
        return False
    if all(word.key in ARTICLES for word in (*one, *other)):
        return bool(one) and bool(other)
    first, second = (
        "".join(word.key for word in words).replace("-", "").replace("iz", "is")
        for words in (one, other)
    )
    return first == second


def _shingles(words: Sequence[_Word]) -> list[str]:
    """Pairs of neighbouring words, each with all that tells: other figures share no shingle."""
    told = hashlib.blake2b(" ".join(_told(words)).encode(), digest_size=8).hexdigest()
    keys = [word.key for word in words]
    return [f"{told} {one} {two}" for one, two in pairwise(keys)]


def _bands(shingled: Sequence[list[str]]) -> npt.NDArray[np.uint64]:
    """A number for each band of each sentence's MinHash signature, shape (sentences, BANDS)."""
    if not shingled:
        return np.zeros((0, BANDS), np.uint64)
    matrix = RMinHash.digest_matrix_from_token_sets(shingled, num_perm=PERMUTATIONS, seed=1)
    rows = np.array(matrix.to_rows(), np.uint64).reshape(len(shingled), BANDS, -1)
    mixed = np.zeros(rows.shape[:2], np.uint64)
    for column in range(rows.shape[2]):  # FNV-1a, a word at a time
        mixed = (mixed ^ rows[:, :, column]) * np.uint64(0x100000001B3)
    return mixed


def _neighbours(bands: npt.NDArray[np.uint64]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that share a band: each with the few before it in its bucket."""
    for column in bands.T:
        order = np.argsort(column, kind="stable")
        for step in range(1, BESIDE + 1):
            together = column[order[step:]] == column[order[:-step]]
            yield from zip(
                order[:-step][together].tolist(), order[step:][together].tolist(), strict=True
            )
