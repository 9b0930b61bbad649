"""Passages of the document that was quoted come first for a follow-up."""

from indexer.types import Hit
from service.pipeline import Engine
from service.quoted import BONUS, document_quoted, favouring
from service.types import Question, Turn
from tests.conftest import SEEDS

COUNCILLORS = "only nine out of 91 Integrated Care Board members are councillors"
PRESS = "003_3cf0e888aebe0e5d.txt"


def hits(engine: Engine) -> list[Hit]:
    """What is found for a question that two documents speak of."""
    return engine.search("who wants political leadership?", 10, Question("").filters)[1]


def test_the_document_that_says_it_word_for_word_is_found(engine: Engine) -> None:
    document = document_quoted(engine.generation, COUNCILLORS)
    assert document is not None
    assert COUNCILLORS in (engine.generation.store.document(document) or Question("")).text


def test_what_no_document_says_word_for_word_is_no_quote(engine: Engine) -> None:
    assert document_quoted(engine.generation, f"{COUNCILLORS} indeed") is None
    assert document_quoted(engine.generation, "to be or not to be") is None
    assert document_quoted(engine.generation, "") is None


def test_a_document_s_passages_are_lifted_over_slightly_better_ones(engine: Engine) -> None:
    found = hits(engine)
    worst = found[-1].passage.document_id
    lifted = favouring(worst, found)
    assert sorted(hit.passage.id for hit in lifted) == sorted(hit.passage.id for hit in found)
    assert [hit.score for hit in lifted] == sorted((hit.score for hit in lifted), reverse=True)
    before = {hit.passage.id: hit.score for hit in found}
    for hit in lifted:
        bonus = BONUS if hit.passage.document_id == worst else 0.0
        assert hit.score == before[hit.passage.id] + bonus


def test_a_follow_up_is_answered_from_the_document_quoted(engine: Engine) -> None:
    quote = "Financial pressures on the NHS and local government has made a close working"
    document = document_quoted(engine.generation, quote)
    text = (SEEDS / "corpus" / PRESS).read_text(encoding="utf-8")
    assert document is not None
    assert quote in text
    history = (
        Turn("user", "why is working together hard?"),
        Turn("assistant", f"{quote} [1]"),
    )
    _, found = engine.candidates(Question("why?", history=history))
    assert found.places[0][0].document_id == document
