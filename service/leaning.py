"""Whether a question can be understood without those before it."""

import re

from indexer.sparse import content_terms

THIN = 2  # content terms: a question with no more of them, and no name, is not a whole question
SUBJECT = 2  # content terms before a pronoun from which on it stands for what they say
WHOLE = 4  # content terms of a question that begins with "and" and is a whole one all the same

_AUXILIARY = (
    "is|are|was|were|do|does|did|has|have|had|will|would|can|could|shall|should|may|might|must"
)
_PREPOSITION = "of|about|for|from|by|on|in|with|to|at|after|before|since|than|like"
_LEAD = re.compile(
    r"^\W*(?:(?:hello|hi|thanks|thank you|ok|okay|right|well|yes|no|great|i see|"
    r"and|but|so|or|also|then)\b\W*)*",
    re.I,
)
_JOINS = re.compile(r"\b(?:and|but|so|or|also|then)\b", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\b|^what if\b", re.I)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|"
    r"each one|ones|the same|the others?|the rest|else|instead|so far|too)\b",
    re.I,
)
_THAT = re.compile(  # the one that points, not the one that joins clauses
    rf"\b(?:{_AUXILIARY}|{_PREPOSITION}|if) that\b|\bthat(?: \w+)?\W*$|^that\b", re.I
)
_POINTS_NOWHERE = re.compile(  # "how hard is it to", "did they say that it"
    r"\bit(?:['’]s)?(?: \w+){0,3}? (?:to|that|if|whether|when) \w+|\bit worth\b"
    r"|\b(?:say|says|said|think|thinks|thought|believe|claim|mean|so|sure|true) that \w",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w’'-]*|\b[A-Z]{2,}|\d")
_DEFINITION = re.compile(
    r"^(?:what|who)(?:['’]s| is| are| was| were) "
    r"(?!(?:it|they|he|she|there)\b|(?:the|that|this|your) (?-i:[a-z]))[\w ’'-]+\W*$"
    r"|\b(?:meaning|stands? for|mean)\W*$",
    re.I,
)
_OF_WHAT = re.compile(  # "what did the board say?", of what was spoken of
    r"^(?:what|how) (?:do|does|did|would) .*"
    r"\b(?:say|think|reply|respond|react|answer|argue|claim|feel|believe|suggest|recommend)\W*$",
    re.I,
)
_VAGUE = frozenset(  # say nothing of the subject
    content_terms(
        "think mean ask reply claim argue believe do happen go get make use people feel want need "
        "take come work much long often actually really still exactly ever whole total overall "
        "average all else anything something one thing"
    )
)


def leans(question: str) -> bool:
    """Whether a question needs those before it: it opens with "and", points, or names nothing."""
    bare = without_lead(question)
    own = content(bare)
    if points_back(bare) or _WHAT_ABOUT.search(bare):
        return True
    if _DEFINITION.search(bare):
        return not own
    if _OF_WHAT.search(bare):
        return len(own) <= THIN
    named = _NAME.search(bare) is not None
    if _JOINS.search(question, 0, len(question) - len(bare)):
        return not named or len(own) < WHOLE
    return not named and len(own) <= THIN


def points_back(question: str) -> bool:
    """Whether a pronoun stands for something that the question has not said before it."""
    question = _POINTS_NOWHERE.sub(" ", question)
    pronoun = _POINTS.search(question)
    early = pronoun is not None and len(content(question[: pronoun.start()])) < SUBJECT
    return early or _THAT.search(question) is not None


def content(text: str) -> set[str]:
    """The terms that say what a question is about."""
    return set(content_terms(text)) - _VAGUE


def without_lead(question: str) -> str:
    """A question without the "thanks, and" before it."""
    return _LEAD.sub("", question)
