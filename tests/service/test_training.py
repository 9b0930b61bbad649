"""Question sets to learn from."""

import random

import pytest

from service.training import Collection, as_typed, part_of


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


def test_typed_questions_lose_at_most_one_word_and_only_one_that_the_answer_shares() -> None:
    question, answer = "When was the bridge of town seven built?", "Its bridge was built in 1907."
    typed = {as_typed(question, answer, random.Random(seed)) for seed in range(60)}
    assert question in typed
    assert question.lower().rstrip("?") in typed
    for text in typed:
        missing = set(question.lower().rstrip("?").split()) - set(text.lower().rstrip("?").split())
        assert missing <= {"bridge", "built"}
        assert len(missing) <= 1
