"""Dates as British documents write them → ISO: "02.03.17", "Tuesday 12th March, 2019", "May 2021".

Numbers alone are read day first. What is impossible (31 February, a Monday that was none) is no
date, and nothing reads the clock or a file's own date.
"""

import re
from datetime import date

_MONTH_NAMES = (
    "january february march april may june july august september october november december"
).split()
_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()

_WEEKDAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d{2}"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_SHAPES = (
    rf"(?P<y>{_YEAR})(?P<s>[-/])(?P<m>\d{{2}})(?P=s)(?P<d>\d{{2}})(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?",
    rf"(?P<d>\d{{1,2}})(?P<s>[./-])(?P<m>\d{{1,2}})(?P=s)(?P<y>{_YEAR}|\d{{2}})",
    rf"(?:(?P<w>{_WEEKDAY}),?\s+)?(?:the\s+)?(?P<d>{_DAY})[\s-]+(?:of\s+)?(?P<m>{_MONTH}),?[\s-]+"
    rf"(?P<y>{_YEAR}|[’']?\d{{2}})",
    rf"(?:(?P<w>{_WEEKDAY}),?\s+)?(?P<m>{_MONTH})\s+(?P<d>{_DAY}),?\s+(?P<y>{_YEAR})",
    rf"(?P<m>{_MONTH}),?\s+(?P<y>{_YEAR})",
)
_READ = [re.compile(shape, re.IGNORECASE) for shape in _SHAPES]

_LOOSE = [re.sub(r"\(\?P<\w>", "(?:", shape).replace("(?P=s)", "[./-]") for shape in _SHAPES]
DATE = f"(?:{'|'.join(_LOOSE)})(?!\\d)"
"""A pattern (ignoring case, without groups) of everything that `read_date` may read."""


def read_date(text: str) -> str | None:
    """The ISO date (or year-month) that `text` is in whole; None when it is none or impossible."""
    text = " ".join(text.split())
    for shape in _READ:
        if match := shape.fullmatch(text):
            return _iso(match.groupdict())
    return None


def _iso(parts: dict[str, str | None]) -> str | None:
    year, month, day = _year(parts["y"] or ""), _month(parts["m"] or ""), parts.get("d")
    try:
        if not day:
            return date(year, month, 1).isoformat()[:7]
        found = date(year, month, int(re.sub(r"\D", "", day)))
    except ValueError:
        return None
    weekday = (parts.get("w") or "").lower()
    return found.isoformat() if _DAY_NAMES[found.weekday()].startswith(weekday[:3]) else None


def _year(digits: str) -> int:
    year = int(digits.lstrip("’'"))
    if year >= 100:
        return year
    return year + (2000 if year < 69 else 1900)  # as POSIX reads two digits


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return next(n for n, full in enumerate(_MONTH_NAMES, 1) if full.startswith(name[:3].lower()))
