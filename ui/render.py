"""A conversation as HTML: pure functions, and nothing from a document left unescaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ui.markup import found, in_words, text
from ui.sources import attribution
from ui.types import Answer, Citation, IndexInfo, Message, Problem, Sentence, Turn

_MARKER = re.compile(r"\s*\[(\d+)\]")
NOT_FOUND = "The documents don't say."
_CLOSEST = "The closest passages are shown, but they do not answer it."


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


def confidence_in_words(confidence: float) -> tuple[str, str]:
    """How far to trust an answer: the words, and a name for the colour they are shown in."""
    if confidence >= 0.8:
        return "Well supported", "high"
    return ("Likely", "middle") if confidence >= 0.5 else ("Check the source", "low")


def _turn(turn: Turn, number: int) -> str:
    if turn.outcome is None:
        body = '<div class="searching"><span></span><span></span><span></span>'
        body += "<p>Searching the documents…</p></div>"
    elif isinstance(turn.outcome, Problem):
        body = _problem(turn.outcome)
    else:
        body = _answer(turn.question, turn.outcome, number)
    return (
        f'<article class="turn" id="turn-{number}" aria-label="Question {number}">'
        f'<h2 class="question">{text(turn.question)}</h2>{body}</article>'
    )


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


def _answer(question: str, answer: Answer, number: int) -> str:
    understood = _understood(question, answer)
    if answer.status == "not_found":
        why = answer.reason or (_CLOSEST if answer.nearest else "")
        # A reason with nothing near says all there is to say, as the reply to a greeting does.
        alone = bool(answer.reason) and not answer.nearest
        verdict = "" if alone else f'<p class="verdict">{NOT_FOUND}</p>'
        return (
            f'<div class="answer not-found">{understood}{verdict}'
            f'<p class="reason">{text(why)}</p>{_facts(answer)}</div>'
        )
    partial = ""
    if answer.status == "partial":
        why = f" {text(answer.reason)}" if answer.reason else ""
        partial = f'<p class="partial-note"><b>Uncertain.</b>{why}</p>'
    return (
        f'<div class="answer {answer.status}">{understood}{partial}'
        f"{_sentences(answer, number)}{_facts(answer)}</div>"
    )


def _understood(question: str, answer: Answer) -> str:
    meant = answer.interpreted_question.strip()
    if not meant or meant.casefold() == question.strip().casefold():
        return ""
    return f'<p class="understood">Understood as: {text(meant)}</p>'


def _sentences(answer: Answer, number: int) -> str:
    """The answer, neighbours from one document together with that document's name under them."""
    by_id = {citation.id: citation for citation in answer.citations}
    sentences = answer.sentences or (_whole(answer, by_id),)

    def home(sentence: Sentence) -> Citation | None:
        cited = [by_id[number] for number in sentence.citations if number in by_id]
        verbatim = [one for one in cited if found(one.quote, _bare(sentence))]
        return verbatim[0] if verbatim else None

    html = ""
    for document, group in groupby(sentences, key=lambda one: _document(home(one))):
        together = list(group)
        words = " ".join(_sentence(sentence, by_id, number) for sentence in together)
        origin = home(together[0])
        if document and origin is not None:
            html += (
                f'<blockquote class="quoted"><p>{words}</p>'
                f'<footer class="attribution">{text(attribution(origin))}</footer></blockquote>'
            )
        else:
            html += f'<p class="composed">{words}</p>'
    return html


def _document(citation: Citation | None) -> str:
    return (citation.document_id or citation.source or str(citation.id)) if citation else ""


def _whole(answer: Answer, by_id: dict[int, Citation]) -> Sentence:
    """The answer as one sentence, for a service that does not take it apart."""
    named = (int(marker) for marker in _MARKER.findall(answer.answer))
    return Sentence(text=answer.answer, citations=tuple(n for n in named if n in by_id))


def _bare(sentence: Sentence) -> str:
    """A sentence without the markers of its own citations."""

    def drop(marker: re.Match[str]) -> str:
        return "" if int(marker[1]) in sentence.citations else marker[0]

    return _MARKER.sub(drop, sentence.text).strip()


def _sentence(sentence: Sentence, by_id: dict[int, Citation], number: int) -> str:
    """One sentence and its chips: where its markers stand, or else at its end."""
    cited = [number for number in sentence.citations if number in by_id]
    placed: list[int] = []
    html, at = "", 0
    for marker in _MARKER.finditer(sentence.text):
        if (n := int(marker[1])) in cited:
            html += text(sentence.text[at : marker.start()]) + _chip(by_id[n], number)
            placed.append(n)
            at = marker.end()
    html += text(sentence.text[at:].rstrip())
    html += "".join(_chip(by_id[n], number) for n in cited if n not in placed)
    if sentence.supported:
        return f'<span class="sentence">{html}</span>'
    warning = '<span class="unsupported-note">not found in the source</span>'
    return f'<span class="sentence unsupported">{html} {warning}</span>'


def _chip(citation: Citation, turn: int) -> str:
    return (
        f'&nbsp;<a class="chip" href="#source-{turn}-{citation.id}" data-turn="{turn}" '
        f'data-source="{citation.id}" title="{text(attribution(citation))}" '
        f'aria-label="Source {citation.id}">[{citation.id}]</a>'
    )


def _facts(answer: Answer) -> str:
    """The small print: how sure, how long it took, and a copy that keeps its sources."""
    parts = []
    if answer.status != "not_found" and answer.confidence is not None:
        words, level = confidence_in_words(answer.confidence)
        meaning = (
            f"Confidence {answer.confidence:.2f}: of answers given this confidence, "
            f"about {answer.confidence:.0%} are right."
        )
        parts.append(
            f'<span class="confidence {level}" role="note" title="{meaning}" tabindex="0" '
            f'aria-label="{words}. {meaning}">{words}</span>'
        )
    if (total := answer.timings_ms.get("total")) is not None:
        parts.append(f'<span class="took">Took {_duration(total)}</span>')
    if answer.status != "not_found":
        parts.append(
            f'<button type="button" class="copy" data-copy="{text(for_clipboard(answer))}">'
            "Copy with sources</button>"
        )
    return f'<p class="facts">{"".join(parts)}</p>' if parts else ""


def _duration(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{max(1, round(milliseconds))} ms"
    return f"{milliseconds / 1000:.1f} s"


def for_clipboard(answer: Answer) -> str:
    """The answer as plain text with its sources written out, fit to paste into an e-mail."""
    lines = [answer.answer, ""]
    for citation in answer.citations:
        file = f" ({citation.source})" if citation.source else ""
        lines.append(f"[{citation.id}] {attribution(citation)}{file}")
        lines.append(f"    “{citation.quote}”")
    return "\n".join(lines)
