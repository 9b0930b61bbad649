"""Making the reader's weights: what is learnt from, and that it is learnt."""

import json
import random
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from service.fit import (
    Example,
    fit_judge,
    fit_rank,
    judge_table,
    small_corpora,
)
from service.read import JUDGE_FEATURES, SENTENCE_FEATURES, Candidate
from service.training import Collection, load, part_of


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Forty articles of two paragraphs, each with a question it answers and an impossible one."""
    folder = tmp_path_factory.mktemp("beir")
    (folder / "qrels").mkdir()
    corpus, queries, answers, qrels = [], [], [], ["query-id\tcorpus-id\tscore"]
    for n in range(40):
        text = f"Town {n} lies by a river.\n\nIts bridge was built in {1900 + n}."
        corpus.append({"_id": f"d{n}", "title": f"Town {n}", "text": text})
        queries.append({"_id": f"q{n}", "text": f"When was the bridge of town {n} built?"})
        queries.append({"_id": f"i{n}", "text": f"Who designed the bridge of town {n}?"})
        answers.append({"_id": f"q{n}", "answers": [str(1900 + n)]})
        answers.append({"_id": f"i{n}", "answers": [], "corpus_id": f"d{n}"})
        qrels.append(f"q{n}\td{n}\t1")
    for name, rows in (("corpus", corpus), ("queries", queries), ("answers", answers)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    (folder / "qrels" / "test.tsv").write_text("\n".join(qrels) + "\n")
    return load(folder)


def example(dice: random.Random) -> Example:
    """Five sentences of random features, of which the one with the largest first is right."""
    features = np.array([[dice.random() for _ in SENTENCE_FEATURES] for _ in range(5)])
    known: dict[str, Any] = {
        field.name: 0.0 if field.type is float else "" for field in fields(Candidate)
    }
    read = [Candidate(**known | {"text": f"s{n}"}) for n in range(5)]
    right = np.arange(5) == int(np.argmax(features[:, 0]))
    return Example("answerable", "why?", read, features, right, lambda term: 1.0)


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


@pytest.mark.parametrize("part", ["train", "valid", "test"])
def test_small_corpora_keep_to_their_part_and_kinds(collection: Collection, part: str) -> None:
    corpora = list(small_corpora(collection, part, 3, seed=1))
    assert len(corpora) == 3
    for excerpts, asked in corpora:
        assert {part_of(article) for article in excerpts} == {part}
        text = "\n".join(text for paragraphs in excerpts.values() for _, text in paragraphs)
        assert asked
        for kind, question in asked:
            held = any(answer in text for answer in question.answers)
            assert held == (kind == "answerable")
            assert question.impossible or kind != "impossible"


def test_small_corpora_are_the_same_for_the_same_seed(collection: Collection) -> None:
    one, same, other = (list(small_corpora(collection, "train", 2, seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_the_feature_that_decides_gets_the_largest_weight() -> None:
    dice = random.Random(0)
    found = [example(dice) for _ in range(60)]
    weights = fit_rank(found)
    assert weights.shape == (len(SENTENCE_FEATURES),)
    assert int(np.argmax(np.abs(weights))) == 0
    assert weights[0] > 0
    first = [bool(one.right[int(np.argmax(one.features @ weights))]) for one in found]
    assert sum(first) / len(first) > 0.9


def test_the_judge_tells_right_first_sentences_from_wrong() -> None:
    dice = random.Random(0)
    found = [example(dice) for _ in range(60)]
    rank = np.eye(len(SENTENCE_FEATURES))[1]  # ranks by a feature that says nothing
    rows, right = judge_table(found, rank)
    assert rows.shape == (60, len(JUDGE_FEATURES))
    assert 0 < right.sum() < 60
    weights, bias = fit_judge(found, rank)
    logits = rows @ weights + bias
    assert logits[right].mean() > logits[~right].mean()
