"""A corpus → a published index generation: load, chunk, embed what is new, write, publish."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from indexer import manifest as gen
from indexer.ahead import EMBED_AT_ONCE, Ahead, Progress, passage_text, window_text
from indexer.cache import CachedEmbedder
from indexer.chunk import PREFIX_TOKENS, chunk, context_prefix
from indexer.dense import FaissIndex
from indexer.disk import disk_full, means_full, size_of
from indexer.embed import Embedder, Vectors
from indexer.errors import CorpusError, ModelError, RagError
from indexer.fresh import made_with, why_stale
from indexer.glossary import GlossaryBuilder
from indexer.hashes import FileHashes, corpus_hash
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import FORMATS, corpus_files, load_corpus, source_of
from indexer.parsed import ParseCache
from indexer.publish import publish, sweep, writing
from indexer.report import ReportBuilder
from indexer.report_data import NearCopy
from indexer.settings import IndexSettings
from indexer.sparse import TantivyIndex, content_terms, surface_words
from indexer.stopwatch import Stopwatch
from indexer.store import Store
from indexer.store_writer import StoreWriter
from indexer.types import Document, Passage, Skipped

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
    corpus_files(corpus, leave_out=index)  # a wrong folder is said before an index is begun
    with writing(index):
        return build_locked(corpus, index, settings, embedder)


def build_locked(
    corpus: Path, index: Path, settings: IndexSettings, embedder: Embedder
) -> BuildResult:
    """As `build_index`, for who has the right to write to the index already (see `writing`)."""
    files = corpus_files(corpus, leave_out=index)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    written = index / gen.GENERATIONS / f"{name}{gen.PARTIAL}"
    sweep(index)
    try:
        written.mkdir(parents=True)
        result = _write(corpus, files, index, written, settings, embedder)
        publish(index, written, settings.keep)
    except BaseException as error:
        # twice what was written before it failed: half of a build's bytes are in its last files
        needed = max(2 * size_of(written), _served_size(index))
        full = means_full(error, index)  # asked before room is made
        shutil.rmtree(written, ignore_errors=True)
        if full:
            raise disk_full(index, needed) from error
        raise
    return result


def up_to_date(corpus: Path, index: Path, settings: IndexSettings, embedder: Embedder) -> bool:
    """Whether the published generation is sound and made of this corpus with these settings."""
    made = made_with(settings, _in_hand(embedder))
    return why_stale(corpus, corpus_files(corpus, leave_out=index), index, lambda _: made) is None


def _in_hand(embedder: Embedder) -> dict[str, str]:
    """As `fresh.installed`, of a model that is loaded."""
    return {
        "model": embedder.name,
        "dtype": embedder.dtype,
        "weights": embedder.digest,
        "reading_weights": embedder.reading().digest,
    }


def _write(
    corpus: Path,
    files: list[Path],
    index: Path,
    folder: Path,
    settings: IndexSettings,
    embedder: Embedder,
) -> BuildResult:
    """Writes everything but the pointer; returns what the manifest says."""
    # before anything is read: a file that changes meanwhile makes this generation stale, not wrong
    hashes = FileHashes(index)
    hash_before = corpus_hash(corpus, files, hashes)
    made = made_with(settings, _in_hand(embedder))
    cache = index / "cache"
    report = ReportBuilder(corpus, files)
    with (
        closing(CachedEmbedder(embedder, cache)) as passages,
        closing(CachedEmbedder(embedder.reading(), cache)) as sentences,
        closing(ParseCache(cache)) as parsed,
    ):
        ahead = Ahead(passages, sentences)
        skipped = _write_store(
            corpus, files, folder, settings, embedder, ahead, parsed, report, hashes
        )
        store = Store(folder / gen.STORE)
        report.near_copies = _near_copies(store)
        with report.watch.stage("vectors"):
            _write_vectors(store, folder, passages, sentences)
    keywords = folder / gen.KEYWORDS
    keywords.mkdir()
    with report.watch.stage("keywords"):
        whole = (f"{prefix}\n{text}" for prefix, text in store.embedding_texts())
        TantivyIndex.build(keywords, whole)
    embedded = passages.embedded + sentences.embedded
    texts = len(store.document_of) + 2 * len(store.passage_of) + len(store.words())
    report.save(folder, texts, embedded)  # one more file for the manifest to name
    manifest = gen.Manifest(
        format=gen.FORMAT,
        generation=folder.name.removesuffix(gen.PARTIAL),
        replaces=_served(index),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        corpus=str(corpus),
        corpus_hash=hash_before,
        made_with=made,
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
    return BuildResult(manifest, embedded)


def _near_copies(store: Store) -> list[NearCopy]:
    ids, copies = store.document_ids, store.copies()
    known = store.headers([ids[n] for copy in copies for n in (copy.document, copy.of)])
    return [
        NearCopy(known[ids[copy.document]].source, known[ids[copy.of]].source, copy.share)
        for copy in copies
    ]


def _served_size(index: Path) -> int:
    served = _served(index)
    return size_of(index / gen.GENERATIONS / served) if served else 0


def _served(index: Path) -> str | None:
    """The generation that readers are pointed to now, where there is one."""
    try:
        return gen.current(index).name
    except RagError:
        return None


def _write_store(
    corpus: Path,
    files: list[Path],
    folder: Path,
    settings: IndexSettings,
    embedder: Embedder,
    ahead: Ahead,
    parsed: ParseCache,
    report: ReportBuilder,
    hashes: FileHashes,
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
        coming = load_corpus(corpus, files, max_bytes, pool.read)
        watch = report.watch
        for path, item in watch.each("waiting for files", coming):
            passages: list[Passage] = []
            if isinstance(item, Document):
                with watch.stage("passages"):
                    passages = _add(item, writer, glossary, words, settings, embedder, ahead, watch)
                if not passages:
                    item = Skipped(item.source, "holds no text but headings")
            if isinstance(item, Skipped):
                skipped.append(item)
            report.add(path, item, passages)
            progress.reached(path, item, writer.passages)
        with watch.stage("embedding"):
            ahead.flush()
        progress.finished()
    parsed.prune()
    writer.add_glossary(glossary.entries())
    writer.add_words(words)
    writer.add_twins()
    # from before reading: a file that changed meanwhile is not taken for what was read
    known = {source_of(corpus, path): hashes.given(path) for path in files}
    writer.add_files({source: sha256 for source, sha256 in known.items() if sha256})
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
    watch: Stopwatch,
) -> list[Passage]:
    """Adds one document to the store; returns its passages, none when it has nothing to quote."""
    passages = chunk(document, embedder.token_starts, _room(settings, embedder))
    if not passages:
        return passages
    prefixes = [
        context_prefix(document.title, passage.heading, embedder.token_starts)
        for passage in passages
    ]
    writer.add(document, passages, prefixes)
    glossary.add(document.text)
    seen = surface_words(f"{document.title or ''} {document.text}")
    new = dict.fromkeys(word for word in seen if word not in words and content_terms(word))
    words.update(new)
    with watch.stage("embedding"):
        ahead.add(document.title, passages, prefixes, new)
    return passages


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
