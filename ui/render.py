"""A conversation as HTML: pure functions, and nothing from a document left unescaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ui import filters
from ui.answer import NOT_FOUND, answer_block, draft_block
from ui.dates import in_words
from ui.markup import text
from ui.types import Answer, IndexInfo, Message, Problem, Turn


def conversation(turns: Sequence[Turn]) -> str:
    """Every question asked and what became of it, oldest first."""
    if not turns:
        return (
            '<div class="welcome"><h2>What do you need to know?</h2>'
            "<p>Answers are made only of sentences found in your documents. "
            "When the documents don't say, neither does this page.</p></div>"
        )
    shown = "".join(_turn(turn, number) for number, turn in enumerate(turns, start=1))
    return f'<div class="turns" data-turns="{len(turns)}">{shown}</div>'


def history(turns: Sequence[Turn], most: int = 6) -> list[Message]:
    """The last exchanges as plain text, for a follow-up to be understood by."""
    messages: list[Message] = []
    for turn in [turn for turn in turns if isinstance(turn.outcome, Answer)][-most:]:
        assert isinstance(turn.outcome, Answer)
        messages.append({"role": "user", "content": turn.question})
        messages.append({"role": "assistant", "content": turn.outcome.answer or NOT_FOUND})
    return messages


def progress(turns: Sequence[Turn]) -> str:
    """How the last question stands, in a few words for a screen reader."""
    outcome = turns[-1].outcome if turns else None
    if isinstance(outcome, Problem):
        return "No answer: something went wrong."
    if isinstance(outcome, Answer):
        if outcome.status == "not_found":
            return NOT_FOUND
        said = "Answered" if outcome.status == "answered" else "Partly answered"
        return f"{said}, sources: {len(outcome.citations)}."
    return "Searching the documents." if turns else ""


def index_line(info: IndexInfo | None) -> str:
    """How much is being searched, for the head of the page; `None` when the service is down."""
    if info is None:
        return '<p class="index-line down">The answering service does not reply</p>'
    parts = []
    if info.documents is not None:
        parts.append(f"{info.documents:,} document{'' if info.documents == 1 else 's'}")
    if info.passages is not None:
        parts.append(f"{info.passages:,} passage{'' if info.passages == 1 else 's'}")
    if info.created_at:
        parts.append(f"indexed {in_words(info.created_at)}")
    return f'<p class="index-line">{text(" · ".join(parts) or "Ready")}</p>'


def notice(message: str) -> str:
    """A line about what was typed, beside the box it was typed in."""
    return f'<p class="notice-line" role="alert">{text(message)}</p>' if message else ""


def saving(turns: Sequence[Turn]) -> str:
    """The buttons that save the conversation, once there is something to be saved."""
    if not any(turn.outcome for turn in turns):
        return ""
    return (
        '<span role="group" aria-label="Save the conversation">Save as '
        '<button type="button" data-kind="markdown">Markdown</button> '
        '<button type="button" data-kind="page">Web page</button></span>'
    )


def _turn(turn: Turn, number: int) -> str:
    if turn.outcome is None:
        body = draft_block(turn, number)
    elif isinstance(turn.outcome, Problem):
        body = _problem(turn.outcome)
    else:
        body = answer_block(turn, turn.outcome, number)
    return (
        f'<article class="turn" id="turn-{number}" aria-label="Question {number}">'
        f'<h2 class="question">{text(turn.question)}</h2>{_searched(turn)}{body}</article>'
    )


def _searched(turn: Turn) -> str:
    said = filters.sentence(turn.filters)
    return f'<p class="searched">Only documents {text(said)}</p>' if said else ""


def _problem(problem: Problem) -> str:
    hint = _with_code(problem.hint)
    return (
        f'<div class="error"><p class="error-message">{text(problem.message)}</p>'
        + (f'<p class="error-hint">{hint}</p>' if hint else "")
        + "</div>"
    )


def _with_code(hint: str) -> str:
    """Escaped, with `commands` between backticks set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(hint))
