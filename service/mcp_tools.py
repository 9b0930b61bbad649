"""What the tools of the Model Context Protocol take, do and give: search, fetch and ask.

The shapes of search and fetch are those that ChatGPT's connectors expect; ask gives the response of
/v1/query. Knows nothing of the protocol.
"""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indexer.store import Store
from indexer.types import Document
from service.errors import UnknownDocument
from service.pipeline import Engine
from service.schemas import FiltersIn, QuestionText
from service.types import Answer, Question

FETCHED = 20_000  # characters of a document given when no length is asked for: some 5,000 tokens
MOST_FETCHED = 50_000


class SearchArguments(FiltersIn):
    """What to search for, and in which documents."""

    query: QuestionText = Field(description="what to find: a question, a phrase or keywords")
    top_k: int = Field(default=10, ge=1, le=50, description="most passages wanted")


class FetchArguments(BaseModel):
    """Which characters of which document."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] = Field(
        description="of a document or of a passage, as `search` and `ask` give them"
    )
    start: int | None = Field(
        default=None,
        ge=0,
        description="the first character wanted, counted from 0 in the document's text; "
        "unset begins at the beginning of the document or the passage",
    )
    length: int | None = Field(
        default=None,
        ge=1,
        le=MOST_FETCHED,
        description=f"most characters wanted; unset gives the passage, or {FETCHED} of a document",
    )


class AskArguments(FiltersIn):
    """What to answer, and from which documents."""

    question: QuestionText = Field(description="one question in plain words")
    top_k: int = Field(default=5, ge=1, le=50, description="most quotes wanted")


class Result(BaseModel):
    """A passage found: `text` is the document's `text[start:end]`, verbatim."""

    id: str
    title: str
    text: str
    url: str = Field(description="empty where the document states none: cite title and source")
    document_id: str
    source: str = Field(description="the file, as a path inside the collection")
    publisher: str | None
    published: str | None
    page: int | None
    start: int
    end: int
    score: float


class Results(BaseModel):
    """Passages, best first, and the query as it was understood."""

    interpreted_query: str
    results: list[Result]


class Fetched(BaseModel):
    """A stretch of a document: `text` is its `text[start:end]`, verbatim."""

    id: str
    title: str
    text: str
    url: str = Field(description="empty where the document states none: cite title and source")
    metadata: dict[str, object]
    document_id: str
    source: str = Field(description="the file, as a path inside the collection")
    page: int | None = Field(description="the page on which `start` is")
    start: int
    end: int
    left: int = Field(description="characters of the document after `end`")


def search(engine: Engine, asked: SearchArguments) -> Results:
    """Finds passages."""
    interpreted, hits = engine.search(asked.query, asked.top_k, asked.value())
    documents = engine.generation.store.headers([hit.passage.document_id for hit in hits])
    results = []
    for hit in hits:
        passage, document = hit.passage, documents[hit.passage.document_id]
        results.append(
            Result(
                id=passage.id,
                title=document.shown_title,
                text=passage.text,
                url=document.field("url") or "",
                document_id=document.id,
                source=document.source,
                publisher=document.field("publisher"),
                published=document.field("published"),
                page=passage.page,
                start=passage.start,
                end=passage.end,
                score=round(hit.score, 4),
            )
        )
    return Results(interpreted_query=interpreted, results=results)


def fetch(engine: Engine, asked: FetchArguments) -> Fetched:
    """Reads a document, or a passage of one. Raises UnknownDocument for neither's id."""
    document, start, length = _find(engine.generation.store, asked.id)
    start = min(start if asked.start is None else asked.start, len(document.text))
    text = document.text[start : start + min(asked.length or length, MOST_FETCHED)]
    end = start + len(text)
    return Fetched(
        id=asked.id,
        title=document.shown_title,
        text=text,
        url=document.field("url") or "",
        metadata=dict(document.metadata),
        document_id=document.id,
        source=document.source,
        page=document.page_at(start),
        start=start,
        end=end,
        left=len(document.text) - end,
    )


def _find(store: Store, identity: str) -> tuple[Document, int, int]:
    """The document that an id is of, and the stretch of it: where it starts and its length.

    A passage's id is its document's with the offsets, so any stretch of a document has an id.
    """
    if document := store.document(identity):
        return document, 0, FETCHED
    stretch = re.fullmatch("(.+):([0-9]{1,12})-([0-9]{1,12})", identity, re.DOTALL)
    if stretch and (document := store.document(stretch[1])):
        start, end = int(stretch[2]), int(stretch[3])
        if start < end <= len(document.text):
            return document, start, end - start
    raise UnknownDocument(
        f"There is no document or passage {identity[:200]!r}.", "Fetch an id that `search` gave."
    )


def ask(engine: Engine, asked: AskArguments) -> Answer:
    """Answers, or says that the documents do not say."""
    return engine.ask(Question(asked.question, asked.top_k, filters=asked.value()))
