"""Index generations on disk: written aside, published by swapping a pointer, opened and checked.

    INDEX/CURRENT              the name of the generation that is served
    INDEX/generations/NAME/    manifest.json, store.sqlite, passages.faiss, sentences.npy,
                               windows.faiss, words.npy, keywords/
    INDEX/cache/               vectors by model and text, so that nothing is embedded twice
    INDEX/lock                 held while building

A generation is never changed once published. The pointer is replaced in one step after all its
files are on disk, so a reader finds either the old generation or the new one, whole.
"""

import json
import math
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.dense import FaissIndex
from indexer.embed import file_digest
from indexer.errors import IndexBroken, IndexMissing
from indexer.sparse import TantivyIndex
from indexer.store import REBUILD, Store

FORMAT = 4

MANIFEST = "manifest.json"
STORE = "store.sqlite"
DENSE = "passages.faiss"
SENTENCES = "sentences.npy"
WINDOWS = "windows.faiss"
WORDS = "words.npy"
KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Model:
    """The embedder an index was built with: a query must be embedded by the same."""

    name: str
    digest: str
    dtype: str
    dim: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a generation, for checking: size in bytes and sha256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds and what it was made from."""

    format: int
    generation: str
    created_at: str
    corpus: str
    corpus_hash: str
    model: Model
    reading_model: Model
    passage_tokens: int
    documents: int
    passages: int
    sentences: int
    skipped: list[dict[str, str]]
    files: dict[str, FileEntry]

    def save(self, folder: Path) -> None:
        """Writes the manifest into a generation's folder."""
        (folder / MANIFEST).write_text(
            json.dumps(asdict(self), indent=2, ensure_ascii=False), "utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Reads it back. Raises IndexBroken when it is missing or of another format."""
        try:
            raw = json.loads((folder / MANIFEST).read_text("utf-8"))
            if raw["format"] != FORMAT:
                raise IndexBroken(
                    f"The index has format {raw['format']}; this version reads {FORMAT}.", REBUILD
                )
            raw["model"] = Model(**raw["model"])
            raw["reading_model"] = Model(**raw["reading_model"])
            raw["files"] = {name: FileEntry(**entry) for name, entry in raw["files"].items()}
            return cls(**raw)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexBroken(
                f"The manifest in {folder} cannot be read: {error!r}.", REBUILD
            ) from error


class Generation:
    """An open generation: everything needed to search it. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.manifest = manifest = Manifest.load(folder)
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


def current(index: Path) -> Path:
    """The folder of the published generation. Raises IndexMissing or IndexBroken."""
    pointer = index / "CURRENT"
    if not pointer.is_file():
        raise IndexMissing(f"There is no index in {str(index)!r}.", "Build one: make index")
    folder = index / "generations" / pointer.read_text().strip()
    if not folder.is_dir():
        raise IndexBroken(f"The published generation {folder.name!r} is gone.", REBUILD)
    return folder


def publish(index: Path, written: Path, keep: int) -> None:
    """Makes the complete generation in `written` the current one and prunes old ones."""
    folder = index / "generations" / written.name.removesuffix(".partial")
    _sync(written)
    os.replace(written, folder)
    _sync(folder.parent)
    pointer = index / "CURRENT.new"
    pointer.write_text(folder.name)
    with pointer.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(pointer, index / "CURRENT")
    _sync(index)
    prune(index, keep)


def prune(index: Path, keep: int) -> None:
    """Removes what an interrupted build left and all but the newest `keep` generations."""
    published = current(index).name
    folders = sorted((index / "generations").iterdir(), key=lambda p: p.name, reverse=True)
    kept = [folder for folder in folders if folder.name == published]
    kept += [f for f in folders if f not in kept and not f.name.endswith(".partial")]
    for folder in folders:
        if folder not in kept[:keep]:
            shutil.rmtree(folder, ignore_errors=True)


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """Size and sha256 of every file of a generation but its manifest."""
    return {
        path.relative_to(folder).as_posix(): FileEntry(path.stat().st_size, file_digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST and not path.name.startswith(".tantivy")
    }


def check_files(folder: Path, manifest: Manifest, hashes: bool) -> None:
    """Raises IndexBroken for a file that is missing or altered; reads contents if `hashes`."""
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise IndexBroken(f"The index has lost its file {name}.", REBUILD)
        if path.stat().st_size != entry.size:
            raise IndexBroken(
                f"The index file {name} has {path.stat().st_size} bytes instead of {entry.size}.",
                REBUILD,
            )
        if hashes and file_digest(path) != entry.sha256:
            raise IndexBroken(f"The index file {name} has been altered.", REBUILD)


def _sync(folder: Path) -> None:
    """Puts a folder's files and its listing on disk before anything points to them."""
    for path in [folder, *folder.iterdir()]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
