"""A cross-encoder: reads question and sentence together, and says how well they match.

A network with a linear head on its first token. Scores are log-odds against "none of these
sentences", so they can be compared between questions. There are two: the small one, a file in
eight bits (`whole.py`), and the one on a larger base, with a low-rank change of it (`large.py`).
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel
from transformers.utils import logging as transformers_logging

from indexer.adapter import adapter_base, add_lora, merge
from indexer.embed import model_digest
from indexer.errors import ModelError

MAX_TOKENS = 144
PARTS = 4  # of like length, in which texts are read,
PART = 4  # texts at least in each
SEPARATOR = " [SEP] "
# eager attention: in bfloat16 on a CPU ten times as fast as the fused one
AS_IT_READS = {"add_pooling_layer": False, "attn_implementation": "eager"}
UNDISTURBED = {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}  # learning, too


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
    """A transformer (`body`) and a linear head on its first token."""

    def __init__(self, body: PreTrainedModel) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(body.config.hidden_size, 1)
        self._has_types = hasattr(body.embeddings, "token_type_embeddings")

    @classmethod
    def on(
        cls,
        base: Path,
        rank: int | None = None,
        dtype: torch.dtype = torch.bfloat16,
        frozen: int = 0,
    ) -> "CrossModel":
        """On a base model, with trainable low-rank layers when `rank` is given, above the `frozen`
        ones."""
        # it would report that the pooler is left out
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        body = AutoModel.from_pretrained(str(base), dtype=dtype, **AS_IT_READS, **UNDISTURBED)
        if rank:
            for parameter in body.parameters():
                parameter.requires_grad = False
            for layer in body.encoder.layer[frozen:]:
                add_lora(layer, rank)
        return cls(body)

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
    """A trained network, for asking."""

    def __init__(self, model: CrossModel, tokenizer: Tokenizer) -> None:
        """`tokenizer` is what `pair_tokenizer` gives."""
        self.model = model.eval()
        self._tokenizer = tokenizer

    @classmethod
    def changed(cls, dtype: str, base: Path, learnt: Path) -> "CrossEncoder":
        """A base model with what `service.tune_cross` wrote to `learnt`.

        Raises ModelError when `base` is not the model that it was trained on.
        """
        if model_digest(base) != adapter_base(learnt):
            raise ModelError(
                f"The model in {str(base)!r} is not the one that the cross-encoder in "
                f"{learnt.name} was made for.",
                "Name the folder or hub id of that model.",
            )
        model = CrossModel.on(base, dtype=getattr(torch, dtype))
        merge(model.body, learnt)
        saved = load_file(learnt)
        with torch.no_grad():
            model.head.weight.copy_(saved["head.weight"])
            model.head.bias.copy_(saved["head.bias"])
        return cls(model, pair_tokenizer(base))

    def scores(self, question: str, sentences: Sequence[str]) -> NDArray[np.float64]:
        """How well each sentence in context answers: log-odds, shape (len(sentences),)."""
        found = np.zeros(len(sentences))
        with torch.inference_mode():
            for part in like_length(sentences):
                pairs = [(question, sentences[i]) for i in part]
                found[part] = self.model(self._tokenizer, pairs).double().numpy()
        return found
