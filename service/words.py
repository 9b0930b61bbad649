"""Words of questions and sentences: names, and what kind of answer a question wants."""

import re

from indexer.sparse import content_terms

KINDS = ("count", "when", "why", "where", "who")
_KIND_PATTERNS = {
    "count": r"\bhow (?:many|much|large|big|long|old|far|often|high|tall|few)\b"
    r"|\b(?:what|which) (?:percentage|percent|proportion|number|share|amount|fraction)\b",
    "when": r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b"
    r"|\bhow (?:recently|soon)\b",
    "why": r"\bwhy\b|\bhow come\b"
    r"|\bwhat (?:caused|causes|led to|is the reason|was the reason|are the reasons|explains)\b",
    "where": r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|region|area|state|county)\b",
    "who": r"\bwho(?:m|se)?\b",
}

_TOKEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred thousand million billion half third thirds quarter "
    "quarters dozen dozens once twice several majority minority".split()
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d)\b|\b(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    r"|\b(?:century|decade|ago|yesterday|today|tomorrow|(?:last|next|this|same) "
    r"(?:year|month|week|spring|summer|autumn|winter))\b"
)
_REASON = re.compile(
    r"\b(?:because|since|due|owing|thanks to|results?|resulted|caus\w+|reasons?|therefore|thus|"
    r"hence|so that|in order|led to|leads? to|risks?|means that|enabl\w+|allow\w*|help\w*|need\w*|"
    r"attribut\w+|in response|driven by|down to|stems? from|blam\w+|lack of|explain\w*)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|near|from|to|across|around|of)(?: the)? [A-Z]\w+")
_NAME = re.compile(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+|(?<=[a-z,] )[A-Z][\w'’-]+")
_PATTERN_OF = {"when": _DATE, "who": _NAME, "where": _PLACE}


def kind_of(question: str) -> str:
    """What sort of answer a question wants: one of KINDS, or "other".

    Only what stands before a bracket counts: behind it is what a follow-up follows.
    """
    low = question.split(" (")[0].lower()
    return next((kind for kind in KINDS if re.search(_KIND_PATTERNS[kind], low)), "other")


def fits(question: str, kind: str, sentence: str) -> bool:
    """Whether a sentence holds something of the kind asked for that the question did not say."""
    if kind == "why":
        return _REASON.search(sentence) is not None
    if kind == "count":
        asked = {word.lower() for word in _TOKEN.findall(question)}
        words = (word.lower() for word in _TOKEN.findall(sentence))
        return any((w[0].isdigit() or w in _NUMBER_WORDS) and w not in asked for w in words)
    low = question.lower()
    return any(found[0].lower() not in low for found in _PATTERN_OF[kind].finditer(sentence))


def names(question: str) -> set[str]:
    """Terms of a question's names and numbers: capitalised past the first word, or with a digit."""
    words = _TOKEN.findall(question)
    named = [
        word
        for i, word in enumerate(words)
        if any(c.isdigit() for c in word) or (word[0].isupper() and (i or word[1:].isupper()))
    ]
    return set(content_terms(" ".join(named)))
