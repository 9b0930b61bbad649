"""The page without a browser, over a small service that remembers what it was asked."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.datastructures import QueryParams

from ui.page import build_page
from ui.types import Turn

NO_FILTERS: tuple[Any, ...] = ([], [], "", "")
QUOTE = "Nine of 91 are councillors."


ANSWERED = {
    "status": "answered",
    "interpreted_question": "How many councillors?",
    "answer": f"{QUOTE} [1]",
    "sentences": [{"text": QUOTE, "citations": [1]}],
    "citations": [{"id": 1, "quote": QUOTE, "title": "T", "document_id": "d"}],
}


def in_events(answer: dict[str, Any]) -> Iterator[str]:
    """An answer as the service streams it."""
    for name, data in (
        ("interpreted", {"interpreted_question": answer["interpreted_question"]}),
        ("citations", {"citations": answer["citations"]}),
        ("token", {"text": answer["answer"]}),
        ("answer", answer),
    ):
        yield f"event: {name}\ndata: {json.dumps(data)}\n\n"


def fake_service(asked: list[dict[str, Any]]) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/query/stream")
    def query(body: dict[str, Any]) -> Any:
        asked.append(body)
        if "unlucky" in body["question"]:
            return JSONResponse({"detail": "No luck.", "hint": "Ask again."}, 503)
        return StreamingResponse(in_events(ANSWERED), media_type="text/event-stream")

    @app.post("/v1/feedback", status_code=204)
    def feedback(body: dict[str, Any]) -> None:
        asked.append(body)

    @app.get("/v1/index")
    def index() -> dict[str, Any]:
        return {"documents": 5}

    @app.get("/v1/facets")
    def facets() -> dict[str, Any]:
        counted = {"publisher": [{"value": "LGC", "documents": 2}]}
        return {"documents": 5, "author": [{"value": "Bo", "documents": 1}], **counted}

    @app.get("/v1/documents")
    def documents() -> dict[str, Any]:
        return {"documents": [{"id": "d", "title": "T", "published": "2022"}]}

    @app.get("/v1/documents/{document_id}")
    def document(document_id: str) -> Any:
        if document_id != "d":
            return JSONResponse({"detail": "No such document."}, 404)
        return {"id": "d", "title": "T", "text": f"First. {QUOTE} Last."}

    return app


class Running:
    """An app on a port of its own, that can be stopped and started again on the same."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self._port = app, 0
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(self._app, log_level="critical"))
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


def in_a_loop(build: Callable[..., Any], *arguments: Any) -> Any:
    """Gradio makes an event loop where none is running, and leaves it open."""

    async def built() -> Any:
        return build(*arguments)

    return asyncio.run(built())


async def all_of(coming: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in coming]


class Page:
    """The page's own functions, called as its controls would call them."""

    def __init__(self, url: str) -> None:
        self.blocks: gr.Blocks = in_a_loop(build_page, url)
        self.turns: list[Turn] = []

    def part(self, name: str) -> Any:
        return next(b for b in self.blocks.blocks.values() if getattr(b, "elem_id", None) == name)

    def does(self, name: str) -> Callable[..., Any]:
        found = next(f.fn for f in self.blocks.fns.values() if f.fn and f.name == name)
        if inspect.isasyncgenfunction(found):
            return lambda *given: asyncio.run(all_of(found(*given)))
        if inspect.iscoroutinefunction(found):
            return lambda *given: asyncio.run(found(*given))
        return found

    def ask(
        self, typed: str, by: Any = None, filters: Sequence[Any] = NO_FILTERS, **data: Any
    ) -> list[dict[str, Any]]:
        """Every state the page goes through, by the names of the parts that change."""
        event = gr.EventData(by or self.part("send"), data)
        begun = self.named(self.does("begin")(typed, self.turns, *filters, event))
        return [begun, *map(self.named, self.does("answer")(self.turns))]

    def arrive(self, query: str = "") -> list[dict[str, Any]]:
        """The states after the page was opened at an address with this query string."""
        request = SimpleNamespace(query_params=QueryParams(query))
        opened = self.named(self.does("arrive")(request))
        return [opened, self.named(self.does("answer_at_once")(self.turns))]

    def named(self, shown: dict[Any, Any]) -> dict[str, Any]:
        """What is shown, by the names of the parts; the conversation is remembered."""
        named = {getattr(part, "elem_id", None) or "turns": v for part, v in shown.items()}
        self.turns = named.get("turns", self.turns)
        return named
