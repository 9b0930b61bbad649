"""The HTTP endpoints under /v1 and the three that watch over the service."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from indexer.generation import Manifest
from indexer.types import Document, Filters
from service.errors import UnknownDocument
from service.observe import Metrics
from service.originals import stands
from service.pipeline import Engine
from service.source import EngineSource
from service.types import Answer, Event, Question, Turn

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


def engine_of(request: Request) -> Engine:
    """The engine that answers a request. Raises when no index can be had."""
    source: EngineSource = request.app.state.source
    engine = source.engine()
    passages = engine.generation.manifest.passages
    request.app.state.metrics.serves(passages, behind=source.problem is not None)
    return engine


def counted(events: Iterator[Event], request: Request) -> Iterator[Event]:
    """The same events; the answer among them is counted by its outcome."""
    metrics: Metrics = request.app.state.metrics
    for event in events:
        if isinstance(event, Answer):
            metrics.answers.labels(event.status).inc()
        yield event


v1 = APIRouter(prefix="/v1")


@v1.post("/query")
def query(body: QueryIn, request: Request) -> Answer:
    """Answers a question with quoted sentences, or says that the documents do not say."""
    *_, answer = counted(engine_of(request).stream(body.value()), request)
    assert isinstance(answer, Answer)
    return answer


@v1.post("/search")
def search(body: SearchIn, request: Request) -> Hits:
    """Finds passages; no answer is composed."""
    engine = engine_of(request)
    interpreted, hits = engine.search(body.query, body.top_k, body.filters.value())
    documents = engine.generation.store.headers([hit.passage.document_id for hit in hits])
    return Hits(
        query=body.query,
        interpreted_query=interpreted,
        hits=[
            HitOut(
                rank=hit.rank,
                score=round(hit.score, 4),
                passage=PassageOut(
                    **{name: getattr(hit.passage, name) for name in PassageOut.model_fields}
                ),
                document=DocumentOut.model_validate(
                    DocumentOut.of(documents[hit.passage.document_id])
                ),
            )
            for hit in hits
        ],
    )


@v1.get("/documents")
def list_documents(
    request: Request,
    filters: Annotated[ListIn, Query()],
) -> DocumentPage:
    """The documents in the index, filtered and paged."""
    total, found = engine_of(request).generation.store.list_documents(
        filters.value(), filters.limit, filters.offset, newest=filters.order == "newest"
    )
    return DocumentPage(
        total=total,
        offset=filters.offset,
        documents=[
            ListedDocument.model_validate(DocumentOut.of(document) | {"passages": passages})
            for document, passages in found
        ],
    )


@v1.get("/documents/{document_id:path}")
def document(document_id: str, request: Request) -> FullDocument:
    """One document with its text and metadata."""
    generation = engine_of(request).generation
    found = generation.store.document(document_id)
    if found is None:
        raise unknown_document(document_id)
    original = request.app.state.originals and stands(generation, found)
    whole = {"text": found.text, "pages": list(found.pages), "original": original}
    return FullDocument.model_validate(DocumentOut.of(found) | whole)


def unknown_document(document_id: str) -> UnknownDocument:
    """What is raised when no document has this id."""
    return UnknownDocument(
        f"There is no document {document_id!r}.", "GET /v1/documents lists them."
    )


@v1.get("/index")
def index(request: Request) -> Manifest:
    """The manifest of the index generation being served."""
    return engine_of(request).generation.manifest


watch = APIRouter()


@watch.get("/healthz")
def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@watch.get("/readyz")
def readyz(request: Request) -> dict[str, str]:
    """An index is loaded and can answer; 503 with the reason when not.

    `problem` is there while the published index cannot be opened and the one before answers.
    """
    ready = {"status": "ready", "generation": engine_of(request).generation.manifest.generation}
    problem = request.app.state.source.problem
    return ready | ({"problem": f"{problem.message} {problem.hint}"} if problem else {})


@watch.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus text."""
    kept: Metrics = request.app.state.metrics
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
