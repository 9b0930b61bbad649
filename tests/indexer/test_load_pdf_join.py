"""Hyphens at line ends: whose they are is learnt from the document."""

import pytest

from indexer.load.pdf_join import Hyphens


def join(*lines: str, others: tuple[str, ...] = ()) -> str:
    return Hyphens([list(lines), list(others)]).join(lines)[0]


@pytest.mark.parametrize(
    ("lines", "others", "said"),
    [
        (("the inte-", "gration of"), ("Integration matters",), "the integration of"),
        (("the long-", "term aim"), ("a long-term plan",), "the long-term aim"),
        (("the long-", "term aim"), (), "the long-term aim"),
        (("either and/", "or both"), (), "either and/or both"),
        (("from 2018–", "2019 on"), (), "from 2018–2019 on"),
        (("Anglo-", "Saxon walls"), (), "Anglo-Saxon walls"),
        (("a pause -", "and more"), (), "a pause - and more"),
    ],
)
def test_a_hyphen_at_a_line_end(lines: tuple[str, ...], others: tuple[str, ...], said: str) -> None:
    assert join(*lines, others=others) == said


def test_where_words_are_parted_unknown_ones_are_joined_unless_both_halves_are_words() -> None:
    known = ("communities matter", "our commu-", "nities and the short term aims")
    assert join("the admin-", "istration", others=known) == "the administration"
    assert join("the short-", "term plan", others=known) == "the short-term plan"


def test_each_line_knows_where_it_begins() -> None:
    text, starts = Hyphens([]).join(["one two", "three-", "four five"])
    assert [text[start:].split()[0] for start in starts] == ["one", "three-four", "four"]
