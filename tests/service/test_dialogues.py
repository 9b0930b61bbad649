"""Scoring dialogues: the last question alone counts, asked with what came before it."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.embed import Embedder
from service.dialogues import evaluate_dialogues, last_question
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.types import Question
from tests.conftest import SEEDS

HARD = "how many people said integration would be hard?"
EASY = "and how many thought it would be easy?"
COUNCILLORS = "How many Integrated Care Board members are councillors?"
ROWS: list[dict[str, Any]] = [
    {"turns": [HARD, COUNCILLORS], "quotes": ["nine out of 91"]},
    {"turns": [HARD, EASY], "quotes": ["9%  who thought"]},
    # in the same passage, but nothing to quote as an answer
    {"turns": [HARD, EASY], "quotes": ["Of the chief executives who responded"]},
    {"turns": [EASY, COUNCILLORS], "quotes": ["9% who thought"]},
]


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    """The rows as a file."""
    path = tmp_path / "dialogues.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def engine_at(engine: Engine, embedder: Embedder, threshold: float) -> Engine:
    """Threshold 0 answers everything, 1 refuses everything."""
    return Engine(engine.generation, embedder, ServiceSettings(threshold=threshold))


def test_dialogues_are_scored_as_counted_by_hand(
    dialogues: Path, engine: Engine, embedder: Embedder
) -> None:
    found = evaluate_dialogues(engine_at(engine, embedder, 0.0), dialogues)
    counted = {
        "dialogues": 4,
        "dialogue_first": 0.5,  # that of the second leans on the one before and is quoted with it
        "dialogue_any": 0.5,
        "dialogue_passage": 0.75,
    }
    # of the second and third row the gold is somewhere in the passages that were read
    ranks = [row.rank for row in found.rows]
    assert ranks[0] == 1
    counted["dialogue_mrr"] = round(sum(1 / rank for rank in ranks if rank) / 4, 4)
    assert found.figures() == counted


def test_a_refusal_counts_as_nothing_found(
    dialogues: Path, engine: Engine, embedder: Embedder
) -> None:
    figures = evaluate_dialogues(engine_at(engine, embedder, 1.0), dialogues).figures()
    assert figures.pop("dialogues") == 4
    assert figures.pop("dialogue_mrr") > 0  # which is of all that was read
    assert set(figures.values()) == {0.0}


def test_the_last_question_is_asked_with_those_before_it(engine: Engine) -> None:
    assert last_question(engine, ["why?"]) == Question("why?")
    asked = last_question(engine, ["who said neutral?", "why?"])
    assert asked.text == "why?"
    assert [turn.content for turn in asked.history][::2] == ["who said neutral?"]
    assert "neutral" in engine.ask(asked).interpreted_question


def test_every_gold_quote_stands_in_the_articles() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (SEEDS / "corpus").iterdir()}
    lines = (SEEDS / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 30
    for row in rows:
        assert 2 <= len(row["turns"]) <= 4
        assert row["quotes"][0] in texts[row["source"]]
        assert all(any(quote in text for text in texts.values()) for quote in row["quotes"])
