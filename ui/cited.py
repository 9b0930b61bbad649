"""An answer taken apart: its sentences, and in each of them where it cites what."""

from __future__ import annotations

import re
from collections.abc import Container

from ui.markup import found
from ui.types import Citation, Draft, Sentence

_MARKER = re.compile(r"\s*\[(\d+)\]")
_CITED = re.compile(r"\S.*?\s\[\d+\](?:\s*\[\d+\])*(?=\s|$)|\S.*", re.DOTALL)
UNSUPPORTED = "not found in the source"


def sentences(answer: Draft) -> tuple[Sentence, ...]:
    """The sentences; where the service does not take the answer apart, what stands before each
    run of markers."""
    if answer.sentences:
        return answer.sentences
    known = {citation.id for citation in answer.citations}
    return tuple(
        Sentence(text=piece, citations=_named(piece, known))
        for piece in _CITED.findall(answer.answer)
    )


def runs(sentence: Sentence, known: Container[int]) -> list[str | int]:
    """Text and the numbers of citations in turn: where their markers stand, or else at the end."""
    cited = [number for number in sentence.citations if number in known]
    parts: list[str | int] = []
    at = 0
    for marker in _MARKER.finditer(sentence.text):
        if (number := int(marker[1])) in cited:
            parts += [sentence.text[at : marker.start()], number]
            at = marker.end()
    parts.append(sentence.text[at:].rstrip())
    return [part for part in parts if part != ""] + [n for n in cited if n not in parts]


def quoted(sentence: Sentence, citations: dict[int, Citation]) -> Citation | None:
    """The citation that the sentence is taken from word for word, if it is from any."""
    cited = [citations[number] for number in sentence.citations if number in citations]
    bare = "".join(part for part in runs(sentence, citations) if isinstance(part, str))
    return next((one for one in cited if found(one.quote, bare.strip())), None)


def _named(said: str, known: Container[int]) -> tuple[int, ...]:
    numbers = map(int, _MARKER.findall(said))
    return tuple(dict.fromkeys(number for number in numbers if number in known))
