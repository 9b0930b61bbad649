"""The page itself: its layout, what its controls do, and how it is mounted on an app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui import render
from ui.client import ServiceClient, ServiceError
from ui.reader import add_reader
from ui.sources import sources_panel
from ui.types import Answer, Problem, Turn

NAME = "Chapter & Verse"
PROMISE = "Short answers, every sentence quoted from a source you can open."
EXAMPLES = (
    "Why do councils distrust ICBs?",
    "How many people answered the LGC survey?",
    "Who called for serious political leadership?",
    "What did the NAO say about funding?",
)
LONGEST = 2000
_HERE = Path(__file__).parent
# Questions in flight at once, below the server's 40 threads: when the service runs in this
# very process, it needs threads of its own to answer the questions that wait here.
_AT_ONCE = 16
_Shown = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that change while the page is in use."""

    index_line: gr.HTML
    conversation: gr.HTML
    examples: gr.Row
    example_buttons: tuple[gr.Button, ...]
    notice: gr.HTML
    question: gr.Textbox
    send: gr.Button
    clear: gr.Button
    sources: gr.HTML
    progress: gr.HTML
    turns: gr.State


def build_page(service_url: str) -> gr.Blocks:
    """The page, asking its questions of the service at `service_url`."""
    client = ServiceClient(service_url)
    page: gr.Blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True)
    with page:
        parts = _layout()
        _wire(page, parts, client)
    return page


def mount(app: FastAPI, service_url: str, path: str = "/") -> FastAPI:
    """Put the page on `app` at `path`. Routes that `app` already has are found first."""
    add_reader(app, ServiceClient(service_url), path)
    gr.mount_gradio_app(
        app,
        build_page(service_url),
        path=path,
        theme=_theme(),
        head=_head(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        # Nothing here takes files, but Gradio's upload route is there all the same.
        max_file_size="1kb",
    )
    return app


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


def _theme() -> gr.themes.Base:
    """Plain, in fonts the reader already has: a web font would be a request elsewhere."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
    return gr.themes.Base(font=sans, font_mono=mono)


def _head() -> str:
    """The style sheet goes in here: given as `css`, Gradio rewrites its selectors, and the
    rules inside a media query no longer reach the page's outer elements."""
    head = (_HERE / "page.head.html").read_text(encoding="utf-8")
    return f"{head}<style>{(_HERE / 'page.css').read_text(encoding='utf-8')}</style>"


def _layout() -> _Parts:
    with gr.Row(elem_id="masthead"):
        gr.HTML(
            f'<h1>{NAME.replace("&", "<i>&amp;</i>")}</h1><p class="promise">{PROMISE}</p>',
            elem_id="name",
            apply_default_css=False,
        )
        index_line = gr.HTML("", elem_id="index", apply_default_css=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", min_width=0, scale=3):
            conversation = gr.HTML(
                render.conversation([]),
                elem_id="conversation",
                apply_default_css=False,
                js_on_load=(_HERE / "page.js").read_text(encoding="utf-8"),
            )
            examples, example_buttons = _examples()
            notice = gr.HTML("", elem_id="notice", apply_default_css=False)
            question, send, clear = _composer()
        with gr.Column(elem_id="sources", min_width=0, scale=2):
            sources = gr.HTML(sources_panel([]), elem_id="panel", apply_default_css=False)
    progress = gr.HTML("", elem_id="progress", apply_default_css=False)
    return _Parts(
        index_line=index_line,
        conversation=conversation,
        examples=examples,
        example_buttons=example_buttons,
        notice=notice,
        question=question,
        send=send,
        clear=clear,
        sources=sources,
        progress=progress,
        turns=gr.State([]),
    )


def _examples() -> tuple[gr.Row, tuple[gr.Button, ...]]:
    with gr.Row(elem_id="examples") as row:
        buttons = tuple(gr.Button(words, elem_classes="example", min_width=0) for words in EXAMPLES)
    return row, buttons


def _composer() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask a question",
            lines=1,
            max_lines=6,
            container=False,
            autofocus=True,
            elem_id="question",
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", lang="en-GB"),
        )
        send = gr.Button("Send", variant="primary", elem_id="send", min_width=0)
        clear = gr.Button("Clear", variant="secondary", elem_id="clear", min_width=0, visible=False)
    return question, send, clear


def _wire(page: gr.Blocks, parts: _Parts, client: ServiceClient) -> None:
    """What each control does. One listener takes every way of asking, so that only one
    question of a reader's is ever under way."""
    quietly: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": _AT_ONCE,
    }

    def ask(typed: str, turns: list[Turn], event: gr.EventData) -> Iterator[_Shown]:
        picked = event.target in parts.example_buttons
        question = str(event.target.value if picked else typed).strip()  # type: ignore[union-attr]
        if wrong := complaint(question):
            yield {parts.notice: render.notice(wrong)}
            return
        waiting = _shown(parts, [*turns, Turn(question)])
        yield waiting if picked else {**waiting, parts.question: ""}
        yield _shown(parts, [*turns, Turn(question, _outcome(client, question, turns))])

    def give_back(typed: str, turns: list[Turn]) -> Any:
        """A question that got no answer is put back to be sent again, unless one is there."""
        failed = bool(turns) and isinstance(turns[-1].outcome, Problem)
        # To return `typed` would undo what has been typed since it was read.
        return turns[-1].question if failed and not typed.strip() else gr.skip()

    def count_documents() -> str:
        try:
            return render.index_line(client.index())
        except ServiceError:
            return render.index_line(None)

    def start_again() -> _Shown:
        return _shown(parts, [])

    asking = [button.click for button in parts.example_buttons]
    asked = gr.on(
        [parts.question.submit, parts.send.click, *asking],
        ask,
        inputs=[parts.question, parts.turns],
        outputs=[*_changing(parts), parts.question],
        trigger_mode="once",
        **quietly,
    )
    typed_again = [parts.question, parts.turns]
    asked.then(give_back, typed_again, parts.question, **quietly).then(
        count_documents, None, parts.index_line, **quietly
    )
    parts.clear.click(start_again, None, _changing(parts), cancels=[asked], **quietly)
    page.load(count_documents, None, parts.index_line, **quietly)


def _changing(parts: _Parts) -> list[Any]:
    return [
        parts.conversation,
        parts.sources,
        parts.progress,
        parts.notice,
        parts.send,
        parts.examples,
        parts.clear,
        parts.turns,
    ]


def _shown(parts: _Parts, turns: list[Turn]) -> _Shown:
    """Everything on the page that follows from the conversation so far."""
    waiting = bool(turns) and turns[-1].outcome is None
    return {
        parts.conversation: render.conversation(turns),
        parts.sources: sources_panel(turns),
        parts.progress: f'<p role="status">{render.progress(turns)}</p>',
        parts.notice: "",
        parts.send: gr.Button(interactive=not waiting),
        parts.examples: gr.Row(visible=not turns),
        parts.clear: gr.Button(visible=bool(turns)),
        parts.turns: turns,
    }


def _outcome(client: ServiceClient, question: str, turns: Sequence[Turn]) -> Answer | Problem:
    try:
        return client.query(question, render.history(turns))
    except ServiceError as error:
        return Problem(error.message, error.hint)
