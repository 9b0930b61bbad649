"""The nouns of the index: documents, their blocks, passages, sentences, and hits.

Every offset counts Unicode code points (Python string indices) of `Document.text`, so that
`document.text[x.start:x.end]` is always exactly the text of `x`.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "furniture"]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text that its author set apart: what loaders tell the chunker.

    Furniture (share bars, photo credits, job adverts) stays in the text but is never quoted.
    """

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it will be quoted.

    `id` is stable across builds; `source` is what a person would look for (path inside the
    corpus, with `#record` for a line of a JSONL file). `metadata` holds what was found of `author`,
    `publisher`, `published` and `updated` (ISO dates, possibly only year or year-month), `url` and
    `language`, plus the user's own keys; `provenance` says in words where a value (the title's
    too) was found. `pages` holds the offset at which each page begins, where there are pages.

    Only known while indexing: `blocks`, in order and not overlapping; `removed`, the characters
    that were left out as boilerplate; `warnings`, what a reader of the report should know.
    """

    id: str
    source: str
    title: str | None
    text: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    removed: int = 0
    warnings: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number, from 1, of the page on which the character at `offset` stands."""
        return bisect_right(self.pages, offset) or None

    @property
    def shown_title(self) -> str:
        """The title, or the source where the document has none."""
        return self.title or self.source

    def field(self, key: str) -> str | None:
        """A metadata value as text (a list joined by commas); None when it is unknown."""
        value = self.metadata.get(key)
        if isinstance(value, list):
            value = ", ".join(str(part) for part in value)
        return str(value) if value else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, by its offsets in the document's text; `item`: it is of a list."""

    start: int
    end: int
    item: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable piece of a document: `document.text[start:end] == text`."""

    id: str
    document_id: str
    text: str
    start: int
    end: int
    heading: str | None
    page: int | None
    sentences: tuple[Sentence, ...]

    def quote(self, sentence: Sentence) -> str:
        """The exact text of one of this passage's sentences."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. `row` is its position in the index; `rank` counts from 1.

    `score` is the fused score in 0..1; `via` holds what each leg contributed, for inspection.
    """

    passage: Passage
    row: int
    score: float
    rank: int
    via: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or record that was not read, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be used. Empty means any; dates are ISO and inclusive.

    A document that does not say its publisher, author or date fails a filter on it.
    """

    publisher: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    document_id: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
