"""Whom a text speaks of, and who "he" and "she" are."""

import pytest

from service.people import Exchange, people, possessive, with_person

CHAIR = "Meg Hillier, chair of Public Accounts committee, said: “It is at a crossroads."
AUDITOR = "Sir Amyas Morse, head of the National Audit Office, urged progress."
BOTH = "Meg Hillier said that Simon Edwards agreed, and Simon Edwards said so."


def exchange(question: str, said: str = "", more: str = "") -> Exchange:
    """One with an answer of the sentence `said` and `more`."""
    return Exchange(question, f"{said} [1] {more}".strip(), said)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (CHAIR, ["Meg Hillier"]),
        (AUDITOR, ["Sir Amyas Morse"]),
        (
            "It comes after Prime Minister Theresa May announced a boost.",
            ["Prime Minister Theresa May"],
        ),
        ("by Blair McPherson, a former director of community services", ["Blair McPherson"]),
        ("The lead researcher, Dr Imran Sayle, and Mr O’Neill", ["Dr Imran Sayle", "Mr O’Neill"]),
        ("what does Blair McPherson think of integration?", ["Blair McPherson"]),
        ("London Councils said that the Better Care Fund, an office, was Home First", []),
        ("County Councils Network members said so", []),
        ("nobody said anything", []),
    ],
)
def test_people_are_told_from_organisations(text: str, named: list[str]) -> None:
    assert people(text) == named


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        (
            "what did he say about funding?",
            [exchange("who is Amyas Morse?", AUDITOR)],
            "what did Amyas Morse say about funding?",
        ),
        (
            "what was his job?",
            [exchange("what does Blair McPherson think of it?")],
            "what was Blair McPherson’s job?",
        ),
        ("is her report out?", [exchange("who asked?", CHAIR)], "is Meg Hillier’s report out?"),
        (
            "who told her about it?",
            [exchange("who asked?", CHAIR)],
            "who told Meg Hillier about it?",
        ),
        # in lower case, as it is typed, and as the answer writes it
        (
            "why did she?",
            [exchange("what does meg hillier say?", "It is late.", CHAIR)],
            "why did Meg Hillier?",
        ),
        (
            "what does she want?",
            [exchange("who is ada nwosu", "The nurse Ada Nwosu left.")],
            "what does Ada Nwosu want?",
        ),
        # whoever was spoken of last; who was asked about before whom the answer names
        (
            "why did she?",
            [exchange("who?", AUDITOR), exchange("who asked?", CHAIR), exchange("how many?")],
            "why did Meg Hillier?",
        ),
        ("why did he?", [exchange("what did Bo Lee say?", CHAIR)], "why did Bo Lee?"),
    ],
)
def test_a_pronoun_is_whoever_was_spoken_of_last(
    question: str, before: list[Exchange], meant: str
) -> None:
    assert with_person(question, before) == meant


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("why did it end?", [exchange("who asked?", CHAIR)]),
        ("why did she?", []),
        ("why did she?", [exchange("who asked?", AUDITOR)]),  # "Sir"
        ("why did he?", [exchange("who asked?", "Jo Bly, a nurse, said that she would.")]),
        ("why did she?", [exchange("who asked?", BOTH)]),  # which of the two?
        ("why did she?", [exchange("who is taking over", "She is taking over.")]),
        (
            "why did she?",
            [exchange("how many?", "Nine did.", CHAIR)],
        ),  # not what was answered first
    ],
)
def test_where_it_is_not_plain_who_is_meant_there_is_no_name(
    question: str, before: list[Exchange]
) -> None:
    assert with_person(question, before) is None


def test_possessives_are_english() -> None:
    assert possessive("Amyas Morse") == "Amyas Morse’s"
    assert possessive("ICSs") == "ICSs’"
