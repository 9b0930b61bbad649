"""Document → passages and sentences, by exact offsets into the document's text.

Passages are runs of whole sentences that follow the author's blocks and fit the embedder with
the title and heading in front. Knows tokens only through a function that gives their offsets.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sentencex import get_sentence_boundaries

from indexer.types import Block, Document, Passage, Sentence

TokenStarts = Callable[[str], Sequence[int]]
"""Where each token of a text starts, in ascending order of character offset."""

MIN_SECTION_SHARE = 0.4  # a passage at least this full ends at the next heading
PREFIX_TOKENS = 56  # title and heading in front of a passage get at most this many
PIECE_CHARS = 30_000  # of a text that are tokenized at once, or twice that where no space comes


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence (or heading): what passages are packed from.

    `tokens` counts from the end of the unit before, so that bullet marks between two count too.
    No passage goes on from one `run` to the next: furniture or a page break lies between.
    """

    start: int
    end: int
    tokens: int
    heading: str | None
    block: Block
    run: tuple[int, int | None]


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences within `text[start:end]`, white space around them left out."""
    for found in get_sentence_boundaries("en", text[start:end]):
        a, b = start + found["start_index"], start + found["end_index"]
        piece = text[a:b]
        if piece.strip():
            yield a + len(piece) - len(piece.lstrip()), b - len(piece) + len(piece.rstrip())


def chunk(document: Document, token_starts: TokenStarts, max_tokens: int) -> list[Passage]:
    """The passages of a document, in order, none longer than `max_tokens` tokens.

    Every character that is no white space, heading or furniture lies in exactly one passage. A
    passage begins and goes on on one page; a last sentence that runs over to the next page stays
    whole. A sentence longer than the limit is cut at a space (at a token where there is none).
    """
    passages: list[Passage] = []
    pending: list[_Unit] = []
    for unit in _units(document, token_starts, max_tokens):
        if pending and _full(pending, unit, max_tokens):
            passages += _passage(document, pending)
            pending = []
        pending.append(unit)
    return passages + _passage(document, pending)


def context_prefix(title: str | None, heading: str | None, token_starts: TokenStarts) -> str:
    """What is put in front of a passage for both indexes: its title and heading, cut to fit."""
    parts = [part for part in (title, heading if heading != title else None) if part]
    prefix = "\n".join(parts)
    starts = token_starts(prefix)
    return prefix if len(starts) <= PREFIX_TOKENS else prefix[: starts[PREFIX_TOKENS]].rstrip()


def in_context(title: str | None, before: str, sentence: str) -> str:
    """A sentence with its document's title and the sentence before it."""
    return f"{title}. {before} {sentence}" if title else f"{before} {sentence}".strip()


def last_tokens(text: str, token_starts: TokenStarts, most: int) -> str:
    """The end of `text`, at most `most` tokens long.

    Counted again after each cut: what begins inside a word may have more tokens by itself.
    """
    while len(starts := token_starts(text)) > most:
        kept = bisect_right(starts, starts[-most - 1])
        text = text[starts[kept] :] if kept < len(starts) else ""
    return text


def _units(document: Document, token_starts: TokenStarts, max_tokens: int) -> Iterator[_Unit]:
    text = document.text
    starts = _piecewise(text, token_starts)
    blocks = document.blocks or (Block(0, len(text), "paragraph"),)
    heading: str | None = None
    before = furniture = 0
    for block in blocks:
        if block.kind == "furniture":
            before, furniture = block.end, furniture + 1
            continue
        if block.kind == "heading":
            heading = " ".join(text[block.start : block.end].split())
            spans: Iterator[tuple[int, int]] = iter([(block.start, block.end)])
        else:
            spans = split_sentences(text, block.start, block.end)
        for start, end in spans:
            for a, b in _cut(text, start, end, starts, max_tokens):
                run = (furniture, document.page_at(a))
                yield _Unit(a, b, _count(text, starts, before, b), heading, block, run)
                before = b


def _piecewise(text: str, token_starts: TokenStarts) -> Sequence[int]:
    """`token_starts(text)`, in memory that hardly grows with the text.

    A tokenizer's own notes on a text take a hundred times its size. No token spans a space or line
    break, so that pieces that begin with one have the tokens that they have in the whole.
    """
    starts = array("q")
    for piece in re.finditer(rf"(?s:.{{1,{PIECE_CHARS}}})[^ \n]{{0,{PIECE_CHARS}}}", text):
        starts.extend(piece.start() + start for start in token_starts(piece[0]))
    return starts


def _token_at(text: str, starts: Sequence[int], place: int) -> int:
    """The number of the token in which `place` lies, or of the next where it lies in none."""
    number = bisect_left(starts, place)
    at_start = number < len(starts) and starts[number] == place
    around = text[place - 1 : place + 1] if 0 < place < len(text) else " "
    joined = not at_start and not any(character.isspace() for character in around)
    return number - 1 if joined else number


def _count(text: str, starts: Sequence[int], start: int, end: int) -> int:
    """Tokens of `text[start:end]`; what begins inside a token has one more by itself."""
    return bisect_left(starts, end) - _token_at(text, starts, start)


def _cut(
    text: str, start: int, end: int, starts: Sequence[int], max_tokens: int
) -> Iterator[tuple[int, int]]:
    """Pieces of `text[start:end]` of at most `max_tokens` tokens each."""
    while _count(text, starts, start, end) > max_tokens:
        limit = starts[_token_at(text, starts, start) + max_tokens]
        space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
        stop = space if space > start else limit
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _full(pending: list[_Unit], unit: _Unit, max_tokens: int) -> bool:
    """Whether the passage being packed should end before `unit`."""
    used = sum(one.tokens for one in pending)
    if pending[0].run != unit.run or used + unit.tokens > max_tokens:
        return True
    if unit.block.kind == "heading":
        return used >= MIN_SECTION_SHARE * max_tokens
    return False


def _passage(document: Document, units: list[_Unit]) -> list[Passage]:
    """One passage of `units`; none when they are headings only (a heading is no answer)."""
    while units and units[-1].block.kind == "heading":
        units = units[:-1]
    body = [unit for unit in units if unit.block.kind != "heading"]
    if not body:
        return []
    start, end = body[0].start, body[-1].end
    sentences = tuple(Sentence(u.start, u.end, u.block.kind == "item") for u in body)
    return [
        Passage(
            id=f"{document.id}:{start}-{end}",
            document_id=document.id,
            text=document.text[start:end],
            start=start,
            end=end,
            heading=body[0].heading,
            page=body[0].run[1],
            sentences=sentences,
        )
    ]
