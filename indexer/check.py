"""Is a generation whole and true? Every checksum, and every invariant that answers rest on."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from indexer.disk import megabytes, size_of
from indexer.errors import IndexBroken
from indexer.generation import Generation
from indexer.hold import hold
from indexer.manifest import DENSE, REBUILD, SENTENCES, WINDOWS, WORDS, Manifest, check_files
from indexer.store import Store
from indexer.types import Document, Passage

AT_ONCE = 500
ROWS_AT_ONCE = 50_000
LENGTH_ERROR = 0.01  # of a vector of length 1, kept as float16


def check(folder: Path) -> Iterator[str]:
    """Says line by line what was verified. Raises IndexBroken at the first thing that is wrong."""
    manifest = Manifest.load(folder)
    held = hold(folder)  # reading it all takes a while, in which it must not be pruned
    try:
        check_files(folder, manifest, hashes=True)
        size = megabytes(size_of(folder))
        yield f"{len(manifest.files)} files, {size}: there, whole, with the manifest's checksums"
        with closing(Generation(folder)) as found:
            yield _check_store(found.store, manifest)
            yield _check_vectors(found)
            yield _check_keywords(found)
    finally:
        os.close(held)


def _check_store(store: Store, manifest: Manifest) -> str:
    _hold(store.sound(), f"{store.name} fails SQLite's own check")
    counts = (len(store.document_ids), len(store.document_of), len(store.passage_of))
    told = (manifest.documents, manifest.passages, manifest.sentences)
    _hold(counts == told, f"the store holds {counts} documents, passages, sentences, not {told}")
    _hold(len(set(store.document_ids)) == len(store.document_ids), "two documents have one id")
    _hold(bool((np.diff(store.document_of) >= 0).all()), "passages are out of order")
    _hold(bool((np.diff(store.passage_of) >= 0).all()), "sentences are out of order")
    ends = np.searchsorted(store.document_of, np.arange(len(store.document_ids) + 1)).tolist()
    for number, identity in enumerate(store.document_ids):
        _check_document(store, identity, range(ends[number], ends[number + 1]))
    return (
        f"{counts[0]} documents, {counts[1]} passages, {counts[2]} sentences: ids unique, pages in "
        "order, each passage and sentence exactly its slice of its document"
    )


def _check_document(store: Store, identity: str, rows: range) -> None:
    document = store.document(identity)
    if document is None:
        raise _broken(f"document {identity!r} is not there")
    pages = document.pages
    in_text = not pages or (pages[0] >= 0 and pages[-1] <= len(document.text))
    _hold(list(pages) == sorted(pages) and in_text, f"the pages of {identity!r} are not in order")
    seen: set[str] = set()
    for start in range(rows.start, rows.stop, AT_ONCE):
        wanted = rows[start - rows.start :][:AT_ONCE]
        try:
            passages = store.passages(wanted)
        except KeyError as error:
            raise _broken(f"passage {error} of {identity!r} is not there") from None
        for passage in passages:
            _hold(passage.id not in seen, f"two passages have the id {passage.id!r}")
            seen.add(passage.id)
            _check_passage(document, passage)


def _check_passage(document: Document, passage: Passage) -> None:
    where = f"passage {passage.id!r}"
    in_text = 0 <= passage.start < passage.end <= len(document.text)
    _hold(in_text, f"{where} lies outside its document")
    same = document.text[passage.start : passage.end] == passage.text
    _hold(same, f"the text of {where} is not that of its document")
    _hold(passage.page == document.page_at(passage.start), f"{where} is on another page")
    _hold(bool(passage.sentences), f"{where} has no sentence")
    before = passage.start
    for sentence in passage.sentences:
        inside = before <= sentence.start < sentence.end <= passage.end
        _hold(inside, f"a sentence of {where} lies outside it or out of order")
        quote = passage.quote(sentence)
        same = quote == document.text[sentence.start : sentence.end]
        _hold(same and bool(quote.strip()), f"a sentence of {where} is not its slice")
        before = sentence.end


def _check_vectors(found: Generation) -> str:
    manifest = found.manifest
    wanted = {
        WORDS: (found.word_vectors, len(found.word_numbers), manifest.model.dim),
        SENTENCES: (found.sentence_vectors, manifest.sentences, manifest.reading_model.dim),
        DENSE: (found.dense.vectors, manifest.passages, manifest.model.dim),
        WINDOWS: (found.windows.vectors, manifest.sentences, manifest.reading_model.dim),
    }
    for name, (vectors, rows, dim) in wanted.items():
        _hold(vectors.shape == (rows, dim), f"{name} holds {vectors.shape}, not {(rows, dim)}")
        for start in range(0, rows, ROWS_AT_ONCE):
            lengths = np.linalg.norm(
                vectors[start : start + ROWS_AT_ONCE].astype(np.float32), axis=1
            )
            # not the other way round: a length that is no number is far from 1 in no comparison
            unit = bool((np.abs(lengths - 1) < LENGTH_ERROR).all())
            _hold(unit, f"{name} holds vectors that are not of length 1")
    return (
        f"{len(found.dense)} vectors of passages, {manifest.sentences} of sentences alone and in "
        f"context, {len(found.word_numbers)} of words: one for each, of length 1"
    )


def _check_keywords(found: Generation) -> str:
    rows = found.sparse.rows()
    wanted = list(range(found.manifest.passages))
    _hold(
        rows == wanted, f"the keyword index holds {len(rows)} passages, not each of {len(wanted)}"
    )
    return f"{len(rows)} passages in the keyword index: each once"


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise _broken(otherwise)


def _broken(what: str) -> IndexBroken:
    return IndexBroken(f"The index is not true: {what}.", REBUILD)
