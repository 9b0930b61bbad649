"""What is said to the service itself, "hello" or "what can you do?": replied to, not searched."""

import re
from collections.abc import Sequence

_GREETING = (
    r"(?:hi|hiya|hello|hey|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:there|all|again|everyone))?|how are you(?: (?:today|doing))?"
)
_THANKS = (
    r"(?:many )?(?:thanks|thank you|thankyou|thx|cheers|ta)"
    r"(?: (?:a lot|a million|very much|so much|again|anyway|for (?:that|this|your help|the help)))*"
    r"|(?:that(?: i|['’])s |very |really )?(?:great|helpful|perfect|brilliant|lovely)"
)
_BYE = r"bye|goodbye|see you(?: later)?"
_YOU = (
    r"(?:who|what) (?:are|r) (?:you|u)|what(?: i|['’])?s your (?:name|job)"
    r"|are you (?:an? )?(?:ai|bot|robot|chatbot|human|person|real|there)(?: (?:bot|person))?"
    r"|what (?:can|could|do|does|should) (?:you|i|this) (?:do|ask|know)"
    r"(?: (?:you|here|about|for me|with (?:you|this)))*"
    r"|what (?:sort|kind)s? of (?:things|questions) can i ask(?: you)?"
    r"|how (?:do|can|should) i (?:use (?:you|this)|start)"
    r"|how (?:do|can|should) i ask(?: you)?(?: a question| questions)?"
    r"|how (?:do|does) (?:you|this) work"
    r"|(?:can|could|will) you help(?: me)?|(?:i need |i want )?(?:some )?help(?: me)?"
    r"|(?:what|which) documents (?:do you (?:have|know|search)|have you got|are (?:there|here))"
)
_PHRASE = rf"(?P<greeting>{_GREETING})|(?P<thanks>{_THANKS})|(?P<bye>{_BYE})|{_YOU}|please|ok|okay"
_SMALL_TALK = re.compile(rf"(?:\W*\b(?:{_PHRASE})\b)+\W*", re.I)
_OPENINGS = {"greeting": "Hello. ", "thanks": "You are welcome. ", "bye": "Goodbye. "}


def is_small_talk(text: str) -> bool:
    """Whether a text is addressed to the service and asks nothing of the documents.

    All of it must be: "hello, who chairs the board?" is a question.
    """
    return _opening(text) is not None


def reply(text: str, documents: int, titles: Sequence[str]) -> str:
    """What to reply to small talk: what can be asked, and of what.

    `documents` is how many are indexed, `titles` are of some of them.
    """
    named = " and ".join(f"“{title}”" for title in titles)
    count = "1 document is" if documents == 1 else f"{documents:,} documents are"
    among = f", {'among them ' if documents > len(titles) else ''}{named}" if named else ""
    return (
        f"{_opening(text) or ''}I answer questions with sentences quoted from documents: "
        f"{count} indexed{among}. "
        "Ask what they say of something: who said it, how many, when or why. You can go on "
        "from an answer, with “what about 2018?” or “who said that?”."
    )


def _opening(text: str) -> str | None:
    """What a reply to small talk begins with; None when it is none."""
    match = _SMALL_TALK.fullmatch(text)
    if match is None:
        return None
    return next((words for kind, words in _OPENINGS.items() if match[kind]), "")
