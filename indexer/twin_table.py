"""The table of twins in a store: how it is written, and what can be asked of it."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from indexer.twins import find_twins

Ask = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
"""Runs a query with values and gives all its rows."""

SCHEMA = """
CREATE TABLE twins (sentence INTEGER PRIMARY KEY, canonical INTEGER NOT NULL);
CREATE INDEX twins_of ON twins (canonical);
"""

COPY = 0.8  # share of a document's sentences, by length, that another must have for it to be a copy
_ASKED_AT_ONCE = 10_000  # SQLite takes some 32,000 values in a query
_LOOKED_AT = 8  # documents of a group that are weighed as originals: a notice may be in thousands
_TEXT = "SELECT substr(p.text, s.start - p.start + 1, s.stop - s.start) FROM sentences s "
_LENGTH = "SUM(s.stop - s.start)"
_JOINED = "JOIN passages p ON p.number = s.passage"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document of which `share`, by length, stands in the document `of` too. Both are numbers."""

    document: int
    of: int
    share: float


def write(db: sqlite3.Connection) -> None:
    """Fills the table from the sentences that are in the store."""

    def text_of(number: int) -> str:
        return str(db.execute(f"{_TEXT}{_JOINED} WHERE s.number = ?", (number,)).fetchone()[0])

    texts = (row[0] for row in db.execute(f"{_TEXT}{_JOINED} ORDER BY s.number"))
    db.executemany("INSERT INTO twins VALUES (?,?)", find_twins(texts, text_of).items())


def canonical(ask: Ask, numbers: Sequence[int]) -> dict[int, int]:
    """Each sentence → the first of its group; one without twins leads to itself."""
    found = {number: number for number in numbers}
    for some in _batches(numbers):
        marks = ",".join("?" * len(some))
        found.update(
            ask(f"SELECT sentence, canonical FROM twins WHERE sentence IN ({marks})", some)
        )
    return found


def groups(ask: Ask, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Each sentence that has twins → all of its group in corpus order, itself among them."""
    first = canonical(ask, numbers)
    members: dict[int, list[int]] = defaultdict(list)
    for some in _batches(list(dict.fromkeys(first.values()))):
        marks = ",".join("?" * len(some))
        for lead, number in ask(
            f"SELECT canonical, sentence FROM twins WHERE canonical IN ({marks}) ORDER BY sentence",
            some,
        ):
            members[lead].append(number)
    return {number: members[lead] for number, lead in first.items() if lead in members}


def copies(ask: Ask) -> list[Copy]:
    """The documents that are near-copies of another, or are contained in one."""
    lengths: dict[int, int] = dict(
        ask(f"SELECT p.document, {_LENGTH} FROM sentences s {_JOINED} GROUP BY p.document", ())
    )
    twinned = ask(
        f"SELECT t.canonical, p.document, {_LENGTH} FROM twins t "
        f"JOIN sentences s ON s.number = t.sentence {_JOINED} "
        "GROUP BY t.canonical, p.document ORDER BY t.canonical, p.document",
        (),
    )
    by_group: dict[int, dict[int, int]] = defaultdict(dict)
    for group, document, length in twinned:
        by_group[group][document] = length
    return find_copies(lengths, by_group.values())


def find_copies(lengths: Mapping[int, int], twinned: Iterable[Mapping[int, int]]) -> list[Copy]:
    """The documents of which at least COPY is in one other document.

    `lengths` are those of the documents' sentences; `twinned` has for each group of twins the
    length of its sentences in each document. Of two that are copies of each other, the later one in
    the corpus is the copy.
    """
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    for group in twinned:
        for document, length in group.items():
            for other in [one for one in islice(group, _LOOKED_AT) if one != document]:
                shared[document][other] += length
    found = []
    for document in sorted(shared):
        of = min(shared[document], key=lambda one: (-shared[document][one], one))
        share = shared[document][of] / lengths[document]
        mutual = shared[of][document] >= COPY * lengths[of]
        if share >= COPY and (of < document or not mutual):
            found.append(Copy(document, of, round(share, 4)))
    return found


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(numbers), _ASKED_AT_ONCE):
        yield numbers[at : at + _ASKED_AT_ONCE]
