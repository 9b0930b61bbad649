"""Follow-ups: questions that lean on those before them, put so that they can be understood alone.

A follow-up is rewritten only where it is plain what it means: "and in 2018?" asks the same of
another year, "he" is whoever was spoken of last. Otherwise it keeps its words, and what it follows
stands behind it in brackets: the question before, and the last one that leant on none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.leaning import content, leans, points_back, without_lead
from service.people import Exchange, possessive, with_person
from service.small_talk import is_small_talk
from service.types import Turn

REMEMBERED = 10  # exchanges before a question
MOST_READ = 2000  # characters of an answer: some clients send pages
MIN_SAID = 5  # words of a statement; a refusal, "The documents don't say.", is none

_YEAR = re.compile(r"\b(?:19|20)\d\d(?:[/–-]\d\d)?\b")
_NAME = re.compile(r"\b[A-Z][\w’'&-]*(?: (?:(?:of|and|the|for) )?[A-Z][\w’'&-]*)*")
_ACRONYM = re.compile(r"[A-Z&]{2,}(s?)")
_ANOTHER = re.compile(
    r"^(?:(?:what|how) about )?(?P<place>(?:in|at|for|from|by|under|since|before|after) )?"
    r"(?:the )?(?P<what>[A-Z\d][^?,.!]*?)(?: then)?\W*$"
)
_WHO_SAID = re.compile(
    r"^(?P<who>who (?:said|says|thinks|thought|wrote|claimed|claims|argued|argues|"
    r"told (?:you|us|them)|(?:is|was) (?:saying|claiming))) (?:that|this|it|so|these|those)\W*$",
    re.I,
)
_MARKER = re.compile(r"\s*\[\d+\]")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?]) ")
_QUOTED = re.compile(r"[“\"]([^”\"]+)")
_WHAT_IS = re.compile(
    r"^(?:what|who)(?:['’]s| is| are) ((?:the |an? )?[\w’'-]+(?: [\w’'-]+){0,4}?)"
    r"(?<! called)(?<! like)(?<! about)(?<! for)(?<! with)(?<! to)(?<! in)(?<! on)\W*$",
    re.I,
)
_THING = re.compile(r"\b(?:(it|they|them)|(its|their))\b", re.I)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it can be understood alone, and whether it leans on others.

    `said` is the first sentence of the answer that it follows; "" when it follows none.
    """

    text: str
    leans: bool = False
    said: str = ""


@dataclass
class _Talk:
    """What was asked and answered so far, each question as it is to be understood.

    `topic` is the last question that leant on none, `said` what was last answered since.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    topic: str = ""
    said: str = ""

    def add(self, question: str, answer: str) -> None:
        """Goes on to the next exchange."""
        meant, whole = self.understand(question)
        said = _first_sentence(answer)
        if whole:
            self.topic, self.said = meant, ""
        if len(said.split()) >= MIN_SAID:
            self.said = said
        self.exchanges.append(Exchange(meant, answer, said))

    def understand(self, question: str) -> tuple[str, bool]:
        """The question in words that need less before them, and whether they need nothing."""
        if not self.exchanges or not leans(question):
            return question, True
        before = self.exchanges[-1].question
        rewritten = (
            _who_said(question, self.said)
            or _of_another(question, before)
            or _of_another(question, self.topic)
        )
        if rewritten:
            return rewritten, True
        named = with_person(question, self.exchanges) or _with_thing(question, self.topic)
        if named is None:
            return question, False
        on_topic = content(named) - content(question) <= content(self.topic)
        return named, on_topic and not points_back(named)

    def behind(self) -> str:
        """What a follow-up follows."""
        before = self.exchanges[-1].question
        return f"{before} {self.topic}" if before != self.topic and content(before) else self.topic


def understand(question: str, history: Sequence[Turn]) -> Understood:
    """A question as it can be understood without the history."""
    talk = _talk(history)
    if not talk.exchanges or not leans(question):
        return Understood(question)
    meant, whole = talk.understand(question)
    return Understood(meant if whole else f"{meant} ({talk.behind()})", True, talk.said)


def _first_sentence(answer: str) -> str:
    """What stands before the number of the first citation, or else before the first full stop."""
    cited = _MARKER.search(answer)
    return answer[: cited.start()] if cited else _END_OF_SENTENCE.split(answer)[0]


def _talk(history: Sequence[Turn]) -> _Talk:
    asked: list[tuple[str, str]] = []
    for turn in history:
        if turn.role == "user":
            asked.append((turn.content.strip(), ""))
        elif asked:
            asked[-1] = (asked[-1][0], turn.content[:MOST_READ].strip())
    talk = _Talk()
    for question, answer in asked[-REMEMBERED:]:
        if not is_small_talk(question):
            talk.add(question, answer)
    return talk


def _who_said(question: str, said: str) -> str | None:
    """'who said "…"?' for "who said that?"."""
    match = _WHO_SAID.search(without_lead(question))
    if not match or not said:
        return None
    quoted = [part for part in _QUOTED.findall(said) if len(part.split()) >= MIN_SAID]
    return f'{match["who"]} "{(quoted or [said])[0].rstrip(" .,")}"?'


def _of_another(question: str, before: str) -> str | None:
    """The question before, of another year or name than the only one that it has of that kind."""
    match = _ANOTHER.search(without_lead(question))
    if not match:
        return None
    what, place = match["what"], match["place"] or ""
    if _YEAR.fullmatch(what):
        ones = list(_YEAR.finditer(before))
        if not ones:
            return f"{before.rstrip(' ?.!')} {place or 'in '}{what}?"
    elif _NAME.fullmatch(what):
        ones = [
            name
            for name in _NAME.finditer(before, 1)
            if _alike(name[0], what) and before[: name.start()].endswith(place)
        ]
    else:
        return None
    if len(ones) != 1:
        return None
    return before[: ones[0].start()] + what + before[ones[0].end() :]


def _alike(one: str, other: str) -> bool:
    """Whether two names are of a kind: acronyms in the same number, or no acronyms."""
    short = _ACRONYM.fullmatch(one), _ACRONYM.fullmatch(other)
    if short[0] and short[1]:
        return short[0][1] == short[1][1]
    return short == (None, None)


def _with_thing(question: str, topic: str) -> str | None:
    """ "it" or "their" as what the topic asked about, when it asked no more than what that is."""
    asked = _WHAT_IS.search(without_lead(topic))
    pronoun = _THING.search(question)
    if not asked or not pronoun:
        return None
    thing = possessive(asked[1]) if pronoun[2] else asked[1]
    return question[: pronoun.start()] + thing + question[pronoun.end() :]
