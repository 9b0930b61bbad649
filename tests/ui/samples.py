"""Answers to show, hostile words, and what a browser would make of markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from ui import render
from ui.types import Answer, Citation, Turn

QUOTE = "only nine out of 91 Integrated Care Board members are councillors."


HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover=alert(3) x="\' '
    "</mark></article><a href='javascript:alert(4)'>x</a> ${alert(5)} {{value}} &lt;b&gt;"
)


def cite(number: int = 1, **fields: Any) -> Citation:
    known = {
        "document_id": "doc",
        "title": "County councils",
        "publisher": "CCN",
        "published": "2022-11-17",
        "source": "002.txt",
        "quote": QUOTE,
        "context": f"Before it. Arguably {QUOTE} And after.",
        "start": 10,
        "end": 10 + len(QUOTE),
    }
    return Citation.model_validate({"id": number, **known, **fields})


def answered(**fields: Any) -> Answer:
    plain = {
        "status": "answered",
        "answer": f"{QUOTE} [1]",
        "sentences": [{"text": QUOTE, "citations": [1]}],
        "citations": [cite()],
        "confidence": 0.83,
        "timings_ms": {"total": 41.2},
    }
    return Answer.model_validate({**plain, **fields})


def also_in(**fields: Any) -> dict[str, Any]:
    known = {"title": "Minutes", "publisher": "LGC", "published": "2021-03", "source": "m.pdf"}
    return {**known, "document_id": "m", "quote": QUOTE, "start": 0, "end": len(QUOTE), **fields}


def shown(answer: Answer, question: str = "How many?") -> str:
    return render.conversation([Turn(question, answer)])


class Elements(HTMLParser):
    """What a browser would make of the markup: elements with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.found if name in (attrs.get("class") or "").split()]
