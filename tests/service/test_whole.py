"""A cross-encoder in one file of eight bits: what is read back is what was saved, nearly."""

import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from indexer.adapter import lora_tensors
from indexer.embed import find_model, model_digest
from indexer.settings import PACKAGED_MODEL
from service.cross import CrossModel, pair_tokenizer
from service.whole import CROSS, SCALE, in_eight_bits, load, main, save

BASE = find_model(PACKAGED_MODEL)
PAIRS = [("When was it built?", "It was built in 1907."), ("When was it built?", "Fish.")]


def test_a_matrix_is_off_by_half_a_step_of_its_row_at_most() -> None:
    matrix = torch.randn(40, 30, generator=torch.Generator().manual_seed(1)) * torch.logspace(
        -6, 3, 40
    ).unsqueeze(1)
    matrix[7] = 0
    rounded = in_eight_bits({"a": matrix, "b": torch.ones(3)})
    assert rounded["a"].dtype == torch.int8
    off = (rounded["a"] * rounded["a" + SCALE] - matrix).abs()
    assert (off <= rounded["a" + SCALE] * 0.501).all()
    assert torch.equal(rounded["b"], torch.ones(3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_network_scores_as_it_did_before_it_was_saved(tmp_path: Path, dtype: torch.dtype) -> None:
    torch.manual_seed(3)
    model, tokenizer = CrossModel.on(BASE, dtype=torch.float32).eval(), pair_tokenizer(BASE)
    torch.nn.init.normal_(model.head.weight, std=0.3)
    before = model(tokenizer, PAIRS)
    save(model, tmp_path / "whole.safetensors", "made up")
    again = load(tmp_path / "whole.safetensors", dtype).eval()
    assert again.body.dtype == dtype
    assert again(tokenizer, PAIRS).tolist() == pytest.approx(before.tolist(), abs=0.05)


def test_what_was_learnt_is_added_to_its_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(3)
    model, tokenizer = CrossModel.on(BASE, rank=2, dtype=torch.float32), pair_tokenizer(BASE)
    torch.nn.init.normal_(model.head.weight, std=0.3)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(".up"):
                parameter.copy_(torch.randn_like(parameter) * 0.05)
    learnt, out = tmp_path / "learnt.safetensors", tmp_path / "whole.safetensors"
    head = {f"head.{name}": value.detach().clone() for name, value in model.head.named_parameters()}
    metadata = {"base": model_digest(BASE)}
    save_file(lora_tensors(model.body) | head, learnt, metadata=metadata)
    arguments = ["whole", str(learnt), "--base", PACKAGED_MODEL, "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    main()
    expected = model.eval()(tokenizer, PAIRS).tolist()
    plain = CrossModel.on(BASE, dtype=torch.float32)
    plain.head.load_state_dict(model.head.state_dict())
    assert load(out, torch.float32).eval()(tokenizer, PAIRS).tolist() == pytest.approx(
        expected, abs=0.1
    )
    assert plain.eval()(tokenizer, PAIRS).tolist() != pytest.approx(expected, abs=0.1)


def test_the_one_that_is_shipped_is_small_and_whole() -> None:
    assert CROSS.stat().st_size < 45e6
    saved = load_file(CROSS)
    assert all(name.removesuffix(SCALE) in saved for name in saved if name.endswith(SCALE))
    with safe_open(CROSS, framework="pt") as file:
        assert "/" not in file.metadata()["config"]  # no path of where it was learnt
    assert not any(tensor.isnan().any() for tensor in saved.values() if tensor.is_floating_point())
