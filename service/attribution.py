"""What somebody says: "what does the King's Fund say about pooled budgets?".

Documents seldom name their own author in a sentence, so such a question is put to those of the
author or publisher alone, and without the name; and a speaker is seldom named in each sentence of
a quotation, so it is put to what he or she says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.overview import Overview
from indexer.types import Filters
from service.interpret import Interpreter, Meaning
from service.leaning import without_lead

_ABOUT = r"(?:about|on|of|regarding|concerning)"
_SAY = (
    r"(?:say|said|says|think|thinks|thought|believe|believes|believed|argue|argues|argued|write|"
    r"wrote|written|claim|claims|claimed|report|reports|reported|make|made)"
)
_WANT = (
    r"(?P<verb>recommend|want|suggest|demand|predict|expect|warn|conclude|propose|criticise|oppose)"
    r"(?:e?[sd])?"
)
_MIND = (
    r"(?:say|think|believe|argue|oppose|support|criticise|reject|favour|prefer|object|want|call|doubt|"
    r"distrust|welcome|fear|expect|recommend|warn|blame)"
)
_ASKED = [
    re.compile(form, re.I)
    for form in (
        rf"what (?:do|does|did|has|have) (?P<who>.+?) {_SAY} {_ABOUT} (?P<topic>.+)",
        rf"what (?:do|does|did|has|have) (?P<who>.+?) {_WANT}\b(?P<rest>.*)",
        rf"(?:do|does|did) (?P<who>.+?) {_SAY}(?: that)? (?P<topic>.+)",
        rf"(?P<why>why) (?:do|does|did|has|have) (?P<who>.+?) (?P<topic>{_MIND}\b.+)",
        rf"what (?:is|are|was|were) (?P<who>.+?)['’]s? (?:view|opinion|position|argument|case|"
        rf"take|verdict)s? (?:for|against|{_ABOUT}) (?P<topic>.+)",
        r"according to (?P<who>[^,]+), (?P<topic>.+)",
        r"(?P<topic>.+?),? according to (?P<who>.+)",
    )
]
MOST_NAMES = 5  # words of a name
_ARTICLE = re.compile(r"^the ", re.I)
_AMONG = re.compile(r"\s*(?:[,;&|]|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Attributed:
    """A question to somebody's own documents: what is asked of them, and which they are."""

    text: str
    filters: Filters
    by: str


@dataclass(frozen=True, slots=True)
class Way:
    """A question as it is tried: of which documents, and of what is said by whom (None: by all)."""

    meaning: Meaning
    filters: Filters
    speaker: str | None = None


class Attribution:
    """Knows the authors and publishers of one index."""

    def __init__(self, overview: Overview, interpreter: Interpreter) -> None:
        self._overview = overview
        self._interpreter = interpreter

    def ways(self, question: str, filters: Filters) -> list[Way]:
        """In which ways a question is tried, the last as it is asked.

        Where it asks what somebody says: to the documents of an author or publisher of that name,
        or where nobody of these has it, to the sentences that somebody of that name says.
        """
        asked = self._interpreter.interpret(question)
        for form in dict.fromkeys((question, asked.spelt)):
            if about := self.of(form, filters):
                meaning = self._interpreter.interpret(about.text)
                own = replace(meaning, shown=according(meaning.shown, about.by))
                return [Way(own, about.filters), Way(asked, filters)]
        for match in _matches(question):
            if speaker := _person(match["who"]):
                meaning = self._interpreter.interpret(_bare(match))
                shown = according(meaning.shown, speaker)
                # it is searched for with the name, which stands beside what is said
                said = Meaning(shown, asked.searched, meaning.spelt)
                return [Way(said, filters, speaker), Way(asked, filters)]
        return [Way(asked, filters)]

    def of(self, question: str, filters: Filters) -> Attributed | None:
        """The question as one to the documents of an author or a publisher.

        None when it names nobody who is either, or when `filters` say already whose are wanted.
        """
        if filters.author or filters.publisher:
            return None
        for match in _matches(question):
            if own := self._named(match["who"]):
                wanted = replace(filters, author=own.author, publisher=own.publisher)
                return Attributed(_bare(match), wanted, " or ".join(own.author or own.publisher))
        return None

    def _named(self, who: str) -> Filters | None:
        """The documents of somebody; a surname will do for an author."""
        name = _ARTICLE.sub("", who.strip()).casefold()
        authors = [one.value for one in self._overview.author]
        for names in (_names, _surnames):
            if values := tuple(value for value in authors if name in names(value)):
                return Filters(author=values)
        publishers = [one.value for one in self._overview.publisher]
        values = tuple(one for one in publishers if name == _ARTICLE.sub("", one).casefold())
        return Filters(publisher=values) if values else None


def according(text: str, by: str) -> str:
    """The whole of such a question, in a form that is understood in the same way again."""
    return f"{text.rstrip(' ?')}, according to {by}?"


def _matches(question: str) -> Iterator[re.Match[str]]:
    bare = without_lead(question).strip(" ?!.")
    return filter(None, (form.fullmatch(bare) for form in _ASKED))


def _person(who: str) -> str | None:
    """A name as it is written; None for what hardly is one."""
    name = _ARTICLE.sub("", who.strip())
    written = [word[:1].isupper() for word in name.split()]
    return name if all(written) and len(written) <= MOST_NAMES else None


def _bare(match: re.Match[str]) -> str:
    """What is asked, without whom."""
    parts = match.groupdict()
    if verb := parts.get("verb"):
        ending = "d" if verb.endswith("e") else "ed"
        return f"what is {verb.lower()}{ending}{parts['rest']}?"
    return f"{parts['why']} {parts['topic']}?" if parts.get("why") else str(parts["topic"])


def _names(value: str) -> list[str]:
    return [value.casefold(), *_AMONG.split(value.casefold())]


def _surnames(value: str) -> list[str]:
    return [name.split()[-1] for name in _AMONG.split(value.casefold()) if " " in name]
