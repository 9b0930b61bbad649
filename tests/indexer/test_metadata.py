"""Facts: the first telling value of a field stays, and what programs fill in tells nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.metadata import Facts, iso_date, telling


def test_first_value_of_a_field_stays_with_where_it_was_found() -> None:
    facts = Facts()
    facts.add("title", " A\ntitle ", "front matter")
    facts.add("title", "Another", "first heading")
    facts.add("author", ["Ann Lee", "", "Bo Ek"], "front matter")
    facts.add("published", "someday", "front matter")
    facts.add("url", None, "front matter")
    assert facts.values == {"title": "A title", "author": "Ann Lee, Bo Ek"}
    assert facts.found == {"title": "front matter", "author": "front matter"}


def test_a_value_dropped_leaves_room_for_the_next() -> None:
    facts = Facts()
    facts.add("author", "Mole Systems Ltd", "properties")
    facts.drop("author")
    facts.add("author", "Ann Lee", "byline")
    assert (facts.values, facts.found) == ({"author": "Ann Lee"}, {"author": "byline"})


def test_value_that_tells_nothing_leaves_room_for_the_next() -> None:
    facts = Facts()
    facts.add("title", "Microsoft Word - report_final.docx", "properties")
    facts.add("title", "Annual report", "first heading")
    assert facts.found == {"title": "first heading"}


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - report_v3_FINAL.docx",
        "Microsoft Word - x.docx",
        "Businessanalyst-generic.docx",
        "[Department]",
        "20180705",
        "Microsoft PowerPoint - slides",
        "PowerPoint Presentation",
        "Untitled",
        "untitled document",
        "Layout 1",
        "Slide 2",
        "Document1",
        "Cabinet_report_on_care v3 FINAL.pdf",
        "brochure.indd",
        "index.html",
        "https://example.org/a",
        "N/A",
        "12",
        "---",
        "",
        None,
    ],
)
def test_titles_that_programs_fill_in_tell_nothing(title: object) -> None:
    assert telling("title", title) is None


@pytest.mark.parametrize(
    "title",
    [
        "How to write robots.txt",
        "1984",
        "Layout of the town hall",
        "Document retention policy",
        "Microsoft Word for councillors",
        "Q4",
        "Titles and deeds",
    ],
)
def test_titles_that_only_look_like_it_stay(title: str) -> None:
    assert telling("title", title) == title


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ("Microsoft Word - Chief Digital Officer pack v2.docx", "Chief Digital Officer pack v2"),
        ("Agile coach job description.docx", "Agile coach job description"),
    ],
)
def test_title_loses_what_programs_put_around_it(found: str, title: str) -> None:
    assert telling("title", found) == title


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Ann Lee <ann.lee@example.org>", "Ann Lee"),
        ("ann.lee@example.org (Ann Lee)", "Ann Lee"),
        ("ann.lee@example.org", None),
        (["ann@example.org", "Bo Ek"], "Bo Ek"),
        ("bell hooks", "bell hooks"),
        ("jsmith", None),
        ("LGSS0421", None),
        ("admin", None),
        ("Administrator", None),
        ("Windows User", None),
        ("Microsoft Office User", None),
        ("user", None),
        ("python-docx", None),
        ("[Author name]", None),
        ("Director of Public Health", "Director of Public Health"),
        ("Policy Team", "Policy Team"),
    ],
)
def test_author_is_a_name_and_no_login_or_mail_address(value: object, author: str | None) -> None:
    assert telling("author", value) == author


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("publisher", "Microsoft", None),
        ("publisher", "Microsoft Corporation", None),
        ("publisher", "Your company name", None),
        ("publisher", "4Children", "4Children"),
        ("url", "https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("url", "javascript:alert(1)", None),
        ("url", "see our site", None),
        ("language", "en_GB", "en-GB"),
        ("language", "x-none", None),
        ("language", "und", None),
        ("language", "the usual", None),
        ("published", "5 July 2018", "2018-07-05"),
        ("published", "2018-07-05 10:00:00", "2018-07-05"),
        ("updated", 2018, "2018"),
        ("updated", "last week", None),
    ],
)
def test_values_of_the_other_fields(name: str, value: object, expected: str | None) -> None:
    assert telling(name, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018", "2018"),
        (2018, "2018"),
        ("2018-07", "2018-07"),
        ("2018-07-05", "2018-07-05"),
        ("2018-07-05T10:00:00Z", "2018-07-05"),
        ("20180705", None),
        ("5 July 2018", None),
        ("2018-13", None),
        ("2018-02-30", None),
        ("", None),
        (None, None),
        (0, None),
    ],
)
def test_only_iso_dates_years_and_months_count_as_dates(
    value: object, expected: str | None
) -> None:
    assert iso_date(value) == expected


@given(st.dates())
@settings(max_examples=60, deadline=None)
def test_every_date_is_read_back(day: object) -> None:
    assert iso_date(day) == str(day)
