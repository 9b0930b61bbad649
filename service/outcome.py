"""What became of a question whose answer is known, asked as any user asks it, and the figures.

A sentence is right when it holds the gold answer. The confidence is that one of the first
`FIRST` sentences is right, so that is the event that risk and calibration are of.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.answer import USUAL_SENTENCES
from service.candidates import Candidates
from service.metrics import (
    Figures,
    Interval,
    aurc,
    auroc,
    bootstrap,
    calibration_error,
    least_aurc,
    mean,
    quantiles,
    share,
)
from service.pipeline import Engine
from service.read import Reading
from service.types import Answer, Question, Status

FIRST = USUAL_SENTENCES
SMALL = 1000  # rows below which a figure is given with its interval
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's. `shown` says of each citation whether it is right, `passage` whether any
    cited passage holds the gold; `rank` is the place of the first right one among all sentences
    that were read, from 1, shown or not; `verbatim` is of all quotes, the nearest ones included.
    """

    answerable: bool
    status: Status
    confidence: float
    shown: tuple[bool, ...]
    passage: bool
    rank: int | None
    verbatim: tuple[bool, ...]
    timings_ms: dict[str, float]

    @property
    def refused(self) -> bool:
        """Whether nothing was answered."""
        return self.status == "not_found"

    @property
    def right(self) -> bool:
        """The event that the confidence is of; never where the documents do not answer."""
        return self.rank is not None and self.rank <= FIRST


@dataclass(frozen=True, slots=True)
class Sample(Generic[Row]):
    """Rows of one kind, the figures that they give together, and how sure these are.

    `counts` are not measured but given with the rows; `strata` are the rows again, by what an
    interval takes as given.
    """

    counts: Figures
    strata: Sequence[Sequence[Row]]
    measure: Callable[[Sequence[Row]], Figures]

    @property
    def rows(self) -> list[Row]:
        """All of them."""
        return [row for rows in self.strata for row in rows]

    def figures(self) -> Figures:
        """Counts, then what is measured."""
        return self.counts | self.measure(self.rows)

    def intervals(self) -> dict[str, Interval]:
        """95 % intervals of what is measured; none of a large sample, or an empty one."""
        return bootstrap(self.strata, self.measure) if 0 < len(self.rows) < SMALL else {}


def outcome(
    engine: Engine, question: Question, answerable: bool, holds: Callable[[str], bool]
) -> Outcome:
    """Asks a question. `holds` says whether a text has the gold answer."""
    seen: list[tuple[Candidates, Reading]] = []  # of small talk nothing, else one
    answer = engine.ask(question, lambda found, reading: seen.append((found, reading)))
    read = [found.quote(position) for found, reading in seen for position in reading.order]
    return Outcome(
        answerable=answerable,
        status=answer.status,
        confidence=answer.confidence,
        shown=tuple(holds(one.quote) for one in answer.citations),
        passage=any(holds(one.context) for one in answer.citations),
        rank=next((rank for rank, text in enumerate(read, start=1) if holds(text)), None),
        verbatim=tuple(is_verbatim(engine, answer)),
        timings_ms=answer.timings_ms,
    )


def is_verbatim(engine: Engine, answer: Answer) -> list[bool]:
    """For each citation whether its quote stands in its document exactly where it says."""
    found = []
    for one in answer.citations + answer.nearest:
        document = engine.generation.store.document(one.document_id)
        found.append(document is not None and document.text[one.start : one.end] == one.quote)
    return found


def answerable_first(outcomes: Iterable[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """Those of the questions that have an answer, and those of the others."""
    both: tuple[list[Outcome], list[Outcome]] = ([], [])
    for one in outcomes:
        both[not one.answerable].append(one)
    return both


def answer_figures(outcomes: Sequence[Outcome], first: str, anywhere: str) -> Figures:
    """How good the answers are and how silence is kept; the first two by the names given."""
    asked, others = answerable_first(outcomes)
    quotes = [quote for one in outcomes for quote in one.verbatim]
    return {
        first: share(sum(one.shown[:1] == (True,) for one in asked), len(asked)),
        anywhere: share(sum(any(one.shown) for one in asked), len(asked)),
        "refused": share(sum(one.refused for one in others), len(others)),
        "warned": share(sum(one.status != "answered" for one in others), len(others)),
        "falsely_refused": share(sum(one.refused for one in asked), len(asked)),
        "verbatim": share(sum(quotes), len(quotes)),
        "sentence_mrr": mean([1 / one.rank if one.rank else 0.0 for one in asked]),
    }


def confidence_figures(outcomes: Sequence[Outcome]) -> Figures:
    """What the confidence is worth, over all questions.

    `auroc` is missing where all questions are answerable or none is; of no questions all are.
    """
    if not outcomes:
        return {}
    confidence = [one.confidence for one in outcomes]
    right = [one.right for one in outcomes]
    answered = [one.right for one in outcomes if not one.refused]
    told = auroc(confidence, [one.answerable for one in outcomes])
    return {
        "coverage": share(len(answered), len(outcomes)),
        "risk": share(answered.count(False), len(answered)),
        "risk_full_coverage": share(right.count(False), len(right)),
        "aurc": round(aurc(confidence, right), 4),
        "aurc_least": round(least_aurc(right), 4),
        **({} if told is None else {"auroc": round(told, 4)}),
        "ece": round(calibration_error(confidence, right), 4),
    }


def latency(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Median and 95th percentile in milliseconds: of the whole and of each stage that took place.

    A stage is measured over the questions that came so far: nothing is written for a refusal.
    """
    stages = dict.fromkeys(stage for one in outcomes for stage in one.timings_ms)
    return {
        stage: quantiles([one.timings_ms[stage] for one in outcomes if stage in one.timings_ms])
        for stage in stages
    }
