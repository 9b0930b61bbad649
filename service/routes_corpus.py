"""The HTTP endpoints about the corpus as a whole: what can be filtered by, and what was read."""

import json
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from indexer.overview import Counted
from indexer.report_data import Report, Status
from service.routes import engine_of


class Facets(BaseModel):
    """How many documents have each publisher, author and year, and how many do not say theirs.

    `published` has the first and the last date stated, as `from` and `to`; null when none is.
    """

    documents: int
    publisher: list[Counted]
    author: list[Counted]
    year: list[Counted]
    unstated: dict[str, int]
    published: dict[str, str | None]


class ReportIn(BaseModel):
    """Which files of a report are wanted: those of any of these statuses, or all."""

    model_config = ConfigDict(extra="forbid")

    status: list[Status] = []
    limit: int = Field(default=100_000, ge=0, le=1_000_000)


corpus = APIRouter(prefix="/v1")


@corpus.get("/facets")
def facets(request: Request) -> Facets:
    """What the filters can be set to: at most 1,000 values of each, the most frequent first."""
    found = engine_of(request).generation.store.overview()
    counted = {name: list(getattr(found, name)) for name in ("publisher", "author", "year")}
    return Facets(
        documents=found.documents,
        unstated=found.unstated,
        published=dict(zip(("from", "to"), found.published, strict=True)),
        **counted,
    )


@corpus.get("/report", response_model=Report)
def report(request: Request, wanted: Annotated[ReportIn, Query()]) -> Response:
    """What became of every file when the index was built: report.json, the unread files first."""
    whole = Report.load(engine_of(request).generation.folder)
    files = [f for f in whole.sorted_files() if not wanted.status or f.status in wanted.status]
    text = json.dumps(asdict(replace(whole, files=files[: wanted.limit])), ensure_ascii=False)
    # a warning may hold half characters, which are no UTF-8
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
