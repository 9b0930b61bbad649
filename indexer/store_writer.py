"""Writes a store: its tables, and what a build puts into them. `store.py` reads it."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer import twin_table
from indexer.glossary import Entry
from indexer.types import Document, Passage

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, source TEXT NOT NULL, title TEXT,
    author TEXT COLLATE NOCASE, publisher TEXT COLLATE NOCASE, published TEXT,
    metadata TEXT NOT NULL, provenance TEXT NOT NULL, pages TEXT NOT NULL,
    passages INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents,
    text TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    heading TEXT, page INTEGER, prefix TEXT NOT NULL);
CREATE INDEX passages_of ON passages (document);
CREATE TABLE sentences (
    number INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passages,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, item INTEGER NOT NULL);
CREATE INDEX sentences_of ON sentences (passage);
CREATE TABLE words (number INTEGER PRIMARY KEY, word TEXT UNIQUE NOT NULL);
CREATE TABLE files (source TEXT PRIMARY KEY, sha256 TEXT NOT NULL);
CREATE TABLE glossary (
    acronym TEXT NOT NULL, expansion TEXT NOT NULL, defined INTEGER NOT NULL,
    uses INTEGER NOT NULL, ordinary INTEGER NOT NULL);
"""


class StoreWriter:
    """Fills a new store; `close` makes it complete."""

    def __init__(self, path: Path) -> None:
        # whichever thread collects what a failed build left behind may close it
        self._db = sqlite3.connect(path, check_same_thread=False)
        weakref.finalize(self, self._db.close)  # also when a build fails halfway
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        self._db.executescript(twin_table.SCHEMA)
        self.documents = 0
        self.passages = 0
        self.sentences = 0

    def add(self, document: Document, passages: Sequence[Passage], prefixes: Sequence[str]) -> None:
        """Adds a document with its passages and the text put in front of each when embedding."""
        metadata = dict(document.metadata)
        columns = [document.field(key) for key in ("author", "publisher", "published")]
        self._db.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                self.documents,
                document.id,
                document.source,
                document.title,
                *columns,
                json.dumps(metadata, ensure_ascii=False, default=str),
                json.dumps(dict(document.provenance), ensure_ascii=False),
                json.dumps(document.pages),
                len(passages),
                document.text,
            ),
        )
        for passage, prefix in zip(passages, prefixes, strict=True):
            self._add_passage(passage, prefix)
        self.documents += 1

    def _add_passage(self, passage: Passage, prefix: str) -> None:
        p = passage
        self._db.execute(
            "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?)",
            (self.passages, self.documents, p.text, p.start, p.end, p.heading, p.page, prefix),
        )
        self._db.executemany(
            "INSERT INTO sentences VALUES (?,?,?,?,?)",
            [
                (self.sentences + i, self.passages, s.start, s.end, s.item)
                for i, s in enumerate(p.sentences)
            ],
        )
        self.passages += 1
        self.sentences += len(p.sentences)

    def add_glossary(self, entries: Iterable[Entry]) -> None:
        """Adds what the corpus's acronyms stand for."""
        self._db.executemany(
            "INSERT INTO glossary VALUES (?,?,?,?,?)",
            [(e.acronym, e.expansion, e.defined, e.uses, e.ordinary) for e in entries],
        )

    def add_words(self, words: Iterable[str]) -> None:
        """Adds the corpus's vocabulary, numbered in the order given."""
        self._db.executemany("INSERT INTO words VALUES (?,?)", enumerate(words))

    def add_files(self, hashes: Mapping[str, str]) -> None:
        """Adds the sha256 (hex) of each file of the corpus, as it was read, by its source."""
        self._db.executemany("INSERT INTO files VALUES (?,?)", hashes.items())

    def add_twins(self) -> None:
        """Adds which of the sentences added so far say the same."""
        twin_table.write(self._db)

    def close(self) -> None:
        """Writes everything to disk."""
        self._db.commit()
        self._db.close()
