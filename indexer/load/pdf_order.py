"""Lines and tables of a page → the order in which a person reads them."""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Protocol, TypeVar


class Placed(Protocol):
    """Whatever has a place on a page and a turn in the order of drawing."""

    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def order(self) -> int: ...
    @property
    def size(self) -> float: ...


PlacedT = TypeVar("PlacedT", bound=Placed)


def reading_order(items: Sequence[PlacedT]) -> list[list[PlacedT]]:
    """Blocks of lines that stand under one another, in the order in which they are read.

    What stands above is read before what stands below it; of two blocks side by side the left
    one comes first; otherwise the order of drawing holds, which is mostly the author's.
    """
    blocks = _blocks(items)
    boxes = [
        (
            min(i.x0 for i in block),
            max(i.x1 for i in block),
            block[0].top,
            max(i.bottom for i in block),
        )
        for block in blocks
    ]
    after: list[list[int]] = [[] for _ in blocks]
    waiting = [0] * len(blocks)
    for a, box in enumerate(boxes):
        for b, other in enumerate(boxes):
            if a != b and _before(box, other):
                after[a].append(b)
                waiting[b] += 1
    return [blocks[n] for n in _sorted(blocks, after, waiting)]


def _sorted(
    blocks: Sequence[Sequence[Placed]], after: list[list[int]], waiting: list[int]
) -> list[int]:
    """Topological order, ties by the order of drawing; a ring is cut at what was drawn first."""
    turn = [min(item.order for item in block) for block in blocks]
    ready = [(turn[n], n) for n, count in enumerate(waiting) if not count]
    rest = sorted((turn[n], n) for n in range(len(blocks)))
    heap: list[tuple[int, int]] = []
    for entry in ready:
        heappush(heap, entry)
    done: list[int] = []
    seen: set[int] = set()
    while len(done) < len(blocks):
        n = heappop(heap)[1] if heap else next(n for _, n in rest if n not in seen)
        if n in seen:
            continue
        seen.add(n)
        done.append(n)
        for other in after[n]:
            waiting[other] -= 1
            if not waiting[other]:
                heappush(heap, (turn[other], other))
    return done


_Box = tuple[float, float, float, float]


def _before(a: _Box, b: _Box) -> bool:
    """Whether block a must be read before block b; boxes are x0, x1, top, bottom."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    if shared > 1:
        return a[2] + a[3] < b[2] + b[3]
    beside = min(a[3], b[3]) - max(a[2], b[2])
    return a[1] <= b[0] + 1 and beside > 0.3 * min(a[3] - a[2], b[3] - b[2])


def _blocks(items: Sequence[PlacedT]) -> list[list[PlacedT]]:
    """Chains of items each of which has just the next one close below it."""
    ordered = sorted(items, key=lambda item: (item.top, item.x0))
    above: list[list[int]] = [[] for _ in ordered]
    below: list[list[int]] = [[] for _ in ordered]
    for n, item in enumerate(ordered):
        for m in range(n + 1, len(ordered)):
            other = ordered[m]
            if other.top - item.bottom > 1.5 * max(item.size, other.size):
                break
            shares = min(item.x1, other.x1) - max(item.x0, other.x0) > 1
            hidden = any(_over(ordered[k], other) for k in below[n])
            if shares and other.bottom > item.bottom and not hidden:
                below[n].append(m)
                above[m].append(n)
    blocks: list[list[PlacedT]] = []
    place: dict[int, list[PlacedT]] = {}
    for n, item in enumerate(ordered):
        if (
            len(above[n]) == 1
            and len(below[above[n][0]]) == 1
            and _alike(ordered[above[n][0]], item)
        ):
            place[n] = place[above[n][0]]
            place[n].append(item)
        else:
            place[n] = [item]
            blocks.append(place[n])
    return blocks


def _alike(above: Placed, item: Placed) -> bool:
    """Whether two items may be one column: a heading over two columns belongs to neither."""
    same_size = abs(above.size - item.size) <= 0.15 * above.size
    return same_size or abs(above.x0 - item.x0) <= item.size


def _over(a: Placed, b: Placed) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and a.bottom <= b.bottom
