"""What became of a question is told as it was, and the figures are as counted by hand."""

from dataclasses import replace

import pytest

from indexer.embed import Embedder
from service.candidates import Candidates
from service.metrics import Figures
from service.outcome import (
    SMALL,
    Outcome,
    Sample,
    answer_figures,
    answerable_first,
    confidence_figures,
    latency,
    outcome,
)
from service.pipeline import Engine
from service.read import Reading
from service.settings import ServiceSettings
from service.types import Question

SURVEY = Question("how many people answered the LGC survey?")
GOOD = Outcome(
    answerable=True,
    status="answered",
    confidence=0.9,
    shown=(True, False),
    passage=True,
    rank=1,
    verbatim=(True, True),
    timings_ms={"total": 20.0, "read": 9.0, "write": 1.0},
)
LATE = replace(GOOD, confidence=0.6, status="partial", shown=(False, True), rank=4)
HELD_BACK = replace(GOOD, confidence=0.2, status="not_found", shown=(), verbatim=(True,), rank=2)
LOST = replace(GOOD, confidence=0.8, shown=(False,), verbatim=(False,), rank=None)
SILENT = replace(
    GOOD, answerable=False, confidence=0.1, status="not_found", shown=(), verbatim=(), rank=None
)
FOOLED = replace(SILENT, confidence=0.5, status="partial", shown=(False,))
OUTCOMES = [GOOD, SILENT, LATE, HELD_BACK, FOOLED, LOST]


def test_answers_and_silence_are_counted_as_by_hand() -> None:
    assert answer_figures(OUTCOMES, "first", "any") == {
        "first": 0.25,
        "any": 0.5,
        "refused": 0.5,
        "warned": 1.0,
        "falsely_refused": 0.25,
        "verbatim": round(5 / 6, 4),
        "sentence_mrr": round((1 + 1 / 4 + 1 / 2 + 0) / 4, 4),
    }


def test_confidence_is_of_one_of_the_first_three_being_right() -> None:
    figures = confidence_figures(OUTCOMES)
    # by confidence: GOOD right, LOST wrong, LATE (fourth) wrong, FOOLED wrong, HELD_BACK right,
    # SILENT wrong; the first four were answered
    risks = [0, 1 / 2, 2 / 3, 3 / 4, 3 / 5, 4 / 6]
    assert figures["coverage"] == round(4 / 6, 4)
    assert figures["risk"] == 0.75
    assert figures["risk_full_coverage"] == round(4 / 6, 4)
    assert figures["aurc"] == round(sum(risks) / 6, 4)
    assert figures["aurc_least"] == round((1 / 3 + 2 / 4 + 3 / 5 + 4 / 6) / 6, 4)
    # pairs with FOOLED (0.5): three of four above; with SILENT (0.1): four of four
    assert figures["auroc"] == 0.875
    # each lies in a bin of its own
    apart = [0.1, 0.1, 0.6, 0.8, 0.5, 0.8]
    assert figures["ece"] == round(sum(apart) / 6, 4)


def test_of_no_questions_there_are_no_figures() -> None:
    assert confidence_figures([]) == {}
    assert set(answer_figures([], "first", "any").values()) == {0.0}
    assert latency([]) == {}


def test_a_stage_is_timed_over_the_questions_that_came_so_far() -> None:
    refused = replace(SILENT, timings_ms={"total": 10.0, "read": 9.0})
    assert latency([GOOD, refused]) == {
        "total": (15.0, pytest.approx(19.5)),
        "read": (9.0, 9.0),
        "write": (1.0, 1.0),
    }


def test_a_sample_gives_counts_figures_and_intervals_of_the_figures() -> None:
    def measure(rows: object) -> Figures:
        assert isinstance(rows, list)
        return confidence_figures(rows)

    sample = Sample({"questions": 4.0}, answerable_first(OUTCOMES), measure)
    assert sample.rows == [GOOD, LATE, HELD_BACK, LOST, SILENT, FOOLED]
    assert sample.figures() == {"questions": 4.0} | confidence_figures(OUTCOMES)
    found = sample.intervals()
    assert set(found) == set(confidence_figures(OUTCOMES))
    low, high = found["risk_full_coverage"]
    assert low < 4 / 6 < high


def test_large_and_empty_samples_have_no_intervals() -> None:
    def measure(rows: object) -> Figures:
        return {"one": 1.0}

    assert Sample({}, [[GOOD] * (SMALL - 1)], measure).intervals() == {"one": (1.0, 1.0)}
    assert Sample({}, [[GOOD] * SMALL], measure).intervals() == {}
    assert Sample({}, [[], []], measure).intervals() == {}


@pytest.mark.parametrize("place", [0, 1, 7])
def test_the_rank_is_that_in_the_whole_order_whatever_is_shown(
    engine: Engine, embedder: Embedder, place: int
) -> None:
    seen: list[tuple[Candidates, Reading]] = []
    engine.ask(SURVEY, lambda found, reading: seen.append((found, reading)))
    ((found, reading),) = seen
    gold = found.quote(reading.order[place])
    refusing = Engine(engine.generation, embedder, ServiceSettings(threshold=1))
    told = outcome(refusing, SURVEY, True, lambda text: text == gold)
    assert (told.rank, told.right) == (place + 1, place < 3)
    assert (told.refused, told.shown, told.passage) == (True, (), False)
    assert told.confidence == round(reading.probability, 4) > 0


def test_what_is_shown_is_judged_in_its_order(engine: Engine, embedder: Embedder) -> None:
    answering = Engine(engine.generation, embedder, ServiceSettings(threshold=0))
    answer = answering.ask(SURVEY)
    told = outcome(answering, SURVEY, True, lambda text: answer.citations[0].quote in text)
    assert told.shown == (True, *[False] * (len(answer.citations) - 1))
    assert told.passage
    assert told.verbatim == (True,) * len(answer.citations)
    assert set(told.timings_ms) == set(answer.timings_ms)


def test_small_talk_reads_nothing(engine: Engine) -> None:
    told = outcome(engine, Question("hello"), False, lambda _: True)
    assert (told.rank, told.confidence, told.refused) == (None, 0.0, True)
