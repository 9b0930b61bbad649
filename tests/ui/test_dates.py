"""Dates as people write them, both ways."""

from __future__ import annotations

import pytest

from ui.dates import WrongDate, in_words, span


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2022-11-17", "17 November 2022"),
        ("2022-11-17T09:30:00Z", "17 November 2022"),
        ("2022-11", "November 2022"),
        ("2022", "2022"),
        ("2022-13-45", "2022-13-45"),
        ("2022-13", "2022-13"),
        ("Michaelmas", "Michaelmas"),
    ],
)
def test_dates_are_written_as_people_write_them(published: str, words: str) -> None:
    assert in_words(published) == words


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        (" 2022-2 ", "2022-02-01", "2022-02-28"),
        ("2/2024", "2024-02-01", "2024-02-29"),
        ("Sept 2022", "2022-09-01", "2022-09-30"),
        ("DECEMBER 2022", "2022-12-01", "2022-12-31"),
        ("2022-11-17", "2022-11-17", "2022-11-17"),
        ("17/11/2022", "2022-11-17", "2022-11-17"),
        ("3.4.2022", "2022-04-03", "2022-04-03"),
        ("17th Nov. 2022", "2022-11-17", "2022-11-17"),
        ("17 November 2022", "2022-11-17", "2022-11-17"),
    ],
)
def test_what_is_typed_is_a_span_of_days(typed: str, first: str, last: str) -> None:
    assert tuple(day.isoformat() for day in span(typed)) == (first, last)


@pytest.mark.parametrize("typed", ["soon", "17", "22-11-17", "1 2 2022", "", "2022-11-17T09:00"])
def test_what_is_no_date_is_told_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(WrongDate, match="is not a date"):
        span(typed)


@pytest.mark.parametrize(
    "typed", ["30 February 2022", "2022-13", "31/4/2022", "17 Foo 2022", "0000", "2022-00-10"]
)
def test_a_date_that_no_calendar_has_is_told(typed: str) -> None:
    with pytest.raises(WrongDate, match=f"There is no date “{typed}”"):
        span(typed)
