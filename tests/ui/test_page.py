"""The page without a browser: what its controls do, how it is mounted, how it is started."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from ui.layout import EXAMPLES
from ui.page import LONGEST, build_page, complaint, mount
from ui.types import Answer, Problem, Turn

QUOTE = "Nine of 91 are councillors."


def fake_service(asked: list[dict[str, Any]]) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/query")
    def query(body: dict[str, Any]) -> Any:
        asked.append(body)
        if "unlucky" in body["question"]:
            return JSONResponse({"detail": "No luck.", "hint": "Ask again."}, 503)
        return {
            "status": "answered",
            "answer": f"{QUOTE} [1]",
            "sentences": [{"text": QUOTE, "citations": [1]}],
            "citations": [{"id": 1, "quote": QUOTE, "title": "T", "document_id": "d"}],
        }

    @app.get("/v1/index")
    def index() -> dict[str, Any]:
        return {"documents": 5}

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


class Page:
    """The page's own functions, called as its controls would call them."""

    def __init__(self, url: str) -> None:
        self.blocks: gr.Blocks = in_a_loop(build_page, url)
        self.turns: list[Turn] = []

    def part(self, name: str) -> Any:
        return next(b for b in self.blocks.blocks.values() if getattr(b, "elem_id", None) == name)

    def does(self, name: str) -> Callable[..., Any]:
        return next(f.fn for f in self.blocks.fns.values() if f.fn and f.name == name)

    def ask(self, typed: str, by: Any = None) -> list[dict[str, Any]]:
        """Every state the page goes through, by the names of the parts that change."""
        event = gr.EventData(by or self.part("send"), {})
        begun = self._named(self.does("begin")(typed, self.turns, event))
        return [begun, self._named(self.does("answer")(self.turns))]

    def _named(self, shown: dict[Any, Any]) -> dict[str, Any]:
        named = {getattr(part, "elem_id", None) or "turns": v for part, v in shown.items()}
        self.turns = named.get("turns", self.turns)
        return named


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def service(asked: list[dict[str, Any]]) -> Iterator[Running]:
    running = Running(fake_service(asked))
    yield running
    running.stop()


def test_a_question_shows_its_progress_and_then_its_answer(service: Running) -> None:
    page = Page(service.url)
    waiting, done = page.ask("  How many? ")
    assert "Searching the documents" in waiting["conversation"]
    assert waiting["question"] == ""
    assert waiting["send"].interactive is False
    assert QUOTE in done["conversation"]
    assert f"<mark>{QUOTE}</mark>" in done["panel"]
    assert done["send"].interactive is True
    assert "question" not in done, "what is typed meanwhile must be let be"


def test_an_example_is_asked_when_pressed_and_leaves_what_was_typed(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    button = next(b for b in page.blocks.blocks.values() if getattr(b, "value", "") == EXAMPLES[1])
    states = page.ask("half a ques", by=button)
    assert [one["question"] for one in asked] == [EXAMPLES[1]]
    assert all("question" not in state for state in states)


def test_a_follow_up_is_sent_with_the_conversation_as_plain_text(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    page.ask("How many?")
    page.ask("unlucky")
    page.ask("And why?")
    assert asked[0]["history"] == []
    assert asked[2]["history"] == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": f"{QUOTE} [1]"},
    ]


@pytest.mark.parametrize("typed", ["", "  \n ", "x" * (LONGEST + 1)])
def test_a_question_that_cannot_be_asked_is_told_and_kept(
    service: Running, asked: list[dict[str, Any]], typed: str
) -> None:
    told, nothing = Page(service.url).ask(typed)
    assert list(told) == ["notice"]
    assert complaint(typed.strip()) in told["notice"]
    assert nothing == {"notice": gr.skip()}
    assert asked == []


def test_a_second_question_while_one_is_under_way_changes_nothing(service: Running) -> None:
    page = Page(service.url)
    page.turns = [Turn("First?")]
    event = gr.EventData(page.part("send"), {})
    assert list(page.does("begin")("Second?", page.turns, event).values()) == [gr.skip()]


def test_half_a_character_does_not_stop_a_question(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    Page(service.url).ask("How \ud83d many?")
    assert asked[0]["question"] == "How ? many?"


def test_the_longest_question_can_be_asked() -> None:
    assert complaint("x" * LONGEST) == ""
    assert "2,001" in complaint("x" * (LONGEST + 1))


def test_a_service_that_is_down_is_told_and_then_answers_once_it_is_back(service: Running) -> None:
    page = Page(service.url)
    service.stop()
    assert "does not reply" in page.does("count_documents")()
    assert "does not reply" in page.ask("How many?")[-1]["conversation"]
    assert page.does("give_back")("", page.turns) == "How many?"
    service.start()
    assert QUOTE in page.ask("How many?")[-1]["conversation"]
    assert "5 documents" in page.does("count_documents")()


def test_a_question_is_given_back_only_when_it_failed_and_nothing_else_is_typed() -> None:
    give_back = Page("http://127.0.0.1:9").does("give_back")
    failed, answered = Turn("Why?", Problem("Down.")), Turn("Why?", Answer(status="not_found"))
    kept = gr.skip()
    assert give_back("", [failed]) == "Why?"
    assert give_back("something else", [failed]) == kept
    assert give_back("", [answered]) == give_back("", []) == kept


def test_clearing_takes_the_page_back_to_its_start(service: Running) -> None:
    page = Page(service.url)
    page.ask("How many?")
    cleared = {getattr(p, "elem_id", None): v for p, v in page.does("start_again")().items()}
    assert "What do you need to know?" in cleared["conversation"]
    assert cleared["examples"].visible is True
    assert cleared["send"].interactive is True


def test_every_way_of_asking_is_one_listener_so_that_a_double_press_asks_once() -> None:
    blocks = Page("http://127.0.0.1:9").blocks
    (listener,) = (one for one in blocks.fns.values() if one.name == "begin")
    assert len(listener.targets) == 2 + len(EXAMPLES)
    assert listener.trigger_mode == "once"


def test_the_page_reports_to_nobody_and_offers_no_api_of_its_own() -> None:
    blocks = Page("http://127.0.0.1:9").blocks
    assert blocks.analytics_enabled is False
    assert all(one.api_visibility == "private" for one in blocks.fns.values())


@pytest.fixture
def mounted(service: Running) -> Iterator[TestClient]:
    app = FastAPI()

    @app.get("/v1/index")
    @app.get("/healthz")
    @app.get("/metrics")
    def own() -> str:
        return "the api's own"

    with TestClient(in_a_loop(mount, app, service.url)) as client:
        yield client


@pytest.mark.parametrize("path", ["/v1/index", "/healthz", "/metrics"])
def test_the_routes_of_the_api_come_before_the_page(mounted: TestClient, path: str) -> None:
    assert mounted.get(path).json() == "the api's own"


def test_the_api_keeps_its_own_description(mounted: TestClient) -> None:
    assert "swagger" in mounted.get("/docs").text
    assert set(mounted.get("/openapi.json").json()["paths"]) == {
        "/v1/index",
        "/healthz",
        "/metrics",
    }


def test_the_page_loads_nothing_from_elsewhere(mounted: TestClient) -> None:
    html = mounted.get("/").text
    assert "Chapter &amp; Verse" in html or "Chapter & Verse" in html
    fetched = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"', html)
    assert fetched
    assert not [one for one in fetched if one.startswith(("http:", "https:", "//"))]
    assert "googleapis" not in html + mounted.get("/theme.css").text


def test_a_source_opens_at_its_quote_and_runs_no_script_but_its_own(mounted: TestClient) -> None:
    page = mounted.get("/source/d", params={"start": 7, "end": 7 + len(QUOTE)})
    assert f'<mark id="quote">{QUOTE}</mark>' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_source_that_is_gone_says_so(mounted: TestClient) -> None:
    page = mounted.get("/source/gone")
    assert page.status_code == 502
    assert "No such document." in page.text
