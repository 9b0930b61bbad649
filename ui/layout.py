"""What is on the page and what it looks like; nothing of what it does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from ui import render
from ui.sources import sources_panel

NAME = "Chapter & Verse"
PROMISE = "Short answers, every sentence quoted from a source you can open."
EXAMPLES = (
    "Why do councils distrust ICBs?",
    "How many people answered the LGC survey?",
    "Who called for serious political leadership?",
    "What did the NAO say about funding?",
)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Parts:
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


def theme() -> gr.themes.Base:
    """Plain, in fonts the reader already has: a web font would be a request elsewhere."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
    return gr.themes.Base(font=sans, font_mono=mono)


def head() -> str:
    """The style sheet goes in here: given as `css`, Gradio rewrites its selectors, and the
    rules inside a media query no longer reach the page's outer elements."""
    plain = (_HERE / "page.head.html").read_text(encoding="utf-8")
    return f"{plain}<style>{(_HERE / 'page.css').read_text(encoding='utf-8')}</style>"


def lay_out() -> Parts:
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
    return Parts(
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
