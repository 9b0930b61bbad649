"""What the service says, as far as the page shows it. Unknown fields are let past."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Status = Literal["answered", "partial", "not_found"]
Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Message(TypedDict):
    """One line of the conversation so far, as the service wants it: plain text."""

    role: Literal["user", "assistant"]
    content: str


class _Reply(BaseModel):
    """The contract only ever gains fields, so a field unknown here is no error."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AlsoIn(_Reply):
    """Another document that says what a quote says."""

    title: Words = ""
    publisher: Words = ""
    published: Words = ""
    source: Words = ""


class Citation(_Reply):
    """One verbatim quote, and everything needed to find it in its source."""

    id: int
    quote: str
    document_id: Words = ""
    title: Words = ""
    author: Words = ""
    publisher: Words = ""
    published: Words = ""
    source: Words = ""
    url: Words = ""
    page: int | str | None = None
    heading: Words = ""
    start: int | None = None
    end: int | None = None
    context: Words = ""
    also_in: tuple[AlsoIn, ...] = ()
    also_in_more: int = 0
    speaker: Words = ""


class Sentence(_Reply):
    """One sentence of an answer and the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...] = ()
    supported: bool = True


class Disagreement(_Reply):
    """Two citations that say different things of the same, in words."""

    text: str


class IndexInfo(_Reply):
    """Which documents are being searched."""

    generation: Words = ""
    documents: int | None = None
    passages: int | None = None
    created_at: Words = ""


class Draft(_Reply):
    """As much of an answer as has come.

    `unchecked` is what a language model is writing and has not been compared with the documents.
    """

    unchecked: Words = ""
    interpreted_question: Words = ""
    answer: Words = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()


class Answer(Draft):
    """The service's whole reply to one question."""

    question: Words = ""
    status: Status
    confidence: float | None = None
    reason: Words = ""
    reason_code: Words = ""
    disagreements: tuple[Disagreement, ...] = ()
    note: Words = ""
    nearest: tuple[Citation, ...] = ()
    index: IndexInfo | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)


class Document(_Reply):
    """One document in full: `text[start:end]` of a citation is its quote.

    `pages` says where in it each page begins; `original` whether its file is to be had.
    """

    text: str
    pages: tuple[int, ...] = ()
    original: bool = False
    title: Words = ""
    author: Words = ""
    publisher: Words = ""
    published: Words = ""
    source: Words = ""
    url: Words = ""


class Counted(_Reply):
    """A value of a field, and how many documents have it."""

    value: str
    documents: int


class Facets(_Reply):
    """What the filters can be set to; `published` has the first and the last date as from, to."""

    documents: int = 0
    publisher: tuple[Counted, ...] = ()
    author: tuple[Counted, ...] = ()
    year: tuple[Counted, ...] = ()
    unstated: dict[str, int] = Field(default_factory=dict)
    published: dict[str, str | None] = Field(default_factory=dict)


class Listed(_Reply):
    """A document in a list, without its text."""

    id: str
    title: Words = ""
    publisher: Words = ""
    published: Words = ""
    source: Words = ""


class DocumentPage(_Reply):
    """A page of the list of documents."""

    total: int = 0
    documents: tuple[Listed, ...] = ()


class Said(_Reply):
    """A reason why something was not read, or a warning."""

    text: Words = ""


class FileRead(_Reply):
    """What became of one file when the index was built."""

    source: Words = ""
    status: Words = ""
    reasons: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()


class Report(_Reply):
    """What became of the files: how many have each status, and those that were asked for."""

    by_status: dict[str, int] = Field(default_factory=dict)
    files: tuple[FileRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be used, empty meaning any; dates are ISO days and inclusive."""

    publisher: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""

    def __bool__(self) -> bool:
        return self != Filters()

    def body(self) -> dict[str, object]:
        """As the service takes them."""
        return {
            "publisher": list(self.publisher),
            "author": list(self.author),
            "published_from": self.published_from or None,
            "published_to": self.published_to or None,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer, and what the reader can do about it."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it: `None` while the service is at it, and then `draft` is
    what has come so far."""

    question: str
    outcome: Answer | Problem | None = None
    filters: Filters = Filters()
    draft: Draft = field(default_factory=Draft)
