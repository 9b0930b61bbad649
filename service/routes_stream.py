"""POST /v1/query/stream: an answer as it comes, in server-sent events."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from indexer.errors import RagError
from service.problems import as_problem
from service.routes import QueryIn, counted, engine_of
from service.types import Answer, Cited, Event, Interpreted

v1_stream = APIRouter(prefix="/v1")


def events_of(body: QueryIn, request: Request) -> Iterator[Event]:
    """The events of an answer. Raises what cannot be answered at all before the first."""
    return counted(engine_of(request).stream(body.value()), request)


@v1_stream.post("/query/stream", response_class=EventSourceResponse)
def query_stream(
    events: Annotated[Iterator[Event], Depends(events_of)], request: Request
) -> Iterator[ServerSentEvent]:
    """Answers as POST /v1/query does, in events.

    `interpreted`: the question as understood. `citations`: all so far; what follows refers to them.
    `token`: the next piece of the answer's text. `answer`: the whole response of /v1/query.
    `error`: what went wrong after the first event, as a problem document.
    """
    try:
        for event in events:
            name, data = _named(event)
            yield ServerSentEvent(event=name, data=data)
    except Exception as error:  # the status has gone out: the error has to be an event
        if not isinstance(error, RagError):
            structlog.get_logger().error("unexpected error", exc_info=error)
        yield ServerSentEvent(event="error", data=as_problem(request, error))


def _named(event: Event) -> tuple[str, dict[str, Any]]:
    data = asdict(event)
    if isinstance(event, Interpreted):
        return "interpreted", data
    if isinstance(event, Cited):
        return "citations", data
    return ("answer" if isinstance(event, Answer) else "token"), data
