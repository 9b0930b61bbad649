"""A low-rank change of the packaged model for reading sentences: W + up · down (LoRA).

`service.tune` trains it; here it is defined, and merged into a model's weights when loading, so
that it costs nothing at run time.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from indexer.weights import ADAPTER as ADAPTER
from indexer.weights import adapter_base as adapter_base


class LoraLinear(nn.Module):
    """A frozen linear layer with a trainable low-rank change, zero at first."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, given: Tensor) -> Tensor:
        """The layer's output, (…, in_features) → (…, out_features)."""
        down, up = self.down.to(given.dtype), self.up.to(given.dtype)
        changed: Tensor = self.base(given) + (given @ down.T) @ up.T
        return changed


def add_lora(model: nn.Module, rank: int) -> None:
    """Freezes a model and puts a LoraLinear in place of every linear layer."""
    for parameter in model.parameters():
        parameter.requires_grad = False
    for name, layer in list(model.named_modules()):
        if isinstance(layer, nn.Linear):
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, LoraLinear(layer, rank))


def lora_tensors(model: nn.Module) -> dict[str, Tensor]:
    """The low-rank changes of a model, by layer, as `merge` reads them."""
    return {
        f"{name}.{side}": getattr(layer, side).detach().to(torch.float16).contiguous()
        for name, layer in model.named_modules()
        if isinstance(layer, LoraLinear)
        for side in ("down", "up")
    }


def merge(model: nn.Module, path: Path = ADAPTER) -> None:
    """Adds an adapter to a model's weights in place. The names must be those of its layers."""
    saved = load_file(path)
    with torch.no_grad():
        for name in {key.rsplit(".", 1)[0] for key in saved if key.endswith(".up")}:
            change = saved[f"{name}.up"].float() @ saved[f"{name}.down"].float()
            weight = model.get_submodule(name).weight
            assert isinstance(weight, Tensor)
            weight += change.to(weight.dtype)
