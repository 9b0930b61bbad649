"""Which documents may be used: what is typed and picked, in words, in links, and as HTML chips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from ui.dates import WrongDate, in_words, span
from ui.markup import text
from ui.types import Counted, Filters

_MOST = 100  # values of one field that the service takes


def checked(typed: Filters) -> Filters:
    """The filters with their dates as days, of which the first is the earlier. Raises WrongDate."""
    start, end = typed.published_from.strip(), typed.published_to.strip()
    first = span(start)[0].isoformat() if start else ""
    last = span(end)[1].isoformat() if end else ""
    if first and last and first > last:
        raise WrongDate(
            f"Nothing is published both from {in_words(first)} and up to {in_words(last)}: "
            "the first date has to be the earlier one."
        )
    return Filters(typed.publisher[:_MOST], typed.author[:_MOST], first, last)


def in_short(filters: Filters) -> list[tuple[str, str, str]]:
    """Each filter that is set: its field, its value, and both in words."""
    said = [("publisher", one, one) for one in filters.publisher]
    said += [("author", one, f"by {one}") for one in filters.author]
    dates = (("published_from", "from"), ("published_to", "up to"))
    for field, word in dates:
        if day := getattr(filters, field):
            said.append((field, day, f"{word} {in_words(day)}"))
    return said


def without(filters: Filters, field: str, value: str) -> Filters:
    """The filters less one; all of them are dropped when `field` is "all"."""
    if field == "all":
        return Filters()
    if field == "published_from":
        return replace(filters, published_from="")
    if field == "published_to":
        return replace(filters, published_to="")
    publisher, author = (
        tuple(one for one in values if field != name or one != value)
        for name, values in (("publisher", filters.publisher), ("author", filters.author))
    )
    return replace(filters, publisher=publisher, author=author)


def to_link(question: str, filters: Filters) -> str:
    """The query string that asks `question` again under the same filters."""
    pairs = [("q", question)] + [(field, value) for field, value, _ in in_short(filters)]
    return f"?{urlencode(pairs)}"


def from_link(query: str) -> tuple[str, Filters]:
    """The question and the filters of a query string, its dates as whoever wrote it put them."""
    pairs = parse_qsl(query, errors="replace")

    def every(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in pairs if key == name)

    def last(name: str) -> str:
        return (every(name) or ("",))[-1]

    dates = (last("published_from"), last("published_to"))
    return last("q"), Filters(every("publisher"), every("author"), *dates)


def choices(counted: Iterable[Counted], picked: Sequence[str]) -> list[tuple[str, str]]:
    """What a list of values offers; what is picked is on it, whatever the index holds."""
    offered = [(f"{one.value} ({one.documents:,})", one.value) for one in counted]
    known = {value for _, value in offered}
    return offered + [(one, one) for one in picked if one not in known]


def bar(filters: Filters) -> str:
    """The switch that unfolds the filters, and a chip to take away each that is set."""
    said = in_short(filters)
    chips = [_chip(field, value, words) for field, value, words in said]
    if len(said) > 1:
        chips.append(_chip("all", "", "Clear all"))
    count = f' <span class="count">{len(said)}</span>' if said else ""
    return (
        '<button type="button" class="filters-switch" aria-expanded="false" '
        f'aria-controls="filters">Filters{count}</button>'
        '<span class="chips" role="group" aria-label="Filters that are set">'
        f"{''.join(chips)}</span>"
    )


def sentence(filters: Filters) -> str:
    """What was searched, for the record under a question; nothing when it was everything."""
    publishers = " or ".join(filters.publisher)
    parts = [f"published by {publishers}"] if publishers else []
    parts += ["by " + " or ".join(filters.author)] if filters.author else []
    dates = [words for field, _, words in in_short(filters) if field.startswith("published_")]
    return ", ".join([*parts, *dates])


def _chip(field: str, value: str, words: str) -> str:
    label = "Clear all filters" if field == "all" else f"Remove the filter “{words}”"
    cross = "" if field == "all" else ' <span aria-hidden="true">×</span>'
    kind = "filter clear" if field == "all" else "filter"
    return (
        f'<button type="button" class="{kind}" data-field="{field}" data-value="{text(value)}" '
        f'aria-label="{text(label)}"><span class="words">{text(words)}</span>{cross}</button>'
    )
