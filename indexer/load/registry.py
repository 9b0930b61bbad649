"""Walks a corpus folder and hands each file to the reader of its suffix.

A reader is a function `(path, source) -> iterator of Document | Skipped`. It raises UnreadableFile
when nothing of the file can be read. A new format is one module and one line in `SUFFIXES`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import CorpusError, UnreadableFile
from indexer.load.delimited import read_delimited
from indexer.load.eml import read_eml
from indexer.load.epub import read_epub
from indexer.load.html import read_html
from indexer.load.jsondata import read_json
from indexer.load.jsonl import read_jsonl
from indexer.load.markdown import read_markdown
from indexer.load.old import read_old
from indexer.load.opendocument import read_opendocument
from indexer.load.rtf import read_rtf
from indexer.load.sidecar import Sidecar
from indexer.load.slides import read_slides
from indexer.load.text import read_text
from indexer.load.word import read_word
from indexer.load.workbook import read_workbook
from indexer.types import Document, Skipped

Reader = Callable[[Path, str], Iterator[Document | Skipped]]

SUFFIXES: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".jsonl": read_jsonl,
    ".docx": read_word,
    ".docm": read_word,
    ".dotx": read_word,
    ".odt": read_opendocument,
    ".ods": read_opendocument,
    ".odp": read_opendocument,
    ".rtf": read_rtf,
    ".pptx": read_slides,
    ".pptm": read_slides,
    ".ppsx": read_slides,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".json": read_json,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".eml": read_eml,
    ".epub": read_epub,
}
# formats of another age: only a file that is something newer under an old name is read
OLD_SUFFIXES: dict[str, Reader] = dict.fromkeys(
    (".doc", ".dot", ".xls", ".xlsb", ".ppt", ".pps"), read_old
)


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
    suffix = path.suffix.lower()
    reader = SUFFIXES.get(suffix) or OLD_SUFFIXES.get(suffix)
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

    A document without text, and one whose id was already seen, is Skipped. Sidecars are applied
    and are no documents; what they say that cannot be taken is Skipped too.
    """
    seen: dict[str, str] = {}
    sidecar = Sidecar.load({source_of(corpus, path): path for path in files})
    aside = set(sidecar.paths)
    for path in files:
        if path in aside:
            continue
        source = source_of(corpus, path)
        for item in load_file(path, source, max_bytes):
            if isinstance(item, Document):
                if not item.text.strip():
                    item = Skipped(item.source, "holds no text")
                elif item.id in seen:
                    item = Skipped(item.source, f"its id {item.id!r} is that of {seen[item.id]}")
                else:
                    seen[item.id] = item.source
                    item = sidecar.apply(item)
            yield path, item
    for warning in (*sidecar.warnings, *sidecar.unused()):
        yield sidecar.paths[0], warning
