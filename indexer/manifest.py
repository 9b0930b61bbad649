"""What a generation says of itself: what it holds, what it was made with, and its files' checksums.

Imports nothing heavy, so that an index can be inspected, checked for changes and rolled back
without loading a model.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.errors import IndexBroken, IndexMissing
from indexer.weights import file_digest

FORMAT = 7

REBUILD = "Rebuild it: make index"

MANIFEST = "manifest.json"
CHECKSUM = "manifest.sha256"
"""The manifest's own checksum, as `sha256sum --check` reads it."""
STORE = "store.sqlite"
DENSE = "passages.faiss"
SENTENCES = "sentences.npy"
WINDOWS = "windows.faiss"
WORDS = "words.npy"
KEYWORDS = "keywords"

GENERATIONS = "generations"
POINTER = "CURRENT"
PARTIAL = ".partial"
"""The end of the name of a folder that is being written or removed, and may be swept away."""


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
    """What a generation holds and what it was made from.

    `replaces` names the generation that was served when this one was built: where a rollback
    leads. `made_with` holds all but the documents that shapes an index (see `fresh.made_with`).
    """

    format: int
    generation: str
    replaces: str | None
    created_at: str
    corpus: str
    corpus_hash: str
    made_with: dict[str, str]
    model: Model
    reading_model: Model
    passage_tokens: int
    documents: int
    passages: int
    sentences: int
    skipped: list[dict[str, str]]
    files: dict[str, FileEntry]

    def save(self, folder: Path) -> None:
        """Writes the manifest into a generation's folder, and beside it its own checksum."""
        content = json.dumps(asdict(self), indent=2, ensure_ascii=False).encode()
        (folder / MANIFEST).write_bytes(content)
        (folder / CHECKSUM).write_text(_checksum_line(content), "utf-8")

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
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexBroken(
                f"The manifest in {folder} cannot be read: {error!r}.", REBUILD
            ) from error


def current(index: Path) -> Path:
    """The folder of the published generation. Raises IndexMissing or IndexBroken."""
    name = _published(index)
    while not (index / GENERATIONS / name).is_dir():
        before, name = name, _published(index)
        if name == before:  # else it was replaced and pruned since the pointer was read
            raise IndexBroken(f"The published generation {name!r} is gone.", REBUILD)
    return index / GENERATIONS / name


def _published(index: Path) -> str:
    try:
        name = (index / POINTER).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(
            f"There is no index in {str(index)!r}.", "Build one: make index"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"The pointer {POINTER} cannot be read: {error}.", REBUILD) from error
    if name in ("", "..") or name != Path(name).name:
        raise IndexBroken(f"The pointer {POINTER} holds {name[:80]!r}, no generation.", REBUILD)
    return name


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """Size and sha256 of every file of a generation but its manifest and that one's checksum."""
    return {
        path.relative_to(folder).as_posix(): FileEntry(path.stat().st_size, file_digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in (MANIFEST, CHECKSUM)
        and not path.name.startswith(".tantivy")
    }


def check_files(folder: Path, manifest: Manifest, hashes: bool) -> None:
    """Raises IndexBroken for a file that is missing or altered; reads contents if `hashes`."""
    if hashes:
        _check_manifest(folder)
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


def _check_manifest(folder: Path) -> None:
    try:
        content = (folder / MANIFEST).read_bytes()
        kept = (folder / CHECKSUM).read_bytes()
    except OSError as error:
        raise IndexBroken(f"The index has lost its file {CHECKSUM}.", REBUILD) from error
    if kept != _checksum_line(content).encode():
        raise IndexBroken(f"{MANIFEST} and {CHECKSUM} disagree: one has been altered.", REBUILD)


def _checksum_line(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n"
