"""Whom a text speaks of, and who "he" or "she" is in a conversation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TITLES = {
    "he": "Sir|Lord|Mr|Father|Brother",
    "she": "Dame|Lady|Baroness|Mrs|Ms|Miss|Sister",
    "": "Prime Minister|Dr|Prof|Professor|Councillor|Cllr|Judge|Justice|Superintendent|Inspector|"
    "Rev|Reverend",
}
TITLE = rf"(?:{'|'.join(_TITLES.values())})\.?"
WORD = r"(?:[A-Z][’'])?[A-Z][\w-]{0,40}[a-z]"
_NAME = rf"{WORD}(?: [A-Z]\.)?(?: {WORD}){{1,2}}"
ROLE = (
    r"(?:chair|chairs|chairman|chairwoman|head|leader|director|chief|manager|officer|member|"
    r"minister|secretary|author|president|partner|professor|lecturer|researcher|mayor|MP|"
    r"councillor|spokesman|spokeswoman|spokesperson|editor|founder|commissioner|inspector|"
    r"organiser|adviser|analyst|nurse|doctor|surgeon|consultant|campaigner|carer|resident)"
)
SPEAKS = (
    r"(?:said|says|say|told|tells|added|adds|argued|argues|warned|warns|asked|asks|wrote|writes|"
    r"replied|think|thinks|thought|believes?|claim(?:s|ed)|called|urged|announced|admitted|"
    r"explained|explains|described|describes|who)"
)
_PERSON = re.compile(
    rf"\b(?P<titled>(?:{TITLE} )+{WORD}(?: {WORD}){{0,2}})"
    rf"|\b(?P<before>{_NAME})(?=,? {SPEAKS}\b|,? (?:is |was )?(?:[a-z’'-]+ ){{0,4}}{ROLE}\b)"
    rf"|\b(?:{SPEAKS}|{ROLE}|[Bb]y|[Dd]o|[Dd]oes|[Dd]id|[Hh]as),? (?P<after>{_NAME})"
)
_ORGANISATION = re.compile(
    r"\b(?:Councils?|Boards?|Office|Care|Health|Healthcare|Committees?|Trusts?|Department|Services?|"
    r"Authority|Authorities|Funds?|University|College|School|Association|Forum|Society|Union|"
    r"Network|Hospital|Surgery|Group|Party|Commission|Institute|Centre|Systems?|Partnerships?|"
    r"Survey|Report|Act|Paper|Street|Road|City|County|Borough|Ministers|Government|House|London|"
    r"England|Britain|National|Public|Local|North|South|East|West|Team|Scheme|Programme|Alliance|"
    r"Research|Carers|Voluntary|Chief|Officer|Healthwatch|Youth|Limited|Ltd|The|By)\b"
)
_WHO_IS = re.compile(r"^\W*who(?:['’]s| is| was) ([\w’'-]+(?: [\w’'-]+){1,2})\W*$", re.I)
_PRONOUN = re.compile(r"\b(?:(he|him|his)|(she|hers|her))\b", re.I)
_OBJECT = re.compile(r"\W*(?:$|(?:a|an|the|in|on|about|to|for|at|by|with|and|of|from|that|when)\b)")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its answer, and the first sentence of that."""

    question: str
    answer: str
    said: str


def people(text: str) -> list[str]:
    """The people that a text names, in order: with a title, a role or something that they say."""
    found = (match[match.lastgroup or 0] for match in _PERSON.finditer(text))
    return [name for name in dict.fromkeys(found) if not _ORGANISATION.search(name)]


def with_person(question: str, exchanges: Sequence[Exchange]) -> str | None:
    """`question` with the name of whoever "he" or "she" is, or None where that is not known.

    The last exchange that speaks of a person counts, unless it speaks of a "she" where "he" is
    sought or the other way round.
    """
    pronoun = _PRONOUN.search(question)
    if pronoun is None:
        return None
    he = bool(pronoun[1])
    for exchange in reversed(exchanges):
        spoken_of = {bool(match[1]) for match in _PRONOUN.finditer(exchange.said)}
        name = None if spoken_of == {not he} else _spoken_of(exchange)
        if name:
            other = re.match(rf"(?:{_TITLES['she' if he else 'he']})\b", name)
            return None if other else _put(name, pronoun, question)
    return None


def possessive(name: str) -> str:
    """Morse’s, ICSs’."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _spoken_of(exchange: Exchange) -> str | None:
    """The last person that the question names, or the only one in the first sentence answered."""
    named = people(exchange.question)
    if who := _WHO_IS.search(exchange.question):  # typed in any case, but written as a name
        written = re.findall(re.escape(who[1]), f"{who[1]} {exchange.answer}", re.I)
        named += [name for name in written if all(word[0].isupper() for word in name.split())][:1]
    words = exchange.question.lower().split()
    named += [name for name in people(exchange.answer) if name.split()[-1].lower() in words]
    if named:
        return named[-1]
    said = people(exchange.said)
    return said[0] if len(said) == 1 else None


def _put(name: str, pronoun: re.Match[str], question: str) -> str:
    rest = question[pronoun.end() :]
    word = pronoun[0].lower()
    owns = word in ("his", "hers") or (word == "her" and not _OBJECT.match(rest))
    return question[: pronoun.start()] + (possessive(name) if owns else name) + rest
