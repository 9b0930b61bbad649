"""An answer in the making: citations before the text that refers to them, nothing taken back."""

import pytest

from indexer.types import Filters
from service.answer import Written
from service.candidates import Candidates
from service.draft import UNSUPPORTED, Draft
from service.pipeline import Engine
from service.types import AnswerSentence, Cited, Question, Token
from tests.service.texts import in_order


@pytest.fixture(scope="module")
def found(engine: Engine) -> Candidates:
    """Sentences of the seed articles."""
    return engine.candidates(Question("why do councils distrust ICBs?"))[1]


@pytest.fixture
def draft(engine: Engine, found: Candidates) -> Draft:
    """Nothing written yet."""
    return Draft(engine.generation.store, found, in_order(found), Filters())


def test_citations_come_before_the_text_that_refers_to_them(draft: Draft) -> None:
    cited, one, two = list(draft.add([Written("One.", (4,)), Written("Two.", (2, 4))]))
    assert isinstance(cited, Cited)
    assert [citation.id for citation in cited.citations] == [1, 2]
    assert (one, two) == (Token("One. [1]"), Token(" Two. [2][1]"))
    assert draft.text == "One. [1] Two. [2][1]"
    assert draft.sentences == [AnswerSentence("One.", [1]), AnswerSentence("Two.", [2, 1])]


def test_numbers_go_on_from_batch_to_batch(draft: Draft, found: Candidates) -> None:
    first, _ = list(draft.add([Written("One.", (4,))]))
    (known,) = list(draft.add([Written("Two.", (4,))]))
    second, more = list(draft.add([Written("Three.", (4, 0))]))
    assert isinstance(first, Cited)
    assert isinstance(second, Cited)
    assert len(first.citations) == 1  # what has been given out does not change
    assert second.citations[0] == first.citations[0]
    assert known == Token(" Two. [1]")
    assert more == Token(" Three. [1][2]")
    assert [one.quote for one in draft.citations] == [found.quote(4), found.quote(0)]
    assert draft.citations == second.citations


def test_what_is_not_supported_says_so_and_has_no_mark(draft: Draft) -> None:
    (token,) = list(draft.add([Written("Pigs fly.", (), supported=False)]))
    assert token == Token(f"Pigs fly. {UNSUPPORTED}")
    assert draft.sentences == [AnswerSentence("Pigs fly.", [], False)]
    assert draft.citations == []


def test_a_draft_knows_what_it_has_cited(draft: Draft) -> None:
    list(draft.add([Written("One.", (4, 2))]))
    assert [n for n in range(6) if draft.has(n)] == [2, 4]


def test_nothing_is_nothing(draft: Draft) -> None:
    assert list(draft.add([])) == []
    assert (draft.text, draft.sentences, draft.citations) == ("", [], [])


def test_scores_are_shares_of_the_confidence(engine: Engine, found: Candidates) -> None:
    reading = in_order(found)
    draft = Draft(engine.generation.store, found, reading, Filters())
    first, second = draft.cite([0, 30])
    assert first.score == pytest.approx(reading.probability)
    assert second.score == pytest.approx(reading.probability * reading.share(30), abs=1e-4)
    assert [one.id for one in draft.cite([0, 1], first_id=7)] == [7, 8]
