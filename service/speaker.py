"""Who speaks in a quotation: named in the sentence that leads up to it, or behind its end.

"X, chair of Y, said: “A. B.”" and "“A. B,” said X" are A and B by X; each further paragraph of a
quotation opens with a mark of its own. A "he said", two names, or marks that do not match name
nobody: a wrong name is worse than none.
"""

import re

from service.people import ROLE, SPEAKS, TITLE, WORD, people

BEFORE, AFTER = 6000, 3000  # characters around a sentence in which its quotation must begin and end

_SAYS = (
    r"(?:said|says|added|adds|told|tells|warned|warns|argued|argues|explained|explains|wrote|"
    r"writes|asked|replied|commented|comments|continued|insisted|concluded|claimed|stated|noted)"
)
_NAME = rf"(?P<name>(?:{TITLE} )*{WORD}(?: [A-Z]\.)?(?: {WORD}){{0,3}})"
_WHO = r"(?: \([^)]{1,60}\))?(?:, [^:“”]{1,120},)?"
_LEAD = re.compile(
    r"^(?:(?!(?:to|of|for|with|by|from|about|on|and|or|than|as|that|when)\b)[\w’'-]+,? ){0,5}?"
    rf"{_NAME}{_WHO}(?: also| then)? {_SAYS}\b[^:“”]{{0,60}}[:,]\s*$"
)
_BETWEEN = re.compile(rf"[”\"],? {_SAYS} {_NAME}(?:, [^“”]{{1,120}})?[.,:] ?$")
_BEHIND = re.compile(rf"^,? ?{_SAYS} {_NAME}(?=[ ,.(]|$)")
_BEHIND_COMMA = re.compile(rf"^,? {_NAME}{_WHO} {_SAYS}\b")
_MARK = re.compile(r"[“”\"]|\n\s*")
_OPENER = re.compile(
    rf"^(?:(?:The|A|An|But|And|So|Also|Then|When|As|In|On|At|After|Yesterday|Today|Later|Earlier|"
    rf"Meanwhile|However|Last|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?|{ROLE}) ",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"^{TITLE} ")
_TITLES = re.compile(rf"\b{TITLE} ")
_QUOTED = re.compile(r"[“\"][^”\"]*(?:[”\"]|$)")
_ASIDE = r"(?:to|of|for|with|by|from|about|on|against|than)"
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


def speaker(text: str, start: int, end: int) -> str | None:
    """Who says `text[start:end]`, where it is part of a quotation and does not say so itself."""
    for opens, closes in _quotations(text):
        if opens <= start and end <= closes:
            name = _named(text, opens, closes)
            return name if name and name.split()[-1] not in text[start:end] else None
    return None


def is_by(who: str, named: str | None, said: str) -> bool:
    """Whether somebody says a sentence: as its speaker, `named` elsewhere, or by its own words.

    By these, where the name stands at a verb of saying, outside of what is quoted: of “A is wrong,”
    said B, and of "B said A was wrong", A says nothing.
    """
    wanted = _TITLES.sub("", who).split()
    if named is not None:
        return set(wanted) <= set(named.split())
    told = _QUOTED.sub("…", said)
    if not wanted or not set(wanted) <= set(re.findall(r"[\w’'-]+", told)):
        return False
    name = rf"(?:{TITLE} )*(?:{WORD} )*{re.escape(wanted[-1])}\b"
    says = rf"{_WHO}(?:(?: [a-z]+){{0,2}} (?!who\b){SPEAKS}\b|:)"
    for match in re.finditer(rf"(?P<aside>\b{_ASIDE} )?(?P<before>[…,] ?{_SAYS} )?{name}", told):
        behind = match["before"] or told[: match.start()].lower().endswith("according ")
        if behind or (not match["aside"] and re.match(says, told[match.end() :])):
            return True
    return False


def _quotations(text: str) -> list[tuple[int, int]]:
    """Where quotations begin and end, over paragraphs; not those whose marks do not match."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _MARK.finditer(text):
        at, before = match.start(), text[match.start() - 1 : match.start()]
        if match[0][0] == "\n":
            goes_on = text[match.end() : match.end() + 1] in ("“", '"')
            if not goes_on and before in ".!?:":
                opened = None
        elif match[0] == "“" or (match[0] == '"' and (not before or before in " \n\t([—–")):
            if opened is None:
                opened = at
            elif before != "\n":
                opened = None
        elif opened is not None:
            found.append((opened, match.end()))
            opened = None
    return found


def _named(text: str, opens: int, closes: int) -> str | None:
    """The one speaker that stands before or behind a quotation."""
    lines = text[:opens].split("\n")
    lead = lines[-1]
    if not lead.strip():
        above = next((line for line in reversed(lines[:-1]) if line.strip()), "").rstrip()
        lead = above if above.endswith(":") else ""
    behind = text[closes : text.find("\n", closes) % (len(text) + 1)]
    found = [
        _LEAD.search(_SENTENCE_END.split(lead.strip())[-1]),
        _BETWEEN.search(lead),
        _BEHIND.search(behind),
        _BEHIND_COMMA.search(behind) if text[closes - 2] in ",?!" else None,
    ]
    names = {_whole(match["name"], text[:opens]) for match in found if match}
    return names.pop() if len(names) == 1 else None


def _whole(name: str, before: str) -> str | None:
    """A name as it was first given in full: "Sir Amyas" and "Morse" are Sir Amyas Morse."""
    while not _TITLED.match(name) and (shorter := _OPENER.sub("", name)) != name:
        name = shorter
    titled = _TITLED.match(name) is not None
    if len(name.split()) > 1 and not titled:
        return name
    called = {
        person
        for person in people(before)
        if person.startswith(f"{name} ") or (not titled and person.endswith(f" {name}"))
    }
    if len(called) == 1:
        return called.pop()
    return name if titled and not called else None
