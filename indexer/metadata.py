"""Title, author, publisher, dates: each value with where it was found; unknown stays unknown.

Whoever reads a document adds what it knows to `Facts`, the most trustworthy source first: the first
value of a field stays. Values that say nothing ("Untitled", an impossible date) are not taken.
"""

import re
from datetime import date

from indexer.dates import read_date

FIELDS = ("title", "author", "publisher", "published", "updated", "url", "language")
DATES = ("published", "updated")
FIELD_OF = {name: name for name in FIELDS} | {
    "authors": "author",
    "date": "published",
    "lastmod": "updated",
    "lang": "language",
}
"""The names that people write for a field in front matter or a table, in small letters."""

# what programs put into a file's properties when nobody has filled them in
_SUFFIX = re.compile(
    r"\.(?:do[ct]x?|pdf|pptx?|xlsx?|od[tsp]|rtf|indd|qx[dp]|pub|pages|pmd|eps|tmp|wpd)$"
    r"|^\S+\.(?:txt|html?|md|csv|ai)$",  # but "How to write robots.txt" is a title
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"microsoft (?:office )?(?:word|powerpoint|excel|publisher) - ", re.I)
_NO_TITLE = re.compile(
    r"(?:untitled|unnamed|no title|title|layout|slide|document|doc|presentation|workbook|book|sheet"
    r"|spreadsheet|publication|page|folie|new|scan|test|blank|template|home|index|n/?a|tbc|none|null"
    r"|(?:new|blank|untitled) (?:page|document|presentation|spreadsheet)|powerpoint presentation"
    r"|(?:new )?(?:microsoft )?(?:word|powerpoint|excel|publisher)(?: document)?"
    r"|click to (?:add|edit) (?:master )?title(?: style)?|\[[^\[\]]*\])[\s_-]*\(?\d*\)?"
    r"|\W*\d{0,3}\W*|[\W\d_]{5,}|.|https?://\S+",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:windows |microsoft(?: office)? |authori[sz]ed |local |default |office )?user\d*"
    r"|admin(?:istrator)?|owner|author|unknown|anonymous|guest|default|root|test|n/?a|tbc|none|null"
    r"|nobody|name|your name|office|home|personal|python-docx|openpyxl|\W*|[\W\d]*"
    r"|\[.*\]|<.*>|\S*\d\S*",
    re.IGNORECASE,
)
_NO_PUBLISHER = re.compile(
    r"(?:microsoft|adobe|acrobat|hewlett-packard|hp|dell|toshiba|lenovo|apple|wordpress)"
    r"(?: (?:corporation|corp\.?|inc\.?|systems|office|company))*"
    r"|(?:your )?(?:company|organi[sz]ation)(?: name)?|unknown|admin|n/?a|tbc|none|null|\W*|\[.*\]",
    re.IGNORECASE,
)
_MAIL = re.compile(r"<?\(?(?:mailto:)?[\w.+-]+@[\w-]+\.[\w.-]+\)?>?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_NO_LANGUAGE = ("und", "zxx", "mul", "x-none")


class Facts:
    """What is known of a document: `values` by field, and `found` says in words where each was."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.found: dict[str, str] = {}

    def drop(self, name: str) -> None:
        """Forgets a field's value, so that the next one is taken."""
        del self.values[name], self.found[name]

    def add(self, name: str, value: object, where: str) -> None:
        """Takes a value of one of FIELDS unless the field has one already or it says nothing."""
        if name in self.values:
            return
        text = telling(name, value)
        if text:
            self.values[name], self.found[name] = text, where


def telling(name: str, value: object) -> str | None:
    """A field's value tidied to text; None when it tells nothing ("Untitled", "admin", a mail)."""
    if isinstance(value, list | tuple):
        parts = [telling(name, part) for part in value]
        return ", ".join(part for part in parts if part) or None
    text = " ".join(str(value or "").split())
    if name in DATES:
        return read_date(text) or iso_date(text)
    if name == "title":
        return sensible_title(text)
    if name == "author":
        return _author(text)
    if name == "publisher":
        return None if _NO_PUBLISHER.fullmatch(text) else text
    if name == "url":
        return text if re.fullmatch(r"https?://[^\s<>\"…]+", text, re.IGNORECASE) else None
    if name == "language":
        text = text.replace("_", "-")
        return text if _LANGUAGE.fullmatch(text) and text.lower() not in _NO_LANGUAGE else None
    return text or None


def sensible_title(text: str) -> str | None:
    """A title without what programs put around it; None for a placeholder or a mere file name.

    "Microsoft Word - Cabinet report on care.docx" still says what it is about.
    """
    bare = _PROGRAM.sub("", text, count=1) if _PROGRAM.match(text) else text
    title = _SUFFIX.sub("", bare).strip()
    if title != text and (len(title.split()) < 3 or "_" in title):
        return None
    return None if _NO_TITLE.fullmatch(title) else title


def _author(text: str) -> str | None:
    """A name without its mail address; a login ("jsmith2", "jsmith") is no name."""
    bare = _MAIL.sub("", text)
    name = " ".join(bare.split()).strip(" ,;") if bare != text else text
    name = name[1:-1] if name[:1] == "(" and name[-1:] == ")" else name
    login = " " not in name and name == name.lower() and name.isascii()
    return None if login or _NO_NAME.fullmatch(name) else name


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
