"""What a question means here: acronyms spelt out as the documents do."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.generation import Generation
from indexer.glossary import Entry
from indexer.sparse import terms

CLEAR = 2 / 3  # share of an acronym's uses that one meaning must have to be taken for it
WRITTEN_SELDOM = 2  # passages
WRITTEN_ANYWHERE = math.inf

_POSSESSIVE = re.compile(r"[’']s\b|(?<=s)[’'](?=\s)")
_WORD = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z&]+(?![\w-])")
_FUNCTION_WORDS = frozenset(
    "all and any are but can did does for get got had has her him his how its may nor not now off "
    "one our out own per say see set she the too two use was way who why yes yet you".split()
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question in the forms in which it is used; all the same where there is nothing to add.

    It is `shown` with acronyms spelt out beside them. It is `searched` with only those that the
    documents hardly write: where they do write one, it finds its passages by itself, and three
    more words for the same thing would drown the rest of the question. It is compared with what
    is read in the form of Interpreter.spell: `spelt`.
    """

    shown: str
    searched: str
    spelt: str


class Interpreter:
    """Rewrites questions with the glossary of one index. Knows nothing else of the documents."""

    def __init__(
        self, glossary: Sequence[Entry], written_in: Callable[[str], int] = lambda acronym: 0
    ) -> None:
        """`written_in` says in how many passages an acronym itself is written."""
        self._written_in = written_in
        uses: Counter[str] = Counter()
        self._meanings: dict[str, list[Entry]] = {}
        for entry in glossary:
            uses[entry.acronym.upper()] += entry.uses
            self._meanings.setdefault(entry.acronym.upper(), []).append(entry)
        self._by_acronym: dict[str, Entry] = {}
        acronyms_in_text: dict[str, Entry] = {}
        for entry in glossary:
            if entry.uses < CLEAR * uses[entry.acronym.upper()]:
                continue  # one meaning among several: better not guess
            self._by_acronym[entry.acronym.upper()] = entry
            if entry.defined:
                acronyms_in_text.setdefault(entry.expansion.lower(), entry)
        self._by_name = acronyms_in_text
        names = "|".join(re.escape(name) for name in sorted(self._by_name, key=len, reverse=True))
        self._names = re.compile(rf"\b({names})(s?)\b", re.IGNORECASE) if names else None

    def interpret(self, question: str) -> Meaning:
        """What a question that can be understood alone means."""
        shown = self._spell_out(question, WRITTEN_ANYWHERE)
        searched = self._spell_out(question, WRITTEN_SELDOM)
        return Meaning(shown, searched, self.spell(shown))

    def spell(self, text: str) -> str:
        """A question or a document's text with every acronym replaced by what it stands for.

        What is read is compared in this form, so that it does not matter which side spells out.
        """
        return _WORD.sub(lambda match: self._name_for(match[0]) or match[0], text)

    def ambiguous(self, question: str) -> dict[str, list[str]]:
        """Acronyms that a question writes large, and none of whose meanings is clear → these.

        Not those of which the question spells a meaning out. What only looks like initials counts
        from its second use.
        """
        found: dict[str, list[str]] = {}
        for match in _WORD.finditer(question):
            stem = match[0].removesuffix("s")
            if not stem.isupper() or stem in self._by_acronym:
                continue
            entries = self._meanings.get(stem, [])
            names = [one.expansion for one in entries if one.defined or one.uses > 1]
            if len(names) > 1 and not any(name.lower() in question.lower() for name in names):
                found[stem] = names
        return found

    def _name_for(self, word: str) -> str | None:
        entry = self._meaning(word)
        if entry is None:
            return None
        many = word.upper() != entry.acronym.upper()
        return _plural(entry.expansion) if many else entry.expansion

    def _spell_out(self, question: str, most: float) -> str:
        """Puts "(Integrated Care Boards)" after ICBs, "(BCF)" after Better Care Fund, once each."""
        additions: dict[int, str] = {}
        seen: set[str] = set()
        for match in _WORD.finditer(question):
            entry = self._meaning(match[0])
            if (
                entry
                and entry.acronym not in seen
                and self._written_in(entry.acronym) <= most
                and entry.expansion.lower() not in question.lower()
            ):
                seen.add(entry.acronym)
                additions[_after(match)] = f" ({self._name_for(match[0])})"
        for match in self._names.finditer(question) if self._names else ():
            entry = self._by_name[match[1].lower()]
            if (
                entry.acronym not in seen
                and self._written_in(entry.acronym) <= most
                and not re.search(rf"\b{entry.acronym}s?\b", question)
            ):
                seen.add(entry.acronym)
                additions[_after(match)] = f" ({entry.acronym}{match[2]})"
        for position in sorted(additions, reverse=True):
            question = question[:position] + additions[position] + question[position:]
        return question

    def _meaning(self, word: str) -> Entry | None:
        """The glossary's entry for a word that is written as an acronym.

        In lower case only those of three letters or more that are no word of their own, and that
        the corpus spells out or uses as a name at least twice.
        """
        stem = word[:-1] if len(word) > 2 and word.endswith("s") else word
        entry = self._by_acronym.get(stem.upper()) or self._by_acronym.get(word.upper())
        if entry is None:
            return None
        if word[:2].isupper() or word == entry.acronym:
            return entry
        sure = (entry.defined or entry.uses >= 2) and not entry.ordinary
        return entry if len(stem) >= 3 and sure and word.lower() not in _FUNCTION_WORDS else None


def _after(name: re.Match[str]) -> int:
    """Where a name ends, the ’s of its possessive included."""
    owns = _POSSESSIVE.match(name.string, name.end())
    return owns.end() if owns else name.end()


def _plural(name: str) -> str:
    """A name in the plural: Boards, Authorities; one that ends in s stays."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"


def interpreter_for(generation: Generation) -> Interpreter:
    """The interpreter with an index's own glossary."""

    def written_in(acronym: str) -> int:
        return min(generation.sparse.document_frequency(term) for term in terms(acronym))

    return Interpreter(generation.store.glossary(), written_in)
