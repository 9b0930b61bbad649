"""Questions about what an author or a publisher says are put to their own documents."""

import pytest

from indexer.overview import Counted, Overview
from indexer.types import Filters
from service.attribution import Attribution, according
from service.interpret import Interpreter
from service.pipeline import Engine
from service.types import Interpreted, Question

KING = Filters(publisher=("The King’s Fund",))
LEE = Filters(author=("Ann Lee and Tom Poe",))
LGC = Filters(publisher=("LGC",))


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    """Over two authors and two publishers."""
    fields = {
        "publisher": [Counted("The King’s Fund", 2), Counted("LGC", 1)],
        "author": [Counted("Ann Lee and Tom Poe", 1), Counted("Ida Marsh", 1)],
    }
    known = Overview(3, year=[], unstated={}, published=(None, None), **fields)
    return Attribution(known, Interpreter([]))


@pytest.mark.parametrize(
    ("question", "text", "whose"),
    [
        ("What does the King’s Fund say about pooled budgets?", "pooled budgets", KING),
        ("and what did the LGC report on winter?", "winter", LGC),
        ("what has LGC written of the white paper", "the white paper", LGC),
        ("What does Ann Lee think about mayors?", "mayors", LEE),
        ("what do Ann Lee and Tom Poe make of mayors?", "mayors", LEE),
        ("what does Poe argue about mayors?", "mayors", LEE),
        ("What does Ann Lee want?", "what is wanted?", LEE),
        ("what did LGC propose for councils?", "what is proposed for councils?", LGC),
        ("Does Ann Lee believe that mayors help?", "mayors help", LEE),
        ("why does Ann Lee oppose mayors?", "why oppose mayors?", LEE),
        ("what is Ann Lee’s view on mayors?", "mayors", LEE),
        ("what are LGC's arguments for mayors?", "mayors", LGC),
        ("according to the LGC, who pays for care?", "who pays for care", LGC),
        ("Who pays for care according to LGC?", "Who pays for care", LGC),
    ],
)
def test_whose_documents_are_asked_what(
    attribution: Attribution, question: str, text: str, whose: Filters
) -> None:
    found = attribution.of(question, Filters())
    assert found is not None
    assert (found.text, found.filters) == (text, whose)
    shown = according(found.text, found.by)
    again = attribution.of(shown, Filters())  # the question as it is shown, asked in its turn
    assert again is not None
    assert (again.text.strip("?"), again.filters) == (text.strip("?"), whose)


@pytest.mark.parametrize(
    "question",
    [
        "what do councils say about pooled budgets?",  # nobody's documents
        "what did the woman next door say about mayors?",
        "why does the LGC cost so much?",  # not what it thinks
        "who is Ann Lee?",
        "how many people read the LGC?",
        "what does it say about Ann Lee?",
        "",
    ],
)
def test_all_else_is_asked_of_all_documents(attribution: Attribution, question: str) -> None:
    assert attribution.of(question, Filters()) is None
    assert len(attribution.ways(question, Filters())) == 1


def test_filters_that_are_set_are_kept(attribution: Attribution) -> None:
    dated = Filters(published_from="2018")
    found = attribution.of("what does Ann Lee say about mayors?", dated)
    assert found is not None
    assert found.filters == Filters(author=LEE.author, published_from="2018")
    assert attribution.of("what does Ann Lee say about mayors?", LGC) is None
    assert attribution.of("what does Ann Lee say about mayors?", LEE) is None


def test_it_is_asked_of_all_when_their_own_do_not_say(attribution: Attribution) -> None:
    own, asked = attribution.ways("What does LGC say on tax?", Filters())
    assert (own.meaning.shown, own.meaning.spelt) == ("tax, according to LGC?", "tax")
    assert (own.filters, own.speaker) == (LGC, None)
    assert (asked.meaning.shown, asked.filters) == ("What does LGC say on tax?", Filters())


@pytest.mark.parametrize(
    ("question", "text", "speaker"),
    [
        ("what did Sir Jo Penn say about tax?", "tax", "Sir Jo Penn"),
        ("why does Cllr May oppose mayors?", "why oppose mayors?", "Cllr May"),
        ("according to the Care Union, who pays?", "who pays", "Care Union"),
    ],
)
def test_who_wrote_nothing_may_have_said_it(
    attribution: Attribution, question: str, text: str, speaker: str
) -> None:
    said, asked = attribution.ways(question, LGC)
    assert (said.meaning.spelt, said.speaker, said.filters) == (text, speaker, LGC)
    assert said.meaning.searched == question  # the name stands beside what is said
    assert (asked.meaning.spelt, asked.speaker, asked.filters) == (question, None, LGC)
    again = attribution.ways(said.meaning.shown, LGC)[0]
    assert (again.meaning.shown, again.speaker) == (said.meaning.shown, speaker)


def test_an_author_is_answered_for_from_what_he_wrote(engine: Engine) -> None:
    answer = engine.ask(Question("What does Blair McPherson say about integration?"))
    assert answer.interpreted_question == "integration, according to Blair McPherson?"
    assert {one.author for one in answer.citations} == {"Blair McPherson"}


def test_what_he_did_not_write_about_is_asked_of_all_and_said_so(engine: Engine) -> None:
    *events, answer = engine.stream(Question("What does Blair McPherson say about whales?"))
    asked = [one.interpreted_question for one in events if isinstance(one, Interpreted)]
    assert asked == [
        "whales, according to Blair McPherson?",
        "What does Blair McPherson say about whales?",
    ]
    assert answer.status == "not_found"  # type: ignore[union-attr]
    assert answer.interpreted_question == asked[-1]  # type: ignore[union-attr]


def test_a_speaker_is_answered_for_with_what_he_says(engine: Engine) -> None:
    answer = engine.ask(Question("what did Amyas Morse say about the better care fund?"))
    assert answer.interpreted_question.endswith("according to Amyas Morse?")
    assert "siphoned off through the better care fund" in answer.citations[0].quote
    assert answer.citations[0].speaker == "Sir Amyas Morse"
