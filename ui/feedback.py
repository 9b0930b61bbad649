"""What a reader says of an answer: the buttons it is said with, and the telling of it."""

from __future__ import annotations

import json
from typing import Any

from ui.client import ServiceClient, ServiceError
from ui.markup import text
from ui.types import Answer, Turn

LONGEST = 2000  # characters of a reason
_ABOUT = ("question", "answer", "status", "generation")


def feedback_block(turn: Turn, answer: Answer, number: int) -> str:
    """Two thumbs, and the form for a reason, which is unfolded once one of them was pressed."""
    generation = answer.index.generation if answer.index else ""
    about = dict(
        zip(_ABOUT, (turn.question, answer.answer, answer.status, generation), strict=True)
    )
    thumbs = "".join(
        f'<button type="button" class="thumb" value="{value}" aria-pressed="false" '
        f'aria-controls="why-{number}" aria-label="{words}" title="{words}"></button>'
        for value, words in (("yes", "Useful"), ("no", "Not useful"))
    )
    return (
        f'<div class="feedback" data-about="{text(json.dumps(about))}">'
        '<span class="thumbs" role="group" aria-label="Was this answer useful?">'
        f'<span aria-hidden="true">Was this useful?</span> {thumbs}</span>'
        '<span class="given" role="status"></span>'
        f'<form class="why" id="why-{number}" hidden>'
        f'<textarea aria-label="Why? (optional)" placeholder="Why? (optional)" '
        f'rows="2" maxlength="{LONGEST}" required></textarea><button type="submit">Send</button>'
        '<button type="button" class="keep">Close</button></form></div>'
    )


def give(client: ServiceClient, said: dict[str, Any]) -> dict[str, object]:
    """Hands what was said to the service. Whether it was kept, and that in words."""
    given = {field: _sendable(said.get(field)) for field in (*_ABOUT, "reason")}
    try:
        client.feedback({**given, "useful": said.get("useful") is True})
    except ServiceError as error:
        return {"kept": False, "words": f"Not kept. {error.message} {error.hint}".strip()}
    return {"kept": True, "words": "Thank you, noted." if given["reason"] else "Thank you."}


def _sendable(value: object) -> str:
    """As text without half characters, which cannot be sent."""
    return str(value or "").encode("utf-8", "replace").decode("utf-8").strip()
