"""The page: what its controls do, and how it is mounted on an app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui import render
from ui.client import ServiceClient, ServiceError
from ui.layout import NAME, Parts, head, lay_out, theme
from ui.reader import add_reader
from ui.sources import sources_panel
from ui.types import Answer, Problem, Turn

LONGEST = 2000
# Questions in flight at once, below the server's 40 threads: when the service runs in this
# very process, it needs threads of its own to answer the questions that wait here.
_AT_ONCE = 16
_QUIETLY: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": _AT_ONCE,
}
_Shown = dict[Any, Any]


def build_page(service_url: str) -> gr.Blocks:
    """The page, asking its questions of the service at `service_url`."""
    page: gr.Blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True)
    with page:
        parts = lay_out()
        _wire(page, parts, _Desk(parts, ServiceClient(service_url)))
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


def complaint(question: str) -> str:
    """What is wrong with a question as typed, in words; nothing when it can be asked."""
    if not question:
        return "Type a question first."
    if len(question) > LONGEST:
        return (
            f"That question has {len(question):,} characters; the most is {LONGEST:,}. "
            "Please shorten it."
        )
    return ""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What happens when the page's controls are used. The conversation itself is passed in
    and out, for each reader has one and all of them share this."""

    parts: Parts
    client: ServiceClient

    def begin(self, typed: str, turns: list[Turn], event: gr.EventData) -> _Shown:
        """Show that a question is under way, unless one is already or this one cannot be."""
        if _under_way(turns):
            return {self.parts.notice: gr.skip()}
        picked = event.target in self.parts.example_buttons
        question = _clean(event.target.value if picked else typed)  # type: ignore[union-attr]
        if wrong := complaint(question):
            return {self.parts.notice: render.notice(wrong)}
        waiting = self.shown([*turns, Turn(question)])
        return waiting if picked else {**waiting, self.parts.question: ""}

    def answer(self, turns: list[Turn]) -> _Shown:
        """Put the question that is under way to the service, and show what comes of it."""
        if not _under_way(turns):
            return {self.parts.notice: gr.skip()}
        *earlier, turn = turns
        return self.shown([*earlier, Turn(turn.question, self.outcome(turn.question, earlier))])

    def give_back(self, typed: str, turns: list[Turn]) -> object:
        """A question that got no answer is put back to be sent again, unless one is there."""
        failed = bool(turns) and isinstance(turns[-1].outcome, Problem)
        # To return `typed` would undo what has been typed since it was read.
        return turns[-1].question if failed and not typed.strip() else gr.skip()

    def count_documents(self) -> str:
        """The line in the head of the page: what is searched, or that the service is down."""
        try:
            return render.index_line(self.client.index())
        except ServiceError:
            return render.index_line(None)

    def start_again(self) -> _Shown:
        """The page as it was before the first question."""
        return self.shown([])

    def outcome(self, question: str, earlier: Sequence[Turn]) -> Answer | Problem:
        """The answer, or why there is none."""
        try:
            return self.client.query(question, render.history(earlier))
        except ServiceError as error:
            return Problem(error.message, error.hint)

    def shown(self, turns: list[Turn]) -> _Shown:
        """Everything on the page that follows from the conversation so far."""
        return {
            self.parts.conversation: render.conversation(turns),
            self.parts.sources: sources_panel(turns),
            self.parts.progress: f'<p role="status">{render.progress(turns)}</p>',
            self.parts.notice: "",
            self.parts.send: gr.Button(interactive=not _under_way(turns)),
            self.parts.examples: gr.Row(visible=not turns),
            self.parts.clear: gr.Button(visible=bool(turns)),
            self.parts.turns: turns,
        }


def _wire(page: gr.Blocks, parts: Parts, desk: _Desk) -> None:
    """Every way of asking has one listener, so that a double press asks once; the answer
    comes in a second step, so that what is under way is known before it has come."""
    asking = [parts.question.submit, parts.send.click]
    asking += [button.click for button in parts.example_buttons]
    typed = [parts.question, parts.turns]
    changing: list[Any] = [parts.conversation, parts.sources, parts.progress, parts.notice]
    changing += [parts.send, parts.examples, parts.clear, parts.turns]
    begun = gr.on(
        asking,
        desk.begin,
        inputs=typed,
        outputs=[*changing, parts.question],
        trigger_mode="once",
        **_QUIETLY,
    )
    answered = begun.then(desk.answer, parts.turns, changing, **_QUIETLY)
    restored = answered.then(desk.give_back, typed, parts.question, **_QUIETLY)
    restored.then(desk.count_documents, None, parts.index_line, **_QUIETLY)
    parts.clear.click(desk.start_again, None, changing, cancels=[answered], **_QUIETLY)
    page.load(desk.count_documents, None, parts.index_line, **_QUIETLY)


def _under_way(turns: Sequence[Turn]) -> bool:
    return bool(turns) and turns[-1].outcome is None


def _clean(typed: str) -> str:
    """Without the blanks round it, and without half characters, which cannot be sent."""
    return typed.encode("utf-8", "replace").decode("utf-8").strip()
