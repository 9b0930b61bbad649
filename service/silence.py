"""Why there is no answer: from what was searched and read, in a code and in words.

What is told as certain is: that a word stands nowhere in the documents, or a name does. Where it is
not certain what is missing, the words say less.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from indexer.embed import Embedder
from indexer.generation import Generation
from indexer.sparse import content_terms, surface_words
from indexer.types import Filters
from indexer.words_that_tell import LITTLE
from service.candidates import Candidates
from service.interpret import Interpreter
from service.support import Support
from service.types import ReasonCode

ON_TOPIC = 0.33  # a cosine with the question, or
MOSTLY_SAID = 0.6  # mean support of its words, from which a passage is about it
OTHERWISE_SAID = 0.5  # support from which something else in the documents may mean a word
MOST_NAMED = 2  # names, or words that are missing, in one sentence

_UNCERTAIN = (
    "The documents touch on this, but it is uncertain that these sentences answer it: "
    "check them in their sources."
)
_NOT_CLEARLY = "do not clearly say what is asked"
_CLOSEST = " The closest passages are shown, but they are not an answer."
_NAME = re.compile(r"[A-Z][\w’'-]*(?: (?:(?:of|and|for|the) ){0,2}[A-Z][\w’'-]*)*")
_POSSESSIVE = re.compile(r"[’']s?$")
_WORDS = re.compile(r"[^\W_]+")
_VERB = re.compile("(?:ed|ing)$")
_NOUN_FOLLOWS = frozenset("in of at about for from by with on the a an my our their".split())


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, and whether its reading was good enough to answer from."""

    found: Candidates
    answers: bool

    @property
    def on_topic(self) -> bool:
        """Whether a passage is about what was asked."""
        return any(
            max(one.cos_sentence, one.cos_window, one.cos_passage) >= ON_TOPIC
            or one.said_passage >= MOSTLY_SAID
            for one in self.found.read
        )


class Explainer:
    """Finds the reason for an answer that is not there, over one index."""

    def __init__(
        self, generation: Generation, embedder: Embedder, interpreter: Interpreter
    ) -> None:
        self._generation, self._embedder = generation, embedder
        self._interpreter = interpreter

    def why(
        self, asked: str, filters: Filters, seen: Search, unfiltered: Callable[[], Search]
    ) -> tuple[ReasonCode, str]:
        """The reason and its words. `asked` is the question as it was read.

        `unfiltered` searches again without the filters; it is called only when there are any.
        """
        if filters != Filters() and (told := _outside(filters, seen, unfiltered())):
            return "outside_filters", told
        for acronym, meanings in self._interpreter.ambiguous(asked).items():
            return "ambiguous_acronym", (
                f"“{acronym}” stands for several things in these documents: {_listed(meanings)}. "
                "Ask with the one that you mean."
            )
        unsaid = _quoted(self._unsaid(asked))
        nowhere = f"nowhere mention {unsaid}" if unsaid else ""
        if not seen.on_topic:
            more = f": they {nowhere}" if nowhere else ""
            return "nothing_on_topic", f"Nothing in these documents is about this{more}."
        names = _listed(_named(asked, seen.found)[:MOST_NAMED])
        if names:
            told = f"These documents speak of {names}, but {nowhere or _NOT_CLEARLY}."
        elif nowhere:
            told = f"These documents {nowhere}."
        else:
            told = f"These documents are on the topic, but {_NOT_CLEARLY}."
        return "detail_not_said", told + _CLOSEST

    def why_uncertain(self, asked: str) -> tuple[ReasonCode, str]:
        """The same of an answer that is given with reserve."""
        unsaid = _quoted(self._unsaid(asked))
        return "uncertain", _UNCERTAIN + (f" They nowhere mention {unsaid}." if unsaid else "")

    def names_nowhere(self, asked: str) -> bool:
        """Whether a question names somebody, or a year, that stands nowhere in the documents.

        Then nothing in them is sure to answer it, however well it matches the rest.
        """
        return any(_is_name(word) and self._nowhere(word) for word in _WORDS.findall(asked)[1:])

    def _unsaid(self, asked: str) -> list[str]:
        """The names and things in a question that stand nowhere in the documents, as written.

        A thing may be said in other words, so nothing in the documents must be like it.
        """
        likest = Support(asked, self._generation, self._embedder).anywhere()
        phrases: list[str] = []
        words = list(_WORDS.finditer(asked))
        end, before = -1, ""  # of the last word that is missing; the word before
        for match, after in zip_longest(words, words[1:]):
            word = match[0]
            goes_on = end == match.start() - 1 and asked[end] == " "
            # a question's first word is written large whatever it is
            named = _is_name(word) and bool(before or (after and _is_name(after[0])))
            if (
                (named or (goes_on and not _VERB.search(word)) or before.lower() in _NOUN_FOLLOWS)
                and self._nowhere(word)
                and (named or likest.get(word.lower(), 1.0) < OTHERWISE_SAID)
            ):
                phrases[-1:] = [f"{phrases[-1]} {word}"] if goes_on else [*phrases[-1:], word]
                end = match.end()
            before = word
        return phrases

    def _nowhere(self, word: str) -> bool:
        terms = content_terms(word)
        known = any(one in self._generation.word_numbers for one in surface_words(word))
        frequency = self._generation.sparse.document_frequency
        return (
            bool(terms)
            and word.lower() not in LITTLE
            and not known
            and not any(frequency(term) for term in terms)
        )


def _is_name(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def _outside(filters: Filters, seen: Search, lifted: Search) -> str | None:
    """What to say where other documents would have served better; None where they would not."""
    only_dates = all(
        getattr(filters, name) == getattr(Filters(), name)
        for name in ("publisher", "author", "document_id")
    )
    these = "of the dates asked for" if only_dates else "that pass the filters"
    if not seen.found.read:
        told = f"There is no document {these.replace('that pass', 'that passes')}."
        return f"{told} Other documents may answer it." if lifted.answers else told
    if lifted.answers and not seen.answers:
        return f"The documents {these} do not say this, but others may."
    if lifted.on_topic and not seen.on_topic:
        return f"The documents {these} are not about this. Others are, but do not clearly say it."
    return None


def _named(asked: str, found: Candidates) -> list[str]:
    """The names in a question that the passages found hold, as they stand there."""
    texts = list(dict.fromkeys(passage.text for passage, _ in found.places))
    names = []
    for match in _NAME.finditer(asked):
        words = _POSSESSIVE.sub("", match[0]).split()
        while words and not content_terms(words[0]):
            del words[0]
        name = re.escape(" ".join(words))
        for form in (f"the {name}", f"{name}s", f"an? {name}", name):
            pattern = re.compile(rf"\b{form}\b(?! [A-Z])")
            if words and (held := next(filter(None, map(pattern.search, texts)), None)):
                names.append(held[0])
                break
    return list(dict.fromkeys(names))


def _quoted(phrases: Sequence[str]) -> str:
    return _listed([f"“{phrase}”" for phrase in phrases[:MOST_NAMED]], "or")


def _listed(items: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
