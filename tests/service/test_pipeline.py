"""ask() end to end over the seed articles: answers, refusals, filters, threads.

What a language model makes of them is in test_pipeline_llm.py.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import ModelError
from indexer.generation import MANIFEST, Generation, current
from indexer.types import Filters
from service.errors import NoChatModel
from service.outcome import is_verbatim
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource
from service.types import Answer, Cited, Interpreted, Question, Token, Turn

FLAGSHIP = "why do councils distrust ICBs?"
GOLD = "only nine out of 91 Integrated Care Board members are councillors"
SURVEY = "how many people answered the LGC survey?"
UNANSWERABLE = "who won the 2018 world cup"
QUESTIONS = [
    FLAGSHIP,
    SURVEY,
    UNANSWERABLE,
    "who is head of the national audit office",
    "what could devolution do for health and care in London?",
]
PRESS = Filters(publisher=("press association",))  # as anybody might type it


@pytest.fixture(scope="module")
def sure(engine: Engine, embedder: SentenceTransformerEmbedder) -> Engine:
    """An engine that answers whatever its reader's doubts: for what holds of every answer."""
    return Engine(engine.generation, embedder, ServiceSettings(threshold=0.0))


def untimed(answer: Answer) -> Answer:
    """Answers compared without the time they took."""
    return replace(answer, timings_ms={})


def test_the_flagship_question_is_answered_with_the_telling_quote(engine: Engine) -> None:
    answer = engine.ask(Question(FLAGSHIP))
    assert answer.status == "answered"
    assert "Integrated Care Board" in answer.interpreted_question
    assert any(GOLD in citation.quote for citation in answer.citations[:2])


def test_every_sentence_of_an_answer_is_a_cited_verbatim_quote(sure: Engine) -> None:
    for text in QUESTIONS:
        answer = sure.ask(Question(text))
        assert all(is_verbatim(sure, answer))
        assert [one.text for one in answer.sentences] == [c.quote for c in answer.citations]
        assert [one.citations for one in answer.sentences] == [[c.id] for c in answer.citations]
        assert answer.answer == " ".join(f"{c.quote} [{c.id}]" for c in answer.citations)


def test_what_is_not_in_the_documents_is_refused_with_the_nearest(engine: Engine) -> None:
    answer = engine.ask(Question(UNANSWERABLE))
    assert (answer.status, answer.answer) == ("not_found", "")
    assert answer.sentences == []
    assert answer.citations == []
    assert answer.reason
    assert 1 <= len(answer.nearest) <= 3
    assert len({one.passage_id for one in answer.nearest}) == len(answer.nearest)


@pytest.mark.parametrize("most", [1, 2, 50])
def test_there_are_no_more_citations_than_wanted(sure: Engine, most: int) -> None:
    answer = sure.ask(Question(FLAGSHIP, top_k=most))
    assert 1 <= len(answer.citations) <= most


def test_confidence_and_scores_fall_from_the_first_citation(sure: Engine) -> None:
    answer = sure.ask(Question(FLAGSHIP))
    scores = [citation.score for citation in answer.citations]
    assert scores[0] == answer.confidence
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize(("threshold", "answers"), [(0.0, True), (1.0, False)])
def test_the_operators_threshold_decides(
    engine: Engine, embedder: SentenceTransformerEmbedder, threshold: float, answers: bool
) -> None:
    settings = ServiceSettings(threshold=threshold)
    answer = Engine(engine.generation, embedder, settings).ask(Question(SURVEY))
    assert (answer.status != "not_found") == answers
    assert bool(answer.citations) == answers


def test_a_follow_up_is_answered_from_what_it_follows(engine: Engine) -> None:
    history = (Turn("user", "how many people said integration would be hard?"),)
    answer = engine.ask(Question("and how many thought it would be easy?", history=history))
    assert any("9% who thought it would be easy" in one.quote for one in answer.citations)


def test_filters_limit_answers_and_searches(engine: Engine) -> None:
    answer = engine.ask(Question(FLAGSHIP, filters=PRESS))
    shown = answer.citations + answer.nearest
    assert {one.publisher for one in shown} == {"Press Association"}
    _, hits = engine.search(FLAGSHIP, 50, PRESS)
    assert {hit.passage.document_id for hit in hits} == {shown[0].document_id}


def test_filters_that_match_nothing_are_given_as_the_reason(engine: Engine) -> None:
    answer = engine.ask(Question(FLAGSHIP, filters=Filters(publisher=("Nobody",))))
    assert answer.status == "not_found"
    assert answer.citations == answer.nearest == []
    assert answer.confidence == 0.0
    assert "filters" in (answer.reason or "")


def test_the_time_of_each_stage_is_told(engine: Engine) -> None:
    timings = engine.ask(Question(SURVEY)).timings_ms
    assert set(timings) == {"total", "embed", "retrieve", "read", "write"}
    assert sum(timings.values()) <= 2 * timings["total"] + 1


def test_threads_get_the_answers_that_one_thread_gets(engine: Engine) -> None:
    alone = {text: untimed(engine.ask(Question(text))) for text in QUESTIONS}
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda text: (text, engine.ask(Question(text))), QUESTIONS * 8))
    assert len(asked) == 40
    assert all(untimed(answer) == alone[text] for text, answer in asked)


def test_what_is_refused_is_not_written(engine: Engine) -> None:
    assert "write" not in engine.ask(Question(UNANSWERABLE)).timings_ms


@pytest.mark.parametrize("text", QUESTIONS)
def test_an_answer_comes_in_events_that_add_up_to_it(engine: Engine, text: str) -> None:
    first, *between, answer = engine.stream(Question(text))
    assert isinstance(answer, Answer)
    assert untimed(answer) == untimed(engine.ask(Question(text)))
    assert first == Interpreted(answer.interpreted_question)
    tokens = [event.text for event in between if isinstance(event, Token)]
    assert "".join(tokens) == answer.answer
    cited = [event for event in between if isinstance(event, Cited)]
    assert [event.citations for event in cited[-1:]] == [answer.citations] * bool(answer.citations)
    assert len(tokens) + len(cited) == len(between)


def test_quotes_come_by_no_language_model(sure: Engine) -> None:
    for text in QUESTIONS:
        answer = sure.ask(Question(text))
        assert (answer.mode, answer.note) == ("extractive", None)


def test_what_cannot_be_asked_is_told_before_the_first_event(engine: Engine) -> None:
    with pytest.raises(NoChatModel):
        engine.stream(Question(FLAGSHIP, mode="llm"))  # and not when it is read


def test_mode_llm_without_a_chat_model_is_an_error(engine: Engine) -> None:
    with pytest.raises(NoChatModel, match="none is configured"):
        engine.ask(Question(FLAGSHIP, mode="llm"))


def test_another_models_index_is_refused_naming_both(
    seed_index: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    manifest = current(index) / MANIFEST
    raw = json.loads(manifest.read_text())
    raw["model"]["digest"] = "f" * 64
    manifest.write_text(json.dumps(raw))
    with pytest.raises(ModelError) as caught:
        Engine(Generation(current(index)), embedder, ServiceSettings())
    assert "ffffffffffff" in caught.value.message
    assert embedder.digest[:12] in caught.value.message
    with pytest.raises(ModelError):
        EngineSource(index, ServiceSettings()).engine()
