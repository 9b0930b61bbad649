"""One answer as HTML: its sentences with their chips, how sure it is, and what to do with it."""

from __future__ import annotations

import re
from itertools import groupby

from ui import references
from ui.cited import UNSUPPORTED, quoted, runs, sentences
from ui.feedback import feedback_block
from ui.filters import to_link
from ui.markup import text
from ui.sources import attribution
from ui.types import Answer, Citation, Draft, Sentence, Turn

NOT_FOUND = "The documents don't say."
_CLOSEST = "The closest passages are shown, but they do not answer it."
_FORMS = (
    ("plain", "Text", "As plain text with a list of references"),
    ("markdown", "Markdown", "As Markdown with a list of references"),
    ("rich", "Word", "As rich text with footnote numbers and a list of references"),
)


def draft_block(turn: Turn, number: int) -> str:
    """What was understood and what has come of the answer; more is on its way."""
    draft = turn.draft
    understood = _understood(turn.question, draft)
    doing = "Writing the answer…" if draft.answer else "Searching the documents…"
    begun = ""
    if draft.unchecked:
        doing = "A language model is writing. Only what the documents say will stay."
        begun = f'<p class="unchecked">{text(draft.unchecked)}</p>'
    return (
        f'<div class="answer draft">{understood}{_sentences(draft, number)}{begun}'
        f'<div class="searching"><span></span><span></span><span></span><p>{doing}</p></div></div>'
    )


def answer_block(turn: Turn, answer: Answer, number: int) -> str:
    """What was understood, the answer or why there is none, and the small print."""
    understood = _understood(turn.question, answer, _reworded(answer, number))
    if answer.status == "not_found":
        body = _not_found(turn, answer, number)
    else:
        body = _uncertain(answer) + _sentences(answer, number)
        body += _disagreements(answer) + _note(answer)
    kind = answer.status.replace("_", "-")
    small = _facts(turn, answer) + feedback_block(turn, answer, number)
    return f'<div class="answer {kind}">{understood}{body}{small}</div>'


def confidence_in_words(answer: Answer) -> tuple[str, str]:
    """How far to trust an answer: the words, and a name for the colour they are shown in."""
    confidence = answer.confidence or 0.0
    if answer.status == "partial" or confidence < 0.5:
        return "Uncertain – check the sources", "low"
    return ("Well supported", "high") if confidence >= 0.8 else ("Likely", "middle")


def meaning(question: str, answer: Draft) -> str:
    """What the question was taken to mean, if that is more than it says."""
    meant = answer.interpreted_question.strip()
    return "" if meant.casefold() == question.strip().casefold() else meant


def _uncertain(answer: Answer) -> str:
    if answer.status != "partial":
        return ""
    why = f" {text(answer.reason)}" if answer.reason else ""
    return f'<p class="partial-note"><b>Uncertain.</b>{why}</p>'


def _note(answer: Answer) -> str:
    """What became of the language model that was to write the answer, if something did."""
    return f'<p class="reason">{text(answer.note)}</p>' if answer.note else ""


def _disagreements(answer: Answer) -> str:
    """Where the sources quoted contradict each other."""
    said = (f'<p class="reason">{text(one.text)}</p>' for one in answer.disagreements)
    return "".join(said)


def _understood(question: str, answer: Draft, edit: tuple[str, str] = ("", "")) -> str:
    """What the question was taken to mean, where that is more than it says."""
    meant = meaning(question, answer)
    if not meant:
        return ""
    button, form = edit
    return (
        f'<div class="understood"><p>Understood as: <span class="meant">{text(meant)}</span> '
        f"{button}</p>{form}</div>"
    )


def _reworded(answer: Answer, number: int) -> tuple[str, str]:
    """The button and the form by which what was understood is corrected."""
    meant = answer.interpreted_question.strip()
    return (
        '<button type="button" class="reword" aria-expanded="false" '
        f'aria-controls="reworded-{number}">Edit</button>',
        f'<form class="reworded" id="reworded-{number}" hidden>'
        f'<textarea aria-label="The question in other words" rows="2" required>{text(meant)}'
        '</textarea><button type="submit">Ask again</button>'
        '<button type="button" class="keep">Cancel</button></form>',
    )


def _not_found(turn: Turn, answer: Answer, number: int) -> str:
    why = answer.reason or (_CLOSEST if answer.nearest else "")
    if answer.reason and not answer.nearest and not turn.filters:
        # it says all there is to say, as the reply to a greeting does
        return f'<p class="reason">{text(why)}</p>'
    near = ""
    if answer.nearest:
        near = f'<p><a class="to-sources" href="#sources-{number}">See the closest passages</a></p>'
    advice = "".join(f"<li>{one}</li>" for one in _advice(turn, answer))
    return (
        f'<p class="verdict">{NOT_FOUND}</p><p class="reason">{text(why)}</p>{near}'
        f'<div class="try"><h3>What to try</h3><ul>{advice}</ul></div>'
    )


def _advice(turn: Turn, answer: Answer) -> list[str]:
    """What may help where nothing was found, most promising first, as HTML."""
    advice = []
    if turn.filters and answer.reason_code in ("outside_filters", ""):
        advice.append(
            "Loosen the filters. "
            f'<button type="button" class="unfiltered" data-question="{text(turn.question)}">'
            "Ask again without filters</button>"
        )
    unexplained = _unexplained(turn.question, answer)
    for short in unexplained if answer.reason_code != "ambiguous_acronym" else ():
        advice.append(f"Spell out “{text(short)}”: the documents do not say what it stands for.")
    advice.append("Use other words, such as the documents themselves would use.")
    advice.append("Ask for one thing at a time.")
    return advice


def _unexplained(question: str, answer: Answer) -> list[str]:
    """The acronyms of a question that no bracket spells out and nothing shown writes so."""
    acronyms = dict.fromkeys(re.findall(r"\b[A-Z][A-Za-z&]*[A-Z]s?\b", question))
    written = " ".join([answer.reason, *(one.context for one in answer.nearest)])
    spelt = answer.interpreted_question
    return [one for one in acronyms if f"{one} (" not in spelt and one not in written]


def _sentences(answer: Draft, number: int) -> str:
    """The answer, neighbours from one document together with that document's name under them."""
    by_id = {citation.id: citation for citation in answer.citations}
    html = ""
    for document, group in groupby(
        sentences(answer), key=lambda one: _document(quoted(one, by_id))
    ):
        together = list(group)
        words = " ".join(_sentence(sentence, by_id, number) for sentence in together)
        origin = quoted(together[0], by_id)
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


def _sentence(sentence: Sentence, by_id: dict[int, Citation], number: int) -> str:
    html = "".join(
        _chip(by_id[run], number) if isinstance(run, int) else text(run)
        for run in runs(sentence, by_id)
    )
    if sentence.supported:
        origin = quoted(sentence, by_id)
        who = f"<b>{text(origin.speaker)}:</b> " if origin and origin.speaker else ""
        return f'<span class="sentence">{who}{html}</span>'
    warning = f'<span class="unsupported-note">{UNSUPPORTED}</span>'
    return f'<span class="sentence unsupported">{html} {warning}</span>'


def _chip(citation: Citation, turn: int) -> str:
    return (
        f'&nbsp;<a class="chip" href="#source-{turn}-{citation.id}" data-turn="{turn}" '
        f'data-source="{citation.id}" title="{text(attribution(citation))}" '
        f'aria-label="Source {citation.id}">[{citation.id}]</a>'
    )


def _facts(turn: Turn, answer: Answer) -> str:
    """The small print: how sure, how long it took, copies that keep their sources, and a link."""
    said = answer.status != "not_found"
    parts = [_confidence(answer)] if said and answer.confidence is not None else []
    if (total := answer.timings_ms.get("total")) is not None:
        parts.append(f'<span class="took">Took {_duration(total)}</span>')
    link = text(to_link(turn.question, turn.filters))
    copies = _copies(answer) if said else ""
    parts.append(
        f'<span class="take"><span class="copied" role="status"></span>{copies}'
        f'<button type="button" class="copy-link" data-link="{link}">Copy link</button></span>'
    )
    return f'<div class="facts">{"".join(parts)}</div>'


def _confidence(answer: Answer) -> str:
    words, level = confidence_in_words(answer)
    meaning = (
        f"Confidence {answer.confidence:.2f}: of answers given this confidence, "
        f"about {answer.confidence:.0%} are right."
    )
    return (
        f'<span class="confidence {level}" role="note" tabindex="0" data-tip="{meaning}" '
        f'aria-label="{words}. {meaning}">{words}</span>'
    )


def _copies(answer: Answer) -> str:
    forms = {
        "plain": references.plain(answer),
        "markdown": references.markdown(answer),
        "rich": references.rich(answer),
    }
    data = " ".join(f'data-{form}="{text(copy)}"' for form, copy in forms.items())
    buttons = "".join(
        f'<button type="button" class="copy" data-form="{form}" title="{title}">{label}</button>'
        for form, label, title in _FORMS
    )
    return (
        f'<span class="copies" role="group" aria-label="Copy the answer with its references" '
        f"{data}>Copy as {buttons}</span>"
    )


def _duration(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{max(1, round(milliseconds))} ms"
    return f"{milliseconds / 1000:.1f} s"
