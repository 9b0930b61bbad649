"""The page: which control does what, and how it is mounted on an app."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI

from ui.assets import head
from ui.client import ServiceClient
from ui.desk import Desk
from ui.feedback import give
from ui.layout import NAME, Parts, lay_out, theme
from ui.reader import add_reader

_Taken = ParamSpec("_Taken")
_Given = TypeVar("_Given")

# Questions in flight at once, below the server's 40 threads: when the service runs in this
# very process, it needs threads of its own to answer the questions that wait here.
_AT_ONCE = 16
_THREADS = CapacityLimiter(_AT_ONCE)
_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Only what may take long, and can be cancelled, waits in Gradio's queue. Its stream closes when
# nothing is left in it, and an event that comes in that very moment is never heard of again: the
# fewer events are queued, the less a question can be lost.
_IN_TURN: dict[str, Any] = _QUIETLY | {"concurrency_limit": _AT_ONCE}
_DIRECTLY: dict[str, Any] = _QUIETLY | {"queue": False}


def build_page(service_url: str) -> gr.Blocks:
    """The page, asking its questions of the service at `service_url`."""
    page: gr.Blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True)
    with page:
        client = ServiceClient(service_url)

        async def feedback(said: dict[str, Any]) -> dict[str, object]:
            return await aside(give)(client, said)

        parts = lay_out(feedback)
        desk = Desk(parts, client)
        _wire_asking(page, parts, desk)
        _wire_filters(parts, desk)
    return page


def mount(app: FastAPI, service_url: str, path: str = "/") -> FastAPI:
    """Put the page on `app` at `path`. Routes that `app` already has are found first."""
    add_reader(app, ServiceClient(service_url), path)
    gr.mount_gradio_app(
        app,
        build_page(service_url),
        path=path,
        theme=theme(),
        head=head(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        # Nothing here takes files, but Gradio's upload route is there all the same.
        max_file_size="1kb",
    )
    return app


def let_go(app: FastAPI) -> None:
    """End what open pages listen to: their connections would keep a server from stopping."""
    for route in app.routes:
        page = getattr(route, "app", None)
        if isinstance(page, gr.routes.App):
            page.stop_event.set()


def _wire_asking(page: gr.Blocks, parts: Parts, desk: Desk) -> None:
    """Every control that asks has one listener, so that a double press asks once; the answer
    comes in a second step, bit by bit, so that what is under way is known before it has come."""
    asking = [parts.question.submit, parts.send.click, parts.conversation.submit]
    asking += [button.click for button in parts.example_buttons]
    changing: list[Any] = [parts.conversation, parts.sources, parts.progress, parts.notice]
    changing += [parts.send, parts.examples, parts.saving, parts.clear, parts.turns]
    begun = gr.on(
        asking,
        desk.begin,
        inputs=[parts.question, parts.turns, *parts.filters],
        outputs=[*changing, parts.question, *parts.filters, parts.bar],
        trigger_mode="once",
        **_DIRECTLY,
    )
    opened = page.load(
        aside(desk.arrive),
        None,
        [*changing, parts.question, *parts.filters, parts.bar],
        **_DIRECTLY,
    )
    # Not "once": one that was just cancelled would keep the next from being answered.
    in_turn = begun.then(desk.answer, parts.turns, changing, trigger_mode="multiple", **_IN_TURN)
    # Every page that opens comes here, and hardly any with a question; what is not queued is shown
    # no more than one state of an answer by Gradio.
    at_once = opened.then(desk.answer_at_once, parts.turns, changing, **_DIRECTLY)
    for answered in (in_turn, at_once):
        restored = answered.then(
            desk.give_back, [parts.question, parts.turns], parts.question, **_DIRECTLY
        )
        restored.then(aside(desk.count_documents), None, parts.index_line, **_DIRECTLY)
    parts.clear.click(desk.start_again, None, changing, cancels=[in_turn], **_DIRECTLY)
    parts.saving.submit(desk.save, parts.turns, parts.file, **_DIRECTLY)
    parts.documents.select(aside(desk.look), None, parts.overview, **_DIRECTLY)
    page.load(aside(desk.count_documents), None, parts.index_line, **_DIRECTLY)


def aside(function: Callable[_Taken, _Given]) -> Callable[_Taken, Coroutine[Any, Any, _Given]]:
    """The same in one of a few threads of its own, for what asks the service and is not queued.

    In the server's threads, pages that open at once would take all of them, and the service that
    they wait for, in this very process, would have none.
    """

    @wraps(function)
    async def apart(*taken: _Taken.args, **named: _Taken.kwargs) -> _Given:
        return await run_sync(partial(function, *taken, **named), limiter=_THREADS)

    return apart


def _wire_filters(parts: Parts, desk: Desk) -> None:
    """A filter is shown as set once it is picked, or when the reader has done typing a date."""
    changed = [parts.publisher.input, parts.author.input]
    changed += [when for date in (parts.start, parts.end) for when in (date.blur, date.submit)]
    told = [parts.bar, parts.notice]
    gr.on(changed, desk.refilter, parts.filters, told, **_DIRECTLY)
    parts.bar.drop(desk.drop, parts.filters, [*parts.filters, *told], **_DIRECTLY)
