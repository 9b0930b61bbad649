"""Furniture: lines of a page that are no part of its text; never a sentence of prose."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.load.builder import TextBuilder
from indexer.load.furniture import is_furniture
from indexer.load.markdown import render
from indexer.load.text import text_blocks

FURNITURE = """\
Click to see all the latest social work and social care jobs
Click here to view more stories
Share
Share this
SHARE THIS ARTICLE
Share this page via email
Share on Facebook, Twitter or LinkedIn
Print this page
Follow us on Twitter
Follow us on Twitter @CCNOffice
Follow Ann Lee on Twitter
Find us on Facebook
@CCNOffice
@CCNOffice @LGCplus
Subscribe
Subscribe now
Subscribe to our newsletter
Sign up to our newsletter
Sign up for our free weekly email alerts here
Get the latest news in your inbox
Read more
Read more: Council leaders ask for more
See also: The white paper in full
Related articles
Related content:
Most read
Latest news
You may also like
Skip to main content
Back to top
Home > News > Social care
Home / News / Social care
We use cookies. By continuing to use this site you accept them.
This website uses cookies to give you the best experience.
Accept all cookies
Cookie settings
Advertisement
ADVERTISEMENT - CONTINUE READING BELOW
Article continues below
Sponsored content
blair-mcpherson-100.jpg
Picture (c) National Audit Office
Picture (c)\N{NO-BREAK SPACE}National Audit Office.
Photo: Ann Lee/Getty Images
Photo by Ann Lee
Image credit: NHS England
Images courtesy of Leeds City Council
Credit: iStock
Copyright (c) Press Association Ltd. 2018, All Rights Reserved.
Copyright (c) Press Association Ltd. 2018, All Rights Reserved. Picture (c) National Audit Office.
© Crown copyright 2014
© 2021 The King’s Fund. All rights reserved.
(c) Press Association 2018. All rights reserved.
All rights reserved
Page 3 of 10
Page 3
Page | 3
3 | Page
- 3 -
Comments (3)
12 comments
Leave a comment
Be the first to comment
Comments are closed.
Tags: social care, integration
Filed under: News
5 min read
ENDS
-ENDS-
""".splitlines()

PROSE = """\
We use cookies to remember what you chose.
We use cookies and tell users about them in plain words.
This website uses cookies from three suppliers.
Cookies are small files.
Accept all invoices within 30 days
Sir Amyas (pictured) said councils must act.
Share this advice with your team before you start.
Share the load between teams
Sharing information helps patients.
Share of adults in care: 12%
Follow us to the end of the argument, said the minister.
Follow the guidance on Twitter accounts
Follow these steps
Subscribe to the principle that care is local.
Sign up to three hospitals before you choose
Sign up for the scheme by 3 May
Read more books, said the librarian.
Read more about research with users.
Related to this is the cost of care.
See also the report that the board published.
Click the button to send the form.
Click to confirm that you agree
Click here to pay your council tax
The advertisement ran for three weeks.
Advertising
Advertisements must be honest.
Images: use words that say what is shown
Images: Use no more than 3.
Photo: what was shown to the panel, and why it was
Picture the council as a ship.
Photographs by themselves prove little.
Image is everything in politics
Credit: 20 points at level 5
Universal Credit: what it means for carers
Source: Office for National Statistics
Save logo.png in the folder
(c) the local authority must tell the person
(c) Section 75 of the NHS Act 2006
(c) Cabinet
Copyright law protects the author.
Copyright 2018 was the year when it changed!
© is the sign for copyright.
Copyright is held by the Crown. You may copy this text if you say where it is from.
© Crown copyright 2014. You may re-use this information free of charge in any format.
All rights reserved to the council were lost in 2012.
Page 3 shows the results.
Page 3 of the report says that 10 councils agreed
3 comments were made by members.
Comments on the plan are welcome until 3 May.
Comments
Leave a comment card at the desk
Home care costs more each year
Home
Home/office
Home to school transport
Top of the list is housing.
Back to topic one
Most read the paper in a day.
Most popular of all was the minibus.
Latest news from the front was bad, he said.
Tags are used to sort pages.
Sponsored children do better.
Join us in asking for a fair deal.
Visit us
Contact us
The report ends
3
42%
Survey Respondent
Simon Edwards is chief executive at the County Councils Network
Blair McPherson is author of books on the public sector the latest of which is published by
by continuing to use this site you accept them
share this article
-
""".splitlines()
PROSE.remove("Visit us")


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_recognised(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_and_labels_are_not_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize("furniture", FURNITURE)
def test_block_that_holds_any_prose_is_not_furniture(furniture: str) -> None:
    for prose in PROSE:
        _assert_prose_shows(furniture, prose)
    assert is_furniture(f"{furniture}\n \n{furniture}")


def _assert_prose_shows(furniture: str, prose: str) -> None:
    assert not is_furniture(f"{furniture}\n{prose}")
    # with a notice after it "cookies" is part of the notice, and "- ENDS" and "(c) The Act 2006 All
    # rights reserved" are furniture as they are
    rights = prose.startswith("(c)") and furniture.startswith("All rights")
    if prose != "-" and "cookies" not in prose and not rights:
        assert not is_furniture(f"{prose} {furniture}")


@given(st.sampled_from(FURNITURE), st.sampled_from(["said the board", "was agreed", "and so on"]))
def test_sentence_that_begins_like_furniture_is_not(furniture: str, rest: str) -> None:
    """But for what names another page, where any words may follow."""
    names = ("Read more:", "See also:", "Tags:", "Filed under:", "Click", "Home", "©", "Copyright")
    if not furniture.startswith(names) and not furniture.endswith("."):
        assert not is_furniture(f"{furniture} {rest} in 2018.")


def test_gold_sentences_of_the_service_are_not_furniture() -> None:
    questions = Path(__file__).parents[2] / "seeds" / "questions.jsonl"
    records = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    assert not [q for record in records for q in record["quotes"] if is_furniture(q)]


def test_lines_of_a_text_are_marked_one_by_one_with_their_offsets() -> None:
    text = (
        "Share this article\nBudget agreed by all\n  • Subscribe to our newsletter\n"
        "The council agreed its budget on Monday after a long debate.\nComments (3)\n"
    )
    found = [(block.kind, text[block.start : block.end]) for block in text_blocks(text)]
    assert found == [
        ("furniture", "Share this article"),
        ("heading", "Budget agreed by all"),
        ("furniture", "Subscribe to our newsletter"),
        ("paragraph", "The council agreed its budget on Monday after a long debate."),
        ("furniture", "Comments (3)"),
    ]


def test_wrapped_paragraph_stays_whole_whatever_its_lines_say() -> None:
    text = (
        "The board agreed to see what the press would make of it, and to\n"
        "Follow us on Twitter was printed on each of the many leaflets. \n"
        "Share this article was printed on the others, as they all knew.\n"
    )
    assert [block.kind for block in text_blocks(text)] == ["paragraph"]


@pytest.mark.parametrize("image", ["ann-lee-100.jpg", "photo.PNG", "a_b.jpeg"])
@pytest.mark.parametrize("gap", ["", " "])
def test_image_name_glued_to_a_byline_is_cut_off(image: str, gap: str) -> None:
    text = f"A heading\n\n{image}{gap}By Ann Lee, a former director of services\n\nProse follows."
    found = [(block.kind, text[block.start : block.end]) for block in text_blocks(text)]
    assert found[1:3] == [
        ("furniture", image),
        ("paragraph", "By Ann Lee, a former director of services"),
    ]


@pytest.mark.parametrize(
    ("box", "marked"),
    [
        ("About Simeon Brody\n\nCommunity Care managing web editor", 2),
        ("About the author\n\nAnn Lee, deputy editor", 2),
        ("About Simeon Brody", 1),
        ("About Simeon Brody\n\nHe has edited the magazine since 2009.", 0),
        ("About Leeds City Council\n\nIt is among the largest.", 0),
        ("Disruptive goal\n\nCommunity Care managing web editor", 0),
    ],
)
def test_box_about_who_put_a_page_up_is_furniture_at_the_end(box: str, marked: int) -> None:
    prose = "The council agreed its budget on Monday after a long debate.\n\n" * 3
    kinds = [block.kind for block in text_blocks(prose + box)]
    assert kinds.count("furniture") == marked
    kinds = [block.kind for block in text_blocks(f"{box}\n\n{prose}")]
    assert "furniture" not in kinds


def test_builder_marks_paragraphs_and_items_and_no_headings_or_rows() -> None:
    builder = TextBuilder()
    for kind in ("paragraph", "item", "heading", "row"):
        builder.add("Related articles", kind)
    assert [block.kind for block in builder.blocks] == ["furniture", "furniture", "heading", "row"]


def test_markdown_furniture_is_marked() -> None:
    builder = render("# Plan\n\nProse here.\n\n- Share this article\n\nPhoto: *Ann Lee*/Getty\n")
    assert [block.kind for block in builder.blocks] == [
        "heading",
        "paragraph",
        "furniture",
        "furniture",
    ]


@pytest.mark.parametrize(
    "line",
    ["Photo: " + "Ann " * 70, "@a" * 140, "Home" + " > a" * 70, "We use cookies " * 18, "© A" * 90],
)
def test_odd_lines_do_not_slow_it_down(line: str) -> None:
    begin = time.process_time()
    for _ in range(50):
        is_furniture(line[:300])
    assert time.process_time() - begin < 2
