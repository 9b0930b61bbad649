"""The sources beside an answer: numbered cards, each with its quote marked in its passage."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent

from ui.dates import in_words
from ui.markup import deep_link, marked, text
from ui.types import Answer, Citation, Problem, Turn

_HOW_IT_WORKS = (
    "<ol class='how'>"
    "<li><b>Ask</b> in your own words.</li>"
    "<li><b>Read</b> a short answer. Every sentence carries the number of its source.</li>"
    "<li><b>Check</b> it: press a number to see the words in their place, "
    "then open the document at that line.</li></ol>"
)


def sources_panel(turns: Sequence[Turn]) -> str:
    """The sources of every answer so far; only the last answer's are shown at first."""
    if not turns:
        return _section("How it works", _HOW_IT_WORKS, number=0)
    last = len(turns)
    return "".join(
        _turn_sources(turn, number, hidden=number != last)
        for number, turn in enumerate(turns, start=1)
        if number == last or isinstance(turn.outcome, Answer)
    )


def source_card(citation: Citation, turn: int, *, numbered: bool = True) -> str:
    """One source: what it is, when and by whom, and the quote marked in its passage."""
    passage, folded = marked(citation.context or citation.quote, citation.quote)
    badge = f'<span class="number" aria-hidden="true">{citation.id}</span>' if numbered else ""
    identity = f'id="source-{turn}-{citation.id}" data-source="{citation.id}"' if numbered else ""
    back = f'<a class="back" href="#turn-{turn}">Back to the answer</a>' if numbered else ""
    label = f"Source {citation.id}" if numbered else "Closest passage"
    return (
        f'<article class="source-card" {identity} tabindex="-1" '
        f'aria-label="{label}: {text(name_of(citation))}">'
        f'<header>{badge}<h3 class="title">{text(name_of(citation))}</h3></header>'
        f'<p class="provenance">{_provenance(citation)}</p>'
        f'<blockquote class="passage">{passage}</blockquote>{_also_in(citation)}'
        f"<footer>{_unfold() if folded else ''}{_links(citation)}{back}</footer></article>"
    )


def name_of(citation: Citation) -> str:
    """What a reader calls this source: its title, or failing that its file."""
    return citation.title or citation.source or "Untitled document"


def attribution(citation: Citation) -> str:
    """Who said it and when, as plain text for a line under a quote or on the clipboard."""
    said = (name_of(citation), citation.publisher, in_words(citation.published))
    return ", ".join(part for part in said if part)


def _turn_sources(turn: Turn, number: int, *, hidden: bool) -> str:
    outcome = turn.outcome
    if outcome is None and not turn.draft.citations:
        waiting = "<div class='skeleton' aria-hidden='true'></div>" * 2
        return _section("Looking for sources", waiting, number)
    if isinstance(outcome, Problem):
        return _section("Sources", "<p class='quiet'>No answer, so no sources.</p>", number)
    if outcome and outcome.status == "not_found":
        return _closest(turn.question, outcome.nearest, number, hidden=hidden)
    citations = (outcome or turn.draft).citations
    title = f"{len(citations)} source{'' if len(citations) == 1 else 's'}"
    cards = "".join(source_card(citation, number) for citation in citations)
    return _section(title, _for(turn.question) + cards, number, hidden=hidden)


def _closest(question: str, nearest: Sequence[Citation], number: int, *, hidden: bool) -> str:
    if not nearest:
        nothing = "<p class='quiet'>No passage came close to this question.</p>"
        return _section("No sources", _for(question) + nothing, number, hidden=hidden)
    warning = (
        "<p class='not-an-answer'><b>Not an answer.</b> "
        "These are the nearest the documents come to the question.</p>"
    )
    cards = "".join(source_card(citation, number, numbered=False) for citation in nearest)
    body = _for(question) + warning + cards
    return _section("Closest passages", body, number, hidden=hidden, kind=" closest")


def _section(title: str, body: str, number: int, *, hidden: bool = False, kind: str = "") -> str:
    return (
        f'<section class="turn-sources{kind}" id="sources-{number}" tabindex="-1"'
        f"{' hidden' if hidden else ''}>"
        f'<h2 id="sources-title-{number}">{text(title)}</h2>{body}</section>'
    )


def _for(question: str) -> str:
    return f'<p class="for-question">for “{text(question)}”</p>'


def _provenance(citation: Citation) -> str:
    """Publisher, author, date, place in the document and file name: whichever are known."""
    where = f"page {citation.page}" if citation.page is not None else ""
    known = (citation.publisher, citation.author, in_words(citation.published), where)
    parts = [f"<span>{text(part)}</span>" for part in known if part]
    if citation.heading and citation.heading != citation.title:
        parts.append(f'<span class="heading">under “{text(citation.heading)}”</span>')
    if citation.source and citation.source != name_of(citation):
        parts.append(f'<span class="file">{text(citation.source)}</span>')
    return "".join(parts)


def _also_in(citation: Citation) -> str:
    """The other documents that say the same, each with who published it and when."""
    named = []
    for one in citation.also_in:
        name = one.title or one.source or "Untitled document"
        file = one.source if name == name_of(citation) else ""  # a copy has the title of the other
        parts = (one.publisher, in_words(one.published), file)
        known = ", ".join(part for part in parts if part and part != name)
        named.append(f"<span>{text(f'{name} ({known})' if known else name)}</span>")
    if citation.also_in_more:
        named.append(f"<span>{citation.also_in_more:,} more</span>")
    return f'<p class="also-in">Also in: {", ".join(named)}</p>' if named else ""


def _unfold() -> str:
    return (
        '<button type="button" class="unfold" aria-expanded="false">Show the whole passage</button>'
    )


def _links(citation: Citation) -> str:
    """Ways to read on: the document at this line, and the original where it was published."""
    links = ""
    if citation.document_id and citation.start is not None and citation.end is not None:
        here = (
            f"source/{percent(citation.document_id, safe='')}"
            f"?start={citation.start}&end={citation.end}#quote"
        )
        links += _link(here, "Open the document at this line", "open-document")
    if address := deep_link(citation.url, citation.quote, citation.page):
        links += _link(address, "Original on the web", "open-original")
    return links


def _link(address: str, words: str, kind: str) -> str:
    return (
        f'<a class="{kind}" href="{text(address)}" target="_blank" '
        f'rel="noopener noreferrer">{words}</a>'
    )
