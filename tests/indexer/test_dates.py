"""Dates in the shapes that British documents use; impossible ones are none."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dates import DATE, read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02.03.17", "2017-03-02"),
        ("2/3/2017", "2017-03-02"),
        ("31.12.1999", "1999-12-31"),
        ("31/12/99", "1999-12-31"),
        ("2017-03-02", "2017-03-02"),
        ("2017-03-02T09:30:00+00:00", "2017-03-02"),
        ("2017/03/02", "2017-03-02"),
        ("2 March 2017", "2017-03-02"),
        ("2 Mar 17", "2017-03-02"),
        ("2nd of March 2017", "2017-03-02"),
        ("12th March, 2019", "2019-03-12"),
        ("Tuesday 12 March 2019", "2019-03-12"),
        ("Tues, 12 Mar. 2019", "2019-03-12"),
        ("TUESDAY 12 MARCH 2019", "2019-03-12"),
        ("March 12, 2019", "2019-03-12"),
        ("Sept 2019", "2019-09"),
        ("March\u00a02019", "2019-03"),
    ],
)
def test_date_is_read_day_first(text: str, expected: str) -> None:
    assert read_date(text) == expected
    assert re.fullmatch(DATE, text, re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "31.02.17",
        "02.13.17",
        "2017-02-31",
        "2.3-17",
        "Monday 12 March 2019",
        "31 June 2020",
        "0 May 2020",
        "12 Marching 2019",
        "May 19",
        "1.2",
        "2019",
        "12 March 3019",
        "the 12 March 2019 meeting",
        "",
    ],
)
def test_what_is_no_whole_date_or_impossible_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
@settings(max_examples=80, deadline=None)
def test_every_date_is_read_back_from_every_shape(day: date) -> None:
    shapes = ("%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%A %d %B %Y", "%d %b %y", "%B %d, %Y")
    assert {read_date(day.strftime(shape)) for shape in shapes} == {day.isoformat()}
    assert read_date(day.strftime("%B %Y")) == day.isoformat()[:7]
