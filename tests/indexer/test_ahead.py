"""Embedding while reading: what is embedded ahead is exactly what is asked for later."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer import ahead as ahead_module
from indexer import build
from indexer.cache import CachedEmbedder
from indexer.embed import Embedder, SentenceTransformerEmbedder, Vectors
from indexer.settings import IndexSettings

TEXT = """# A title that is rather long and says the same again and again

The first sentence. The second, which is longer. A third one? Yes, and a fourth: 91 of them.

## A heading

- An item without a stop
- Another item

| Name | Value |
|---|---|
| One | 1 |
"""


def test_nothing_is_embedded_once_the_store_is_written(
    tmp_path: Path, embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(TEXT)
    (corpus / "b.txt").write_text("No title here. " * 50 + "zzqation" * 300)
    (corpus / "c.md").write_text(
        f"---\ntitle: {'한국어문장입니다 ' * 60}\n---\n  One.\n\nTwo. Three."
    )
    (corpus / "d.jsonl").write_text('{"_id": 1, "title": "T", "text": "  A.  B.\\n\\nC."}\n' * 2)
    counts = []
    write = build._write_vectors

    def counted(store: object, folder: object, *cached: CachedEmbedder) -> None:
        counts.append([one.embedded for one in cached])
        write(store, folder, *cached)  # type: ignore[arg-type]
        counts.append([one.embedded for one in cached])

    monkeypatch.setattr(build, "_write_vectors", counted)
    build.build_index(corpus, tmp_path / "index", IndexSettings(), embedder)
    before, after = counts
    assert before == after
    assert min(before) > 20


class Counting:
    """An embedder that notes how many texts came at a time."""

    def __init__(self, real: Embedder, sizes: list[int]) -> None:
        self.name, self.digest, self.dtype = real.name, real.digest, real.dtype
        self.dim, self.max_tokens = real.dim, real.max_tokens
        self.embed_query, self.token_starts = real.embed_query, real.token_starts
        self._real, self._sizes = real, sizes

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._sizes.append(len(texts))
        return self._real.embed_passages(texts)

    def reading(self) -> Embedder:
        return Counting(self._real.reading(), self._sizes)


def test_texts_are_embedded_in_batches_and_few_are_held(
    tmp_path: Path, embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead_module, "EMBED_AT_ONCE", 20)
    corpus = tmp_path / "a.txt"
    corpus.write_text("\n\n".join(f"Sentence number {number} is here." for number in range(90)))
    sizes: list[int] = []
    build.build_index(corpus, tmp_path / "index", IndexSettings(), Counting(embedder, sizes))
    assert max(sizes) == 20
    assert sum(sizes) > 200


def test_progress_goes_by_bytes_and_ends_at_all(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c", "gone")]
    for path, size in zip(paths, (10, 500, 90), strict=False):
        path.write_bytes(b"x" * size)
    with ahead_module.Progress(paths, max_bytes=100) as progress:
        progress.reached(paths[0], None, 1)
        progress.reached(paths[2], None, 2)
        assert progress._bar.total == 100  # what is too large is not read
        assert progress._now == 2
        progress.finished()
        assert progress._now == 4
        assert sum(progress._left) == 0
