"""Is the published index the one that a build would make now? Answered without loading a model."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from indexer.errors import RagError
from indexer.hashes import FileHashes, corpus_hash
from indexer.libraries import libraries
from indexer.manifest import Manifest, check_files, current
from indexer.settings import IndexSettings
from indexer.weights import (
    ADAPTER,
    adapter_base,
    configuration_digest,
    fastest_dtype,
    find_model,
    weights_file,
)

# modules that write, move or judge an index but do not shape what it holds; a module missing here
# only means a rebuild too many
_SHAPELESS = frozenset(
    "__main__ cache cachefile check connections disk errors fresh generation hashes hold libraries "
    "manifest publish".split()
)
_UNSHAPING = {"keep", "workers", "file_seconds", "file_memory_mb"}
"""Settings that leave what an index holds as it is."""
_WORDS = {
    "code": "this version reads documents differently",
    "weights": "the embedding model has changed",
    "libraries": "the libraries that documents are read and indexed with have changed",
    "configuration": "the embedding model's configuration has changed",
    "reading_weights": "the reading adapter has changed",
}


def installed(settings: IndexSettings, hashes: FileHashes) -> dict[str, str]:
    """What identifies the model that the settings name, found without loading it.

    Raises ModelError when it is not there.
    """
    weights = hashes.digest(weights_file(find_model(settings.model))).hex()
    adapted = weights == adapter_base()
    return {
        "dtype": fastest_dtype() if settings.dtype == "auto" else settings.dtype,
        "weights": weights,
        "reading_weights": hashes.digest(ADAPTER).hex() if adapted else weights,
    }


def made_with(settings: IndexSettings, model: Mapping[str, str]) -> dict[str, str]:
    """All but the documents that shapes an index, by name: settings, model, code, libraries."""
    made = {name: str(value) for name, value in settings.model_dump(exclude=_UNSHAPING).items()}
    configuration = configuration_digest(find_model(settings.model))
    made |= {"configuration": configuration, "code": code_digest(), "libraries": libraries()}
    return made | dict(model)


def why_stale(
    corpus: Path,
    files: list[Path],
    index: Path,
    made: Callable[[FileHashes], Mapping[str, str]],
    verify: bool = False,
) -> str | None:
    """In words, why the published generation is not what a build of `files` would make now.

    None when it is. `made` says what that would be made with. What is remembered of files is
    trusted, and the generation's own are checked by their sizes, unless `verify`.
    """
    try:
        folder = current(index)
        manifest = Manifest.load(folder)
        check_files(folder, manifest, hashes=verify)
    except RagError as error:
        return error.message.rstrip(".")
    hashes = FileHashes(index, verify)
    would = made(hashes)
    for name in sorted(would.keys() | manifest.made_with.keys()):
        was, now = manifest.made_with.get(name), would.get(name)
        if was != now:
            return _WORDS.get(name, f"{name} is {now} and was {was}")
    if manifest.corpus_hash != corpus_hash(corpus, files, hashes):
        return "the documents have changed"
    return None


@cache
def code_digest() -> str:
    """One hash of the code that turns files into an index: other code may read them differently."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        if path.parent != package or path.stem not in _SHAPELESS:
            total.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
