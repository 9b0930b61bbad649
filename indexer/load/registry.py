"""Walks a corpus folder and hands each file to the reader of its suffix.

A reader is a function `(path, source) -> iterator of Document | Skipped`. It raises UnreadableFile
when nothing of the file can be read. A new format is one module and one line in `SUFFIXES`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import CorpusError, UnreadableFile
from indexer.load.jsonl import read_jsonl
from indexer.load.markdown import read_markdown
from indexer.load.pdf import read_pdf
from indexer.load.text import read_text
from indexer.types import Document, Skipped

Reader = Callable[[Path, str], Iterator[Document | Skipped]]

SUFFIXES: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".jsonl": read_jsonl,
    ".pdf": read_pdf,
}


def corpus_files(corpus: Path, leave_out: Path | None = None) -> list[Path]:
    """The regular files under `corpus`, or itself when it is a file, sorted.

    Hidden files, links that lead out of the folder and everything under `leave_out` (the index,
    when it lies inside) are left aside. Raises CorpusError when nothing is there.
    """
    if corpus.is_file():
        return [corpus]
    if not corpus.is_dir():
        raise CorpusError(
            f"There is no folder {str(corpus)!r} to index.",
            "Name an existing folder of documents: make index CORPUS=path/to/folder",
        )
    root = corpus.resolve()
    avoid = leave_out.resolve() if leave_out else None
    files: list[Path] = []
    for folder, folders, names in os.walk(corpus):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (Path(folder) / name).resolve() != avoid
        )
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(root):
                files.append(path)
    if not files:
        raise CorpusError(
            f"The folder {str(corpus)!r} holds no files.",
            f"Put documents there; these are read: {' '.join(SUFFIXES)}",
        )
    return files


def source_of(corpus: Path, path: Path) -> str:
    """A file's path inside the corpus, with slashes: what citations call it."""
    name = path.name if path == corpus else path.relative_to(corpus).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")  # a name may be any bytes


def load_file(path: Path, source: str, max_bytes: int) -> Iterator[Document | Skipped]:
    """The documents of one file; what cannot be read comes as Skipped, never as an exception."""
    reader = SUFFIXES.get(path.suffix.lower())
    if reader is None:
        yield Skipped(source, f"no reader for {path.suffix or 'files without a suffix'}")
        return
    try:
        if path.stat().st_size > max_bytes:
            yield Skipped(source, f"larger than {max_bytes // 2**20} MB (RAG_MAX_FILE_MB)")
            return
        yield from reader(path, source)
    except UnreadableFile as error:
        yield Skipped(source, error.message)
    except RecursionError:
        yield Skipped(source, "is nested too deeply")
    except OSError as error:
        yield Skipped(source, f"cannot be opened: {error.strerror}")


def load_corpus(
    corpus: Path, files: list[Path], max_bytes: int
) -> Iterator[tuple[Path, Document | Skipped]]:
    """Each file of `files` with each of its documents or the reasons why there is none.

    A document without text, and one whose id was already seen, is Skipped.
    """
    seen: dict[str, str] = {}
    for path in files:
        source = source_of(corpus, path)
        for item in load_file(path, source, max_bytes):
            if isinstance(item, Document):
                if not item.text.strip():
                    item = Skipped(item.source, "holds no text")
                elif item.id in seen:
                    item = Skipped(item.source, f"its id {item.id!r} is that of {seen[item.id]}")
                else:
                    seen[item.id] = item.source
            yield path, item
