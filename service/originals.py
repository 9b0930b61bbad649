"""The files that documents were read from, as long as they stand in the corpus as they were read.

Knows no HTTP. They are not copied into an index; it only keeps their hashes.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from indexer.generation import Generation
from indexer.types import Document
from service.errors import NoOriginal

_AGAIN = "Its text is in the index all the same. Files can be had again after `make index`."


def stands(generation: Generation, document: Document) -> bool:
    """Whether there seems to be a file to open; what it holds is not looked at."""
    known = generation.store.file_hash(document.source)
    return known is not None and _path(generation, document).is_file()


def open_original(generation: Generation, document: Document) -> BinaryIO:
    """The file that a document was read from, open at its beginning.

    Raises NoOriginal unless its bytes are those that were read: that is also what keeps any other
    file from being handed out, whatever path or link leads to it by now.
    """
    sha256 = generation.store.file_hash(document.source)
    if sha256 is None:
        raise NoOriginal(
            f"{document.source} was read from inside a file.", "Only whole files are handed out."
        )
    try:
        file = open(_path(generation, document), "rb", opener=_at_once)  # noqa: SIM115
    except (OSError, ValueError):
        raise NoOriginal(f"{document.source} is no longer in its folder.", _AGAIN) from None
    regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    if regular and hashlib.file_digest(file, "sha256").hexdigest() == sha256:
        file.seek(0)
        return file
    file.close()
    raise NoOriginal(f"{document.source} has changed since it was read.", _AGAIN)


def _path(generation: Generation, document: Document) -> Path:
    corpus = Path(generation.manifest.corpus)
    return corpus if corpus.is_file() else corpus / document.source


def _at_once(path: str, flags: int) -> int:
    """Opens a file, or a pipe that has taken its place, which else would be waited for."""
    return os.open(path, flags | os.O_NONBLOCK)
