"""Documents, passages and sentences by number, in SQLite: `store_writer.py` wrote them once.

Passages and sentences are numbered from 0 in corpus order; the number of a passage is its row in
both indexes, the number of a sentence its row among the sentence vectors.
"""

import json
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer import twin_table
from indexer.chunk import in_context
from indexer.connections import Connections
from indexer.errors import IndexBroken
from indexer.glossary import Entry
from indexer.manifest import REBUILD as REBUILD
from indexer.overview import Overview, overview
from indexer.types import Document, Filters, Passage, Sentence

Numbers = npt.NDArray[np.int64]

_ASKED_AT_ONCE = 10_000  # SQLite takes some 32,000 values in a query
_HEADER = "metadata, provenance, pages"
_DOCUMENT = f"id, source, title, text, {_HEADER}"
_PASSAGE = "p.number, p.document, p.text, p.start, p.stop, p.heading, p.page"


class Store:
    """A finished store, read by any number of threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise IndexBroken(f"The index has no {path.name}.", REBUILD)
        self.name = path.name
        self._connections = Connections(f"{path.resolve().as_uri()}?mode=ro&immutable=1")
        weakref.finalize(self, self._connections.close)
        try:
            passages = self._all("SELECT document FROM passages ORDER BY number")
            sentences = self._all("SELECT passage FROM sentences ORDER BY number")
            ids = self._all("SELECT id FROM documents ORDER BY number")
        except sqlite3.DatabaseError as error:
            raise IndexBroken(f"{path.name} cannot be read: {error}.", REBUILD) from error
        self.document_ids: list[str] = [row[0] for row in ids]
        self.document_of: Numbers = np.array([row[0] for row in passages], np.int64)
        """The number of the document of each passage."""
        self.passage_of: Numbers = np.array([row[0] for row in sentences], np.int64)
        """The number of the passage of each sentence."""

    def sound(self) -> bool:
        """Whether SQLite finds nothing wrong with the file."""
        return self._all("PRAGMA integrity_check") == [("ok",)]

    def close(self) -> None:
        """Closes the file; otherwise it is closed when nothing refers to the store any more."""
        self._connections.close()

    def _all(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._connections.one() as db:
            found: list[tuple[Any, ...]] = db.execute(query, values).fetchall()
            return found

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """The passages of these numbers, in the order asked for."""
        if not numbers:
            return []
        marks = ",".join("?" * len(numbers))
        sentences: dict[int, list[Sentence]] = {number: [] for number in numbers}
        for passage, start, stop, item in self._all(
            f"SELECT passage, start, stop, item FROM sentences WHERE passage IN ({marks}) "
            "ORDER BY number",
            numbers,
        ):
            sentences[passage].append(Sentence(start, stop, bool(item)))
        found = {}
        for number, document, text, start, stop, heading, page in self._all(
            f"SELECT {_PASSAGE} FROM passages p WHERE p.number IN ({marks})", numbers
        ):
            identity = self.document_ids[document]
            found[number] = Passage(
                id=f"{identity}:{start}-{stop}",
                document_id=identity,
                text=text,
                start=start,
                end=stop,
                heading=heading,
                page=page,
                sentences=tuple(sentences[number]),
            )
        return [found[number] for number in numbers]

    def first_sentences(self, numbers: Sequence[int]) -> list[int]:
        """The number of the first sentence of each of these passages."""
        return [int(n) for n in np.searchsorted(self.passage_of, numbers)]

    def document_id_of(self, sentence: int) -> str:
        """The id of the document in which the sentence of this number stands."""
        return self.document_ids[int(self.document_of[self.passage_of[sentence]])]

    def canonical(self, sentences: Sequence[int]) -> dict[int, int]:
        """Each of these sentences → the first of those that say the same, or itself."""
        return twin_table.canonical(self._all, sentences)

    def twins(self, sentences: Sequence[int]) -> dict[int, list[int]]:
        """Each of these sentences that is said elsewhere too → all that say it, in corpus order."""
        return twin_table.groups(self._all, sentences)

    def copies(self) -> list[twin_table.Copy]:
        """The documents that are near-copies of another, by number."""
        return twin_table.copies(self._all)

    def embedding_texts(self) -> Iterator[tuple[str, str]]:
        """(prefix, text) of every passage, in order."""
        for (count_from,) in self._all("SELECT number FROM passages WHERE number % 1000 = 0"):
            for row in self._all(
                "SELECT prefix, text FROM passages WHERE number >= ? AND number < ? "
                "ORDER BY number",
                (count_from, count_from + 1000),
            ):
                yield row[0], row[1]

    def sentence_texts(self) -> Iterator[str]:
        """The text of every sentence, in order."""
        for _, _, sentence in self._sentences():
            yield sentence

    def window_texts(self) -> Iterator[str]:
        """Every sentence with its document's title and the sentence before it in its passage."""
        last_passage, before = -1, ""
        for passage, title, sentence in self._sentences():
            before = before if passage == last_passage else ""
            yield in_context(title, before, sentence)
            last_passage, before = passage, sentence

    def _sentences(self) -> Iterator[tuple[int, str | None, str]]:
        for (count_from,) in self._all("SELECT number FROM passages WHERE number % 1000 = 0"):
            for number, title, text, offset, start, stop in self._all(
                "SELECT p.number, d.title, p.text, p.start, s.start, s.stop FROM sentences s "
                "JOIN passages p ON p.number = s.passage JOIN documents d ON d.number = p.document "
                "WHERE p.number >= ? AND p.number < ? ORDER BY s.number",
                (count_from, count_from + 1000),
            ):
                yield number, title, text[start - offset : stop - offset]

    def document(self, identity: str) -> Document | None:
        """The document with this id, without its blocks, or None."""
        rows = self._all(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (identity,))
        return _document(rows[0]) if rows else None

    def file_hash(self, source: str) -> str | None:
        """The sha256 (hex) of the file of this source as it was read.

        None for what is no file of the folder by itself, as a record or a member of an archive.
        """
        rows = self._all("SELECT sha256 FROM files WHERE source = ?", (source,))
        return str(rows[0][0]) if rows else None

    def slice(self, identity: str, start: int, end: int) -> str:
        """`document.text[start:end]` of the document with this id, without reading all of it."""
        rows = self._all(
            "SELECT substr(text, ?, ?) FROM documents WHERE id = ?",
            (start + 1, end - start, identity),
        )
        return str(rows[0][0]) if rows else ""

    def headers(self, identities: Sequence[str]) -> dict[str, Document]:
        """Documents by id with everything but their text, which may be long."""
        found = {}
        for at in range(0, len(identities), _ASKED_AT_ONCE):
            some = identities[at : at + _ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT id, source, title, '', {_HEADER} FROM documents WHERE id IN ({marks})"
            found.update({row[0]: _document(row) for row in self._all(query, some)})
        return found

    def overview(self) -> Overview:
        """Which publishers, authors and years there are, in how many documents."""
        return overview(self._all)

    def list_documents(
        self, filters: Filters, limit: int, offset: int, newest: bool = False
    ) -> tuple[int, list[tuple[Document, int]]]:
        """How many documents match, and a page of them (no text) with their passage counts.

        In corpus order, or the `newest` first and those that do not say their date last.
        """
        order = "published DESC, number" if newest else "number"
        where, values = _where(filters)
        total = self._all(f"SELECT COUNT(*) FROM documents WHERE {where}", values)[0][0]
        rows = self._all(
            f"SELECT id, source, title, '', {_HEADER}, passages FROM documents WHERE {where} "
            f"ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return int(total), [(_document(row[:-1]), int(row[-1])) for row in rows]

    def rows_matching(self, filters: Filters) -> list[int] | None:
        """The numbers of the passages that pass the filters; None when there are no filters."""
        if filters == Filters():
            return None
        where, values = _where(filters)
        rows = self._all(
            "SELECT p.number FROM passages p WHERE p.document IN "
            f"(SELECT number FROM documents WHERE {where}) ORDER BY p.number",
            values,
        )
        return [row[0] for row in rows]

    def words(self) -> list[str]:
        """The corpus's vocabulary, by number."""
        return [row[0] for row in self._all("SELECT word FROM words ORDER BY number")]

    def glossary(self) -> list[Entry]:
        """What the corpus's acronyms stand for."""
        rows = self._all("SELECT * FROM glossary ORDER BY rowid")
        return [
            Entry(name, long, bool(told), uses, bool(word)) for name, long, told, uses, word in rows
        ]


def _document(row: Sequence[Any]) -> Document:
    identity, source, title, text, metadata, provenance, pages = row
    return Document(
        id=identity,
        source=source,
        title=title,
        text=text,
        metadata=json.loads(metadata),
        provenance=json.loads(provenance),
        pages=tuple(json.loads(pages)),
    )


def _where(filters: Filters) -> tuple[str, list[str]]:
    """SQL for filters. A date known only to its year or month matches where it could be inside."""
    conditions = ["1"]
    values: list[str] = []
    for column, wanted in (
        ("publisher", filters.publisher),
        ("author", filters.author),
        ("id", filters.document_id),
    ):
        if wanted:
            conditions.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values += wanted
    if filters.published_from:
        last_day = "published || substr('9999-12-31', length(published) + 1)"
        conditions.append(f"{last_day} >= ?")
        values.append(filters.published_from)
    if filters.published_to:
        first_day = "published || substr('0000-01-01', length(published) + 1)"
        conditions.append(f"{first_day} <= ?")
        values.append(filters.published_to)
    return " AND ".join(conditions), values
