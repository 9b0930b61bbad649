"""Dialogues with gold quotes: what the last of several questions gets, each asked in its turn."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tqdm import tqdm

from service.evaluate import quotes_gold, read_jsonl
from service.metrics import Figures, share
from service.outcome import Outcome, Sample, answer_figures, outcome
from service.pipeline import Engine
from service.types import Question, Turn


def evaluate_dialogues(engine: Engine, dialogues: Path) -> Sample[Outcome]:
    """What each dialogue's last question got.

    `dialogue_first` and `dialogue_any` are the shares of dialogues in which the first citation's
    quote, and any citation's, is a gold one; `dialogue_passage` those in which a cited passage
    holds one. A refusal cites nothing. `dialogue_mrr` is the mean of 1 / rank of the gold
    sentence among all that were read.
    """
    outcomes = [
        outcome(
            engine,
            last_question(engine, row["turns"]),
            True,
            partial(quotes_gold, gold=row["quotes"]),
        )
        for row in tqdm(
            list(read_jsonl(dialogues, ("turns", "quotes"))), desc="talking", disable=None
        )
    ]
    return Sample({"dialogues": float(len(outcomes))}, [outcomes], _figures)


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    of_answers = answer_figures(outcomes, "first", "any")
    return {
        "dialogue_first": of_answers["first"],
        "dialogue_any": of_answers["any"],
        "dialogue_passage": share(sum(one.passage for one in outcomes), len(outcomes)),
        "dialogue_mrr": of_answers["sentence_mrr"],
    }


def last_question(engine: Engine, turns: list[str]) -> Question:
    """The last of `turns`, with those before it and the answers that they got, each in its turn."""
    *earlier, last = turns
    history: tuple[Turn, ...] = ()
    for text in earlier:
        answer = engine.ask(Question(text, history=history)).answer
        history += (Turn("user", text), Turn("assistant", answer))
    return Question(last, history=history)
