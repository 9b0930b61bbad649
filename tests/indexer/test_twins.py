"""Twins: what is folded, and above all what never is."""

import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.twin_table import COPY, Copy, find_copies
from indexer.twins import alike, differ_in_figures, find_twins

PLAN = "The council approved the plan to build 12 new homes beside the river Tame on Monday."
SHORT = "Spending rose by 5% in Leeds."


def twins(sentences: Sequence[str]) -> dict[int, int]:
    """The groups of these sentences."""
    return find_twins(sentences, sentences.__getitem__)


@pytest.mark.parametrize(
    "same",
    [
        "the Council approved the plan to build 12 new homes beside the River Tame on Monday",
        "“The council approved the plan to build 12 new homes beside the river Tame on Monday”.",
        "The  council approved\nthe plan to build 12 new homes, beside the river Tame, on Monday.",
    ],
)
def test_case_space_and_punctuation_make_no_difference(same: str) -> None:
    assert alike(PLAN, same)
    assert twins([PLAN, "Something else.", same]) == {0: 0, 2: 0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PLAN, PLAN.replace("approved", "also approved")),
        (PLAN, PLAN.replace("the plan", "a plan")),
        (PLAN.replace("new homes", "sea-side homes"), PLAN.replace("new homes", "seaside homes")),
        (PLAN.replace("approved", "organised"), PLAN.replace("approved", "organized")),
        (PLAN.replace("12", "1,200"), PLAN.replace("12", "1200")),
        (PLAN.replace("12 new", "the council's"), PLAN.replace("12 new", "the council’s")),
    ],
)
def test_small_differences_in_a_long_sentence_are_folded(one: str, other: str) -> None:
    assert alike(one, other)
    assert twins([one, other]) == {0: 0, 1: 0}


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("12", "13"),
        ("12", "1.2"),
        ("12", "12²"),
        ("12", "twelve"),
        ("12", "-12"),
        ("12", "(12)"),
        ("12", "£12"),
        ("12", "12%"),
        ("12", "up to 12"),
        ("12 new", "new"),
        ("12", "12 million"),
        ("Monday", "Tuesday"),
        ("Tame", "Thames"),
        ("river Tame", "river"),
        ("river", "river Humber and the river"),
        ("The council", "The Leeds council"),
        ("The council", "Leeds council"),
        ("approved", "rejected"),
        ("approved", "disapproved"),
        ("approved", "never approved"),
        ("approved", "has not approved"),
        ("approved", "didn't approve"),
        ("approved", "may have approved"),
        ("approved", "almost approved"),
        ("beside", "above"),
        ("the river Tame on Monday.", "the river Tame on Monday?"),
        ("on Monday", "on Monday unless it rains"),
        ("homes", "houses and many other buildings"),
    ],
)
def test_what_changes_the_meaning_is_never_folded(said: str, instead: str) -> None:
    changed = PLAN.replace(said, instead)
    assert changed != PLAN
    assert not alike(PLAN, changed)
    assert not alike(changed, PLAN)
    assert twins([PLAN, changed]) == {}


def test_what_would_be_twins_but_for_a_figure_is_known() -> None:
    assert differ_in_figures(PLAN, PLAN.replace("12", "13"))
    assert differ_in_figures(PLAN, PLAN.replace("12", "twelve").replace("the plan", "a plan"))
    assert not differ_in_figures(PLAN, PLAN)
    assert not differ_in_figures(PLAN, PLAN.replace("12", "13").replace("approved", "rejected"))


def test_who_did_what_to_whom_is_not_lost_in_the_same_words() -> None:
    one = "In the end the smaller board of trustees in Leeds sued the board in York over fees."
    other = "In the end the smaller board of trustees in York sued the board in Leeds over fees."
    assert twins([one, other]) == {}


def test_short_sentences_are_twins_only_word_by_word() -> None:
    assert twins([SHORT, "Spending also rose by 5% in Leeds.", "spending rose by 5% in leeds"]) == {
        0: 0,
        2: 0,
    }


def test_the_first_in_the_corpus_leads_its_group() -> None:
    assert twins(["Other words.", PLAN, SHORT, PLAN, SHORT, PLAN]) == {1: 1, 2: 2, 3: 1, 4: 2, 5: 1}


def test_twins_of_twins_are_one_group() -> None:
    words = "the committee heard that hospitals in the north still wait for care packages".split()
    chain = [" ".join([*words[: 3 + 2 * n], "plainly", *words[3 + 2 * n :]]) for n in range(3)]
    chain = [" ".join(words), *chain, " ".join([*words, "plainly", "again"])]
    assert set(twins(chain).values()) == {0}
    assert len(twins(chain)) == len(chain)


def test_what_has_no_words_has_no_twins() -> None:
    assert twins([]) == {}
    assert twins(["…", "…", "", "", "—"]) == {}


@pytest.mark.parametrize(
    "text", ["日本語の文章です。", "\U0001f600 smile now", "e\u0301tat", "x" * 5000]
)
def test_any_text_can_be_compared(text: str) -> None:
    assert alike(text, text)
    assert twins([text, PLAN, text]) == {0: 0, 2: 0}


FIGURES = st.lists(st.integers(0, 99), min_size=3, max_size=3)


@given(st.lists(FIGURES, min_size=2, max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_folding_never_joins_sentences_with_other_figures(
    figures: list[list[int]], shuffled: random.Random
) -> None:
    little = ["also", "plainly", "again", "together"]
    sentences = [
        f"of the {a} members who were {shuffled.choice(little)} asked by the board about its plan "
        f"for the year {b} said that they agreed and {c} did so {shuffled.choice(little)} at once"
        for a, b, c in figures
    ]
    for number, first in twins(sentences).items():
        told = [re.findall(r"\d+", sentences[n]) for n in (number, first)]
        assert told[0] == told[1]


@given(st.lists(st.sampled_from(["not", "never", "was", "the", "plan"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_being_alike_is_mutual_and_a_matter_of_every_negation(words: list[str]) -> None:
    one = "they said in the long report that it would help all of us here"
    other = " ".join([one, *words])
    assert alike(one, other) == alike(other, one)
    if {"not", "never"} & set(words):
        assert not alike(one, other)


def test_many_sentences_of_one_pattern_are_told_apart() -> None:
    """Every sentence is within two words of thousands of others."""
    names = ["Leeds", "York", "Hull", "Bath", "Derby"]
    sentences = [
        f"In {1900 + n % 100} the {names[n % 5]} board paid {n} pounds to each of its many members."
        for n in range(9_500)
    ]
    copied = sentences[:500]
    little = [
        f"the plan for the homes was {'very ' * (n % 50)}good and kept" for n in range(10_000)
    ]
    groups = twins(sentences + copied + little)
    pairs = {number: first for number, first in groups.items() if 9_500 <= number < 10_000}
    assert pairs == {9_500 + n: n for n in range(500)}
    assert {number for number in groups if number < 9_500} == set(range(500))
    assert all(first >= 10_000 for number, first in groups.items() if number >= 10_000)


def test_a_document_that_stands_in_another_is_its_copy() -> None:
    lengths = {0: 100, 1: 100, 2: 1000, 3: 50}
    groups = [{0: 60, 1: 60}, {0: 30, 1: 30, 2: 30}, {2: 20, 3: 50}]
    assert find_copies(lengths, groups) == [Copy(1, 0, 0.9), Copy(3, 2, 1.0)]


def test_a_document_in_a_later_larger_one_is_its_copy_too() -> None:
    assert find_copies({0: 10, 1: 100}, [{0: 9, 1: 9}]) == [Copy(0, 1, 0.9)]


def test_a_shared_notice_makes_no_copies() -> None:
    lengths = dict.fromkeys(range(500), 100)
    notice = dict.fromkeys(range(500), int(100 * COPY) - 1)
    assert find_copies(lengths, [notice, {1: 5}]) == []
    assert find_copies({}, []) == []
