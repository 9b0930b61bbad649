"""Index generations on disk: written aside, published by swapping a pointer, opened and checked.

    INDEX/CURRENT              the name of the generation that is served
    INDEX/generations/NAME/    manifest.json, store.sqlite, passages.faiss, sentences.npy,
                               windows.faiss, words.npy, keywords/, report.json, report.html
    INDEX/cache/               vectors by model and text, so that nothing is embedded twice, and
                               the hashes of files by their looks
    INDEX/lock                 held while building

A generation is never changed once published. The pointer is replaced in one step after all its
files are on disk, so a reader finds either the old generation or the new one, whole. What it says
of itself is in `manifest.py`, publishing in `publish.py`; this module opens it to be searched.
"""

import math
import os
import weakref
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.dense import FaissIndex
from indexer.errors import IndexBroken
from indexer.hold import hold
from indexer.manifest import (
    DENSE,
    FORMAT,
    KEYWORDS,
    MANIFEST,
    REBUILD,
    SENTENCES,
    STORE,
    WINDOWS,
    WORDS,
    FileEntry,
    Manifest,
    Model,
    check_files,
    current,
    file_entries,
)
from indexer.publish import prune, publish
from indexer.sparse import TantivyIndex
from indexer.store import Store

__all__ = [
    "DENSE",
    "FORMAT",
    "KEYWORDS",
    "MANIFEST",
    "SENTENCES",
    "STORE",
    "WINDOWS",
    "WORDS",
    "FileEntry",
    "Generation",
    "Manifest",
    "Model",
    "check_files",
    "current",
    "file_entries",
    "open_current",
    "prune",
    "publish",
]


class Generation:
    """An open generation: everything needed to search it. Safe to share between threads.

    While it is open its folder is not removed (see `hold`).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = manifest = Manifest.load(folder)
        self._let_go = weakref.finalize(self, os.close, hold(folder))
        check_files(folder, manifest, hashes=False)
        self.store = Store(folder / STORE)
        if len(self.store.document_of) != manifest.passages:
            raise IndexBroken("The store and the manifest disagree on the passages.", REBUILD)
        self.dense = FaissIndex.load(folder / DENSE, manifest.passages, manifest.model.dim)
        self.sparse = TantivyIndex.load(folder / KEYWORDS)
        self.word_numbers = {word: number for number, word in enumerate(self.store.words())}
        self.sentence_vectors = _vectors(folder / SENTENCES, manifest.sentences)
        self.windows = FaissIndex.load(
            folder / WINDOWS, manifest.sentences, manifest.reading_model.dim
        )
        self.word_vectors = _vectors(folder / WORDS, len(self.word_numbers))

    def close(self) -> None:
        """Lets go of folder and store, as happens when nothing refers to this any more."""
        self.store.close()
        self._let_go()

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene's BM25 has it."""
        n = self.sparse.document_frequency(term)
        return math.log(1.0 + (self.manifest.passages - n + 0.5) / (n + 0.5))


def _vectors(path: Path, rows: int) -> npt.NDArray[np.float16]:
    """The vectors in `path`, mapped, not read. Raises IndexBroken when they are not `rows`."""
    try:
        vectors: npt.NDArray[np.float16] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexBroken(f"The index file {path.name} cannot be read.", REBUILD) from error
    if len(vectors) != rows:
        raise IndexBroken(f"{path.name} holds {len(vectors)} vectors, not {rows}.", REBUILD)
    return vectors


def open_current(index: Path) -> Generation:
    """The published generation, open. Raises IndexMissing or IndexBroken."""
    while True:
        folder = current(index)
        try:
            return Generation(folder)
        except IndexBroken:
            if current(index) == folder:  # else it was replaced and removed meanwhile
                raise
