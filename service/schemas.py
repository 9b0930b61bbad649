"""What requests and responses hold: pydantic checks the ones and describes both at /docs."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from indexer.types import Document, Filters
from service.types import Question, Turn

MAX_QUESTION = 2000

QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)
]


# any constraint makes pydantic refuse lone surrogates, which SQLite cannot take
FilterText = Annotated[str, StringConstraints(max_length=1000)]


class FiltersIn(BaseModel):
    """Which documents may be used; an empty list or null means any. Dates are inclusive."""

    model_config = ConfigDict(extra="forbid")

    publisher: list[FilterText] = Field(
        default=[], max_length=100, description="any of these, letter for letter but for case"
    )
    author: list[FilterText] = Field(
        default=[], max_length=100, description="any of these, letter for letter but for case"
    )
    document_id: list[FilterText] = Field(
        default=[], max_length=1000, description="any of these documents"
    )
    published_from: date | None = Field(default=None, description="on this day or later")
    published_to: date | None = Field(default=None, description="on this day or earlier")

    @model_validator(mode="after")
    def _in_order(self) -> "FiltersIn":
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self

    def value(self) -> Filters:
        """The filters as the index takes them."""
        return Filters(
            tuple(self.publisher),
            tuple(self.author),
            tuple(self.document_id),
            self.published_from.isoformat() if self.published_from else None,
            self.published_to.isoformat() if self.published_to else None,
        )


class ListIn(FiltersIn):
    """Filters and a page of the list of documents."""

    limit: int = Field(default=50, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=2**31)
    order: Literal["corpus", "newest"] = "corpus"


class TurnIn(BaseModel):
    """One message of the conversation so far."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class QueryIn(BaseModel):
    """A question to answer."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    top_k: int = Field(default=5, ge=1, le=50, description="most citations wanted")
    mode: Literal["auto", "extractive", "llm"] = "auto"
    filters: FiltersIn = FiltersIn()
    history: list[TurnIn] = Field(default=[], max_length=100)

    def value(self) -> Question:
        """The question as the pipeline takes it."""
        turns = tuple(Turn(turn.role, turn.content) for turn in self.history)
        return Question(self.question, self.top_k, self.mode, self.filters.value(), turns)


class SearchIn(BaseModel):
    """A query whose passages are wanted, without an answer."""

    model_config = ConfigDict(extra="forbid")

    query: QuestionText
    top_k: int = Field(default=10, ge=1, le=50)
    filters: FiltersIn = FiltersIn()
    rerank: bool = Field(
        default=True,
        description="whether the readers put the best passages in order; false is faster",
    )


class PassageOut(BaseModel):
    """A passage: `document.text[start:end] == text`."""

    id: str
    text: str
    start: int
    end: int
    heading: str | None
    page: int | None


class DocumentOut(BaseModel):
    """A document without its text."""

    id: str
    source: str
    title: str
    author: str | None
    publisher: str | None
    published: str | None
    url: str | None
    metadata: dict[str, object]
    provenance: dict[str, str]

    @classmethod
    def of(cls, document: Document) -> dict[str, object]:
        """The fields of a document that a client may rely on."""
        return {
            "id": document.id,
            "source": document.source,
            "title": document.shown_title,
            "author": document.field("author"),
            "publisher": document.field("publisher"),
            "published": document.field("published"),
            "url": document.field("url"),
            "metadata": dict(document.metadata),
            "provenance": dict(document.provenance),
        }


class ListedDocument(DocumentOut):
    """A document in a list, with how many passages it has."""

    passages: int


class FullDocument(DocumentOut):
    """A document with the text that all offsets count in, and where in it each page begins.

    `original` says whether the file that it was read from seems to be there to be had.
    """

    text: str
    pages: list[int]
    original: bool


class DocumentPage(BaseModel):
    """A page of the list of documents."""

    total: int
    offset: int
    documents: list[ListedDocument]


class HitOut(BaseModel):
    """A passage found."""

    rank: int
    score: float
    passage: PassageOut
    document: DocumentOut


class Hits(BaseModel):
    """What a search found, best first."""

    query: str
    interpreted_query: str
    hits: list[HitOut]
