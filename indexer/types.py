"""The nouns of the index: documents, their blocks, passages, sentences, and hits.

Every offset counts Unicode code points (Python string indices) of `Document.text`, so that
`document.text[x.start:x.end]` is always exactly the text of `x`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text that its author set apart: what loaders tell the chunker."""

    start: int
    end: int
    kind: BlockKind
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it will be quoted.

    `id` is stable across builds; `source` is what a person would look for (path inside the
    corpus, with `#record` for a line of a JSONL file). `blocks` are in order, do not overlap and
    are only known while indexing. `metadata` holds what was found of `author`, `publisher`,
    `published` (ISO date, possibly only year or year-month) and `url`, plus the user's own keys.
    """

    id: str
    source: str
    title: str | None
    text: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

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
    """A sentence of a passage, by its offsets in the document's text."""

    start: int
    end: int


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
