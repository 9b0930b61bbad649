"""Title, author, publisher, dates: each value with where it was found; unknown stays unknown.

Whoever reads a document adds what it knows to `Facts`, the most trustworthy source first: the first
value of a field stays. Values that say nothing ("Untitled", an impossible date) are not taken.
"""

import re
from datetime import date

FIELDS = ("title", "author", "publisher", "published", "updated", "url", "language")
DATES = ("published", "updated")

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


_FILE_NAME = re.compile(
    r"\.(?:docx?|dotx?|odt|ods|odp|rtf|pptx?|xlsx?|pdf|html?|txt|md|indd|qxd|pages)$", re.I
)
_PROGRAM = re.compile(r"^Microsoft (?:Office )?(?:Word|PowerPoint|Excel) - ", re.I)
_PLACEHOLDER = re.compile(
    r"(?:untitled|unnamed|title|no title|document|word document|microsoft word document|doc|new"
    r"|presentation|powerpoint presentation|slide|workbook|spreadsheet|book|sheet|blank|template"
    r"|untitled (?:document|presentation|spreadsheet)"
    r"|click to (?:add|edit) (?:master )?title(?: style)?"
    r"|none|null|n/a|test|scan|\[[^\[\]]*\])[\s_-]*\(?\d*\)?",
    re.I,
)


class Facts:
    """What is known of a document: `values` by field, and `found` says in words where each was."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.found: dict[str, str] = {}

    def add(self, name: str, value: object, where: str) -> None:
        """Takes a value of one of FIELDS unless the field has one already or it says nothing."""
        if name in self.values:
            return
        if isinstance(value, list | tuple):
            value = ", ".join(str(part) for part in value if part)
        text = iso_date(value) if name in DATES else " ".join(str(value or "").split())
        if name == "title":
            text = sensible_title(text or "")
        if text:
            self.values[name], self.found[name] = text, where


def sensible_title(text: str) -> str | None:
    """A title without what programs put around it; None for a placeholder or a bare file name."""
    title = _PROGRAM.sub("", text)
    without_suffix = _FILE_NAME.sub("", title)
    is_name = without_suffix != title or title != text
    if is_name and (len(without_suffix.split()) < 3 or "_" in without_suffix):
        return None  # "report_final_v2.docx"; one in words says what it is about
    if _PLACEHOLDER.fullmatch(without_suffix) or not re.search(r"[^\W\d_]", without_suffix):
        return None
    return without_suffix


def add_stated(facts: Facts, text: str) -> None:
    """Adds what a line of the text itself states: a date, a byline ("By …"), a copyright notice.

    `published` is an ISO date, or only the year when that is all a copyright notice gives.
    Nothing is guessed: what no line states is absent.
    """
    facts.add("published", _dateline(text), "date line in the text")
    if match := _BYLINE.search(text):
        facts.add("author", match[1], "byline in the text")
    if match := _COPYRIGHT.search(text):
        publisher = re.sub(r"\s+(?:Ltd\.?|Limited|plc)$", "", match[1])
        facts.add("publisher", publisher, "copyright notice in the text")
        facts.add("published", match[2], "copyright notice in the text")


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
