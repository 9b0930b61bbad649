"""What somebody wrote or published: "what does the King's Fund say about pooled budgets?".

Documents seldom name their own author in a sentence, so such a question is put to those of the
author or publisher alone, and without the name.
"""

import re
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
_ARTICLE = re.compile(r"^the ", re.I)
_AMONG = re.compile(r"\s*(?:[,;&|]|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Attributed:
    """A question to somebody's own documents: what is asked of them, and which they are."""

    text: str
    filters: Filters
    by: str

    def shown(self, text: str) -> str:
        """The whole question in a form that is understood in the same way again."""
        return f"{text.rstrip(' ?')}, according to {self.by}?"


class Attribution:
    """Knows the authors and publishers of one index."""

    def __init__(self, overview: Overview, interpreter: Interpreter) -> None:
        self._overview = overview
        self._interpreter = interpreter

    def ways(self, question: str, filters: Filters) -> list[tuple[Meaning, Filters]]:
        """In which ways a question is tried: to somebody's own documents first, where it asks what
        an author or a publisher says, and at last as it is asked."""
        asked = self._interpreter.interpret(question)
        about = self.of(question, filters) or self.of(asked.spelt, filters)
        if about is None:
            return [(asked, filters)]
        meaning = self._interpreter.interpret(about.text)
        own = replace(meaning, shown=about.shown(meaning.shown))
        return [(own, about.filters), (asked, filters)]

    def of(self, question: str, filters: Filters) -> Attributed | None:
        """The question as one to the documents of an author or a publisher.

        None when it names nobody who is either, or when `filters` say already whose are wanted.
        """
        if filters.author or filters.publisher:
            return None
        bare = without_lead(question).strip(" ?!.")
        for form in _ASKED:
            if (match := form.fullmatch(bare)) and (own := self._named(match["who"])):
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
