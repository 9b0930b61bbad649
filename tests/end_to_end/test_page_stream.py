"""An answer is on the page as it comes, in a real browser; the service says it bit by bit."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from queue import Queue
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import PATIENCE_S, ROOT
from tests.ui.pages import ANSWERED, QUOTE, Running, in_events

INTERPRETED, CITED, TOKEN, ANSWER = WHOLE = tuple(in_events(ANSWERED))
END = ""


class Reply:
    """What is said to one question; it is over when all of it is said or nobody listens."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._told: asyncio.Queue[str] = asyncio.Queue()

    def say(self, *events: str) -> None:
        for event in events:
            self._loop.call_soon_threadsafe(self._told.put_nowait, event)

    async def said(self) -> AsyncIterator[str]:
        try:
            while event := await self._told.get():
                yield event
        finally:
            self.over.set()


class Saying:
    """A service that says to each question what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self._replies: Queue[Reply] = Queue()
        self.app.post("/v1/query/stream")(self._answer)
        self.app.get("/v1/index")(lambda: {"documents": 5})

    def asked(self) -> Reply:
        """The reply to the next question, once that is asked."""
        return self._replies.get(timeout=PATIENCE_S)

    async def _answer(self) -> Any:
        reply = Reply()
        self._replies.put(reply)
        return StreamingResponse(reply.said(), media_type="text/event-stream")


@pytest.fixture(scope="module")
def saying() -> Iterator[tuple[Saying, str]]:
    """Such a service, and the address of a page that asks it."""
    saying = Saying()
    service = Running(saying.app)
    command = [sys.executable, "-m", "ui", "--service", service.url, "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        yield saying, page.stdout.readline().split()[1]
        page.terminate()
    service.stop()


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(
    request: pytest.FixtureRequest, browser: Browser, saying: tuple[Saying, str]
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    page = context.new_page()
    page.goto(saying[1], wait_until="domcontentloaded")
    expect(page.locator(".index-line")).to_contain_text("5 documents")
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def test_every_part_of_an_answer_is_shown_when_it_has_come(
    page: Page, saying: tuple[Saying, str]
) -> None:
    ask(page, "How many?")
    reply = saying[0].asked()
    expect(page.locator(".searching")).to_be_visible()
    reply.say(INTERPRETED)
    expect(page.locator(".understood")).to_contain_text("How many councillors?")
    expect(page.locator(".quoted")).to_have_count(0)
    reply.say('event: unchecked\ndata: {"unchecked": "Pigs can <b>fly"}\n\n')
    expect(page.locator(".unchecked")).to_have_text("Pigs can <b>fly")
    expect(page.locator(".searching")).to_contain_text("Only what the documents say will stay.")
    reply.say(CITED, TOKEN)
    expect(page.locator(".unchecked")).to_have_count(0)
    expect(page.locator(".quoted")).to_contain_text(QUOTE)
    expect(page.locator(".source-card mark")).to_have_text(QUOTE)
    page.locator(".chip").press("Enter")
    expect(page.locator(".source-card")).to_be_focused()
    reply.say(ANSWER, END)
    expect(page.locator(".facts")).to_be_visible()
    expect(page.locator(".searching")).to_have_count(0)
    expect(page.locator(".source-card")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    useful = page.get_by_role("button", name="Useful", exact=True)
    useful.press("Enter")  # this service has no feedback
    expect(page.locator(".given")).to_contain_text("Not kept.")
    expect(useful).to_have_attribute("aria-pressed", "false")


def test_an_answer_that_breaks_off_is_told_and_one_that_is_cleared_is_hung_up_on(
    page: Page, saying: tuple[Saying, str]
) -> None:
    ask(page, "How many?")
    saying[0].asked().say(INTERPRETED, CITED, TOKEN, END)
    expect(page.locator(".error")).to_contain_text("broke off")
    expect(page.get_by_label("Your question")).to_have_value("How many?")

    ask(page, "And where?")
    cleared = saying[0].asked()
    cleared.say(INTERPRETED)
    expect(page.locator(".understood")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "How many?")
    saying[0].asked().say(*WHOLE, END)
    expect(page.locator(".facts")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    assert cleared.over.wait(PATIENCE_S)
