"""What the documents are, at a glance: by publisher, by year, the newest, and what was not read."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent

from ui.dates import in_words
from ui.markup import text
from ui.types import Counted, Facets, FileRead, Listed, Problem, Report

_BARS = 15  # of one plot; the rest is added up
_REASONS = 5  # told of one file

WAITING = "<p class='quiet'>Looking at the documents…</p>"


def overview(facets: Facets, newest: Sequence[Listed], report: Report | Problem) -> str:
    """The four parts of the overview."""
    parts = (
        _plot("By publisher", facets.publisher, facets.unstated.get("publisher", 0)),
        _plot("By year", facets.year, facets.unstated.get("year", 0), rest="earlier"),
        _newest(newest),
        _unread(report),
    )
    return f'<div class="overview">{"".join(parts)}</div>'


def sorry(problem: Problem) -> str:
    """Why there is nothing to be seen, and what to do."""
    return (
        f'<div class="error"><p class="error-message">{text(problem.message)}</p>'
        f'<p class="error-hint">{text(problem.hint)}</p></div>'
    )


def _plot(title: str, counted: Sequence[Counted], unstated: int, rest: str = "others") -> str:
    """A bar for each value, as a table, so that it is read out in order too."""
    shown = counted[:_BARS]
    most = max((one.documents for one in shown), default=1)
    rows = [_row(one.value, one.documents, 100 * one.documents / most) for one in shown]
    # Sums have no bar: it would dwarf the others, and they are no value to compare.
    for words, documents in (
        (rest, sum(c.documents for c in counted[_BARS:])),
        ("not stated", unstated),
    ):
        rows += [_row(words, documents)] if documents else []
    if not rows:
        return _part(title, "<p class='quiet'>Nothing is known.</p>")
    return _part(title, f'<table class="plot"><tbody>{"".join(rows)}</tbody></table>')


def _row(value: str, documents: int, width: float | None = None) -> str:
    kind = ' class="rest"' if width is None else ""
    bar = f'<span class="bar" style="width:{width:.1f}%"></span>' if width is not None else ""
    return (
        f'<tr{kind}><th scope="row">{text(value)}</th><td>{bar}</td>'
        f'<td class="number">{documents:,}</td></tr>'
    )


def _newest(listed: Sequence[Listed]) -> str:
    dated = [one for one in listed if one.published]
    if not dated:
        return _part("Newest", "<p class='quiet'>No document says when it was published.</p>")
    items = "".join(
        f'<li><a class="open-document" href="source/{percent(one.id, safe="")}" target="_blank" '
        f'rel="noopener noreferrer">{text(one.title or one.source or "Untitled document")}</a>'
        f'<span class="provenance"><span>{text(in_words(one.published))}</span>'
        + (f"<span>{text(one.publisher)}</span>" if one.publisher else "")
        + "</span></li>"
        for one in dated
    )
    return _part("Newest", f'<ul class="newest">{items}</ul>')


def _unread(report: Report | Problem) -> str:
    title = "What could not be read"
    if isinstance(report, Problem):
        return _part(title, sorry(report))
    counts = report.by_status
    files = sum(counts.values())
    whole = counts.get("read", 0)
    if whole == files:
        return _part(title, f"<p class='quiet'>All {files:,} files were read.</p>")
    line = (
        f"Of {files:,} files {whole:,} were read, {counts.get('partly read', 0):,} only in part "
        f"and {counts.get('not read', 0):,} not at all."
    )
    items = "".join(_file(file) for file in report.files)
    left = files - whole - len(report.files)
    more = f"<p class='quiet'>And {left:,} more: report.html in the index has all.</p>"
    body = f'<p class="quiet">{line}</p><ul class="unread">{items}</ul>{more if left > 0 else ""}'
    return _part(title, body)


def _file(file: FileRead) -> str:
    said = [*file.reasons, *file.warnings]
    lines = "".join(f"<li>{text(one.text)}</li>" for one in said[:_REASONS])
    if len(said) > _REASONS:
        lines += f"<li>and {len(said) - _REASONS:,} more</li>"
    kind = "partly" if file.status == "partly read" else "not"
    return (
        f'<li><span class="file">{text(file.source)}</span> '
        f'<span class="status {kind}">{text(file.status)}</span><ul>{lines}</ul></li>'
    )


def _part(title: str, body: str) -> str:
    return f'<section aria-label="{text(title)}"><h2>{text(title)}</h2>{body}</section>'
