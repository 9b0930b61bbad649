"""Lines in reading order → paragraphs, headings and items, whole over column and page ends."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.load.pdf_lines import Line
from indexer.load.pdf_tables import Table
from indexer.types import BlockKind

BULLET = re.compile(r"[•‣◦▪■●○▶►➢✓✔❖∙·]\s*|[-–—*]\s+(?=\S)|o\s+(?=[A-Z])")
NUMBERED = re.compile(r"(?:\d{1,2}[.)]|\(?\d{1,2}\)|\(?[a-z]\)|\(?[ivx]{1,5}\)|[A-Z][.)])\s+(?=\S)")
_SECTION = re.compile(
    r"(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3})+\.?\s+[^\Wa-z_]|(?:Appendix|Annex)\s+\w+\b"
)
LEADERS = re.compile(r"\s*(?:(?:\.[ ]?){5,}|(?:…[ ]?){3,})\s*")
_ENDED = re.compile(r"(?<!\b[A-Z])[.?!:;][\"”’')\]]*\s*\d{0,2}$")  # not after an initial
_WEAK_END = re.compile(
    r"(?:,|[-–—]|\b(?:a|an|and|as|at|by|for|from|in|into|its|of|on|or|our|that|the|their|this|to"
    r"|which|with|is|are|was|were|be|has|have|will))$",
    re.IGNORECASE,
)
TABULATOR = 2.5  # ems; lines set to even length have narrower gaps
MOST_HEADING = 200  # characters; what is longer is prose set large


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, with the page (from 0) of each and the column's right edge.

    `said` is the text of a table's row, which is more than its lines joined.
    """

    lines: list[Line]
    pages: list[int]
    kind: BlockKind
    right: float
    said: str = ""

    @property
    def size(self) -> float:
        """The size of most of its text."""
        return max(self.lines, key=lambda line: len(line.words)).size


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document: the size of its prose and the pitch of its lines, in ems."""

    size: float
    pitch: float


def usual(pages: Iterable[Sequence[Line]]) -> Style:
    """The style in which most of the document's words are set."""
    sizes: Counter[float] = Counter()
    pitches: dict[float, Counter[float]] = {}
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.words)
        for above, line in pairwise(lines):
            same = abs(above.size - line.size) < 0.3 and abs(above.x0 - line.x0) < 2
            if same and 0.9 * line.size < line.y - above.y < 3 * line.size:
                size = round(line.size * 2) / 2
                pitch = round((line.y - above.y) / line.size, 2)
                pitches.setdefault(size, Counter())[pitch] += 1
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    pitch = pitches[size].most_common(1)[0][0] if size in pitches else 1.2
    return Style(max(size, 1.0), pitch)


def paragraphs(
    blocks: Sequence[Sequence[Line | Table]], page: int, style: Style
) -> list[Paragraph]:
    """The paragraphs and table rows of one page's blocks, in the order given."""
    every = [item for block in blocks for item in block if isinstance(item, Line)]
    found: list[Paragraph] = []
    for block in blocks:
        above: Paragraph | None = None
        for item in block:
            if isinstance(item, Table):
                found += [Paragraph([r.line], [page], "row", item.x1, r.text) for r in item.rows]
                above = None
            elif above is not None and not _breaks(above, item, style):
                above.lines.append(item)
                above.pages.append(page)
            else:
                above = Paragraph([item], [page], "paragraph", _right(item, block, every))
                found.append(above)
    for paragraph in found:
        if paragraph.kind != "row":
            paragraph.kind = _kind(paragraph, style)
    return found


def _right(line: Line, block: Sequence[Line | Table], every: Sequence[Line]) -> float:
    """How far lines that begin about where this one does reach: the column's right edge.

    A block of few lines is measured by all lines of the page.
    """

    def reach(lines: Sequence[Line]) -> list[float]:
        near = [o for o in lines if abs(o.x0 - line.x0) < 4 * line.size]
        return [o.x1 for o in near if abs(o.size - line.size) < 1.5]

    own = reach([item for item in block if isinstance(item, Line)])
    return max(own if len(own) > 3 else reach(every))


def _breaks(paragraph: Paragraph, line: Line, style: Style) -> bool:
    """Whether `line` begins a new paragraph after the lines so far."""
    above = paragraph.lines[-1]
    if _differs(above, line) or LEADERS.search(above.text) or _tabled(above) or _tabled(line):
        return True
    pitch = (line.y - above.y) / max(line.size, 1)
    if pitch > _widest(paragraph, style):
        return True
    large = _large(above, style)
    unfinished = not large and _full(above, line, paragraph.right) and not _ended(above.text)
    if BULLET.match(line.text):
        return True
    if NUMBERED.match(line.text) or _SECTION.match(line.text):
        return not unfinished
    if large:
        return False
    if _indented(paragraph, line):
        return not unfinished
    if _full(above, line, paragraph.right) or line.text[:1].islower():
        return False
    return _ended(above.text) or not _prose_goes_on(paragraph)


def _prose_goes_on(paragraph: Paragraph) -> bool:
    """Whether a line that could have held another word is yet no last line: set ragged."""
    last = paragraph.lines[-1]
    width = paragraph.right - paragraph.lines[0].x0
    if last.x1 < paragraph.right - 0.4 * width:
        return False
    return len(paragraph.lines) > 1 or bool(_WEAK_END.search(last.text))


def _widest(paragraph: Paragraph, style: Style) -> float:
    """The widest pitch at which a line still belongs to the paragraph, in ems."""
    if len(paragraph.lines) > 1:
        above, last = paragraph.lines[-2:]
        return max((last.y - above.y) / max(last.size, 1) * 1.15, 1.0)
    return max(1.18 * style.pitch, 1.35)


def _differs(above: Line, line: Line) -> bool:
    """Whether two lines are set so differently that they cannot be one paragraph."""
    if abs(above.size - line.size) > 0.07 * max(above.size, line.size):
        return True
    runs_on = above.words[-1].bold == line.words[0].bold
    return (above.bold or line.bold) and not runs_on


def _tabled(line: Line) -> bool:
    """Whether a line has gaps such as only tabulators leave: a row of something."""
    return line.cells > 1 and any(
        b.x0 - a.x1 > TABULATOR * line.size for a, b in pairwise(line.words)
    )


def _large(line: Line, style: Style) -> bool:
    """Whether a line is set as headings are."""
    return line.size >= 1.15 * style.size or (line.bold and line.size >= 0.95 * style.size)


def _full(above: Line, line: Line, right: float) -> bool:
    """Whether a line reaches so far that the next line's first word would not have fitted."""
    first = line.words[0]
    return above.x1 + (first.x1 - first.x0) + 0.3 * above.size > right - 0.7 * above.size


def _ended(text: str) -> bool:
    return bool(_ENDED.search(text))


def _indented(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line begins further right than those above, as first lines of paragraphs do."""
    above = paragraph.lines[-1]
    if line.x0 < above.x0 + 0.8 * line.size:
        return False
    hangs = len(paragraph.lines) == 1 and (
        BULLET.match(above.text) or NUMBERED.match(above.text) or _SECTION.match(above.text)
    )
    return not hangs


def _kind(paragraph: Paragraph, style: Style) -> BlockKind:
    text = " ".join(line.text for line in paragraph.lines)
    if all(LEADERS.search(line.text) for line in paragraph.lines[-1:]):
        return "furniture"  # an entry of a table of contents
    if not any(c.isalpha() for c in text):
        return "furniture"  # a label of a chart's axis, a rule of dashes
    if BULLET.match(text):
        return "item"
    if _is_heading(paragraph, text, style):
        return "heading"
    return "item" if NUMBERED.match(text) else "paragraph"


def _is_heading(paragraph: Paragraph, text: str, style: Style) -> bool:
    lines, count = paragraph.lines, len(paragraph.lines)
    letters = sum(c.isalpha() for c in text)
    if len(text) > MOST_HEADING or letters < 3 or count > 4 or text.endswith((",", ";")):
        return False
    if text[0].islower():
        return False
    size = paragraph.size / style.size
    if size >= 1.15:
        return letters > 0.4 * len(text)
    ended = len(text) > 120 or (text.endswith(".") and len(text) > 60)
    if all(line.bold for line in lines) and size >= 0.9:
        return not ended or text.isupper()
    short = count == 1 and lines[0].x1 < paragraph.right - 2 * style.size
    if count <= 2 and text.isupper() and letters >= 4 and size >= 0.95:
        return not any(line.cells > 1 for line in lines)
    return short and not ended and bool(_SECTION.match(text)) and size >= 0.95


def whole(pages: Sequence[list[Paragraph]]) -> list[list[Paragraph]]:
    """The paragraphs by the page on which they begin, those that a page end parted made one."""
    result: list[list[Paragraph]] = []
    last: Paragraph | None = None
    for found in pages:
        rest = found
        if last is not None and found and _flows(last, found[0]):
            last.lines += found[0].lines
            last.pages += found[0].pages
            rest = found[1:]
        rest = _columns(rest)
        _notes_first(rest)
        result.append(rest)
        if rest:
            last = rest[-1]
        elif not found:
            last = None
    return result


def _columns(found: list[Paragraph]) -> list[Paragraph]:
    """Paragraphs of a page, those that a column's end parted made one."""
    joined: list[Paragraph] = []
    for paragraph in found:
        if (
            joined
            and paragraph.lines[0].y < joined[-1].lines[-1].y
            and _flows(joined[-1], paragraph)
        ):
            joined[-1].lines += paragraph.lines
            joined[-1].pages += paragraph.pages
        else:
            joined.append(paragraph)
    return joined


def _notes_first(found: list[Paragraph]) -> None:
    """Moves footnotes before a last paragraph that flows on to the next page."""
    body = next((n for n in range(len(found) - 1, -1, -1) if found[n].kind != "row"), None)
    while body and found[body].size < 0.92 * found[body - 1].size:
        body -= 1
    if body is None or body == len(found) - 1 or not _unfinished(found[body]):
        return
    found.append(found.pop(body))


def _unfinished(paragraph: Paragraph) -> bool:
    last = paragraph.lines[-1]
    if paragraph.kind not in ("paragraph", "item") or _ended(last.text):
        return False
    return bool(_WEAK_END.search(last.text)) or last.x1 > paragraph.right - 6 * last.size


def _flows(last: Paragraph, first: Paragraph) -> bool:
    """Whether a paragraph goes on in another that stands on the next page or column."""
    if first.kind != "paragraph" or not _unfinished(last):
        return False
    if abs(last.size - first.size) > 0.07 * last.size:
        return False
    text = first.lines[0].text
    if BULLET.match(text) or _SECTION.match(text):
        return False
    prose = len(last.lines) > 1 or len(last.lines[0].words) > 8
    return text[:1].islower() or bool(_WEAK_END.search(last.lines[-1].text)) or prose
