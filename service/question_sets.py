"""Question sets to learn from: a few documents, and people's questions with gold quotes over them.

A set is a folder with questions.jsonl (see seeds/README.md; `variants` are other ways to ask the
same) and either its documents in corpus/, or pages.txt: paths in a collection that is kept
elsewhere.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import CorpusError
from service.evaluate import read_jsonl, to_question
from service.types import Question


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way of asking, and the sentences that answer it: none where the documents do not."""

    question: Question
    quotes: tuple[str, ...]


def phrasings(folder: Path) -> Iterator[Phrasing]:
    """Every question of a set in every way that it is asked."""
    for row in read_jsonl(folder / "questions.jsonl"):
        for text in (row["question"], *row.get("variants", ())):
            yield Phrasing(to_question(row | {"question": text}), tuple(row["quotes"]))


def gathered(folders: Iterable[Path], into: Path, pages: Path | None = None) -> Path:
    """The documents of all sets that lie beside these, in one corpus, each set's in a folder, and
    `pages`, where given."""
    shutil.rmtree(into, ignore_errors=True)
    beside = {folder.resolve().parent for folder in folders}
    for corpus in sorted(found for parent in beside for found in parent.glob("*/corpus")):
        shutil.copytree(corpus, into / corpus.parent.name)
    if pages is not None:
        shutil.copytree(pages, into / "pages")
    return into


def corpus_of(folder: Path, pages: Path | None, scratch: Path) -> Path | None:
    """The documents of a set, copied to `scratch` when they are kept in the collection `pages`.

    None when they are and no collection is given. Raises CorpusError for a page that is not there.
    """
    if not (folder / "pages.txt").exists():
        return folder / "corpus"
    if pages is None:
        return None
    corpus = scratch / f"{folder.name}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for line in (folder / "pages.txt").read_text(encoding="utf-8").split():
        if not (pages / line).is_file():
            raise CorpusError(
                f"{folder} needs the page {line}, and {pages} has none.",
                "Name the folder of the manual's Markdown pages, as training/README.md says.",
            )
        shutil.copyfile(pages / line, corpus / line.replace("/", "__"))
    return corpus
