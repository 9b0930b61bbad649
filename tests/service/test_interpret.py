"""The interpreter: acronyms spelt out from the corpus's own glossary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.glossary import Entry
from service.interpret import Interpreter
from service.pipeline import Engine

GLOSSARY = [
    Entry("ICB", "Integrated Care Board", False, 3),
    Entry("LA", "Local Authority", True, 3),
    Entry("ICS", "Integrated Care System", True, 2),
    Entry("BCF", "Better Care Fund", True, 1),
    Entry("ARR", "All Rights Reserved", False, 1),
    Entry("IT", "Information Technology", True, 9),
    Entry("US", "United States", True, 9),
    Entry("WHO", "World Health Organisation", True, 9),
    Entry("ALL", "Acute Lymphoblastic Leukaemia", True, 9),
    Entry("DOE", "Department of Education", True, 9),
]
INTERPRETER = Interpreter(GLOSSARY)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        (
            "why do councils distrust ICBs?",
            "why do councils distrust ICBs (Integrated Care Boards)?",
        ),
        (
            "why do councils distrust icbs?",
            "why do councils distrust icbs (Integrated Care Boards)?",
        ),
        ("who sits on an ICB?", "who sits on an ICB (Integrated Care Board)?"),
        ("ICB or icb: which ICBs?", "ICB (Integrated Care Board) or icb: which ICBs?"),
        ("are integrated care systems new?", "are integrated care systems (ICSs) new?"),
        ("What is the Better Care Fund for?", "What is the Better Care Fund (BCF) for?"),
        ("is WHO in Geneva", "is WHO (World Health Organisation) in Geneva"),
        ("what does ARR mean", "what does ARR (All Rights Reserved) mean"),
    ],
)
def test_acronyms_and_names_are_spelt_out_in_the_number_they_are_used(
    question: str, meant: str
) -> None:
    assert INTERPRETER.interpret(question).shown == meant


def test_the_plural_of_a_name_that_ends_in_y_is_english() -> None:
    assert (
        INTERPRETER.interpret("what do LAs spend").shown == "what do LAs (Local Authorities) spend"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Who told us what it means for all of us?",
        "who does it all and was it his",
        "Does it cost more? All of it?",
        "Are Integrated Care Boards (ICBs) new",
        "Do Integrated Care Systems and ICSs differ",
        "what is arr",  # in lower case, and the corpus uses the name only once
        "what is an XYZ",
        "",
        "\x00 ???",
    ],
)
def test_a_question_with_nothing_to_add_is_left_as_it_is(question: str) -> None:
    assert INTERPRETER.interpret(question).shown == question


@given(st.lists(st.sampled_from("ICBs icb ICS integrated care systems it WHO the BCF?".split())))
def test_interpreting_twice_adds_nothing(words: list[str]) -> None:
    once = INTERPRETER.interpret(" ".join(words)).shown
    assert INTERPRETER.interpret(once).shown == once


def test_without_a_glossary_the_question_is_left_as_it_is() -> None:
    assert Interpreter([]).interpret("why distrust ICBs?").shown == "why distrust ICBs?"


def test_the_most_used_meaning_wins() -> None:
    entries = [Entry("CQC", "Care Quality Commission", True, 5), Entry("CQC", "Other", True, 1)]
    assert Interpreter(entries).interpret("CQC").shown == "CQC (Care Quality Commission)"


def test_only_acronyms_that_the_documents_hardly_write_are_searched_spelt_out() -> None:
    often = Interpreter(GLOSSARY, {"ICB": 9, "BCF": 1}.__getitem__)
    meaning = often.interpret("do ICBs use the BCF?")
    assert meaning.shown == "do ICBs (Integrated Care Boards) use the BCF (Better Care Fund)?"
    assert meaning.searched == "do ICBs use the BCF (Better Care Fund)?"
    assert "ICB" not in meaning.spelt


def test_acronyms_of_the_question_before_are_spelt_out_too() -> None:
    meant = INTERPRETER.interpret("who said that? (are ICBs fair?)").shown
    assert meant == "who said that? (are ICBs (Integrated Care Boards) fair?)"


def test_a_name_is_spelt_out_behind_its_possessive() -> None:
    meant = INTERPRETER.interpret("how many councillors are on ICSs’ boards?").shown
    assert meant == "how many councillors are on ICSs’ (Integrated Care Systems) boards?"
    assert INTERPRETER.interpret("the BCF's aim").shown == "the BCF's (Better Care Fund) aim"


def test_the_seed_articles_teach_their_own_acronyms(engine: Engine) -> None:
    interpreter = Interpreter(engine.generation.store.glossary())
    assert "(Integrated Care Boards)" in interpreter.interpret("what do ICBs do?").shown
    assert "(National Audit Office)" in interpreter.interpret("what did the NAO say?").shown
    assert "(BCF)" in interpreter.interpret("what is the better care fund?").shown


def test_an_acronym_that_is_also_a_word_is_one_only_in_capitals() -> None:
    glossary = [Entry("FAST", "Federal Agency Skills Team", True, 9, ordinary=True)]
    interpreter = Interpreter(glossary)
    assert interpreter.interpret("how fast was it?").shown == "how fast was it?"
    assert "(Federal Agency Skills Team)" in interpreter.interpret("who is in FAST?").shown


def test_an_acronym_without_one_clear_meaning_is_ambiguous() -> None:
    glossary = [
        Entry("PCT", "Primary Care Trust", True, 2),
        Entry("PCT", "Port Control Team", True, 2),
        Entry("PCT", "Poor Clay Tile", False, 1),  # initials, by chance
        Entry("NAO", "National Audit Office", True, 9),
        Entry("NAO", "New Area Order", True, 1),
    ]
    told = Interpreter(glossary).ambiguous
    both = ["Primary Care Trust", "Port Control Team"]
    assert told("do PCTs and the NAO meet?") == {"PCT": both}
    assert told("is the PCT (Primary Care Trust) there?") == {}
    assert told("is it a pct?") == {}
