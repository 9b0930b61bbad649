"""POST /v1/query/stream: an answer as it comes, in server-sent events."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from indexer.errors import RagError
from service.language_model import Gone
from service.problems import as_problem
from service.routes import counted, engine_of
from service.schemas import QueryIn
from service.types import Answer, Cited, Event, Interpreted, Unchecked

Item = TypeVar("Item")

v1_stream = APIRouter(prefix="/v1")


async def listened(items: Iterator[Item], gone: Gone) -> AsyncIterator[Item]:
    """Items that take their time, each waited for aside, until the client or they have ended.

    `gone` is done then at once, even while the next item is waited for.
    """
    try:
        while (item := await run_sync(next, items, None, abandon_on_cancel=True)) is not None:
            yield item
    finally:
        gone.set_result(None)


def events_of(body: QueryIn, request: Request) -> AsyncIterator[Event]:
    """The events of an answer. Raises what cannot be answered at all before the first."""
    gone = Gone()
    return listened(counted(engine_of(request).stream(body.value(), gone), request), gone)


@v1_stream.post("/query/stream", response_class=EventSourceResponse)
async def query_stream(
    events: Annotated[AsyncIterator[Event], Depends(events_of)],
    request: Request,
    unchecked: bool = False,
) -> AsyncIterator[ServerSentEvent]:
    """Answers as POST /v1/query does, in events.

    `interpreted`: the question as understood. `citations`: all so far; what follows refers to them.
    `token`: the next piece of the answer's text. `answer`: the whole response of /v1/query.
    `error`: what went wrong after the first event, as a problem document. Only with
    `?unchecked=true`, `unchecked`: the sentence that a language model has begun, as far as it has
    come and before it is checked against the documents; every other event puts an end to it.
    """
    try:
        async for event in events:
            if unchecked or not isinstance(event, Unchecked):
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
    if isinstance(event, Unchecked):
        return "unchecked", data
    return ("answer" if isinstance(event, Answer) else "token"), data
