"""Dates as people write them: what was typed into days, and days into words."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_TYPED = (
    r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?",  # 2022-11-17, 2022-11, 2022
    r"(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-](?P<y>\d{4})",  # 17/11/2022, 11/2022
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<w>[a-z]{3,9})\.?,?\s+(?P<y>\d{4})",  # 17 Nov 2022
)


class WrongDate(ValueError):
    """What was typed is no date; the message says so to the reader, and how to write one."""


def span(typed: str) -> tuple[date, date]:
    """The first and the last day of the year, month or day typed. Raises WrongDate."""
    for pattern in _TYPED:
        if match := re.fullmatch(pattern, typed.strip().lower()):
            found = match.groupdict()
            month = found.get("m") or (found.get("w") and _month(found["w"]))
            return _days(typed.strip(), found["y"], month, found["d"])
    raise WrongDate(f"“{typed}” is not a date. Write it like 17 November 2022, 11/2022 or 2022.")


def in_words(published: str) -> str:
    """`2022-11-17` as `17 November 2022`; `2022-11` and `2022` likewise; else as it stands."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ].*)?", published):
        try:
            day = date.fromisoformat(published[:10])
        except ValueError:
            return published
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if month := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", published):
        return f"{_MONTHS[int(month[2]) - 1]} {month[1]}"
    return published


def _days(typed: str, y: str, m: str | None, d: str | None) -> tuple[date, date]:
    year, month = int(y), int(m or 1)
    try:
        first = date(year, month, int(d or 1))
        if d:
            return first, first
        last_month = month if m else 12
        return first, date(year, last_month, monthrange(year, last_month)[1])
    except ValueError:
        raise WrongDate(f"There is no date “{typed}”. Check the day and the month.") from None


def _month(word: str) -> str:
    """The number of the month that a name, or the beginning of one, stands for; else 0."""
    if word == "sept":
        return "9"
    return next((str(n) for n, name in enumerate(_MONTHS, 1) if name.lower().startswith(word)), "0")
