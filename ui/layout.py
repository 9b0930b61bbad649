"""What is on the page and what it looks like; nothing of what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from ui import filters, overview, render
from ui.assets import script
from ui.sources import sources_panel
from ui.types import Filters

NAME = "Chapter & Verse"
PROMISE = "Short answers, every sentence quoted from a source you can open."
EXAMPLES = (
    "Why do councils distrust ICBs?",
    "How many people answered the LGC survey?",
    "Who called for serious political leadership?",
    "What did the NAO say about funding?",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that change while the page is in use."""

    index_line: gr.HTML
    conversation: gr.HTML
    examples: gr.Row
    example_buttons: tuple[gr.Button, ...]
    notice: gr.HTML
    bar: gr.HTML
    publisher: gr.Dropdown
    author: gr.Dropdown
    start: gr.Textbox
    end: gr.Textbox
    saving: gr.HTML
    file: gr.HTML
    clear: gr.Button
    question: gr.Textbox
    send: gr.Button
    sources: gr.HTML
    progress: gr.HTML
    documents: gr.Tab
    overview: gr.HTML
    turns: gr.State

    @property
    def filters(self) -> list[gr.Dropdown | gr.Textbox]:
        """The controls that say which documents may be used, as the desk takes them."""
        return [self.publisher, self.author, self.start, self.end]


def theme() -> gr.themes.Base:
    """Plain, in fonts the reader already has: a web font would be a request elsewhere."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
    return gr.themes.Base(font=sans, font_mono=mono)


def lay_out(feedback: Callable[..., object]) -> Parts:
    """The page; what is said of an answer is handed to `feedback`, which the page's script calls
    by that name."""
    with gr.Row(elem_id="masthead"):
        gr.HTML(
            '<a class="skip" href="#question">Skip to the question</a>'
            f'<h1>{NAME.replace("&", "<i>&amp;</i>")}</h1><p class="promise">{PROMISE}</p>',
            elem_id="name",
            apply_default_css=False,
        )
        index_line = gr.HTML("", elem_id="index", apply_default_css=False)
    with gr.Tabs(elem_id="views"):
        with gr.Tab("Ask", elem_id="view-ask"), gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk", min_width=0, scale=3):
                conversation = gr.HTML(
                    render.conversation([]),
                    elem_id="conversation",
                    apply_default_css=False,
                    js_on_load=script("page") + script("feedback"),
                    server_functions=[feedback],
                )
                examples, example_buttons = _examples()
                bar, saving, clear = _tools()
                publisher, author, start, end = _filters()
                notice = gr.HTML("", elem_id="notice", apply_default_css=False)
                question, send = _composer()
            with gr.Column(elem_id="sources", min_width=0, scale=2):
                sources = gr.HTML(sources_panel([]), elem_id="panel", apply_default_css=False)
        with gr.Tab("The documents", elem_id="view-documents") as documents:
            looked = gr.HTML(overview.WAITING, elem_id="overview", apply_default_css=False)
    progress = gr.HTML("", elem_id="progress", apply_default_css=False)
    return Parts(
        index_line=index_line,
        conversation=conversation,
        examples=examples,
        example_buttons=example_buttons,
        notice=notice,
        bar=bar,
        publisher=publisher,
        author=author,
        start=start,
        end=end,
        saving=saving,
        # Never shown: what is put here is handed to the reader as a file.
        file=gr.HTML(None, elem_id="file", html_template="", js_on_load=script("file")),
        clear=clear,
        question=question,
        send=send,
        sources=sources,
        progress=progress,
        documents=documents,
        overview=looked,
        turns=gr.State([]),
    )


def _examples() -> tuple[gr.Row, tuple[gr.Button, ...]]:
    with gr.Row(elem_id="examples") as row:
        buttons = tuple(gr.Button(words, elem_classes="example", min_width=0) for words in EXAMPLES)
    return row, buttons


def _tools() -> tuple[gr.HTML, gr.HTML, gr.Button]:
    with gr.Row(elem_id="tools"):
        bar = gr.HTML(
            filters.bar(Filters()),
            elem_id="bar",
            apply_default_css=False,
            js_on_load=script("filters"),
        )
        saving = gr.HTML("", elem_id="saving", apply_default_css=False, js_on_load=script("saving"))
        clear = gr.Button("Clear", variant="secondary", elem_id="clear", min_width=0, visible=False)
    return bar, saving, clear


def _filters() -> tuple[gr.Dropdown, gr.Dropdown, gr.Textbox, gr.Textbox]:
    with gr.Row(elem_id="filters"):
        publisher, author = (
            gr.Dropdown([], label=label, multiselect=True, min_width=0, elem_id=label.lower())
            for label in ("Publisher", "Author")
        )
        start, end = (
            gr.Textbox(
                label=f"Published {word}",
                placeholder=f"e.g. {like}",
                max_lines=1,
                min_width=0,
                elem_id=name,
            )
            for name, word, like in (("start", "from", "2018"), ("end", "up to", "June 2022"))
        )
    return publisher, author, start, end


def _composer() -> tuple[gr.Textbox, gr.Button]:
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
    return question, send
