"""Edges drawn on a page → grids of cells with the words in each. What the cells mean: pdf_tables.

A rule counts as a line of the grid when it runs along enough of it, so that the bars of a small
chart inside a cell do not; where a line is missing between two cells they are one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.load.pdf_edges import Edge
from indexer.load.pdf_words import Word

TOUCH = 3.0  # points within which edges meet
SAME = 4.0  # points within which edges are one line
BESIDE = 25.0  # points between two halves of one table
ALONG = 0.25  # the share of the grid's extent along which a line must run
SPACE = 0.4  # ems; what is nearer to the word before is the same text
MOST_EDGES = 2500  # a page of more is a drawing


@dataclass(slots=True)
class Cell:
    """A cell: the grid rows and columns over which it extends, and its words."""

    top: int
    bottom: int
    left: int
    right: int
    words: list[Word]


@dataclass(slots=True)
class Grid:
    """Cells between level and upright lines; `rows` and `columns` count what is between lines.

    `torn` counts places where running text goes on from one cell to the next: shading behind
    words looks like cells, but no table's text does that.
    """

    cells: list[Cell]
    xs: list[float]
    ys: list[float]
    torn: int

    @property
    def rows(self) -> int:
        """How many rows lie between its level lines."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """How many columns lie between its upright lines."""
        return len(self.xs) - 1


def grids(edges: Sequence[Edge], words: Sequence[Word]) -> Iterator[Grid]:
    """Every grid of at least two columns and rows, with the words that lie in it."""
    if len(edges) > MOST_EDGES:
        return
    for group in _beside(_touching(edges)):
        xs = _lines([(e.x0, e.y0, e.y1) for e in group if not e.level])
        ys = _lines([(e.y0, e.x0, e.x1) for e in group if e.level])
        if not ys or not xs:
            continue
        xs = _with_ends(xs, min(e.x0 for e in group), max(e.x1 for e in group))
        ys = _with_ends(ys, min(e.y0 for e in group), max(e.y1 for e in group))
        if len(xs) < 3 or len(ys) < 3:
            continue
        yield _grid(xs, ys, group, words)


def _touching(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Edges in groups that hang together."""
    parent = list(range(len(edges)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    ordered = sorted(range(len(edges)), key=lambda n: edges[n].x0)
    for place, n in enumerate(ordered):
        a = edges[n]
        for m in ordered[place + 1 :]:
            b = edges[m]
            if b.x0 > a.x1 + TOUCH:
                break
            if b.y0 <= a.y1 + TOUCH and a.y0 <= b.y1 + TOUCH:
                parent[root(m)] = root(n)
    groups: dict[int, list[Edge]] = {}
    for n, edge in enumerate(edges):
        groups.setdefault(root(n), []).append(edge)
    return [group for group in groups.values() if len(group) > 3]


def _beside(groups: list[list[Edge]]) -> list[list[Edge]]:
    """Groups joined that stand side by side at the same height: one table with a gap in it."""
    result: list[tuple[float, float, float, float, list[Edge]]] = []
    for group in sorted(groups, key=lambda g: min(e.x0 for e in g)):
        x0, x1 = min(e.x0 for e in group), max(e.x1 for e in group)
        y0, y1 = min(e.y0 for e in group), max(e.y1 for e in group)
        for n, (a, b, c, d, others) in enumerate(result):
            if abs(c - y0) < SAME and abs(d - y1) < SAME and -TOUCH < x0 - b < BESIDE:
                result[n] = (a, x1, c, d, others + group)
                break
        else:
            result.append((x0, x1, y0, y1, group))
    return [entry[4] for entry in result]


def _lines(found: list[tuple[float, float, float]]) -> list[float]:
    """The places of lines that run along enough of the whole, near ones made one."""
    if not found:
        return []
    found.sort()
    whole = max(e for _, _, e in found) - min(s for _, s, _ in found)
    clusters: list[list[tuple[float, float, float]]] = []
    for line in found:
        if clusters and line[0] - clusters[-1][0][0] <= SAME:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    return [
        sum(line[0] for line in cluster) / len(cluster)
        for cluster in clusters
        if _covered([(s, e) for _, s, e in cluster]) >= ALONG * whole
    ]


def _covered(stretches: list[tuple[float, float]]) -> float:
    total, reach = 0.0, float("-inf")
    for start, end in sorted(stretches):
        total += max(0.0, end - max(start, reach))
        reach = max(reach, end)
    return total


def _with_ends(xs: list[float], left: float, right: float) -> list[float]:
    """Tables often have no rule at their sides: the ends of rules that cross stand for them."""
    front = [left] if xs[0] - left > 2 * SAME else []
    back = [right] if right - xs[-1] > 2 * SAME else []
    return front + xs + back


def _grid(xs: list[float], ys: list[float], edges: Sequence[Edge], words: Sequence[Word]) -> Grid:
    upright = [e for e in edges if not e.level]
    level = [e for e in edges if e.level]
    columns, rows = len(xs) - 1, len(ys) - 1
    parent = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(slot: tuple[int, int]) -> tuple[int, int]:
        while parent[slot] != slot:
            slot = parent[slot]
        return slot

    for r in range(rows):
        y = (ys[r] + ys[r + 1]) / 2
        for c in range(columns):
            x = (xs[c] + xs[c + 1]) / 2
            if c + 1 < columns and not _ruled(upright, xs[c + 1], y, False):
                parent[root((r, c + 1))] = root((r, c))
            if r + 1 < rows and not _ruled(level, ys[r + 1], x, True):
                parent[root((r + 1, c))] = root((r, c))
    return _filled(xs, ys, {slot: root(slot) for slot in parent}, words)


def _filled(
    xs: list[float],
    ys: list[float],
    roots: dict[tuple[int, int], tuple[int, int]],
    words: Sequence[Word],
) -> Grid:
    """The grid whose slots belong together as `roots` says, with the words in its cells."""
    cells: dict[tuple[int, int], Cell] = {}
    for r, c in roots:
        cell = cells.setdefault(roots[r, c], Cell(r, r, c, c, []))
        cell.top, cell.bottom = min(cell.top, r), max(cell.bottom, r)
        cell.left, cell.right = min(cell.left, c), max(cell.right, c)
    torn = 0
    last: tuple[Word, Cell] | None = None
    for word in words:
        row, column = _between(ys, word.y - 0.3 * word.size), _between(xs, (word.x0 + word.x1) / 2)
        if row is None or column is None:
            last = None
            continue
        cell = cells[roots[row, column]]
        cell.words.append(word)
        if last and last[1] is not cell and last[0].y == word.y:
            torn += -0.1 < (word.x0 - last[0].x1) / word.size < SPACE
        last = word, cell
    return Grid(list(cells.values()), xs, ys, torn)


def _ruled(edges: Sequence[Edge], place: float, across: float, level: bool) -> bool:
    """Whether an edge runs at `place` past the point `across`."""
    if level:
        return any(abs(e.y0 - place) <= SAME and e.x0 - 1 <= across <= e.x1 + 1 for e in edges)
    return any(abs(e.x0 - place) <= SAME and e.y0 - 1 <= across <= e.y1 + 1 for e in edges)


def _between(lines: Sequence[float], value: float) -> int | None:
    if not lines[0] - 2 <= value <= lines[-1] + 2:
        return None
    return max(0, min(sum(line <= value for line in lines) - 1, len(lines) - 2))
