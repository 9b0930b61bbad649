"""Tables without rules: rows of a label and figures that stand in line under one another.

Only figures make such a table: texts in columns may be anything, and stay lines.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.load.pdf_cells import Matrix, Slot, is_value
from indexer.load.pdf_lines import Line, rows_of

ROWS = 3  # figures in fewer rows are no table
PITCH = 2.6  # ems from one row to the next, at most
HEADER = 4  # rows above the figures that may name the columns
LEADER = "...."

Row = list[Line]
Extent = tuple[float, float]


class Aligned(NamedTuple):
    """An unruled table: its rows, the names and places of its columns, the spans it is made of."""

    matrix: Matrix
    names: list[str]
    columns: list[Extent]
    spans: list[Line]


def aligned(parts: Sequence[Line]) -> Iterator[Aligned]:
    """Each unruled table among the spans of a page."""
    rows = rows_of(parts)
    start = 0
    while start < len(rows):
        end = _run(rows, start)
        if end is None:
            start += 1
            continue
        run = rows[start:end]
        columns = _columns([row for row in run if _figures(row)])
        if columns is None:
            start += 1
            continue
        head = _header(rows, start, columns)
        names = _names(rows[start - head : start], columns)
        used = [span for row in rows[start - head : end] for span in row]
        yield Aligned(_matrix(run, columns), names, columns, used)
        start = end


def _figures(row: Row) -> bool:
    """Whether a row holds a figure beside something else."""
    return (
        len(row) > 1
        and any(is_value(span.text) for span in row[1:])
        and not any(LEADER in span.text for span in row)
    )


def _run(rows: Sequence[Row], start: int) -> int | None:
    """Where the rows of figures that begin at `start` end; None when they are too few."""
    if not _figures(rows[start]):
        return None
    last, found, between = start, 1, 0
    for n in range(start + 1, len(rows)):
        if rows[n][0].y - rows[n - 1][0].y > PITCH * max(rows[n][0].size, rows[n - 1][0].size):
            break
        if _figures(rows[n]):
            last, found, between = n, found + 1, 0
        elif len(rows[n]) == 1 and between < 2 and rows[n][0].x0 <= rows[start][0].x1:
            between += 1
        else:
            break
    return last + 1 if found >= ROWS else None


def _columns(rows: Sequence[Row]) -> list[Extent] | None:
    """The extents of the columns; None when the rows do not agree on them."""
    extents: list[list[float]] = []
    for x0, x1 in sorted((span.x0, span.x1) for row in rows for span in row):
        if extents and x0 <= extents[-1][1] + 1:
            extents[-1][1] = max(extents[-1][1], x1)
        else:
            extents.append([x0, x1])
    columns = [(a, b) for a, b in extents]
    if len(columns) < 2:
        return None
    filled: list[list[Line]] = [[] for _ in columns]
    for row in rows:
        places = [_column(span, columns) for span in row]
        if len(set(places)) < len(places):
            return None
        for place, span in zip(places, row, strict=True):
            filled[place].append(span)
    for cells in filled[1:]:
        figures = sum(is_value(span.text) for span in cells)
        if figures < 0.5 * len(cells):
            return None
    if any(span.x1 - span.x0 > 40 * span.size for span in filled[0]):
        return None
    return columns if sum(map(len, filled)) >= 0.6 * len(columns) * len(rows) else None


def _column(span: Line, columns: Sequence[Extent]) -> int:
    return max(range(len(columns)), key=lambda c: _shared(span, columns[c]))


def _shared(span: Line, extent: Extent) -> float:
    return min(span.x1, extent[1]) - max(span.x0, extent[0])


def _header(rows: Sequence[Row], start: int, columns: Sequence[Extent]) -> int:
    """How many rows above `start` name columns."""
    count = 0
    while count < HEADER and start - count > 0:
        row, below = rows[start - count - 1], rows[start - count]
        if below[0].y - row[0].y > PITCH * max(row[0].size, below[0].size):
            break
        if any(is_value(span.text) or span.x1 - span.x0 > 20 * span.size for span in row):
            break
        over = [_over(span, columns) for span in row]
        if not all(over) or all(0 in places for places in over):
            break
        count += 1
    return count


def _over(span: Line, columns: Sequence[Extent]) -> list[int]:
    """The columns above which a header's span stands: those it overlaps, else the nearest."""
    places = [c for c, extent in enumerate(columns) if _shared(span, extent) > 0.5 * span.size]
    if places:
        return places
    near = _column(span, columns)
    return [near] if _shared(span, columns[near]) > -3 * span.size else []


def _names(rows: Sequence[Row], columns: Sequence[Extent]) -> list[str]:
    names = [""] * len(columns)
    for row in rows:
        for span in row:
            for place in _over(span, columns):
                names[place] = f"{names[place]} {span.text}".strip()
    return names


def _matrix(rows: Sequence[Row], columns: Sequence[Extent]) -> Matrix:
    """Rows of slots; a label that goes on in a line of its own is put together again."""
    matrix: Matrix = []
    waiting: Row = []
    for row in rows:
        if not _figures(row):
            if matrix and not waiting and row[0].text[:1].islower():
                _add(matrix[-1][0], row[0])
            else:
                waiting.append(row[0])
            continue
        slots = [Slot("", []) for _ in columns]
        label = row[0] if _column(row[0], columns) == 0 else None
        goes_on = label is not None and label.text[:1].islower()
        for line in waiting:
            if goes_on:
                _add(slots[0], line)
            else:
                matrix.append([Slot(line.text, line.words), *(Slot("", []) for _ in columns[1:])])
        waiting = []
        for span in row:
            _add(slots[_column(span, columns)], span)
        matrix.append(slots)
    return matrix


def _add(slot: Slot, line: Line) -> None:
    slot.text = f"{slot.text} {line.text}".strip()
    slot.words = slot.words + line.words
