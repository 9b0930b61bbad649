"""A page of a PDF → the straight lines drawn on it: rules, boxes, shaded bands. And pictures."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from indexer.load.pdf_words import Frame

MAX_POINTS = 400  # a path of more is a drawing, not a table's rules
MAX_PATHS = 3000  # a page of more is a map or a chart
THIN = 3.0  # a box thinner than this many points is a rule
SHORTEST = 5.0
COVERED = 0.3  # the share of a page that pictures cover when its text may be in them


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn straight line or one side of a drawn box: level when y0 equals y1, else upright."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.y0 == self.y1


def read_edges(page: pdfium.PdfPage, frame: Frame) -> list[Edge]:
    """The edges of a page; none when it holds so many paths that they must be a drawing."""
    edges: list[Edge] = []
    for count, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if count >= MAX_PATHS:
            return []
        edges += _of_path(item, frame)
    return edges


def is_picture(page: pdfium.PdfPage) -> bool:
    """Whether pictures cover so much of a page that its text may be in them."""
    area = 0.0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        if item.container is not None:
            return True  # its place is relative; whoever nests a picture shows a page of them
        left, bottom, right, top = item.get_bounds()
        area += (right - left) * (top - bottom)
    width, height = page.get_size()
    return bool(area >= COVERED * width * height)


def _of_path(item: pdfium.PdfObject, frame: Frame) -> Iterator[Edge]:
    if not 2 <= raw.FPDFPath_CountSegments(item) <= MAX_POINTS:
        return
    matrix, container = item.get_matrix(), item.container
    while container is not None:
        matrix, container = matrix.multiply(container.get_matrix()), container.container
    for points in _outlines(item.raw):
        yield from _sides([frame.place(*matrix.on_point(x, y)) for x, y in points])


def _outlines(handle: object) -> Iterator[list[tuple[float, float]]]:
    """The corners of each outline of a path; outlines with curves are left out."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    curved = False
    for index in range(raw.FPDFPath_CountSegments(handle)):
        segment = raw.FPDFPath_GetPathSegment(handle, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if points and not curved:
                yield points
            points, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((x.value, y.value))
    if points and not curved:
        yield points


def _sides(points: list[tuple[float, float]]) -> Iterator[Edge]:
    """A rule as one edge, a box as four, nothing of other shapes."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if y1 - y0 <= THIN:
        if x1 - x0 >= SHORTEST:
            yield Edge(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    elif x1 - x0 <= THIN:
        if y1 - y0 >= SHORTEST:
            yield Edge((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
    elif len(points) in (4, 5) and all(
        min(abs(x - x0), abs(x - x1)) < 1 and min(abs(y - y0), abs(y - y1)) < 1 for x, y in points
    ):
        yield Edge(x0, y0, x1, y0)
        yield Edge(x0, y1, x1, y1)
        yield Edge(x0, y0, x0, y1)
        yield Edge(x1, y0, x1, y1)
