"""Dialogues with gold quotes: what the last of several questions gets, each asked in its turn."""

from pathlib import Path

from tqdm import tqdm

from service.evaluate import Figures, quotes_gold, read_jsonl, share
from service.pipeline import Engine
from service.types import Answer, Question, Turn


def evaluate_dialogues(engine: Engine, dialogues: Path) -> Figures:
    """Scores the answer to each dialogue's last question.

    `dialogue_first` and `dialogue_any` are the shares of dialogues in which the first citation's
    quote, and any citation's, is a gold one; `dialogue_passage` those in which a cited passage
    holds one. A refusal cites nothing.
    """
    rows = list(read_jsonl(dialogues, ("turns", "quotes")))
    first = anywhere = passage = 0
    for row in tqdm(rows, desc="talking", disable=None):
        citations = last_answer(engine, row["turns"]).citations
        hits = [quotes_gold(one.quote, row["quotes"]) for one in citations]
        first += bool(hits and hits[0])
        anywhere += any(hits)
        passage += any(quotes_gold(one.context, row["quotes"]) for one in citations)
    return {
        "dialogues": float(len(rows)),
        "dialogue_first": share(first, len(rows)),
        "dialogue_any": share(anywhere, len(rows)),
        "dialogue_passage": share(passage, len(rows)),
    }


def last_answer(engine: Engine, turns: list[str]) -> Answer:
    """The answer to the last of `turns`; each is asked with those before it and their answers."""
    *earlier, last = turns
    history: tuple[Turn, ...] = ()
    for text in earlier:
        answer = engine.ask(Question(text, history=history)).answer
        history += (Turn("user", text), Turn("assistant", answer))
    return engine.ask(Question(last, history=history))
