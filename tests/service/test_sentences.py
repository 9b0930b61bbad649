"""What a language model writes, cut into sentences: as they come, whatever the pieces."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sentences import sentences, without_marks
from service.types import Unchecked


def whole(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text, without what had come of them before they ended."""
    return (one for one in sentences(pieces) if isinstance(one, str))


def cut(text: str) -> list[tuple[str, list[int]]]:
    """The sentences of a text that comes in one piece, and what their marks say."""
    return [without_marks(one) for one in whole([text])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One is so [1]. Two is so [2].", [("One is so.", [1]), ("Two is so.", [2])]),
        ("One is so. [1] Two is so. [2]", [("One is so.", [1]), ("Two is so.", [2])]),
        ("One is so.[1][3] Two is so.[2]", [("One is so.", [1, 3]), ("Two is so.", [2])]),
        ("One is so. [1] [3] Two is so.", [("One is so.", [1, 3]), ("Two is so.", [])]),
        ("One is so [1, 2]. Two is so [ 3;4 ].", [("One is so.", [1, 2]), ("Two is so.", [3, 4])]),
        ("One [1], and two [2], and one [1].", [("One, and two, and one.", [1, 2])]),
        ("Is it? [1] It is... [3] So", [("Is it?", [1]), ("It is...", [3]), ("So", [])]),
        ("He said “it is.” [1] She left. [2]", [("He said “it is.”", [1]), ("She left.", [2])]),
        ("He said “Yes. No” twice. [1] So.", [("He said “Yes. No” twice.", [1]), ("So.", [])]),
        ('He said "Yes. No" twice. [1] So.', [('He said "Yes. No" twice.', [1]), ("So.", [])]),
        ("He said “Yes. [1]\nNo. [2]", [("He said “Yes.", [1]), ("No.", [2])]),
        ("So Smith et al. [1]. Dr. X too [2].", [("So Smith et al.", [1]), ("Dr. X too.", [2])]),
        ("It rose 3.5% to 9,000 [1]. So?", [("It rose 3.5% to 9,000.", [1]), ("So?", [])]),
        ("One is so\n\nTwo is so\r\n[2]", [("One is so", []), ("Two is so", [2])]),
        ("One is so. [1] Two is so. [2", [("One is so.", [1]), ("Two is so.", [2])]),
        ("In [2019] it was so [sic].", [("In [2019] it was so [sic].", [])]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_into_sentences_with_their_marks(
    text: str, found: list[tuple[str, list[int]]]
) -> None:
    assert cut(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "- One is so. [1]\n- Two is so. [2]",
        "* One is so [1].\n* **Two** is so [2].",
        "1. One is so [1].\n2. Two is so [2].",
        "1) One is so. [1] 2) Two is so. [2]",
        "• `One` is so. [1]\n\n• Two is *so*. [2]",
        "> __One__ is so. [1]\n> Two is so. [2]",
        "Answer: One is so. [1] Two is so. [2]",
        "**Answer:** One is so. [1] Two is so. [2]",
    ],
)
def test_lists_and_markdown_become_plain_sentences(text: str) -> None:
    assert cut(text) == [("One is so.", [1]), ("Two is so.", [2])]


def test_an_asterisk_that_dresses_nothing_stays() -> None:
    assert cut("So 5 * 3 is 15.") == [("So 5 * 3 is 15.", [])]


PARTS = [
    *("One", "two", "Three", "Dr.", "e.g.", "et al.", "U.S.", "3.5", "1.", "2)", "-", "**", "Yes."),
    *(
        "end.",
        "end!",
        "end?",
        "end...",
        "[1]",
        "[2, 3]",
        "[",
        "]",
        "[12",
        "“",
        "”",
        '"',
        "’s",
        "(a)",
    ),
    *(" ", " ", " ", "\n", "\r\n", ". ", " [1]. ", ". [1] ", "é", "。", "\u2028"),
]
texts = st.lists(st.sampled_from(PARTS), max_size=30).map("".join) | st.text(max_size=60)


@given(text=texts, data=st.data())
@settings(max_examples=300, deadline=None)
def test_sentences_do_not_depend_on_how_the_text_is_cut_into_pieces(
    text: str, data: st.DataObject
) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    assert list(whole(pieces)) == list(whole([text])) == list(whole(text))


@given(text=texts)
@settings(max_examples=300, deadline=None)
def test_of_a_text_nothing_is_lost_but_space(text: str) -> None:
    assert "".join("".join(whole([text])).split()) == "".join(text.split())


def test_a_sentence_comes_as_soon_as_a_word_of_the_next_does() -> None:
    read: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("One is so.", " [1]", " Two ", "is so. [2]"):
            read.append(piece)
            yield piece

    assert next(whole(pieces())) == "One is so. [1]"
    assert read[-1] == " Two "


@pytest.mark.parametrize(
    ("pieces", "begun"),
    [
        (["One", " is so.", " [1", "] Two"], ["One", "One is so.", "One is so.", "One is so. Two"]),
        (["- **One** i", "s"], ["One i", "One is"]),
        (["NOT", " FOU", "ND", "."], []),
        (["“Not", " fo", "otball"], ["“Not football"]),
        ([" ", "[1] "], []),
    ],
)
def test_what_has_come_of_a_sentence_is_told_before_it_ends(
    pieces: list[str], begun: list[str]
) -> None:
    assert [one.unchecked for one in sentences(pieces) if isinstance(one, Unchecked)] == begun
