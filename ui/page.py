"""The page: which control does what, and how it is mounted on an app."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui.assets import head
from ui.client import ServiceClient
from ui.desk import Desk
from ui.layout import NAME, Parts, lay_out, theme
from ui.reader import add_reader

# Questions in flight at once, below the server's 40 threads: when the service runs in this
# very process, it needs threads of its own to answer the questions that wait here.
_AT_ONCE = 16
_QUIETLY: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": _AT_ONCE,
}


def build_page(service_url: str) -> gr.Blocks:
    """The page, asking its questions of the service at `service_url`."""
    page: gr.Blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True)
    with page:
        parts = lay_out()
        desk = Desk(parts, ServiceClient(service_url))
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
    comes in a second step, so that what is under way is known before it has come."""
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
        **_QUIETLY,
    )
    opened = page.load(
        desk.arrive,
        None,
        [*changing, parts.question, *parts.filters, parts.bar],
        **_QUIETLY,
    )
    answers = []
    for started in (begun, opened):
        answered = started.then(desk.answer, parts.turns, changing, **_QUIETLY)
        restored = answered.then(
            desk.give_back, [parts.question, parts.turns], parts.question, **_QUIETLY
        )
        restored.then(desk.count_documents, None, parts.index_line, **_QUIETLY)
        answers.append(answered)
    parts.clear.click(desk.start_again, None, changing, cancels=answers, **_QUIETLY)
    parts.saving.submit(desk.save, parts.turns, parts.file, **_QUIETLY)
    parts.documents.select(desk.look, None, parts.overview, **_QUIETLY)
    page.load(desk.count_documents, None, parts.index_line, **_QUIETLY)


def _wire_filters(parts: Parts, desk: Desk) -> None:
    """A filter is shown as set once it is picked, or when the reader has done typing a date."""
    changed = [parts.publisher.input, parts.author.input]
    changed += [when for date in (parts.start, parts.end) for when in (date.blur, date.submit)]
    told = [parts.bar, parts.notice]
    gr.on(changed, desk.refilter, parts.filters, told, **_QUIETLY)
    parts.bar.drop(desk.drop, parts.filters, [*parts.filters, *told], **_QUIETLY)
