"""Learning the cross-encoder: the contests it learns from, and that a few steps change it."""

import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from indexer.adapter import lora_tensors
from indexer.embed import find_model
from indexer.settings import PACKAGED_MODEL
from service.cross import CrossModel, pair_tokenizer
from service.fit import Example
from service.read import Candidate
from service.training import Collection, part_of
from service.tune_cross import (
    HEAD_SHARE,
    Contest,
    batch_loss,
    contests,
    drawn,
    go_on_from,
    set_contests,
    start_head,
    train,
)


def test_a_contest_sets_the_answering_sentence_against_others(collection: Collection) -> None:
    found = contests(collection, random.Random(1))
    assert {len(one.right) for one in found} == {0, 1}
    for one in found:
        town = one.question.split("town ")[1].split("?")[0].split()[0]
        assert part_of(f"d{town}") != "test"
        if one.question.startswith("Who"):  # marked impossible
            assert one.right == ()
            continue
        year = str(1900 + int(town))
        assert year in one.right[0]
        assert not any(year in text for text in one.wrong)


def test_the_hardest_rivals_are_always_drawn_and_an_answer_is_sometimes_left_out() -> None:
    contest = Contest("who?", "", ("right",), tuple(f"wrong {n}" for n in range(12)))
    dice = random.Random(0)
    answers = set()
    for _ in range(200):
        pairs, answer = drawn(contest, dice)
        texts = [text for _, text in pairs]
        assert {f"wrong {n}" for n in range(4)} < set(texts)
        assert len(texts) == 7 + answer
        assert ("right" in texts) == (answer == 1)
        answers.add(answer)
    assert answers == {0, 1}


def test_a_question_set_gives_what_is_read_for_its_questions() -> None:
    candidate = {field.name: 0.0 if field.type is float else "" for field in fields(Candidate)}
    read = [
        Candidate(**candidate | {"text": text, "cos_sentence": score})  # type: ignore[arg-type]
        for text, score in (("dull", 0.1), ("right", 0.5), ("tempting", 0.9))
    ]
    right = np.array([False, True, False])
    one = Example("set", "who?", True, read, np.zeros((3, 1)), right)
    (made,) = set_contests([one])
    assert (made.question, made.right, made.wrong) == ("who?", ("right",), ("tempting", "dull"))


def test_training_moves_the_scores_and_can_be_gone_on_with(tmp_path: Path) -> None:
    torch.manual_seed(0)
    base = find_model(PACKAGED_MODEL)
    model, tokenizer = CrossModel.on(base, rank=2), pair_tokenizer(base)
    pairs = [("When was it built?", "It was built in 1907."), ("When was it built?", "Fish.")]
    before = model(tokenizer, pairs).detach()
    contest = Contest(pairs[0][0], pairs[0][1], (pairs[0][1],), (pairs[1][1],))
    train(model, tokenizer, [(1.0, [contest])], steps=20, rate=6e-4)
    after = model(tokenizer, pairs).detach()
    assert after[0] - after[1] > before[0] - before[1]
    head = {f"head.{name}": value.detach().clone() for name, value in model.head.named_parameters()}
    save_file(lora_tensors(model.body) | head, tmp_path / "saved.safetensors")
    again = CrossModel.on(base, rank=2)
    go_on_from(again, tmp_path / "saved.safetensors")
    assert again(tokenizer, pairs).detach() == pytest.approx(after, abs=0.05)


def test_a_base_that_ranks_already_starts_with_its_own_head(tmp_path: Path) -> None:
    base = find_model(PACKAGED_MODEL)
    model = CrossModel.on(base)
    before = model.head.weight.detach().clone()
    start_head(model, base)  # an embedder has none
    assert torch.equal(model.head.weight, before)
    pooler, classifier = torch.randn(384, 384), torch.randn(1, 384)
    held = {"pooler.dense.weight": pooler, "classifier.weight": classifier}
    save_file(held, tmp_path / "model.safetensors")
    start_head(model, tmp_path)
    assert torch.allclose(model.head.weight, HEAD_SHARE * classifier @ pooler, atol=1e-4)
    assert model.head.bias.item() == 0


def test_the_loss_of_a_batch_does_not_depend_on_how_its_pairs_are_read_together() -> None:
    torch.manual_seed(0)
    base = find_model(PACKAGED_MODEL)
    model, tokenizer = CrossModel.on(base, rank=2, dtype=torch.float32), pair_tokenizer(base)
    texts = ["It was built in 1907.", "Fish.", "The river is long and full of fish of all kinds."]
    batch = [
        ([("when was it built?", text) for text in texts], 1),
        ([("what lives in the river?", text) for text in texts[1:]], 0),
    ]
    expected = []
    for pairs, right in batch:
        scores = torch.cat([torch.zeros(1), *(model(tokenizer, [pair]) for pair in pairs)])
        expected.append((torch.logsumexp(scores, 0) - scores[right]).item())
    loss = batch_loss(model, tokenizer, batch)
    assert loss.item() == pytest.approx(sum(expected) / 2, abs=1e-4)


def test_a_question_with_nothing_else_to_read_makes_no_contest() -> None:
    found = Example("set", "who?", True, [], np.zeros((0, 1)), np.zeros(0, bool))
    assert set_contests([found]) == []
