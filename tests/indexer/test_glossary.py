"""Acronyms: learnt from brackets and from initials, never from nonsense."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.glossary import Entry, GlossaryBuilder, definitions, match_long_form, singular


def learn(*texts: str) -> list[Entry]:
    builder = GlossaryBuilder()
    for text in texts:
        builder.add(text)
    return builder.entries()


def meanings(*texts: str) -> dict[str, tuple[str, bool]]:
    return {entry.acronym: (entry.expansion, entry.defined) for entry in learn(*texts)}


def test_definition_in_the_plural_is_learnt_in_the_singular() -> None:
    text = "through the creation of Integrated Care Systems (ICSs), which offer potential"
    assert learn(text) == [Entry("ICS", "Integrated Care System", True, 1)]


def test_name_is_known_by_its_initials() -> None:
    text = "nine of 91 Integrated Care Board members, and via Integrated Care Boards."
    assert learn(text) == [Entry("ICB", "Integrated Care Board", False, 2)]


def test_definition_of_the_spending_watchdog() -> None:
    text = "Sir Amyas Morse, head of the National Audit Office (NAO), urged progress"
    assert meanings(text)["NAO"] == ("National Audit Office", True)


def test_reversed_definition_is_learnt() -> None:
    assert meanings("the NAO (National Audit Office) said") == {
        "NAO": ("National Audit Office", True)
    }


@pytest.mark.parametrize(
    ("text", "acronym", "expansion"),
    [
        ("the Better Care Fund (BCF) is", "BCF", "Better Care Fund"),
        ("the Department of Health (DoH) said", "DoH", "Department of Health"),
        ("plans of Marks & Spencer (M&S) for", "M&S", "Marks & Spencer"),
        ("the sustainability and transformation plan (“STP”)", "STP", None),
        ("a clinical commissioning group ('CCG') met", "CCG", "clinical commissioning group"),
        ("new primary care networks (PCNs) were", "PCN", "primary care network"),
        ("a memorandum of understanding (MoU) was", "MoU", "memorandum of understanding"),
    ],
)
def test_usual_ways_of_defining_are_learnt(text: str, acronym: str, expansion: str | None) -> None:
    assert meanings(text)[acronym] == (expansion or "sustainability and transformation plan", True)


@pytest.mark.parametrize(
    "text",
    [
        "the report (PDF) was published",
        "as he said (LGC) on Monday",
        "members of the board (UK) met",
        "it costs a lot (see below) every year",
        "the House (HOUSE) stood",
        "NAO (see the appendix) and",
        "NHS (the largest employer) has",
        "(ABC)",
        "",
    ],
)
def test_brackets_that_define_nothing_are_not_taken(text: str) -> None:
    assert list(definitions(text)) == []


@pytest.mark.parametrize(
    ("acronym", "before", "expected"),
    [
        # the shortest end that spells it, not the first word that would do
        ("HSF", "the hot summer heat shock factor", "heat shock factor"),
        # letters may come from inside words, but the first must begin one
        ("TV", "public tele vision", "tele vision"),
        ("HMG", "high mobility group", "high mobility group"),
        ("XYZ", "no letters of that kind here", None),
        # at most min(len + 5, 2 len) words
        ("AB", "a very very very long b", None),
        ("AB", "a very long b", "a very long b"),
        # one word is no long form
        ("CAT", "catalytic", None),
        # an ampersand stands for "and"
        ("A&E", "an accident and emergency", "accident and emergency"),
        ("A&E", "an accident emergency", None),
        ("ICS", "", None),
    ],
)
def test_long_forms_are_matched_as_schwartz_and_hearst_do(
    acronym: str, before: str, expected: str | None
) -> None:
    assert match_long_form(acronym, before) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ICSs", "ICS"),
        ("ICS", "ICS"),
        ("Integrated Care Boards", "Integrated Care Board"),
        ("primary care networks", "primary care network"),
        ("Office of National Statistics", "Office of National Statistics"),
        ("Public Health Campus", "Public Health Campus"),
        ("Access to Business", "Access to Business"),
        ("boards", "boards"),
    ],
)
def test_only_the_s_of_a_plural_is_taken_off(name: str, expected: str) -> None:
    assert singular(name) == expected


def test_definition_beats_initials_for_the_same_acronym() -> None:
    text = "Joint Care Board met. Joint Care Board met. The Justice Court Bench (JCB) sat."
    assert meanings(text)["JCB"] == ("Justice Court Bench", True)


def test_spellings_that_differ_in_case_are_counted_together() -> None:
    found = learn(
        "an Integrated Care System (ICS) is",
        "an Integrated Care System (ICS) is",
        "an integrated care system (ICS) is",
    )
    assert found[0] == Entry("ICS", "Integrated Care System", True, 3)


def test_an_acronym_whose_letters_are_also_a_word_is_told_from_others() -> None:
    text = "our Federal Agency Skills Team (FAST) met fast; a Chief Data Office (CDO). How fast?"
    found = {entry.acronym: entry.ordinary for entry in learn(text, "cdo@x.uk and www.cdo.gov.uk")}
    assert found == {"FAST": True, "CDO": False}


def test_most_used_come_first() -> None:
    found = learn("a Better Care Fund (BCF) and", "County Councils Network met. " * 3)
    assert [entry.acronym for entry in found] == ["CCN", "BCF"]


def test_names_of_two_words_and_of_more_than_six_are_left_out() -> None:
    assert learn("Simon Edwards met All The Kings Horses And Men Of Old England there") == []


@given(st.text(alphabet="AaBbs ()&’-.“", max_size=60))
@settings(max_examples=100, deadline=None)
def test_long_form_is_always_the_end_of_what_precedes_the_bracket(text: str) -> None:
    for acronym, long_form in definitions(text):
        assert long_form in text
        assert singular(acronym) == acronym
        assert len(long_form.split()) >= 2


@pytest.mark.parametrize("text", ["a" * 100_000, "Aa-" * 20_000, "A (" * 30_000, "word " * 40_000])
def test_long_runs_do_not_slow_it_down(text: str) -> None:
    begin = time.process_time()
    learn(text)
    assert time.process_time() - begin < 3
