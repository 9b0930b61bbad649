"""The cache: nothing is embedded twice, and cached vectors are the fresh ones."""

from pathlib import Path

import numpy as np
import pytest

from indexer.cache import CachedEmbedder
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL

TEXTS = ["One sentence.", "Another 👍 one.", "One sentence."]


def test_vectors_come_in_the_order_asked_and_close_to_the_embedders(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    cached = CachedEmbedder(embedder, tmp_path)
    vectors = cached.embed(TEXTS)
    cached.close()
    assert vectors.shape == (3, embedder.dim)
    assert vectors.dtype == np.float32
    assert np.abs(vectors - embedder.embed_passages(TEXTS)).max() < 0.01
    assert np.array_equal(vectors[0], vectors[2])


def test_text_is_embedded_once(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    cached = CachedEmbedder(embedder, tmp_path)
    cached.embed(TEXTS)
    assert cached.embedded == 2
    cached.embed([*TEXTS, "New."])
    cached.close()
    assert cached.embedded == 3


def test_what_was_embedded_before_is_exactly_the_same_later(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    first = CachedEmbedder(embedder, tmp_path / "new" / "folder")
    fresh = first.embed(TEXTS)
    first.close()
    second = CachedEmbedder(embedder, tmp_path / "new" / "folder")
    assert np.array_equal(second.embed(TEXTS), fresh)
    assert second.embedded == 0
    second.close()


def test_other_number_format_has_its_own_vectors(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    other = SentenceTransformerEmbedder(
        PACKAGED_MODEL, "float32" if embedder.dtype == "bfloat16" else "bfloat16"
    )
    for model in (embedder, other):
        cached = CachedEmbedder(model, tmp_path)
        cached.embed(TEXTS)
        cached.close()
        assert cached.embedded == 2


def test_batch_that_fails_leaves_the_ones_before_it(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    cached = CachedEmbedder(embedder, tmp_path)
    cached.embed(TEXTS)
    with pytest.raises(ModelError):
        cached.embed(["word " * 1000])
    cached.close()
    again = CachedEmbedder(embedder, tmp_path)
    again.embed(TEXTS)
    again.close()
    assert again.embedded == 0
