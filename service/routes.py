"""The HTTP endpoints under /v1 and the three that watch over the service."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from indexer.generation import Manifest
from service.errors import UnknownDocument
from service.observe import Metrics
from service.originals import stands
from service.pipeline import Engine
from service.schemas import (
    DocumentOut,
    DocumentPage,
    FullDocument,
    HitOut,
    Hits,
    ListedDocument,
    ListIn,
    PassageOut,
    QueryIn,
    SearchIn,
)
from service.source import EngineSource
from service.types import Answer, Event


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
    interpreted, hits = engine.search(body.query, body.top_k, body.filters.value(), body.rerank)
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

    `reader` is the one that answers, "small" or "large". `problem` is there while the published
    index cannot be opened and the one before answers.
    """
    engine = engine_of(request)
    generation = engine.generation.manifest.generation
    ready = {"status": "ready", "generation": generation, "reader": engine.reads}
    problem = request.app.state.source.problem
    return ready | ({"problem": f"{problem.message} {problem.hint}"} if problem else {})


@watch.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus text."""
    kept: Metrics = request.app.state.metrics
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
