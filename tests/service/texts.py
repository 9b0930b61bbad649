"""Small texts as candidates, for tests of what is done with them; models that say given things."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from langchain_core.language_models import FakeListChatModel

from indexer.types import Passage, Sentence
from service.candidates import Candidates
from service.language_model import _loop
from service.read import Candidate, Reading

TOWN = (
    (
        "Nine of the members are councillors.",
        "The budget was halved in three years.",
        "Nine of the members are councillors now.",
    ),
    ("Hospitals wait for care packages.", "Leaders met on Monday in London."),
    ("The report asks for shared targets.", "Staff rarely work in one building."),
)
"""The sentences of three passages, each a document of its own."""

COUNCILLORS, BUDGET, COUNCILLORS_NOW, HOSPITALS, LEADERS, REPORT, STAFF = range(7)
QUESTION = "How many members are councillors?"


def candidates(*passages: Sequence[str], title: str = "", between: str = " ") -> Candidates:
    """Sentences with their places, as a CandidateFinder would give them."""
    known: dict[str, Any] = {
        field.name: 0.5 if field.type is float else "" for field in fields(Candidate)
    }
    found = Candidates([], [])
    for number, texts in enumerate(passages):
        whole = between.join(texts)
        at = [whole.index(text) for text in texts]
        sentences = tuple(Sentence(a, a + len(text)) for a, text in zip(at, texts, strict=True))
        passage = Passage(f"d{number}:0", f"d{number}", whole, 0, len(whole), None, None, sentences)
        for text, sentence in zip(texts, sentences, strict=True):
            around = {"text": text, "passage": whole, "title": title}
            found.read.append(Candidate(**known | around))
            found.places.append((passage, sentence))
            found.numbers.append(len(found.numbers))
    return found


def reading(scores: Sequence[float]) -> Reading:
    """A reading in which the candidates have these scores."""
    array = np.array(scores, dtype=np.float64)
    return Reading([int(i) for i in np.argsort(-array, kind="stable")], array, 0.9)


def in_order(found: Candidates) -> Reading:
    """A reading in which candidates come as they are, all nearly as good as the first."""
    return reading([-0.01 * n for n in range(len(found.read))])


def says(*replies: str) -> FakeListChatModel:
    """LangChain's own model for tests: it streams these replies in turn, a character a piece."""
    return FakeListChatModel(responses=list(replies))


def requests() -> set[asyncio.Task[Any]]:
    """Those to a language model that have not ended."""
    return asyncio.all_tasks(_loop())


def requests_end() -> bool:
    """Whether no language model is read any more, soon."""
    deadline = time.monotonic() + 10
    while requests() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not requests()
