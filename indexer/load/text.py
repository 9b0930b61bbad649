"""Plain text: decoding, and finding paragraphs and headings where there is no markup."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import charset_normalizer

from indexer.errors import UnreadableFile
from indexer.load.builder import finish
from indexer.load.furniture import author_box, is_furniture
from indexer.metadata import Facts
from indexer.stated import labelled_title, states_about
from indexer.stated_patterns import NAME_IMAGE
from indexer.types import Block, BlockKind, Document

MAX_HEADING_CHARS = 120
MAX_TITLE_LINES = 6
WRAP_WIDTH = 120

_BULLET = re.compile(r"\s*(?:[•·▪◦‣*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]]*\s*$")
_DATE_LINE = re.compile(r"\s*[\d./ -]{6,10}\s*$")
_BYLINE = re.compile(r"\b[Bb]y\s+[A-Z]\w+\s+[A-Z]|^\s*©|[Cc]opyright \(c\)")
_GLUED_IMAGE = re.compile(rf"{NAME_IMAGE}(?=\s*[Bb]y\s+[A-Z])")


def decode(data: bytes) -> str:
    """Bytes as text with plain newlines. Raises UnreadableFile for what is not text.

    UTF-8 is tried first because it is rarely right by chance; then Windows' own encoding where
    nearly all is ASCII (English with curly quotes and pound signs); others are guessed.
    """
    if b"\0" in data[:65536] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("is not text (it holds binary data)", "Convert it to text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _guess(data)
    return plain(text)


def _guess(data: bytes) -> str:
    others = len(data.translate(None, bytes(range(128))))
    nearly_all = others <= max(len(data) // 25, min(8, len(data) // 4))  # a short text has few
    if nearly_all and b"\0" not in data:
        with suppress(UnicodeDecodeError):  # a few bytes are undefined there
            return data.decode("cp1252")
    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        raise UnreadableFile("is text in an encoding that cannot be told", "Save it as UTF-8.")
    return str(best)


def plain(text: str) -> str:
    """`text` with plain newlines and without NUL, where SQLite's functions would end it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def read_text(path: Path, source: str) -> Iterator[Document]:
    """The one document of a plain text file."""
    text = decode(path.read_bytes())
    blocks = text_blocks(text)
    facts = Facts()
    facts.add("title", labelled_title(text), "title line in the text")
    facts.add("title", guess_title(text, blocks), "heading in the text")
    yield finish(source, text, blocks, facts)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs, bullets and headings of plain text, found by blank lines and line shapes."""
    spans: list[tuple[int, int]] = []
    for start, end in _blank_line_runs(text):
        spans.extend(_split_run(text, start, end))
    blocks: list[Block] = []
    room = 0
    for start, end in reversed(spans):
        found = _blocks_of(text, start, end, room)
        blocks += reversed(found)
        if found[-1].kind != "furniture":
            room = end - start
    blocks.reverse()
    box = author_box(text, blocks)
    return (*blocks[:box], *(replace(block, kind="furniture") for block in blocks[box:]))


def _blocks_of(text: str, start: int, end: int, room: int) -> list[Block]:
    """The block of a span without its bullet; an image's name before a byline is one by itself."""
    image = _GLUED_IMAGE.match(text, start, end)
    if image:
        after, _ = _trim(text, image.end(), end)
        return [Block(start, image.end(), "furniture"), Block(after, end, "paragraph")]
    kind = _kind(text[start:end], room)
    bullet = _BULLET.match(text, start, end) if kind == "item" else None
    begin = bullet.end() - 1 if bullet else start
    return [Block(begin, end, "furniture" if is_furniture(text[begin:end]) else kind)]


def guess_title(text: str, blocks: tuple[Block, ...]) -> str | None:
    """The longest heading before the first paragraph ("Chapter 2" is seldom the title), or None."""
    found = []
    for block in [block for block in blocks if block.kind != "furniture"][:MAX_TITLE_LINES]:
        if block.kind == "paragraph" and not _aside(text[block.start : block.end]):
            break
        if block.kind == "heading":
            found.append(" ".join(text[block.start : block.end].split()))
    return max(found, key=len, default=None)


def _blank_line_runs(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"(?m:^)[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text):
        yield match.span()


def _split_run(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts a run of lines at the line breaks that end a paragraph; soft wraps stay inside."""
    lines = [
        (start + match.start(), start + match.end())
        for match in re.finditer(r"[^\n]+", text[start:end])
    ]
    wrapped = _hard_wrapped([b - a for a, b in lines])
    spans: list[tuple[int, int]] = []
    before = ""
    for a, b in lines:
        line = text[a:b]
        small = line.lstrip()[:1].islower() and not _ENDS_SENTENCE.search(before)
        goes_on = wrapped or (small and not _stands_alone(before))
        if spans and goes_on and not _BULLET.match(line):
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
        before = line
    return [_trim(text, a, b) for a, b in spans]


def _stands_alone(line: str) -> bool:
    """Whether a line is furniture or about the document, so that no sentence goes through it."""
    return is_furniture(line.strip()) or states_about(line)


def _hard_wrapped(lengths: list[int]) -> bool:
    """Whether lines were broken at a column: three or more, all but the last of similar length."""
    if len(lengths) < 3 or max(lengths) > WRAP_WIDTH:
        return False
    return min(lengths[:-1]) >= 0.6 * max(lengths) and max(lengths) >= 40


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _aside(line: str) -> bool:
    """A date, byline or copyright line: neither a title nor prose."""
    return bool(_DATE_LINE.match(line) or _BYLINE.search(line) or states_about(line))


def _kind(piece: str, room: int) -> BlockKind:
    """What a block looks like; `room` is the length of the next: a heading has more under it."""
    if _BULLET.match(piece) and not _DATE_LINE.match(piece):
        return "item"
    short = "\n" not in piece and len(piece) <= min(MAX_HEADING_CHARS, room)
    quoted = piece[0] in '"“' and piece[-1] in '"”'
    prose = _ENDS_SENTENCE.search(piece) and not (piece.endswith("?") and len(piece.split()) <= 8)
    starts = piece[0].isupper() or piece[0].isdigit() or piece[0] in "‘“'\"#"
    if short and starts and not prose and not quoted and not _aside(piece):
        return "heading"
    return "paragraph"
