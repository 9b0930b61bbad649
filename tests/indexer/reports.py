"""Reports of real corpora without embedding anything: reading, chunking and reporting only."""

import re
from pathlib import Path

from indexer.chunk import chunk
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import corpus_files, load_corpus
from indexer.metadata import FIELDS
from indexer.report import ReportBuilder
from indexer.report_data import FileReport, NearCopy, Report
from indexer.types import Document, Passage, Skipped


def _words(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\S+", text)]


def reported(corpus: Path, folder: Path) -> Report:
    """The report of `corpus`, written to `folder` and read back."""
    folder.mkdir(exist_ok=True)
    files = corpus_files(corpus)
    builder = ReportBuilder(corpus, files)
    with Pool(Limits()) as pool:
        for path, found in load_corpus(corpus, files, 2**20, pool.read):
            item: Document | Skipped = found
            passages: list[Passage] = []
            if isinstance(item, Document):
                passages = chunk(item, _words, 160)
            builder.add(path, item, passages)
    builder.save(folder, texts=10, embedded=4)
    return Report.load(folder)


def rows(report: Report) -> dict[str, FileReport]:
    """The files of a report by their sources."""
    return {file.source: file for file in report.files}


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</title></style></bdi></table><iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)//",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--<details open ontoggle=alert(1)>-->",
    "\u202e\u2066<b>turned</b>\x00\x1b[31m\n<p>next",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<base href=https://example.org/><link rel=stylesheet href=//example.org/x.css>",
)
"""What a hostile file may be called, or say of itself."""


def hostile_report(folder: Path) -> Report:
    """A written report in which everything that comes from files is hostile."""
    builder = ReportBuilder(Path(HOSTILE[0]), [])
    for number, text in enumerate(HOSTILE):
        metadata = {text: text, **dict.fromkeys(FIELDS[1:], text)}
        found = dict.fromkeys([*FIELDS, text], text)
        document = Document(
            str(number), text, text, "Text.", metadata, provenance=found, warnings=(text, text)
        )
        # files of their own: in the same row values would be counts only
        builder.add(Path(HOSTILE[0]) / f"{number}{text}", document, [])
        builder.add(Path(HOSTILE[0]) / f"no{number}.{text}", Skipped(text, text), [])
    builder.near_copies = [NearCopy(text, text, 0.9) for text in HOSTILE]
    folder.mkdir(exist_ok=True)
    builder.save(folder, 0, 0)
    return Report.load(folder)
