"""Question sets to learn from."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from service.training import Collection, as_typed, held_back, part_of


def test_a_question_is_put_to_the_paragraph_that_holds_its_answer(collection: Collection) -> None:
    (asked,) = [q for q in collection.questions["d7/1"] if not q.impossible]
    assert (asked.answers, asked.paragraph) == (("1907",), "d7/1")
    impossible = [q for found in collection.questions.values() for q in found if q.impossible]
    assert len(impossible) == 40
    assert all(q.answers == () for q in impossible)


def test_an_articles_part_never_changes_and_every_part_is_used() -> None:
    parts = [part_of(f"article {n}") for n in range(1000)]
    assert parts == [part_of(f"article {n}") for n in range(1000)]
    shares = {part: parts.count(part) / 1000 for part in ("train", "valid", "test")}
    assert shares["train"] == pytest.approx(0.6, abs=0.06)
    assert shares["valid"] == pytest.approx(0.2, abs=0.06)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_queries_over_articles_held_back_are_told_from_others(tmp_path: Path) -> None:
    kept = next(name for name in map(str, range(99)) if part_of(name) == "test")
    seen = next(name for name in map(str, range(99)) if part_of(name) != "test")

    def write(name: str, *records: Mapping[str, object]) -> None:
        (tmp_path / name).write_text("".join(json.dumps(one) + "\n" for one in records))

    articles = {"d1": kept, "d2": seen}
    write(
        "corpus.jsonl",
        *(
            {"_id": d, "title": "", "text": "", "metadata": {"article": a}}
            for d, a in articles.items()
        ),
        {"_id": kept, "title": "", "text": ""},
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(f"q\td\ts\na\td1\t1\nb\td2\t1\nc\t{kept}\t1\n")
    assert held_back(tmp_path) == {"a", "c"}
    write(
        "answers.jsonl",
        {"_id": "x", "corpus_id": "d1"},
        {"_id": "y", "corpus_id": "d2"},
        {"_id": "a"},
    )
    assert held_back(tmp_path) == {"a", "c", "x"}  # an impossible one is not judged


def test_typed_questions_lose_at_most_one_word_and_only_one_that_the_answer_shares() -> None:
    question, answer = "When was the bridge of town seven built?", "Its bridge was built in 1907."
    typed = {as_typed(question, answer, random.Random(seed)) for seed in range(60)}
    assert question in typed
    assert question.lower().rstrip("?") in typed
    for text in typed:
        missing = set(question.lower().rstrip("?").split()) - set(text.lower().rstrip("?").split())
        assert missing <= {"bridge", "built"}
        assert len(missing) <= 1
