"""Tables with level rules or shaded bands only: what divides their columns, as edges.

Many tables have lines between their rows and none between their columns. Where a stack of rules of
one length holds words that leave the same gaps in every row, those gaps divide columns as well as
drawn lines would; so do the places where rules that are drawn cell by cell meet.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.load.pdf_cells import is_value
from indexer.load.pdf_edges import Edge
from indexer.load.pdf_words import Word

LONG = 100.0  # points; shorter rules are underlines
SAME = 4.0  # points within which rules begin and end alike
TALLEST = 220.0  # points from one rule to the next, at most
GAP = 0.9  # ems; the narrowest gap between two columns
APART = 2.2  # ems from one line to the next; what is further off is another text
MOST_COLUMNS = 12
MOST_HEADER = 5  # lines above the first rule that may name columns


@dataclass(slots=True)
class _Rule:
    """A level rule; `joints` is where the pieces meet of which it is drawn."""

    y: float
    x0: float
    x1: float
    joints: list[float]


def columns_as_edges(edges: Sequence[Edge], words: Sequence[Word]) -> Iterator[Edge]:
    """Edges between columns, and around first and last rows, of tables with level rules only."""
    for stack in _stacks(_rules(edges)):
        left, right = min(rule.x0 for rule in stack), max(rule.x1 for rule in stack)
        near = [word for word in words if left - SAME < word.x0 and word.x1 < right + SAME]
        for rules, above, below in _parts(stack, near):
            top, bottom = rules[0].y, rules[-1].y
            inside = [word for word in near if top < word.y < bottom]
            if len(rules) > 1 and not _divided(edges, rules):
                places = _joints(rules) or _gaps(inside or below)
                yield from _edges_of(rules, places, inside, above, below)


def _edges_of(
    rules: Sequence[_Rule],
    places: Sequence[float],
    inside: Sequence[Word],
    above: Sequence[Word],
    below: Sequence[Word],
) -> Iterator[Edge]:
    """Upright edges at the places given; level ones around lines outside that keep to them."""
    top, bottom = rules[0].y, rules[-1].y
    left, right = rules[0].x0, rules[0].x1
    bands = len({round(rule.y / 6) for rule in rules}) - 1
    if above and _keeps_to(above, places) and len({round(w.y) for w in above}) <= MOST_HEADER:
        top = min(word.y - word.size for word in above)
        yield Edge(left, top, right, top)
        bands += 1
    if below and _keeps_to(below, places) and not _stacked(below, rules, places):
        bottom = max(word.y + 0.4 * word.size for word in below)
        yield Edge(left, bottom, right, bottom)
        bands += 1
    fits = 0 < len(places) < MOST_COLUMNS and _keeps_to(inside, places)
    if bands > 1 and fits and not _stacked(inside, rules, places):
        for x in places:
            yield Edge(x, top, x, bottom)


def _keeps_to(words: Sequence[Word], places: Sequence[float]) -> bool:
    """Whether words stand in two columns at least, and hardly any across the place between."""
    across = sum(word.x0 < x - 1 and word.x1 > x + 1 for word in words for x in places)
    columns = {sum(x < word.x0 + 1 for x in places) for word in words}
    return across <= 0.03 * len(words) and (len(columns) > 1 or not words)


def _joints(rules: Sequence[_Rule]) -> list[float]:
    """Where most of the rules are put together of pieces: the columns of who drew them."""
    counts = Counter(round(x / SAME) for rule in rules for x in set(rule.joints))
    often = [place for place, count in counts.items() if count >= 0.6 * len(rules)]
    found = sorted(place * SAME for place in often)
    return [x for n, x in enumerate(found) if not n or x - found[n - 1] > 2 * SAME]


def _divided(edges: Sequence[Edge], rules: Sequence[_Rule]) -> bool:
    """Whether upright lines are drawn between the ends of the rules, along much of the stack."""
    top, bottom, rule = rules[0].y, rules[-1].y, rules[0]
    heights: Counter[int] = Counter()
    for edge in edges:
        if not edge.level and rule.x0 + SAME < edge.x0 < rule.x1 - SAME:
            height = min(edge.y1, bottom) - max(edge.y0, top)
            heights[round(edge.x0 / SAME)] += round(max(height, 0))
    return any(height >= 0.5 * (bottom - top) for height in heights.values())


def _gaps(words: Sequence[Word]) -> list[float]:
    """The middles of the gaps that no word reaches into."""
    found: list[float] = []
    reach: float | None = None
    for word in sorted(words, key=lambda one: one.x0):
        if reach is not None and word.x0 - reach > GAP * word.size:
            found.append((reach + word.x0) / 2)
        reach = max(reach or 0.0, word.x1)
    return found


def _stacked(words: Sequence[Word], rules: Sequence[_Rule], places: Sequence[float]) -> bool:
    """Whether figures stand under one another between two rules: rows that no rule divides."""
    heights: dict[tuple[int, int], float] = {}
    for word in words:
        if word.x0 > min(places, default=0.0) and is_value(word.text):
            band, column = sum(r.y < word.y for r in rules), sum(x < word.x0 for x in places)
            if abs(heights.setdefault((band, column), word.y) - word.y) > word.size:
                return True
    return False


def _rules(edges: Sequence[Edge]) -> list[_Rule]:
    """Long level rules; those drawn in pieces, cell by cell, put together."""
    pieces = sorted((round(e.y0), e.x0, e.x1) for e in edges if e.level)
    rules: list[_Rule] = []
    for y, x0, x1 in pieces:
        last = rules[-1] if rules else None
        if last and last.y == y and x0 <= last.x1 + SAME:
            if abs(x0 - last.x1) <= SAME:
                last.joints.append(x0)
            last.x1 = max(last.x1, x1)
        else:
            rules.append(_Rule(y, x0, x1, []))
    return [rule for rule in rules if rule.x1 - rule.x0 >= LONG]


def _stacks(rules: Sequence[_Rule]) -> list[list[_Rule]]:
    """Rules of one length under one another, not too far apart."""
    stacks: list[list[_Rule]] = []
    for rule in rules:
        for stack in stacks:
            last = stack[-1]
            alike = abs(last.x0 - rule.x0) < SAME and abs(last.x1 - rule.x1) < SAME
            if alike and rule.y - last.y < TALLEST:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len({round(rule.y / 6) for rule in stack}) > 1]


_Part = tuple[list[_Rule], list[Word], list[Word]]
"""The rules of one table, and the lines above the first and below the last of them."""


def _parts(stack: Sequence[_Rule], words: Sequence[Word]) -> Iterator[_Part]:
    """Cuts a stack wherever the lines between two rules stand apart: two tables, text between."""
    bands: list[list[Word]] = [[] for _ in range(len(stack) + 1)]
    for word in sorted(words, key=lambda one: one.y):
        bands[sum(rule.y < word.y for rule in stack)].append(word)
    rules: list[_Rule] = []
    above = _near(bands[0], stack[0].y, last=True)
    for rule, band in zip(stack, bands[1:], strict=True):
        rules.append(rule)
        if rule is stack[-1] or len(_groups(band)) > 1:
            yield rules, above, _near(band, rule.y, last=False)
            rules = []
            if rule is not stack[-1]:
                above = _near(band, stack[stack.index(rule) + 1].y, last=True)


def _groups(words: Sequence[Word]) -> list[list[Word]]:
    """Words from the top, in groups of lines that stand close together."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.y - groups[-1][-1].y <= APART * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _near(words: Sequence[Word], y: float, last: bool) -> list[Word]:
    """The group of lines that stands close to a rule at `y`: above it (the last) or below it."""
    groups = _groups(words)
    if not groups:
        return []
    group = groups[-1 if last else 0]
    nearest = group[-1 if last else 0]
    return group if abs(nearest.y - y) <= APART * nearest.size else []
