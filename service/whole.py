"""A cross-encoder in one file, its matrices in eight bits: `python -m service.whole` writes it.

The small reader's network is the body of ms-marco-MiniLM-L12-v2 (Apache-2.0; Wang et al. 2020,
"MiniLM"), changed by `service.tune_cross`. That change is added to its weights here, so that one
file of a quarter of their size is all that reading needs. It shares the packaged model's tokenizer.
"""

import argparse
import json
from functools import cache
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoConfig, AutoModel

from indexer.embed import find_model, model_digest
from indexer.settings import PACKAGED_MODEL
from service.cross import AS_IT_READS, CrossEncoder, CrossModel, pair_tokenizer

CROSS = Path(__file__).with_name("cross.safetensors")
SCALE = ".scale"  # behind the name of a matrix: what its rows are multiplied by
GREATEST = 127


def in_eight_bits(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as integers and a scale for each of their rows; all else as it is, in float32."""
    rounded: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        whole = tensor.detach().float()
        if whole.dim() == 2 and len(whole) > 1:
            scale = whole.abs().amax(1, keepdim=True).clamp(min=1e-12) / GREATEST
            rounded[name] = (whole / scale).round().to(torch.int8)
            rounded[name + SCALE] = scale
        else:
            rounded[name] = whole.contiguous()
    return rounded


def save(model: CrossModel, path: Path, base: str) -> None:
    """Writes a network; `base` is the digest of the model that it was learnt from."""
    config = model.body.config.to_dict()
    config.pop("_name_or_path", None)  # where it lay when it was learnt is nobody's business
    metadata = {"config": json.dumps(config), "base": base}
    save_file(in_eight_bits(model.state_dict()), path, metadata=metadata)


def load(path: Path, dtype: torch.dtype) -> CrossModel:
    """The network in such a file."""
    with safe_open(path, framework="pt") as file:
        config = json.loads(file.metadata()["config"])
        saved = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    weights = {
        name: tensor * saved[name + SCALE] if tensor.dtype == torch.int8 else tensor
        for name, tensor in saved.items()
        if not name.endswith(SCALE)
    }
    kind = AutoConfig.for_model(config.pop("model_type"), **config)
    body = AutoModel.from_config(kind, dtype=dtype, **AS_IT_READS)  # type: ignore[no-untyped-call]
    model = CrossModel(body)
    model.load_state_dict(weights)
    return model


@cache
def cross_encoder(dtype: str) -> CrossEncoder:
    """The small network of this process for a number format ("float32" or "bfloat16")."""
    model = load(CROSS, getattr(torch, dtype))
    return CrossEncoder(model, pair_tokenizer(find_model(PACKAGED_MODEL)))


def main() -> None:
    """Joins a base model and what was learnt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learnt", type=Path, help="what service.tune_cross wrote")
    parser.add_argument("--base", required=True, help="folder or hub id of its base model")
    parser.add_argument("--out", type=Path, default=CROSS)
    arguments = parser.parse_args()
    base = find_model(arguments.base)
    save(
        CrossEncoder.changed("float32", base, arguments.learnt).model,
        arguments.out,
        model_digest(base),
    )


if __name__ == "__main__":
    main()
