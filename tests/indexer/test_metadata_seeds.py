"""The five seed articles: exactly what each text supports, and nothing where it says nothing."""

import json
from pathlib import Path

import pytest

from indexer.load.text import read_text
from indexer.types import Document

SEEDS = Path(__file__).parents[2] / "seeds"
KEYS = ("title", "author", "publisher", "published", "updated", "url", "language")
SUPPORTED: dict[str, tuple[str | None, ...]] = {
    # a chapter of a survey: it names who made the survey, not who published the chapter, and
    # follows "February's publication" of something else
    "000": ("The government has set an impossible task", None, None, None, None, None, "en"),
    # a byline glued to an image's name; the publication above the title and its editor at the end
    "001": (
        "Integration of health and social care is outdated and unnecessary",
        "Blair McPherson",
        "Community Care",
        None,
        None,
        None,
        "en",
    ),
    # a comment piece without title, signed in its last line; where it appeared is not said
    "002": (None, "Simon Edwards", None, None, None, None, "en"),
    # a copyright notice is all it says; the picture's credit is another's
    "003": (
        "‘Serious political leadership required’ to integrate health and social care",
        None,
        "Press Association",
        "2018",
        None,
        None,
        "en",
    ),
    # a date line; London Councils is whom it writes about
    "004": (
        "London Councils urged to develop ‘full narrative’ for health and social care integration",
        None,
        None,
        "2017-03-02",
        None,
        None,
        "en",
    ),
}
FURNITURE = {
    "000": [],
    "001": [
        "Click to see all the latest social work and social care jobs",
        "blair-mcpherson-100.jpg",
        "About Simeon Brody",
        "Community Care managing web editor",
    ],
    "002": ["@CCNOffice"],
    "003": [
        "Copyright (c) Press Association Ltd. 2018, All Rights Reserved. "
        "Picture (c)\N{NO-BREAK SPACE}National Audit Office."
    ],
    "004": [],
}


def seed(number: str) -> Document:
    (path,) = (SEEDS / "corpus").glob(f"{number}_*.txt")
    (document,) = read_text(path, path.name)
    return document


@pytest.mark.parametrize("number", sorted(SUPPORTED))
def test_seed_has_exactly_what_its_text_supports(number: str) -> None:
    document = seed(number)
    known = {"title": document.title, **document.metadata}
    expected = dict(zip(KEYS, SUPPORTED[number], strict=True))
    assert known.keys() <= set(KEYS)
    assert {key: known.get(key) for key in KEYS} == expected
    assert set(document.provenance) == {key for key, value in expected.items() if value}


@pytest.mark.parametrize(
    ("number", "key", "where"),
    [
        ("001", "author", "byline in the text, line 6"),
        ("001", "publisher", "first line, and its editor in line 46"),
        ("002", "author", "signature in the text, line 9"),
        ("003", "published", "copyright notice in the text, line 35"),
        ("004", "published", "date line in the text, line 1"),
        ("004", "title", "heading in the text"),
        ("004", "language", "detected from the text"),
    ],
)
def test_where_a_value_was_found_is_said_with_its_line(number: str, key: str, where: str) -> None:
    assert seed(number).provenance[key] == where


@pytest.mark.parametrize("number", sorted(FURNITURE))
def test_furniture_of_a_seed_is_marked_and_nothing_else(number: str) -> None:
    document = seed(number)
    marked = [document.text[b.start : b.end] for b in document.blocks if b.kind == "furniture"]
    assert marked == FURNITURE[number]


def test_byline_begins_after_the_image_name() -> None:
    document = seed("001")
    pieces = [document.text[block.start : block.end] for block in document.blocks]
    assert any(piece.startswith("by Blair McPherson, a former director") for piece in pieces)


def test_no_quote_that_answers_a_question_lies_in_furniture() -> None:
    texts: dict[str, str] = {}
    for number in SUPPORTED:
        document = seed(number)
        kept = [b for b in document.blocks if b.kind != "furniture"]
        texts[document.source] = "\n".join(document.text[b.start : b.end] for b in kept)
    questions = [
        json.loads(line) for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()
    ]
    quotes = [quote for question in questions for quote in question["quotes"]]
    assert len(quotes) > 50
    assert [q for q in quotes if not any(q in text for text in texts.values())] == []
