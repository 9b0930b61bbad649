"""Words with places → lines, columns apart.

A gap wider than a space cuts a line into spans: they may be columns of prose, cells of a table, or
one line that is merely set wide. What was drawn one after the other on one base line is one line
again, unless the same gap runs through lines of prose (then it divides two columns).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.load.pdf_words import Word

GAP = 0.75  # a gap wider than this, in ems, cuts a line into spans
ASCENT, DESCENT = 0.75, 0.22  # how far text reaches above and below its base line, in ems
UNLIKE = 1.8  # times larger: set apart, such as an initial or an entry's number
PROSE = 13  # a span this many ems wide is running text rather than a cell
PROSE_LINES = 5  # this many lines of prose on both sides of a gap make two columns


@dataclass(slots=True)
class Line:
    """Words on one base line, from left to right: a span, or the line joined of spans."""

    words: list[Word]
    x0: float
    x1: float
    y: float
    size: float
    order: int
    last: int
    cells: int = 1

    @property
    def top(self) -> float:
        """Where its tall letters end."""
        return self.y - ASCENT * self.size

    @property
    def bottom(self) -> float:
        """Where its low letters end."""
        return self.y + DESCENT * self.size

    @property
    def text(self) -> str:
        """Its words, with a space wherever one was drawn or left."""
        parts = [self.words[0].text]
        for before, word in pairwise(self.words):
            gap = (word.x0 - before.x1) / word.size
            close = gap < (
                0.25 if word.text in ".,;:" else 0.06 if word.text[0] in ".,;:%)" else -9
            )
            drawn_so = word.order == before.order + 1 and not close
            parts.append(" " if drawn_so or gap > 0.1 else "")
            parts.append(word.text)
        return "".join(parts)

    @property
    def bold(self) -> bool:
        """Whether (nearly) all of it is bold."""
        heavy = sum(len(word.text) for word in self.words if word.bold)
        return heavy >= 0.9 * sum(len(word.text) for word in self.words)


def _line(words: list[Word], cells: int = 1) -> Line:
    words = sorted(words, key=lambda word: word.x0)
    longest = max(words, key=lambda word: (word.size, len(word.text)))
    size = max(
        {w.size for w in words}, key=lambda s: sum(len(w.text) for w in words if w.size == s)
    )
    base = next((word for word in words if word.size == size), longest)
    orders = [word.order for word in words]
    return Line(
        words,
        words[0].x0,
        max(word.x1 for word in words),
        base.y,
        size,
        min(orders),
        max(orders),
        cells,
    )


def spans(words: Sequence[Word]) -> list[Line]:
    """Runs of words that stand close together on one base line, in the order drawn."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and _goes_on(runs[-1][-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return _merge([_line(run) for run in runs])


def _unlike(one: Word | Line, other: Word | Line) -> bool:
    """Whether two things are set so differently that only touching makes them one line.

    A large number that stands beside an entry is no word of it.
    """
    return max(one.size, other.size) > UNLIKE * min(one.size, other.size)


def _goes_on(before: Word, word: Word) -> bool:
    low, high = sorted((before.size, word.size))
    overlap = min(before.y + DESCENT * before.size, word.y + DESCENT * word.size) - max(
        before.y - ASCENT * before.size, word.y - ASCENT * word.size
    )
    gap = word.x0 - before.x1
    em = low if _unlike(before, word) else high
    return overlap >= 0.5 * low and -0.5 * high <= gap <= GAP * em


def _merge(runs: list[Line]) -> list[Line]:
    """Joins runs that touch although something else was drawn between them."""
    runs = sorted(runs, key=lambda run: run.x0)
    done: list[Line] = []
    for run in runs:
        near = next((i for i in range(len(done) - 1, -1, -1) if _touches(done[i], run)), None)
        if near is None:
            done.append(run)
        else:
            done[near] = _line(done[near].words + run.words)
    return sorted(done, key=lambda run: run.order)


def _touches(left: Line, right: Line) -> bool:
    low, high = sorted((left.size, right.size))
    gap = right.x0 - left.x1
    if gap < -0.5 * high or gap > GAP * high:
        return False
    if abs(left.y - right.y) <= 0.2 * low:
        return not _unlike(left, right)
    small, large = sorted((left, right), key=lambda run: run.size)
    raised = large.top - 0.1 * high <= small.top and small.bottom <= large.bottom + 0.1 * high
    return raised and small.size < 0.8 * large.size and gap <= 0.3 * high


def joined(parts: Sequence[Line]) -> list[Line]:
    """Spans joined to lines where they are one line, in the order drawn."""
    rows = rows_of(parts)
    pairs = [
        (a, b)
        for row in rows
        for a, b in pairwise(row)
        if (b.order == a.last + 1 or a.order == b.last + 1) and not _unlike(a, b)
    ]
    apart = {id(b) for a, b in pairs if _between_columns(a, b, pairs)}
    joinable = {id(b): id(a) for a, b in pairs}
    result = []
    for row in rows:
        together = [row[0]]
        for before, span in pairwise(row):
            if joinable.get(id(span)) == id(before) and id(span) not in apart:
                together.append(span)
            else:
                result.append(_one(together))
                together = [span]
        result.append(_one(together))
    return sorted(result, key=lambda line: line.order)


def _one(parts: list[Line]) -> Line:
    if len(parts) == 1:
        return parts[0]
    return _line([word for part in parts for word in part.words], len(parts))


def rows_of(parts: Sequence[Line]) -> list[list[Line]]:
    """Spans by base line, each row from left to right."""
    rows: list[list[Line]] = []
    for span in sorted(parts, key=lambda part: part.y):
        if rows and abs(rows[-1][0].y - span.y) <= 0.25 * min(rows[-1][0].size, span.size):
            rows[-1].append(span)
        else:
            rows.append([span])
    return [sorted(row, key=lambda span: span.x0) for row in rows]


def _between_columns(a: Line, b: Line, pairs: list[tuple[Line, Line]]) -> bool:
    """Whether the gap between two spans runs through enough lines of prose on both sides."""
    same = [
        (left, right)
        for left, right in pairs
        if left.x1 < b.x0 and right.x0 > a.x1 and abs(right.x0 - b.x0) < 3 * b.size
    ]
    wide = sum(
        left.x1 - left.x0 >= PROSE * left.size and right.x1 - right.x0 >= PROSE * right.size
        for left, right in same
    )
    return wide >= PROSE_LINES and wide >= 0.5 * len(same)
