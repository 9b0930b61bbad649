"""Learning the reading adapter: what it learns from, and that a few steps change the model."""

import random

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from indexer.adapter import add_lora, lora_tensors
from indexer.embed import find_model
from indexer.settings import PACKAGED_MODEL
from service.training import Collection, part_of
from service.tune import BATCH, NEGATIVES, Triple, encode, train, triples


def test_triples_hold_an_answer_and_texts_without_it_of_training_articles_only(
    collection: Collection,
) -> None:
    found = triples(collection, random.Random(1))
    assert found
    for one in found:
        town = one.question.split("town ")[1].split()[0]
        assert part_of(f"d{town}") == "train"
        assert str(1900 + int(town)) in one.answer
        assert len(one.others) == NEGATIVES
        assert all(str(1900 + int(town)) not in other for other in one.others)


def test_training_changes_the_vectors_and_only_the_low_rank_layers() -> None:
    base = find_model(PACKAGED_MODEL)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_padding()
    model = BertModel.from_pretrained(
        str(base), add_pooling_layer=False, dtype=torch.bfloat16, attn_implementation="eager"
    )
    frozen = {name: value.clone() for name, value in model.named_parameters()}
    add_lora(model, rank=2)
    before = encode(model, tokenizer, ["a bridge"]).detach()
    from_town = _triples(BATCH * 2)
    train(model, tokenizer, from_town)
    after = encode(model, tokenizer, ["a bridge"]).detach()
    assert not torch.allclose(before, after)
    plain = {
        name.replace(".base.", "."): value
        for name, value in model.named_parameters()
        if not name.endswith((".down", ".up"))
    }
    assert all(torch.equal(frozen[name], value) for name, value in plain.items())
    assert any(t.abs().sum() > 0 for name, t in lora_tensors(model).items() if name.endswith("up"))


def _triples(count: int) -> list[Triple]:
    return [
        Triple(f"When was bridge {n} built?", f"Bridge {n} dates from 19{n}.", ("Fish.", "Boats."))
        for n in range(10, 10 + count)
    ]
