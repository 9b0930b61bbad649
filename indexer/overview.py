"""What a store holds at a glance: which publishers, authors and years, in how many documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.twin_table import Ask

MOST = 1000  # values of one field that are listed: the most frequent
_FIELDS = {"publisher": "publisher", "author": "author", "year": "substr(published, 1, 4)"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a field, as a filter takes it, and how many documents have it."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The values of each field, most frequent first, years newest first.

    `unstated` counts the documents that do not say the field; `published` is the first and the
    last date that any states, as precise as it is stated (None when none does).
    """

    documents: int
    publisher: Sequence[Counted]
    author: Sequence[Counted]
    year: Sequence[Counted]
    unstated: dict[str, int]
    published: tuple[str | None, str | None]


def overview(ask: Ask) -> Overview:
    """Counts the documents of the store that `ask` queries."""
    total, first, last, *stated = ask(
        "SELECT COUNT(*), MIN(published), MAX(published), COUNT(publisher), COUNT(author), "
        "COUNT(published) FROM documents",
        (),
    )[0]
    values = {name: _counted(ask, name) for name in _FIELDS}
    unstated = {name: total - known for name, known in zip(_FIELDS, stated, strict=True)}
    return Overview(documents=total, unstated=unstated, published=(first, last), **values)


def _counted(ask: Ask, field: str) -> list[Counted]:
    # "BBC" and "bbc" are one value to the filters, and so they are here
    order = "1 DESC" if field == "year" else "2 DESC, 1"
    rows = ask(
        f"SELECT {_FIELDS[field]}, COUNT(*) FROM documents WHERE {_FIELDS[field]} IS NOT NULL "
        f"GROUP BY 1 ORDER BY {order} LIMIT ?",
        (MOST,),
    )
    return [Counted(value, documents) for value, documents in rows]
