"""Author, publisher and date: taken where a line states them, else unknown."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.metadata import Facts, add_stated, iso_date, sensible_title


def stated(text: str) -> dict[str, str]:
    """What lines of the text state."""
    facts = Facts()
    add_stated(facts, text)
    assert facts.found.keys() == facts.values.keys()
    return facts.values


def test_first_value_of_a_field_stays_with_where_it_was_found() -> None:
    facts = Facts()
    facts.add("title", " A\ntitle ", "front matter")
    facts.add("title", "Another", "first heading")
    facts.add("author", ["Ann Lee", "", "Bo Ek"], "front matter")
    facts.add("published", "someday", "front matter")
    facts.add("url", None, "front matter")
    assert facts.values == {"title": "A title", "author": "Ann Lee, Bo Ek"}
    assert facts.found == {"title": "front matter", "author": "front matter"}


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("02.03.17", "2017-03-02"),
        ("2/3/2017", "2017-03-02"),
        ("  31.12.1999  ", "1999-12-31"),
        ("2017-03-02", "2017-03-02"),
    ],
)
def test_date_on_a_line_of_its_own_is_read_day_first(line: str, published: str) -> None:
    assert stated(f"Heading\n{line}\nProse.") == {"published": published}


@pytest.mark.parametrize(
    "line", ["31.02.17", "02.13.17", "2017-02-31", "on 02.03.17 they met", "1.2", "version 2.3.17"]
)
def test_what_is_no_date_or_stands_in_prose_is_not_taken(line: str) -> None:
    assert "published" not in stated(f"Heading\n{line}\nProse.")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Blair McPherson", "Blair McPherson"),
        ("by Ann-Marie O’Neil, political editor", "Ann-Marie O’Neil"),
        ("portrait-100.jpgby Blair McPherson, a former director", "Blair McPherson"),
        ("By J. R. Hartley", "J. R. Hartley"),
    ],
)
def test_byline_names_the_author(line: str, author: str) -> None:
    assert stated(f"Heading\n\n{line}\n\nProse.")["author"] == author


@pytest.mark.parametrize(
    "line", ["By then all was lost.", "The book by Ann Lee", "By Monday", "by the County Council"]
)
def test_prose_with_by_names_no_author(line: str) -> None:
    assert "author" not in stated(f"Heading\n\n{line}\n\nProse.")


@pytest.mark.parametrize(
    ("line", "publisher", "year"),
    [
        ("Copyright (c) Press Association Ltd. 2018, All Rights", "Press Association", "2018"),
        ("© Local Government Chronicle 2022", "Local Government Chronicle", "2022"),
        ("Copyright © EMAP Limited, 1999", "EMAP", "1999"),
    ],
)
def test_copyright_notice_gives_publisher_and_year(line: str, publisher: str, year: str) -> None:
    assert stated(f"Prose.\n\n{line}\n") == {"publisher": publisher, "published": year}


def test_exact_date_beats_the_year_of_a_copyright_notice() -> None:
    found = stated("02.03.17\n\nProse.\n\n© The Times 2018\n")
    assert found["published"] == "2017-03-02"


def test_nothing_is_guessed() -> None:
    assert stated("In 2018 Ann Lee said the NHS was by far the largest.") == {}


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


@pytest.mark.parametrize("text", ["\n" * 3000 + "x", " " * 3000 + "x", "\t\n" * 2000 + "x"])
def test_white_space_does_not_slow_it_down(text: str) -> None:
    begin = time.process_time()
    assert stated(text) == {}
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ("The plan", "The plan"),
        ("Q&A", "Q&A"),
        ("Microsoft Word - Chief Digital Officer pack v2.docx", "Chief Digital Officer pack v2"),
        ("Agile coach job description.docx", "Agile coach job description"),
        ("report_final_v2.docx", None),
        ("Businessanalyst-generic.docx", None),
        ("Untitled", None),
        ("Document1", None),
        ("PowerPoint Presentation", None),
        ("Sheet 2", None),
        ("[Department]", None),
        ("20180705", None),
        ("", None),
    ],
)
def test_title_without_what_programs_put_there(found: str, title: str | None) -> None:
    assert sensible_title(found) == title
    facts = Facts()
    facts.add("title", found, "document properties")
    facts.add("title", "A heading", "first heading")
    assert facts.values["title"] == (title or "A heading")
