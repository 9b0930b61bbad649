"""What a report says, and `report.json`, which holds just that: see docs/operations.md."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from indexer.errors import IndexBroken
from indexer.load.names import printable
from indexer.metadata import FIELDS
from indexer.types import Document, Passage, Skipped

VERSION = 1
JSON = "report.json"
HTML = "report.html"
KEPT = 100  # reasons and warnings of one file; all reasons are in the manifest
MAX_VALUE = 300  # characters of a metadata value: some are whole abstracts
SIDECAR = "sidecar"
HARMLESS = ("text by OCR",)
"""How warnings begin that do not mean that something of the file is missing from the index."""

Status = Literal["read", "partly read", "not read"]
STATUSES: tuple[Status, ...] = ("read", "partly read", "not read")
_AGAIN = "Build the index again: make index"


@dataclass(frozen=True, slots=True)
class NearCopy:
    """Two documents, by their sources, of which one holds `share` (0..1) of the other's text."""

    document: str
    copy_of: str
    share: float


@dataclass(frozen=True, slots=True)
class Found:
    """A metadata value and, in words, where it was found (None for the user's own keys)."""

    value: str
    found: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A reason or a warning, and of which file or record."""

    source: str
    text: str


@dataclass(slots=True)
class FileReport:
    """What became of one file: `documents` is more than one where each of its records is one.

    `characters` counts the text; `furniture` those of them that are never quoted, and `removed`
    what was left out besides: `boilerplate` is the share of both in all. `known` counts the
    documents that have a field; `metadata` holds the values where there is one document.
    """

    source: str
    format: str
    status: Status = "not read"
    documents: int = 0
    refused: int = 0
    pages: int = 0
    passages: int = 0
    sentences: int = 0
    characters: int = 0
    furniture: int = 0
    removed: int = 0
    boilerplate: float = 0.0
    metadata: dict[str, Found] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    missing: list[str] = field(default_factory=list)
    reasons: list[Said] = field(default_factory=list)
    warned: int = 0
    warnings: list[Said] = field(default_factory=list)

    def add(self, item: Document | Skipped, passages: Sequence[Passage]) -> None:
        """Counts one document, or the reason why a record or the whole is none."""
        if isinstance(item, Skipped):
            self.refused += 1
            if len(self.reasons) < KEPT:
                self.reasons.append(Said(item.source, item.reason))
            return
        self.documents += 1
        self.pages += len(item.pages)
        self.passages += len(passages)
        self.sentences += sum(len(passage.sentences) for passage in passages)
        self.characters += len(item.text)
        self.furniture += sum(b.end - b.start for b in item.blocks if b.kind == "furniture")
        self.removed += item.removed
        values = _values(item)
        for name in FIELDS:
            self.known[name] += name in values
        self.metadata = values if self.documents == 1 else {}
        self.warned += len(item.warnings)
        self.warnings += [Said(item.source, one) for one in item.warnings]
        del self.warnings[KEPT:]
        if any(not warning.startswith(HARMLESS) for warning in item.warnings):
            self.status = "partly read"

    def finish(self, sidecar: bool) -> None:
        """Works out what can only be said when all was added."""
        if sidecar:  # each of its rows that is not taken is a reason
            self.format = SIDECAR
            whole = any(one.source == self.source for one in self.reasons)
            self.status = "not read" if whole else "partly read" if self.refused else "read"
            return
        if self.documents:
            partly = self.refused or self.status == "partly read"
            self.status = "partly read" if partly else "read"
            self.missing = [name for name in FIELDS if self.known[name] < self.documents]
        length = self.characters + self.removed
        self.boilerplate = round((self.furniture + self.removed) / length, 4) if length else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: what `report.json` holds, under the same names."""

    version: int
    corpus: str
    generation: str
    created_at: str
    summary: dict[str, int]
    by_status: dict[str, int]
    by_format: dict[str, dict[str, int]]
    coverage: dict[str, float]
    texts: dict[str, int]
    seconds: dict[str, float]
    near_copies: list[NearCopy]
    files: list[FileReport]

    @property
    def complete(self) -> bool:
        """Whether every file was read, and the whole of it."""
        return self.by_status["read"] == self.summary["files"]

    def sorted_files(self) -> list[FileReport]:
        """What needs a person's eye first: not read, partly read, with warnings, the rest."""
        return sorted(self.files, key=lambda f: (-STATUSES.index(f.status), not f.warned))

    def save(self, folder: Path) -> None:
        """Writes `report.json` into a generation's folder."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        # half characters, as only warnings may hold, become what JSON writes for them
        (folder / JSON).write_bytes(text.encode("utf-8", "backslashreplace"))

    @classmethod
    def load(cls, folder: Path) -> "Report":
        """Reads it back. Raises IndexBroken when there is none or it is of another version."""
        try:
            raw = json.loads((folder / JSON).read_text("utf-8"))
            if raw["version"] != VERSION:
                raise IndexBroken(
                    f"The report has version {raw['version']}; this version reads {VERSION}.",
                    _AGAIN,
                )
            raw["files"] = [_file_from(one) for one in raw["files"]]
            raw["near_copies"] = [NearCopy(**one) for one in raw["near_copies"]]
            return cls(**raw)
        except FileNotFoundError:
            raise IndexBroken(f"The index in {folder} has no report.", _AGAIN) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexBroken(
                f"The report in {folder} cannot be read: {error!r}.", _AGAIN
            ) from error


def shown(text: str) -> str:
    """Text on one line that can be printed anywhere, whatever a file holds or is called."""
    return printable(text.encode("utf-8", "backslashreplace").decode())


def within(said: Said, file: FileReport) -> str:
    """What is said, with the record it is said of where that is not the whole file."""
    record = said.source.removeprefix(file.source).lstrip(", ")
    return f"{record}: {said.text}" if record else said.text


def by_status(files: Iterable[FileReport]) -> dict[str, int]:
    """How many files have each status."""
    counts: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for file in files:
        counts[file.status] += 1
    return counts


def _values(document: Document) -> dict[str, Found]:
    """The values of the known fields, then the user's own keys."""
    texts = {key: document.field(key) for key in document.metadata} | {"title": document.title}
    order = [*FIELDS, *(key for key in texts if key not in FIELDS)]
    return {
        key: Found(_clipped(text), document.provenance.get(key))
        for key in order
        if (text := texts.get(key))
    }


def _clipped(text: str) -> str:
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def _file_from(raw: dict[str, Any]) -> FileReport:
    metadata = {key: Found(**found) for key, found in raw.pop("metadata").items()}
    reasons = [Said(**one) for one in raw.pop("reasons")]
    warnings = [Said(**one) for one in raw.pop("warnings")]
    return FileReport(**raw, metadata=metadata, reasons=reasons, warnings=warnings)
