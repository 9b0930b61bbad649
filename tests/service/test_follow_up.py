"""Follow-ups are put so that they can be understood alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.follow_up import MOST_READ, understand
from service.types import Turn

ASKED = (
    Turn("user", "how many people said integration would be hard?"),
    Turn("assistant", "Almost three-quarters said so."),
)
HILLIER = (
    "Meg Hillier, chair of Public Accounts committee, said: “Health and social care is at a "
    "vital crossroads. [1] The hard part is agreeing how. [2]"
)
REFUSED = "The documents don't say."


def talk(*said: str) -> list[Turn]:
    """Questions and answers in turn."""
    return [Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(said)]


@pytest.mark.parametrize(
    "question",
    [
        "and how many thought it would be easy?",
        "what about the chief executives?",
        "why do they say so",
        "who said that?",
        "why?",
    ],
)
def test_a_question_that_leans_on_the_one_before_is_joined_to_it(question: str) -> None:
    assert understand(question, ASKED).text == f"{question} ({ASKED[0].content})"


@pytest.mark.parametrize(
    "question",
    [
        "who chairs the public accounts committee?",
        "How many councils say that integration would be easy?",
        "Who leads the National Audit Office",
    ],
)
def test_a_question_that_stands_alone_is_not_joined(question: str) -> None:
    assert understand(question, ASKED).text == question
    assert understand(question, ASKED).said == ""


def test_a_follow_up_with_nothing_before_it_is_left_alone() -> None:
    assert understand("who said that?", ()).text == "who said that?"
    assert understand("who said that?", ASKED[1:]).text == "who said that?"
    assert understand("who said that?", ASKED[1:]).said == ""


def test_a_follow_up_joins_the_latest_question() -> None:
    history = (*ASKED, Turn("user", "who is Meg Hillier?"))
    assert understand("what else did she say?", history).text.endswith("(who is Meg Hillier?)")


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    history = talk("what did the survey by IMPOWER find?", "x", "who did it?", "x")
    assert understand("why?", history).text == "why? (what did the survey by IMPOWER find?)"
    history += talk("how many councils were there?", "x")
    assert understand("why?", history).text == (
        "why? (how many councils were there? what did the survey by IMPOWER find?)"
    )
    history += talk("what is the white paper on integration called?", "x")
    assert (
        understand("why?", history).text == "why? (what is the white paper on integration called?)"
    )


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        ("and in 2018?", "how many were there in 2017?", "how many were there in 2018?"),
        ("what about 2018?", "what did the NAO say?", "what did the NAO say in 2018?"),
        ("ok, and since 2018?", "what did the NAO say?", "what did the NAO say since 2018?"),
        ("and 2018/19?", "what was spent in 2017/18 by it?", "what was spent in 2018/19 by it?"),
        ("what about ICSs then?", "are the ICBs fair?", "are the ICSs fair?"),
        ("and the CQC?", "what does the NAO say?", "what does the CQC say?"),
        ("and Coldwater?", "how did Aldersyke vote?", "how did Coldwater vote?"),
        (
            "and in Coldwater?",
            "what did Unison say in Aldersyke about it?",
            "what did Unison say in Coldwater about it?",
        ),
    ],
)
def test_the_question_before_is_asked_of_another_year_or_name(
    question: str, before: str, meant: str
) -> None:
    assert understand(question, talk(before, "x")).text == meant


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("what about London?", "how many ICBs are there?"),  # no place to be replaced
        ("and London?", "how did Leeds and then York vote?"),  # which?
        ("what about 2018?", "was it more in 2016 than in 2017?"),
        ("what about the ICSs then?", "is the NHS fair?"),  # "is the ICSs"
        ("and social care?", "is the NHS getting more money?"),
    ],
)
def test_where_no_rewriting_is_safe_the_question_keeps_its_words(
    question: str, before: str
) -> None:
    assert understand(question, talk(before, "x")).text == f"{question} ({before})"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (HILLIER, 'who said "Health and social care is at a vital crossroads"?'),
        ("Councils distrust the new boards. [1]", 'who said "Councils distrust the new boards"?'),
        (
            "Many councils distrust all boards. Nobody knows why.",
            'who said "Many councils distrust all boards"?',
        ),
    ],
)
def test_who_said_that_asks_about_the_first_sentence_answered(answer: str, meant: str) -> None:
    assert understand("and who said that?", talk("why is it?", answer)).text == meant


def test_a_refusal_is_nothing_that_was_said() -> None:
    history = talk("is the NHS fair?", REFUSED)
    assert understand("who said that?", history).text == "who said that? (is the NHS fair?)"
    assert understand("who said that?", history).said == ""


def test_he_and_it_are_what_was_asked_about() -> None:
    who = talk("who is Blair McPherson?", "x")
    assert understand("what was his job?", who).text == "what was Blair McPherson’s job?"
    what = talk("what is the better care fund?", "x")
    assert understand("how much is it?", what).text == "how much is the better care fund?"
    assert understand("who pays into it?", talk("what is the fund called?", "x")).text == (
        "who pays into it? (what is the fund called?)"
    )


def test_a_name_that_only_the_answer_gave_leaves_the_topic_in_sight() -> None:
    history = talk("is health care at a crossroads?", HILLIER)
    assert understand("what did she say about funding?", history).text == (
        "what did Meg Hillier say about funding? (is health care at a crossroads?)"
    )


def test_small_talk_is_no_topic() -> None:
    history = talk("is the NHS fair?", "No, it is not at all fair. [1]", "thanks!", "")
    assert understand("why?", history).text == "why? (is the NHS fair?)"
    assert understand("why?", history).said == "No, it is not at all fair."
    assert understand("why?", talk("hello", "")).text == "why?"


def test_what_was_said_is_of_the_last_answer_since_the_topic_changed() -> None:
    history = talk("is the NHS fair?", "No, it is not at all fair. [1]", "why?", REFUSED)
    assert understand("how many think so?", history).said == "No, it is not at all fair."
    history += talk("is the CQC fair?", REFUSED)
    assert understand("why?", history).said == ""


def test_only_the_beginning_of_a_long_answer_is_read() -> None:
    history = talk("is the NHS fair?", "word " * MOST_READ)
    assert len(understand("why?", history).said) <= MOST_READ


@given(st.lists(st.text(max_size=30), max_size=9), st.text(max_size=30))
def test_any_conversation_can_be_gone_on_with(said: list[str], question: str) -> None:
    meant = understand(question, talk(*said)).text
    assert bool(meant.strip()) or not question.strip()
