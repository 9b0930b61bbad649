"""Learning the cross-encoder: the contests it learns from, and that a few steps change it."""

import random

import torch

from indexer.embed import find_model
from indexer.settings import PACKAGED_MODEL
from service.cross import CrossModel, pair_tokenizer
from service.training import Collection, part_of
from service.tune_cross import Contest, contests, train


def test_the_right_sentence_comes_first_or_is_left_out(collection: Collection) -> None:
    found = contests(collection, random.Random(1))
    kinds = {one.right for one in found}
    assert kinds == {0, None}
    for one in found:
        town = one.question.split("town ")[1].split("?")[0].split()[0]
        assert part_of(f"d{town}") != "test"
        if one.question.startswith("Who"):  # marked impossible
            assert one.right is None
            continue
        year = str(1900 + int(town))
        held = [year in sentence for sentence in one.sentences]
        assert held == [one.right == 0] + [False] * (len(held) - 1)


def test_training_moves_the_scores() -> None:
    torch.manual_seed(0)
    base = find_model(PACKAGED_MODEL)
    model, tokenizer = CrossModel(base, rank=2), pair_tokenizer(base)
    pairs = [("When was it built?", "It was built in 1907."), ("When was it built?", "Fish.")]
    before = model(tokenizer, pairs).detach()
    contest = Contest(pairs[0][0], pairs[0][1], (pairs[0][1], pairs[1][1]), 0)
    train(model, tokenizer, [contest] * 16, minutes=0.2)
    after = model(tokenizer, pairs).detach()
    assert after[0] - after[1] > before[0] - before[1]
