"""The report of a build: what became of every file, gathered while it is read.

It is kept in the generation, for programs (`report.json`, see report_data.py) and for people
(`report.html`, report_html.py; in the terminal, report_text.py).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from indexer.load.archive import is_archive
from indexer.load.registry import source_of
from indexer.load.sidecar_rows import READERS as SIDECARS
from indexer.metadata import FIELDS
from indexer.report_data import VERSION, FileReport, NearCopy, Report, by_status
from indexer.report_html import save_page
from indexer.stopwatch import Stopwatch
from indexer.types import Document, Passage, Skipped

SUMS = (
    *("documents", "refused", "warned", "pages", "passages", "sentences"),
    *("characters", "furniture", "removed"),
)

# what lies in a file that lies in an archive; in any other name `#` may stand for itself
_RECORD = re.compile(r"(.*?\.jsonl?)(?:#| (?:line|record) \d+$)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(r"\.[a-z0-9_~-]{1,12}")
_LINE = re.compile(r", line \d+$")


class ReportBuilder:
    """Gathers a report while a build runs; `watch` takes the time of its stages.

    `near_copies` is for whoever finds them to fill.
    """

    def __init__(self, corpus: Path, files: Sequence[Path]) -> None:
        self.watch = Stopwatch()
        self.near_copies: list[NearCopy] = []
        self._corpus, self._files = corpus, files
        self._rows: dict[str, FileReport] = {}

    def add(self, path: Path, item: Document | Skipped, passages: Sequence[Passage]) -> None:
        """Takes what was found in a file of the corpus, and the passages made of it."""
        self._row(self._file_of(path, item.source)).add(item, passages)

    def save(self, folder: Path, texts: int, embedded: int) -> None:
        """Writes the report into the generation's folder, once all was added.

        `texts` had to be embedded; of them only `embedded` were not in the cache.
        """
        report = self._finish(folder.name.removesuffix(".partial"), texts, embedded)
        report.save(folder)
        save_page(report, folder)

    def _finish(self, generation: str, texts: int, embedded: int) -> Report:
        for path in self._files:
            if path.name.lower() in SIDECARS:  # one without mistakes is only told by its name
                self._row(source_of(self._corpus, path))
        rows = list(self._rows.values())
        for row in rows:
            name = row.source.rpartition("/")[2].lower()
            row.finish(sidecar=name in SIDECARS and not row.documents)
        formats = sorted({row.format for row in rows})
        return Report(
            version=VERSION,
            corpus=str(self._corpus),
            generation=generation,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            summary=_summary(rows),
            by_status=by_status(rows),
            by_format={
                name: by_status(row for row in rows if row.format == name) for name in formats
            },
            coverage=_coverage(rows),
            texts={"embedded": embedded, "from_cache": texts - embedded},
            seconds={name: round(value, 3) for name, value in self.watch.seconds.items()},
            near_copies=self.near_copies,
            files=rows,
        )

    def _row(self, source: str) -> FileReport:
        if source not in self._rows:
            kind = Path(source).suffix.lower()  # of "1. Where we are" it would be a sentence
            self._rows[source] = FileReport(source, kind[1:] if _FORMAT.fullmatch(kind) else "none")
        return self._rows[source]

    def _file_of(self, path: Path, source: str) -> str:
        """The file that holds what has this source: an archive's member is a file, a record not."""
        own = source_of(self._corpus, path)
        if is_archive(path.name):
            record = _RECORD.match(source, len(own))
            return own + record[1] if record else source
        if path.name.lower() in SIDECARS:  # the mistakes of all come with the path of the first
            return _LINE.sub("", source)
        return own


def _summary(rows: Sequence[FileReport]) -> dict[str, int]:
    return {"files": len(rows)} | {name: sum(getattr(row, name) for row in rows) for name in SUMS}


def _coverage(rows: Sequence[FileReport]) -> dict[str, float]:
    """Per cent of the documents that have each field."""
    documents = sum(row.documents for row in rows)
    return {
        name: round(100 * sum(row.known[name] for row in rows) / max(documents, 1), 1)
        for name in FIELDS
    }
