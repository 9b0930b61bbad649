"""Author, publisher and date where plain text states them outright; unknown stays unknown."""

import re
from datetime import date

# spaces are [^\S\n] where \s would read on into the next lines
_DATELINE = re.compile(r"^[^\S\n]*(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4})\s*$", re.MULTILINE)
_ISO_LINE = re.compile(r"^[^\S\n]*(\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE)
_BYLINE = re.compile(
    r"^[^\S\n]*(?:\S+\.(?:jpe?g|png|gif)[^\S\n]*)?"
    r"[Bb]y[^\S\n]+([A-Z][\w’'.-]+(?:[^\S\n]+[A-Z][\w’'.-]+){1,3})[^\S\n]*(?:,|$)",
    re.MULTILINE,
)
_COPYRIGHT = re.compile(
    r"^[^\S\n]*(?:Copyright\s*)?(?:\([cC]\)|©)\s*([A-Z][\w&’'. -]+?),?[^\S\n]+((?:19|20)\d{2})\b",
    re.MULTILINE,
)


def find_metadata(text: str) -> dict[str, object]:
    """Metadata that a line of its own states: a date, a byline ("By …"), a copyright notice.

    `published` is an ISO date, or only the year when that is all a copyright notice gives.
    Nothing is guessed: what no line states is absent.
    """
    found: dict[str, object] = {}
    if match := _BYLINE.search(text):
        found["author"] = match[1]
    if match := _COPYRIGHT.search(text):
        found["publisher"] = re.sub(r"\s+(?:Ltd\.?|Limited|plc)$", "", match[1])
        found["published"] = match[2]
    if published := _dateline(text):
        found["published"] = published
    return found


def _dateline(text: str) -> str | None:
    if match := _ISO_LINE.search(text):
        return iso_date(match[1])
    if match := _DATELINE.search(text):
        day, month, year = (int(part) for part in match.groups())
        try:  # day first, as British publishers write
            return date(year + 2000 if year < 100 else year, month, day).isoformat()
        except ValueError:
            return None
    return None


def iso_date(value: object) -> str | None:
    """A metadata value as an ISO date, year-month or year; None when it is not one."""
    match = re.match(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?!\d)", str(value)) if value else None
    if match is None:
        return None
    try:
        date.fromisoformat(match[0] + "0000-01-01"[len(match[0]) :])
    except ValueError:
        return None
    return match[0]
