"""Walks a corpus folder and hands each file to the reader of its suffix.

A reader is a function `(path, source) -> iterator of Document | Skipped`. It raises UnreadableFile
when nothing of the file can be read. A new format is one module and one line in `SUFFIXES`.
"""

import errno
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from indexer.errors import CorpusError, UnreadableFile
from indexer.load.archive import ARCHIVES
from indexer.load.names import is_hidden, is_junk, printable
from indexer.load.sidecar import Sidecar
from indexer.types import Document, Skipped

Reader = Callable[[Path, str], Iterator[Document | Skipped]]


def _reader(where: str) -> Reader:
    """The function MODULE.NAME, imported when a file of its format is read.

    Their libraries take two thirds of the start of a process, and most corpora are of few formats.
    """
    module, _, name = where.partition(".")

    def read(path: Path, source: str) -> Iterator[Document | Skipped]:
        found: Reader = getattr(import_module(f"indexer.load.{module}"), name)
        return found(path, source)

    return read


SUFFIXES: dict[str, Reader] = {
    **dict.fromkeys((".txt", ".text"), _reader("text.read_text")),
    **dict.fromkeys((".md", ".markdown"), _reader("markdown.read_markdown")),
    ".jsonl": _reader("jsonl.read_jsonl"),
    **dict.fromkeys((".docx", ".docm", ".dotx"), _reader("word.read_word")),
    **dict.fromkeys((".odt", ".ods", ".odp"), _reader("opendocument.read_opendocument")),
    ".rtf": _reader("rtf.read_rtf"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), _reader("slides.read_slides")),
    **dict.fromkeys((".xlsx", ".xlsm"), _reader("workbook.read_workbook")),
    **dict.fromkeys((".csv", ".tsv"), _reader("delimited.read_delimited")),
    ".json": _reader("jsondata.read_json"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _reader("html.read_html")),
    ".eml": _reader("eml.read_eml"),
    ".epub": _reader("epub.read_epub"),
    ".pdf": _reader("pdf.read_pdf"),
}
# formats of another age: only a file that is something newer under an old name is read
OLD_SUFFIXES: dict[str, Reader] = dict.fromkeys(
    (".doc", ".dot", ".xls", ".xlsb", ".ppt", ".pps"), _reader("old.read_old")
)
READERS = {**SUFFIXES, **OLD_SUFFIXES}
FORMATS = (*SUFFIXES, *ARCHIVES)
INDEPENDENT = {".jsonl"}
"""Suffixes of files whose documents stand each for itself: some may be read and others not.

Any other file is read whole or not at all.
"""

_KINDS = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))


class File(NamedTuple):
    """What a walk found: where, what citations call it, and why it must not be opened, if so."""

    path: Path
    source: str
    problem: str | None = None


ReadAll = Callable[[Iterable[File]], Iterator[tuple[Path, Document | Skipped]]]


def corpus_files(corpus: Path, leave_out: Path | None = None) -> list[Path]:
    """All that lies under `corpus`, or itself when it is a file: by folder, sorted by name.

    Hidden files, what systems leave behind (Thumbs.db) and everything under `leave_out` (the
    index, when it lies inside) are left aside. Links to folders, pipes and folders that cannot be
    opened are among the files, so that `problem` can say why they are not read. Raises
    CorpusError when nothing is there.
    """
    if corpus.is_file():
        return [corpus]
    if not corpus.is_dir():
        raise CorpusError(
            f"There is no folder {str(corpus)!r} to index.",
            "Name an existing folder of documents: make index CORPUS=path/to/folder",
        )
    files = list(_walk(corpus, leave_out))
    if not files:
        raise CorpusError(
            f"The folder {str(corpus)!r} holds no files.",
            f"Put documents there; these are read: {' '.join(FORMATS)}",
        )
    return files


def _walk(corpus: Path, leave_out: Path | None) -> Iterator[Path]:
    # told by its number: resolving the path of every folder takes minutes where they are deep
    avoid = leave_out.stat() if leave_out and leave_out.exists() else None
    folders = [corpus]  # not os.walk: it calls itself, so that deep folders end it
    while folders:
        folder = folders.pop()
        try:
            if avoid and os.path.samestat(folder.stat(), avoid):
                continue
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield folder
            continue
        inner = []
        for entry in entries:
            if is_hidden([entry.name]) or is_junk(entry.name):
                continue
            path = folder / entry.name
            if _is_folder(entry):
                inner.append(path)
            else:
                yield path
        folders += reversed(inner)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def problem(corpus: Path, path: Path) -> str | None:
    """Why a file of the corpus must not be opened, in words; None when it may be."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) and path != corpus:
            if not path.resolve(strict=True).is_relative_to(corpus.resolve()):
                return "is a link out of the folder: not followed"
            if path.is_dir():
                return "is a link to a folder: not followed"
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            os.scandir(path).close()  # fails as it did before, and so says why
            return "is a folder that could not be opened"
    except RuntimeError:  # so resolve says that links lead round in a circle
        return "is a link that leads round in a circle"
    except FileNotFoundError:
        return "is a link to nothing" if path.is_symlink() else "vanished before it was read"
    except OSError as error:
        if error.errno == errno.ELOOP:  # so resolve says it from Python 3.13 on
            return "is a link that leads round in a circle"
        return f"cannot be opened: {error.strerror}"
    if stat.S_ISREG(mode):
        return None
    return f"is a {next((name for holds, name in _KINDS if holds(mode)), 'device')}, not a file"


def source_of(corpus: Path, path: Path) -> str:
    """A file's path inside the corpus, with slashes, on one line: what citations call it."""
    return printable(path.name if path == corpus else path.relative_to(corpus).as_posix())


def load_file(
    path: Path,
    source: str,
    max_bytes: int,
    readers: Mapping[str, Reader] = READERS,
) -> Iterator[Document | Skipped]:
    """The documents of one file; what cannot be read comes as Skipped, never as an exception.

    Only want of memory ends it: whoever calls must start afresh.
    """
    suffix = path.suffix.lower()
    reader = readers.get(suffix)
    if reader is None:
        yield no_reader(path.suffix, source)
        return
    try:
        if path.stat().st_size > max_bytes:
            yield too_large(source, max_bytes)
            return
        nothing = True
        for item in reader(path, source) if suffix in INDEPENDENT else list(reader(path, source)):
            nothing = False
            yield _storable(item)
        if nothing:
            yield Skipped(source, "holds no documents")
    except UnreadableFile as error:
        yield Skipped(source, error.message)
    except RecursionError:
        yield Skipped(source, "is nested too deeply")
    except MemoryError:
        raise
    except OSError as error:
        yield Skipped(source, f"cannot be opened: {error.strerror or printable(str(error))}")
    except Exception as error:  # libraries raise anything at all for a broken file
        detail = printable(f"{type(error).__name__}: {error}"[:200])
        yield Skipped(source, f"cannot be read: it is damaged or very odd ({detail})")


def _storable(item: Document | Skipped) -> Document | Skipped:
    """`item`, or why it can neither be stored nor shown: half a character, as escapes may make."""
    if isinstance(item, Skipped):
        return item
    shown = [item.title, dict(item.metadata), dict(item.provenance)]
    try:
        (item.text + json.dumps(shown, ensure_ascii=False, default=str)).encode()
    except UnicodeEncodeError:
        return Skipped(item.source, "holds half a character (a lone surrogate)")
    return item


def no_reader(suffix: str, source: str) -> Skipped:
    """What is said of a file of another format."""
    return Skipped(source, f"no reader for {printable(suffix) or 'files without a suffix'}")


def too_large(source: str, max_bytes: int) -> Skipped:
    """What is said of a file over the limit."""
    return Skipped(source, f"larger than {max_bytes // 2**20} MB (RAG_MAX_FILE_MB)")


def load_corpus(
    corpus: Path, files: list[Path], max_bytes: int, read: ReadAll | None = None
) -> Iterator[tuple[Path, Document | Skipped]]:
    """Each file of `files` with each of its documents or the reasons why there is none.

    `read` reads the files, in order (see Pool); without it they are read here and now. A document
    without text, and one whose id was already seen, is Skipped. Sidecars are applied and are no
    documents; what they say that cannot be taken is Skipped too.
    """
    seen: dict[str, str] = {}
    found = [File(path, source_of(corpus, path), problem(corpus, path)) for path in files]
    sidecar = Sidecar.load({file.source: file.path for file in found if not file.problem})
    aside = set(sidecar.paths)
    todo = [file for file in found if file.path not in aside]
    for path, item in read(todo) if read else _read_here(todo, max_bytes):
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


def _read_here(files: Iterable[File], max_bytes: int) -> Iterator[tuple[Path, Document | Skipped]]:
    for file in files:
        if file.problem:
            yield file.path, Skipped(file.source, file.problem)
            continue
        for item in load_file(file.path, file.source, max_bytes):
            yield file.path, item
