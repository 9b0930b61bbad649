"""A page of a PDF → its words and their places, as pdfium finds them. Knows nothing of layout.

Places are in points, x to the right and y downwards, turned so that most of the page's text runs
level: a page that is shown turned, or text that is drawn turned, comes out like any other.
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
}  # fmt: skip
# bullets of the fonts Symbol and Wingdings, which have no code of their own
_BULLETS = "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06e\uf0a8\uf0e0\uf071\uf0be\uf02d\uf0d2"
# control codes where the programs of Windows keep dashes and quotation marks
_WINDOWS = {chr(n): bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}
_CHARACTERS = str.maketrans(
    {
        **_WINDOWS,
        **_LIGATURES,
        **dict.fromkeys(_BULLETS, "•"),
        "\u00a0": " ",
        "\u202f": " ",
        "\u2007": " ",
        "\x02": "-",  # pdfium's mark for a hyphen of any sort at the end of a line
        "\u2010": "-",
        "\u2011": "-",
        "\ufffe": "-",
        "\u00ad": "-",  # a soft hyphen is drawn only where it is seen
        "\u200b": "",
        "\ufeff": "",
    }
)
# what marks that stand by themselves are spelt like: the buttons and boxes of printed forms in
# their font, and bullets by the numbers of their glyphs (322 and 404) in the fonts of Windows
_MARKS = {"nmlkj": "○", "nmlkji": "●", "gfedc": "☐", "gfedcb": "☒", "ł": "•", "Ɣ": "●"}
# glyphs beyond the letters by their numbers in the fonts of Windows
_GLYPHS = dict(zip((133, 135, 171, *range(177, 183)), map(ord, "£•…–—“”‘’"), strict=True))
_SPACE = frozenset("\t\n\r\x0b\x0c \u00a0\u2002\u2003\u2007\u2009\u202f\x00\u3000")
UNSEEN = 2.0  # text smaller than this many points is an anchor or a marker that nobody can read
OVERLOOKED = 0.13  # a gap inside a word wider than this, in ems, is a space that pdfium overlooked
_HYPHENS = "-\u00ad\x02\ufffe"
_HEAVY = re.compile(r"bold|black|heavy|demi|semibd|[-,]bd\b", re.IGNORECASE)


@dataclass(slots=True)
class Word:
    """A run of characters without space. `y` is the base line; `order` counts as drawn."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    order: int


class Frame:
    """Turns a page's own coordinates (y upwards) into ours, by quarter turns."""

    def __init__(self, page: pdfium.PdfPage, quarter: int) -> None:
        left, bottom, right, top = page.get_bbox()
        self._quarter = quarter
        corners = [self._turn(x, y) for x in (left, right) for y in (bottom, top)]
        self._x0, self._y0 = min(x for x, _ in corners), min(y for _, y in corners)
        self.width = max(x for x, _ in corners) - self._x0
        self.height = max(y for _, y in corners) - self._y0

    def _turn(self, x: float, y: float) -> tuple[float, float]:
        return ((x, -y), (-y, -x), (-x, y), (y, x))[self._quarter]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page lies: x from its left, y from its top."""
        x, y = self._turn(x, y)
        return x - self._x0, y - self._y0


@dataclass(frozen=True, slots=True)
class Part:
    """The words of a page that run one way, in the order drawn, with their frame.

    `unseen` counts characters left out because they are too small or lie outside the page.
    """

    words: list[Word]
    frame: Frame
    unseen: int


def read_words(page: pdfium.PdfPage) -> list[Part]:
    """The words of one page, those that run the way most of its text runs first.

    What runs another way (a stamp along the margin, a chart's axis) is a part by itself.
    """
    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        turned: dict[int, list[tuple[int, _Run]]] = {}
        for order, run in enumerate(_runs(handle)):
            turned.setdefault(_quarter(handle, run[0]), []).append((order, run))
        parts = []
        for quarter in sorted(turned, key=lambda q: -len(turned[q])):
            glyphs = _Glyphs(handle, Frame(page, quarter))
            words = [word for order, run in turned[quarter] for word in glyphs.words(run, order)]
            parts.append(Part(words, glyphs.frame, glyphs.unseen))
    finally:
        text_page.close()
    return parts


_Run = tuple[int, int, str]
"""First and last index of a word's characters in pdfium's list, and its text."""


def _runs(handle: object) -> Iterator[_Run]:
    """Words of the page: runs of characters between spaces."""
    get_unicode = raw.FPDFText_GetUnicode
    first, characters = 0, ""
    count = raw.FPDFText_CountChars(handle)
    every = named([get_unicode(handle, index) for index in range(count)])
    for index, character in enumerate(every):
        if character in _SPACE:
            if characters:
                yield first, index - 1, characters
                characters = ""
            continue
        if not characters:
            first = index
        characters += character
    if characters:
        yield first, count - 1, characters


def _quarter(handle: object, index: int) -> int:
    """How many quarter turns (clockwise on paper) a character is turned."""
    angle: float = raw.FPDFText_GetCharAngle(handle, index)
    return round(angle / (math.pi / 2)) % 4


class _Glyphs:
    """Asks pdfium where and how characters are drawn."""

    def __init__(self, handle: object, frame: Frame) -> None:
        self.frame = frame
        self.unseen = 0
        self._handle = handle
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._heavy: dict[bytes, bool] = {}
        self._widths: dict[bytes, dict[str, float]] = {}

    def words(self, run: _Run, order: int) -> Iterator[Word]:
        """The word of a run, or the words that pdfium took for one; none that cannot be seen."""
        first, last, characters = run
        font, (left, right, _, height) = self._font(first), self._bounds(first)
        size = self._size(first, height)
        if last != first:
            right = self._bounds(last)[1]
        for start, end in self._pieces(run, font, size, right - left):
            text = clean(characters[start : end + 1])
            if start or end < last - first:
                left, right = self._bounds(first + start)[0], self._bounds(first + end)[1]
            raw.FPDFText_GetCharOrigin(self._handle, first + start, self._x, self._y)
            _, base = self.frame.place(self._x.value, self._y.value)
            inside = -1 <= base <= self.frame.height + 1 and right > 0 and left < self.frame.width
            if text and inside and size >= UNSEEN:
                yield Word(text, left, max(left, right), base, size, self._heavy[font], order)
            else:
                self.unseen += len(text)

    def _pieces(
        self, run: _Run, font: bytes, size: float, width: float
    ) -> Iterator[tuple[int, int]]:
        """First and last characters of the words that a run consists of: nearly always one.

        pdfium overlooks narrow spaces, and the end of a line after a hyphen. Only where a word is
        wider than its characters, or narrower as one that goes on in the next line, each
        character is looked at.
        """
        first, last, characters = run
        end = last - first
        if end and abs(width - self._expected(run, font, size)) > 0.05 * size:
            boxes = [self._bounds(index) for index in range(first, last + 1)]
            gaps = [b[0] - a[1] for a, b in pairwise(boxes)]
            usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 2 else 0.0
            start = 0
            for n, gap in enumerate(gaps):
                lower = abs(boxes[n + 1][2] - boxes[n][2]) > 0.5 * size
                turned = lower and characters[n] in _HYPHENS
                if turned or (gap - usual > OVERLOOKED * size and not lower):
                    yield start, n
                    start = n + 1
            yield start, end
        else:
            yield 0, end

    def _expected(self, run: _Run, font: bytes, size: float) -> float:
        """How wide a run is by the widths of its characters, each of which is asked for once."""
        widths = self._widths[font]
        total = 0.0
        for n, character in enumerate(run[2]):
            width = widths.get(character)
            if width is None:
                left, right, _, _ = self._bounds(run[0] + n)
                width = widths[character] = (right - left) / size
            total += width
        return total * size

    def _bounds(self, index: int) -> tuple[float, float, float, float]:
        """Left, right and top of a character, and its height."""
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._handle, index, box)
        a, b = self.frame.place(box.left, box.bottom), self.frame.place(box.right, box.top)
        return min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), abs(a[1] - b[1])

    def _size(self, index: int, height: float) -> float:
        """The font's size as drawn: the nominal one is often 1, and a matrix enlarges it."""
        raw.FPDFText_GetMatrix(self._handle, index, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d)
        size = abs(raw.FPDFText_GetFontSize(self._handle, index)) * scale
        return size if size >= 1 else max(height, 1.0)

    def _font(self, index: int) -> bytes:
        raw.FPDFText_GetFontInfo(self._handle, index, self._name, 128, self._flags)
        name = self._name.value
        if name not in self._heavy:
            self._heavy[name] = bool(_HEAVY.search(name.decode("utf-8", "replace")))
            self._widths[name] = {}
        return name


def named(codes: Sequence[int]) -> str:
    """Character codes as text, also where the codes are but numbers of glyphs.

    Fonts without a table of characters give the glyph's place in the font, and in most fonts
    that is 29 less than the code: the space is 3, which no text holds otherwise.
    """
    if codes.count(3) >= 0.08 * len(codes) and codes.count(3) > codes.count(32):
        codes = [
            code + 29 if 3 <= code <= 97 and code not in (10, 13, 32) else _GLYPHS.get(code, code)
            for code in codes
        ]
    return "".join(map(chr, codes))


def clean(characters: str) -> str:
    """A word as it should be quoted: ligatures apart, accents composed, controls gone.

    What has no code of its own and stands by itself is a mark: a bullet, a tick, an icon.
    """
    text = unicodedata.normalize("NFC", characters.translate(_CHARACTERS))
    if text in _MARKS:
        return _MARKS[text]
    if text.isascii() and text.isprintable():
        return text
    if len(text) == 1 and unicodedata.category(text) == "Co":
        return "•"
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
