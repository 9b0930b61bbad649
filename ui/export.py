"""A conversation as a file to keep: Markdown, or one web page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ui import references
from ui.answer import NOT_FOUND, confidence_in_words, meaning
from ui.dates import in_words
from ui.filters import sentence
from ui.markup import text
from ui.references import in_markdown
from ui.types import Answer, Turn

_TITLE = "Questions and answers"
_PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.0625rem/1.6 Georgia, "Liberation Serif", serif; }}
body {{ max-width: 42rem; margin: 0 auto; padding: 24px 20px 64px; overflow-wrap: anywhere; }}
h1, h2 {{ line-height: 1.25; }}
article {{ margin-top: 32px; padding-top: 8px; border-top: 1px solid GrayText; }}
li, .note {{ font-size: 0.9em; }}
.note {{ margin: 4px 0; opacity: 0.8; }}
sup {{ line-height: 0; }}
</style></head><body><h1>{title}</h1><p class="note">{saved}</p>{body}</body></html>
"""


def saved(turns: Sequence[Turn], kind: str, day: date) -> dict[str, str]:
    """The file of that kind ("markdown", else a page): its name, its type and its text."""
    name = f"questions-and-answers-{day.isoformat()}"
    if kind == "markdown":
        return {"name": f"{name}.md", "type": "text/markdown", "text": _markdown(turns, day)}
    return {"name": f"{name}.html", "type": "text/html", "text": _page(turns, day)}


def _markdown(turns: Sequence[Turn], day: date) -> str:
    parts = [f"# {_TITLE}", in_markdown(_saved(turns, day))]
    for turn in turns:
        parts.append(f"## {in_markdown(turn.question)}")
        parts += [f"*{in_markdown(note)}*" for note in _notes(turn)]
        answer = _answer_of(turn)
        said = references.markdown(answer).strip() if answer else in_markdown(_why_not(turn))
        parts.append(said)
    return "\n\n".join(parts) + "\n"


def _page(turns: Sequence[Turn], day: date) -> str:
    body = ""
    for turn in turns:
        notes = "".join(f'<p class="note">{text(note)}</p>' for note in _notes(turn))
        answer = _answer_of(turn)
        said = references.rich(answer) if answer else f"<p>{text(_why_not(turn))}</p>"
        body += f"<article><h2>{text(turn.question)}</h2>{notes}{said}</article>"
    return _PAGE.format(title=_TITLE, saved=text(_saved(turns, day)), body=body)


def _saved(turns: Sequence[Turn], day: date) -> str:
    """When this was saved, and which documents answered: those of the last answer."""
    line = f"Saved on {in_words(day.isoformat())}."
    answered = [turn.outcome for turn in turns if isinstance(turn.outcome, Answer)]
    index = answered[-1].index if answered else None
    if index is None or index.documents is None:
        return line
    return f"{line} Documents searched: {index.documents:,} (index {index.generation})."


def _notes(turn: Turn) -> list[str]:
    """What the answer rests on besides its words."""
    notes = [f"Only documents {sentence(turn.filters)}."] if turn.filters else []
    answer = turn.outcome
    if not isinstance(answer, Answer):
        return notes
    if meant := meaning(turn.question, answer):
        notes.append(f"Understood as: {meant}")
    if answer.status != "not_found" and answer.confidence is not None:
        words, _ = confidence_in_words(answer)
        notes.append(f"{words} (confidence {answer.confidence:.2f}).")
    return notes


def _answer_of(turn: Turn) -> Answer | None:
    """The answer where the documents gave one."""
    answer = turn.outcome
    return answer if isinstance(answer, Answer) and answer.status != "not_found" else None


def _why_not(turn: Turn) -> str:
    if isinstance(turn.outcome, Answer):
        return f"{NOT_FOUND} {turn.outcome.reason}".strip()
    return f"No answer. {turn.outcome.message if turn.outcome else ''}".strip()
