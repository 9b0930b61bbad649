"""A corpus → a published index generation: load, chunk, embed what is new, write, publish."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from indexer import generation as gen
from indexer.ahead import EMBED_AT_ONCE, Ahead, Progress, passage_text, window_text
from indexer.cache import CachedEmbedder
from indexer.chunk import PREFIX_TOKENS, chunk, context_prefix
from indexer.dense import FaissIndex
from indexer.embed import Embedder, Vectors
from indexer.errors import CorpusError, IndexBusy, ModelError, RagError
from indexer.glossary import GlossaryBuilder
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import FORMATS, corpus_files, load_corpus, problem, source_of
from indexer.parsed import ParseCache
from indexer.settings import IndexSettings
from indexer.sparse import TantivyIndex, content_terms, surface_words
from indexer.store import Store, StoreWriter
from indexer.types import Document, Skipped

LEAST_TOKENS = 16  # of its own text that a passage must have room for


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `embedded` counts texts that the cache did not already hold."""

    manifest: gen.Manifest
    embedded: int


def build_index(
    corpus: Path, index: Path, settings: IndexSettings, embedder: Embedder
) -> BuildResult:
    """Builds and publishes a generation.

    Raises CorpusError when there is nothing to index and IndexBusy when another build runs; the
    generation published before stays as it was. Files that cannot be read are in
    `manifest.skipped`.
    """
    files = corpus_files(corpus, leave_out=index)
    with _locked(index):
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        written = index / "generations" / f"{name}.partial"
        written.mkdir(parents=True)
        try:
            result = _write(corpus, files, index, written, settings, embedder)
            gen.publish(index, written, settings.keep)
        except BaseException:
            shutil.rmtree(written, ignore_errors=True)
            raise
        return result


def corpus_hash(corpus: Path, files: Iterable[Path]) -> str:
    """One hash of all files' names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(os.fsencode(source_of(corpus, path)) + b"\0")
        if problem(corpus, path):  # a pipe would be waited for without end
            total.update(b"not read")
            continue
        try:
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            total.update(b"unreadable")
    return total.hexdigest()


def up_to_date(corpus: Path, index: Path, settings: IndexSettings, embedder: Embedder) -> bool:
    """Whether the published generation is sound and made of this corpus with these settings."""
    try:
        manifest = gen.Generation(gen.current(index)).manifest
    except RagError:
        return False
    return (
        manifest.model == _model(embedder)
        and manifest.reading_model == _model(embedder.reading())
        and manifest.passage_tokens == settings.passage_tokens
        and manifest.corpus_hash == corpus_hash(corpus, corpus_files(corpus, leave_out=index))
    )


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    index.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"Another build is writing to {str(index)!r}.",
            "Wait for it to end, or name another folder: make index INDEX=…",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _write(
    corpus: Path,
    files: list[Path],
    index: Path,
    folder: Path,
    settings: IndexSettings,
    embedder: Embedder,
) -> BuildResult:
    """Writes everything but the pointer; returns what the manifest says."""
    cache = index / "cache"
    with (
        closing(CachedEmbedder(embedder, cache)) as passages,
        closing(CachedEmbedder(embedder.reading(), cache)) as sentences,
        closing(ParseCache(cache)) as parsed,
    ):
        ahead = Ahead(passages, sentences)
        skipped = _write_store(corpus, files, folder, settings, embedder, ahead, parsed)
        store = Store(folder / gen.STORE)
        _write_vectors(store, folder, passages, sentences)
    keywords = folder / gen.KEYWORDS
    keywords.mkdir()
    TantivyIndex.build(keywords, (f"{prefix}\n{text}" for prefix, text in store.embedding_texts()))
    manifest = gen.Manifest(
        format=gen.FORMAT,
        generation=folder.name.removesuffix(".partial"),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        corpus=str(corpus),
        corpus_hash=corpus_hash(corpus, files),
        model=_model(embedder),
        reading_model=_model(embedder.reading()),
        passage_tokens=settings.passage_tokens,
        documents=len(store.document_ids),
        passages=len(store.document_of),
        sentences=len(store.passage_of),
        skipped=[{"source": item.source, "reason": item.reason} for item in skipped],
        files=gen.file_entries(folder),
    )
    manifest.save(folder)
    return BuildResult(manifest, passages.embedded + sentences.embedded)


def _write_store(
    corpus: Path,
    files: list[Path],
    folder: Path,
    settings: IndexSettings,
    embedder: Embedder,
    ahead: Ahead,
    parsed: ParseCache,
) -> list[Skipped]:
    """Loads and chunks every file into the store, embedding meanwhile what is already there.

    Raises CorpusError when no file has text.
    """
    skipped: list[Skipped] = []
    glossary = GlossaryBuilder()
    words: dict[str, None] = {}  # a set that keeps its order
    writer = StoreWriter(folder / gen.STORE)
    max_bytes = settings.max_file_mb * 2**20
    limits = Limits(max_bytes, settings.file_seconds, settings.file_memory_mb)
    with (
        Progress(files, max_bytes) as progress,
        Pool(limits, settings.workers, parsed) as pool,
    ):
        for path, item in load_corpus(corpus, files, max_bytes, pool.read):
            if isinstance(item, Document):
                item = _add(item, writer, glossary, words, settings, embedder, ahead) or item
            if isinstance(item, Skipped):
                skipped.append(item)
            progress.reached(path, item, writer.passages)
        ahead.flush()
        progress.finished()
    parsed.prune()
    writer.add_glossary(glossary.entries())
    writer.add_words(words)
    writer.add_twins()
    writer.close()
    if writer.documents == 0:
        reasons = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:3])
        raise CorpusError(
            f"None of the {len(files)} files in {str(corpus)!r} could be read ({reasons}).",
            f"These formats are read: {' '.join(FORMATS)}",
        )
    return skipped


def _add(
    document: Document,
    writer: StoreWriter,
    glossary: GlossaryBuilder,
    words: dict[str, None],
    settings: IndexSettings,
    embedder: Embedder,
    ahead: Ahead,
) -> Skipped | None:
    """Adds one document to the store; Skipped when it has nothing to quote."""
    passages = chunk(document, embedder.token_starts, _room(settings, embedder))
    if not passages:
        return Skipped(document.source, "holds no text but headings")
    prefixes = [
        context_prefix(document.title, passage.heading, embedder.token_starts)
        for passage in passages
    ]
    writer.add(document, passages, prefixes)
    glossary.add(document.text)
    seen = surface_words(f"{document.title or ''} {document.text}")
    new = dict.fromkeys(word for word in seen if word not in words and content_terms(word))
    words.update(new)
    ahead.add(document.title, passages, prefixes, new)
    return None


def _room(settings: IndexSettings, embedder: Embedder) -> int:
    """Tokens for a passage's own text: what the model takes less title and heading in front."""
    from_model = embedder.max_tokens - PREFIX_TOKENS - 4
    if from_model < LEAST_TOKENS:
        raise ModelError(
            f"The model {embedder.name!r} reads only {embedder.max_tokens} tokens at a time.",
            f"Name one in RAG_MODEL that reads {LEAST_TOKENS + PREFIX_TOKENS + 4} or more.",
        )
    return min(settings.passage_tokens, from_model)


def _model(embedder: Embedder) -> gen.Model:
    return gen.Model(
        embedder.name, embedder.digest, embedder.dtype, embedder.dim, embedder.max_tokens
    )


def _write_vectors(
    store: Store, folder: Path, passages: CachedEmbedder, sentences: CachedEmbedder
) -> None:
    """The vectors of passages, words, sentences and sentences in context: cached by now."""
    whole = (passage_text(prefix, text) for prefix, text in store.embedding_texts())
    vectors = _embed_all(whole, passages)
    FaissIndex.build(vectors).save(folder / gen.DENSE)
    words = store.words()
    vectors = _embed_all(iter(words), passages)
    np.save(folder / gen.WORDS, vectors.astype(np.float16), allow_pickle=False)
    reading = sentences.embedder
    windows = (window_text(text, reading) for text in store.window_texts())
    vectors = _embed_all(store.sentence_texts(), sentences)
    np.save(folder / gen.SENTENCES, vectors.astype(np.float16), allow_pickle=False)
    vectors = _embed_all(windows, sentences)
    FaissIndex.build(vectors).save(folder / gen.WINDOWS)


def _embed_all(texts: Iterator[str], cached: CachedEmbedder) -> Vectors:
    parts = [cached.embedder.embed_passages([])]  # there may be no texts
    while batch := list(islice(texts, EMBED_AT_ONCE)):
        parts.append(cached.embed(batch))
    return np.concatenate(parts)
