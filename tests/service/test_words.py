"""What kind of answer a question wants, whether a sentence has one, and a question's names."""

import pytest

from service.words import KINDS, fits, kind_of, names


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people answered?", "count"),
        ("what percentage of respondents agreed", "count"),
        ("When was the white paper published?", "when"),
        ("which year did it start", "when"),
        ("WHY do councils distrust ICBs?", "why"),
        ("what caused the delay", "why"),
        ("where is the head office", "where"),
        ("who is head of the NAO", "who"),
        ("whose idea was it", "who"),
        ("what is integration?", "other"),
        ("", "other"),
    ],
)
def test_the_kind_of_answer_is_read_off_the_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind
    assert kind in (*KINDS, "other")


@pytest.mark.parametrize(
    ("question", "kind", "sentence"),
    [
        ("how many answered?", "count", "In total, 43 people responded."),
        ("how many agreed?", "count", "Almost three quarters agreed."),
        ("when was it?", "when", "It follows the paper of March 2017."),
        ("why?", "why", "This is because of the pressures in social care."),
        ("where is it?", "where", "The office is in London."),
        ("who leads it?", "who", "The head is Sir Amyas Morse."),
    ],
)
def test_a_sentence_that_holds_what_is_asked_for_fits(
    question: str, kind: str, sentence: str
) -> None:
    assert fits(question, kind, sentence)


@pytest.mark.parametrize(
    ("question", "kind", "sentence"),
    [
        ("how many answered?", "count", "Many people responded."),
        ("how many of the 43 agreed?", "count", "There were 43 people."),
        ("when was it?", "when", "It was published."),
        ("when in 2017 was it?", "when", "It was published in 2017."),
        ("why?", "why", "The office is in London."),
        ("where is it?", "where", "the office is large"),
        ("who is Meg Hillier?", "who", "It was said by Meg Hillier."),
    ],
)
def test_a_sentence_that_only_repeats_the_question_does_not_fit(
    question: str, kind: str, sentence: str
) -> None:
    assert not fits(question, kind, sentence)


def test_names_are_capitalised_words_past_the_first_and_numbers() -> None:
    assert names("Which councils signed in 2018 with IMPOWER?") == names("x IMPOWER 2018")
    assert names("NAO reports") == names("the NAO")


@pytest.mark.parametrize("question", ["What do councils think?", "who is it", "", "\x00 ?!"])
def test_a_question_without_names_has_none(question: str) -> None:
    assert names(question) == set()
