"""The sidecar: a `metadata.csv` or `metadata.yaml` in which the user says what documents are.

It lies in any folder of the corpus and names files relative to that folder, one row (or entry) for
each `file`: a path, a pattern ("reports/*.pdf", "old/**") or what lies in a file ("faq.jsonl#17",
"old.zip/plan.txt"). What it says overrides what was read. Of several rows for a document, one that
names it beats a pattern, a later pattern an earlier one, and a sidecar in a deeper folder one
further up.
"""

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from indexer.errors import UnreadableFile
from indexer.load.sidecar_rows import READERS, Mistake, Row
from indexer.load.text import decode
from indexer.metadata import telling
from indexer.types import Document, Skipped

SEARCHED = 1000  # files among which a misspelt name is looked for: it takes a while

_CHECKED = {
    "published": "is no date; write 2021-05-03, 2021-05 or 2021",
    "updated": "is no date; write 2021-05-03, 2021-05 or 2021",
    "url": "is no address; write https://…",
    "language": "is no code of a language; write en or en-GB",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one row says; `name` is a file's source, a record's, or a pattern for either."""

    name: str
    values: Mapping[str, str]
    where: str
    rank: tuple[int, bool, int]  # the sidecar's depth, whether it names the file, its line


class Sidecar:
    """What the sidecars of a corpus say. `paths` are their files, which are no documents.

    `warnings` name the line of every row or value that is not taken, and why.
    """

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.warnings: list[Skipped] = []
        self._files: set[str] = set()
        self._named: dict[str, list[_Entry]] = {}
        self._patterns: list[_Entry] = []
        self._awaited: dict[
            str, _Entry
        ] = {}  # records named, or archives' files, until they come by

    @classmethod
    def load(cls, files: Mapping[str, Path]) -> "Sidecar":
        """Reads every sidecar among the files of a corpus, which are given by their sources."""
        sidecar = cls()
        found = {one: path for one, path in files.items() if path.name.lower() in READERS}
        sidecar._files = {_plain(source) for source in files if source not in found}
        if sidecar._files:  # else such a file is all there is, and not beside anything
            sidecar.paths = list(found.values())
            for source, path in found.items():
                sidecar._read(path, source)
        return sidecar

    def apply(self, document: Document) -> Document:
        """The document with what is said of it, and in which line."""
        source = _plain(document.source)
        file = self._file_of(source) or source
        names = [name for name in _prefixes(source) if len(name) >= len(file)]
        for name in names:
            self._awaited.pop(name, None)
        entries = [entry for name in names for entry in self._named.get(name, [])]
        entries += [one for one in self._patterns if any(_fits(one.name, name) for name in names)]
        said: dict[str, str] = {}
        found: dict[str, str] = {}
        for entry in sorted(entries, key=lambda one: one.rank):
            said.update(entry.values)
            found.update(dict.fromkeys(entry.values, entry.where))
        if not said:
            return document
        title = said.pop("title", document.title)
        return replace(
            document,
            title=title,
            metadata={**document.metadata, **said},
            provenance={**document.provenance, **found},
        )

    def unused(self) -> Iterator[Skipped]:
        """After the last document: a warning for each record named that never came by."""
        for entry in self._awaited.values():
            yield Skipped(entry.where, f"names nothing that was read: {entry.name!r}")

    def _read(self, path: Path, source: str) -> None:
        try:
            text = decode(path.read_bytes())
        except UnreadableFile as error:
            self.warnings.append(Skipped(source, error.message))
            return
        except OSError as error:
            self.warnings.append(Skipped(source, f"cannot be opened: {error.strerror}"))
            return
        taken: dict[str, int] = {}
        for row in READERS[path.name.lower()](text):
            where = f"{source}, line {row.line}"
            problem = row.reason if isinstance(row, Mistake) else self._add(row, source, taken)
            if problem:
                self.warnings.append(Skipped(where, problem))

    def _add(self, row: Row, source: str, taken: dict[str, int]) -> str | None:
        """Takes a row, or says why it names nothing; `taken` has the lines of names so far."""
        where, folder = f"{source}, line {row.line}", posixpath.dirname(source)
        name = self._resolve(folder, row.file)
        file = self._file_of(name)
        inner = name[len(file) :] if file else ""
        named = bool(file) and not _is_pattern(inner)
        pattern = _is_pattern(name) and (inner or any(_fits(name, one) for one in self._files))
        if not named and not pattern:
            return self._unknown(name, row.file)
        if named and name in taken:
            return f"{row.file!r} has a row already, in line {taken[name]}; this one is left out"
        taken[name] = row.line
        rank = (source.count("/"), named, row.line)
        entry = _Entry(name, self._checked(row, where), where, rank)
        if named:
            self._named.setdefault(name, []).append(entry)
        else:
            self._patterns.append(entry)
        if named and inner:
            self._awaited[name] = entry
        return None

    def _resolve(self, folder: str, file: str) -> str:
        """A row's file as a name inside the corpus; Windows' slashes where no name has them."""
        name = _plain(posixpath.normpath(posixpath.join(folder, file)))
        if name in self._files or "\\" not in file:
            return name
        return self._resolve(folder, file.replace("\\", "/"))

    def _file_of(self, source: str) -> str:
        return next((one for one in _prefixes(source) if one in self._files), "")

    def _unknown(self, name: str, file: str) -> str:
        if any(one.startswith(f"{name}/") for one in self._files):
            return f"{file!r} is a folder; to name all its files write {file.rstrip('/')}/**"
        few = sorted(self._files) if len(self._files) <= SEARCHED else []
        by_letters = {one.casefold(): one for one in few}
        near = difflib.get_close_matches(name.casefold(), by_letters, n=1)
        hint = f" (is {by_letters[near[0]]!r} meant?)" if near else ""
        return f"names no file of the corpus: {file!r}{hint}"

    def _checked(self, row: Row, where: str) -> dict[str, str]:
        """The row's values; one that is not what its column asks for is left out with a warning."""
        values: dict[str, str] = {}
        for key, value in row.values.items():
            known = telling(key, value) if key in _CHECKED else value
            if known:
                values[key] = known
            else:
                self.warnings.append(Skipped(where, f"{key} {value!r} {_CHECKED[key]}"))
        return values


def _plain(name: str) -> str:
    """One form for names that look alike: systems write accents in one character or in two."""
    return unicodedata.normalize("NFC", name)


def _prefixes(source: str) -> Iterator[str]:
    """A source and what it may lie in: what stands before each `#` (records) and `/` (archives)."""
    yield source
    for match in re.finditer(r"[#/]", source):
        yield source[: match.start()]


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _fits(pattern: str, name: str) -> bool:
    """Whether a pattern fits a whole name; `*` stays inside a folder, `**` is any folders."""
    return _parts_fit(pattern.split("/"), name.split("/"))


def _parts_fit(pattern: list[str], parts: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_parts_fit(pattern[1:], parts[at:]) for at in range(len(parts) + 1))
    fits = bool(parts) and fnmatchcase(parts[0], pattern[0])
    return fits and _parts_fit(pattern[1:], parts[1:])
