"""What lines state about their document, and what in prose only looks like it."""

import time

import pytest

from indexer.metadata import Facts
from indexer.stated import add_stated, labelled_title, states_about
from indexer.types import Block

PROSE = "The council agreed that its services for older people must change before winter."


def stated(text: str) -> dict[str, str]:
    """What lines of the text state."""
    facts = Facts()
    add_stated(facts, text)
    assert facts.found.keys() == facts.values.keys()
    return facts.values


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("02.03.17", {"published": "2017-03-02"}),
        ("  31.12.1999  ", {"published": "1999-12-31"}),
        ("2017-03-02", {"published": "2017-03-02"}),
        ("2 March 2017", {"published": "2017-03-02"}),
        ("Tuesday 12 March 2019", {"published": "2019-03-12"}),
        ("12th March, 2019", {"published": "2019-03-12"}),
        ("March 2019", {"published": "2019-03"}),
        ("12 March 2019, 10:30am", {"published": "2019-03-12"}),
        ("Published: 3 May 2021", {"published": "2021-05-03"}),
        ("Published 3 May 2021", {"published": "2021-05-03"}),
        ("First published on 3 May 2021", {"published": "2021-05-03"}),
        ("Posted on 3 May 2021", {"published": "2021-05-03"}),
        ("Date: 3 May 2021", {"published": "2021-05-03"}),
        ("Date of meeting: 3 May 2021", {"published": "2021-05-03"}),
        ("Meeting date: 03/05/2021", {"published": "2021-05-03"}),
        ("Publication date: May 2021", {"published": "2021-05"}),
        ("Date of Meeting:\n3 May 2021", {"published": "2021-05-03"}),
        ("Last updated 4 June 2022", {"updated": "2022-06-04"}),
        ("This page was last updated on 4 June 2022.", {"updated": "2022-06-04"}),
        (
            "Published 3 May 2021 | Last updated: 4 June 2022",
            {"published": "2021-05-03", "updated": "2022-06-04"},
        ),
        ("Posted on 3 May 2021 by Ann Lee", {"published": "2021-05-03", "author": "Ann Lee"}),
        ("By Ann Lee, 3 May 2021", {"published": "2021-05-03", "author": "Ann Lee"}),
        ("By Ann Lee | 3 May 2021", {"published": "2021-05-03", "author": "Ann Lee"}),
    ],
)
def test_date_line_near_the_top_is_taken(line: str, expected: dict[str, str]) -> None:
    assert stated(f"Heading\n{line}\n{PROSE}") == expected


@pytest.mark.parametrize(
    "line",
    [
        "31.02.17",
        "02.13.17",
        "2017-02-31",
        "Monday 12 March 2019",
        "on 02.03.17 they met",
        "1.2",
        "version 2.3.17",
        "3 May 2021 – 4 June 2021",
        "The scheme began on 3 May 2021",
        "3 May 2021 was a Monday",
        "published 3 May 2021",
        "Next review date:\n3 May 2025",
        "Closing date: 3 May 2021",
        "Deadline: 3 May 2021",
        "Date of birth: 3 May 1971",
    ],
)
def test_what_is_no_date_of_the_document_is_not_taken(line: str) -> None:
    assert stated(f"Heading\n{line}\n{PROSE}") == {}


def test_dates_that_contradict_each_other_are_not_taken() -> None:
    assert stated("3 May 2021\nNews\n4 May 2021\nMore news") == {}
    assert stated("May 2021\nNews\n4 May 2021\nMore news") == {"published": "2021-05-04"}


def test_labelled_date_beats_one_without_a_label() -> None:
    assert stated("1 May 2021\nPublished: 3 May 2021")["published"] == "2021-05-03"


def test_far_from_the_top_a_date_needs_a_label_and_the_end() -> None:
    far = f"{PROSE}\n" * 40
    assert stated(f"{far}3 May 2021\nBy Ann Lee\n{far}") == {}
    assert stated(f"{far}Published: 3 May 2021\n{far}") == {}
    assert stated(f"{far}3 May 2021\nLast updated: 4 June 2022") == {"updated": "2022-06-04"}
    assert stated(f"{far}By Ann Lee\n{PROSE}") == {}, "a piece listed at the end"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Blair McPherson", "Blair McPherson"),
        ("BY ANN LEE", "ANN LEE"),
        ("By Theresa May", "Theresa May"),
        ("by Ann-Marie O’Neil, political editor", "Ann-Marie O’Neil"),
        ("portrait-100.jpgby Blair McPherson, a former director", "Blair McPherson"),
        ("By J. R. Hartley", "J. R. Hartley"),
        ("By Ann Lee and Bob Roe", "Ann Lee, Bob Roe"),
        ("By Ann Lee, Bob Roe and Cy Poe", "Ann Lee, Bob Roe, Cy Poe"),
        ("By Vincent van Gogh in London", "Vincent van Gogh"),
        ("By Ann Lee, Daily Planet", "Ann Lee"),
        ("By Ann Lee, Political Editor, and Bob Roe, Health Editor", "Ann Lee, Bob Roe"),
        ("Written by Ann Lee", "Ann Lee"),
        ("Author: Ann Lee", "Ann Lee"),
        ("Authors: Ann Lee, Bob Roe", "Ann Lee, Bob Roe"),
        ("Author:\nAnn Lee", "Ann Lee"),
        ("Report author: Ann Lee, Principal Officer, Tel: 01234 567890", "Ann Lee"),
        ("Report author: Ann Lee (ann.lee@example.org)", "Ann Lee"),
        ("Report of: Director of Adults, Health and Wellbeing", None),
        ("Report of the Director of Public Health", "Director of Public Health"),
        ("Report by the Comptroller and Auditor General", "Comptroller and Auditor General"),
        ("Author: Policy Team", "Policy Team"),
    ],
)
def test_byline_or_author_line_names_the_author(line: str, author: str | None) -> None:
    author = author or "Director of Adults, Health and Wellbeing"
    assert stated(f"Heading\n\n{line}\n\n{PROSE}") == {"author": author}


@pytest.mark.parametrize(
    "line",
    [
        "By then all was lost.",
        "The book by Ann Lee",
        "By Monday",
        "by the County Council",
        "By County Hall, a crowd had gathered",
        "By Kings Cross, he had lost it all.",
        "By New Year, a deal was done",
        "By Email",
        "By Press Association",
        "The plan was drawn up\nby Ann Lee\nand the board",
        "Author: admin",
        "Author: TBC",
        "Author: [name]",
        "Author: this is whoever has written the text.",
        "Report of the meeting on Monday",
        "Report of the Director of Public Health 2019",
    ],
)
def test_what_names_no_author(line: str) -> None:
    assert stated(f"Heading\n\n{line}\n\n{PROSE}") == {}


def test_bylines_of_several_articles_are_not_taken() -> None:
    assert stated(f"By Ann Lee\n{PROSE}\nBy Bob Roe\n{PROSE}") == {}


@pytest.mark.parametrize(
    "signature",
    [
        "Ann Lee is chief executive at the County Councils Network",
        "Ann Lee is a senior policy officer at the King’s Fund.",
        "Ann Lee is professor of social policy at Leeds University",
        "Ann Lee is leader of Leeds City Council",
    ],
)
def test_signature_of_a_comment_piece_names_the_author(signature: str) -> None:
    text = f"We must act, and I say why.\n{PROSE}\n{signature}\n"
    assert stated(text) == {"author": "Ann Lee"}
    assert stated(f"{text}@AnnLee") == {"author": "Ann Lee"}


def test_report_that_ends_by_introducing_someone_is_not_by_them() -> None:
    signature = "Ann Lee is chief executive at the County Councils Network"
    assert stated(f"{PROSE}\n{signature}") == {}, "no first person"
    assert stated(f"“We must act,” said Ann Lee. “We must.”\n{signature}") == {}, "only quoted"
    assert stated(f"We think Ms Lee is right. We do.\n{signature}") == {}, "named before"
    assert stated(f"We must act. We must.\n{signature}\n" + f"{PROSE}\n" * 6) == {}, "not the end"
    assert stated("We must. We do.\nAnn Lee is happy with the plan for Leeds") == {}, "no role"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Copyright (c) Press Association Ltd. 2018, All Rights Reserved.",
            ("Press Association", "2018"),
        ),
        ("© Local Government Chronicle 2022", ("Local Government Chronicle", "2022")),
        ("Copyright © EMAP Limited, 1999", ("EMAP", "1999")),
        ("© 2021 The King’s Fund. All rights reserved.", ("The King’s Fund", "2021")),
        ("Copyright 2021 Nuffield Trust", ("Nuffield Trust", "2021")),
        ("(c) Press Association 2018. All rights reserved.", ("Press Association", "2018")),
        ("© Crown copyright 2014", (None, "2014")),
        ("© Crown copyright and database rights 2014 Ordnance Survey", (None, None)),
        ("(c) Section 75 of the NHS Act 2006", (None, None)),
        ("Copyright Act 1988", (None, None)),
        ("© 2010–2021 The King’s Fund", (None, None)),
        ("Picture (c) National Audit Office 2018.", (None, None)),
    ],
)
def test_copyright_notice_gives_publisher_and_year(
    line: str, expected: tuple[str | None, str | None]
) -> None:
    found = stated(f"{PROSE}\n\n{line}\n")
    assert (found.get("publisher"), found.get("published")) == expected


def test_exact_date_beats_the_year_of_a_copyright_notice() -> None:
    found = stated("02.03.17\n\nProse.\n\n© The Times 2018\n")
    assert found == {"published": "2017-03-02", "publisher": "The Times"}


def test_two_copyright_holders_are_no_publisher() -> None:
    assert stated(f"{PROSE}\n© The Times 2018\n© The Guardian 2018\n") == {"published": "2018"}


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Publisher: Policy Press", "Policy Press"),
        ("Published by: The King’s Fund", "King’s Fund"),
        ("Published by the Department for Education, 2019", "Department for Education"),
        ("Published by Ann Lee on 3 May 2021", None),
        ("published by Policy Press", None),
        ("Publisher: Microsoft", None),
        ("Publishers disagree about this.", None),
    ],
)
def test_publisher_line_names_the_publisher(line: str, publisher: str | None) -> None:
    assert stated(f"Heading\n\n{line}\n\n{PROSE}").get("publisher") == publisher


def test_masthead_is_a_publisher_only_where_its_editor_signs() -> None:
    text = f"Social Work Now\n\nA heading\n\n{PROSE}\n\nAbout Ann Lee\n\n"
    assert stated(f"{text}Social Work Now deputy editor") == {"publisher": "Social Work Now"}
    assert stated(f"{text}Social Work Now is read by many") == {}
    assert stated(f"{text}deputy editor") == {}


def test_address_line_gives_the_url() -> None:
    assert stated(f"Heading\nURL: https://example.org/a\n{PROSE}") == {
        "url": "https://example.org/a"
    }


def test_title_line_among_the_first_gives_the_title() -> None:
    assert labelled_title(f"Report title: A plan for care\n{PROSE}") == "A plan for care"
    assert labelled_title(f"{PROSE}\n" * 9 + "Title: A plan") is None


def test_rows_of_tables_state_nothing() -> None:
    text = "Author: Ann Lee\n\nBy Bob Roe"
    facts = Facts()
    add_stated(facts, text, [Block(0, 15, "row"), Block(17, len(text), "paragraph")])
    assert facts.values == {"author": "Bob Roe"}


def test_page_is_named_where_there_are_pages() -> None:
    facts = Facts()
    add_stated(facts, "A cover\n\nBy Bob Roe", pages=[0, 9])
    assert facts.found == {"author": "byline in the text, page 2"}


def test_names_and_dates_on_later_pages_are_those_of_other_matters() -> None:
    text, pages = "A cover\n\nContents\n\nBy Bob Roe\n\n3 May 2021", [0, 9, 19]
    facts = Facts()
    add_stated(facts, text, pages=pages)
    assert facts.values == {}
    add_stated(facts, f"{text}\n\nPublication date: 4 May 2021", pages=pages)
    assert facts.values == {"published": "2021-05-04"}


def test_nothing_is_guessed() -> None:
    assert stated("In 2018 Ann Lee said the NHS was by far the largest.") == {}


def test_lines_about_the_document_are_told_from_others() -> None:
    assert all(map(states_about, ("By Ann Lee", "Published: 3 May 2021", "© The Times 2018")))
    assert not any(map(states_about, (PROSE, "A heading", "", "by far the best")))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 3000 + "x",
        " " * 3000 + "x",
        "\t\n" * 2000 + "x",
        "By " + "Ann " * 5000,
        "Ann Lee is " + "senior " * 22 + "\n",
        "By " + "A. " * 50 + "\n",
        "1 May 2020 " * 5000,
    ],
)
def test_odd_text_does_not_slow_it_down(text: str) -> None:
    begin = time.process_time()
    assert stated(text) == {}
    assert time.process_time() - begin < 2
