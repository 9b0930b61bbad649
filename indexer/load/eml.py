"""E-mails saved as files: what was written in this one; what it quotes and signs is furniture."""

import re
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder
from indexer.load.html import decode_html, parse_html
from indexer.load.html_main import all_pieces
from indexer.load.html_walk import Piece
from indexer.load.text import decode, plain, text_blocks
from indexer.metadata import Facts
from indexer.types import BlockKind, Document

MOST_PARTS = 500
LONGEST_HEADER = 10_000  # the standard library takes ever longer over longer ones

_QUOTED = re.compile(r"^[ \t]*>")
_QUOTE_BEGINS = re.compile(r"^(?:On\b.{4,200}\bwrote:|.{4,120}\bwrote:)\s*$", re.DOTALL)
_REST_IS_QUOTED = re.compile(
    r"^\s*(?:-{3,} ?(?:Original Message|Forwarded message) ?-{3,}|Begin forwarded message:"
    r"|_{20,}|From: \S.*\n(?:Sent|Date): )",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_SENT_FROM = re.compile(r"^(?:Sent from my \S+|Get Outlook for \S+)", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"^(?:The information (?:contained )?in |Please note:? )?this (?:e-?mail|message)\b"
    r".*\b(?:confidential|intended|privileged|recipient)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_eml(path: Path, source: str) -> Iterator[Document]:
    """The one document of an e-mail; its attachments are named in warnings, not read."""
    data = path.read_bytes()
    if data.count(b"boundary=") > MOST_PARTS:  # the standard library takes minutes over them
        raise UnreadableFile("is nested too deeply", "Save the e-mail as plain text.")
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    if not any(name in message for name in ("From", "Date", "Subject", "Received")):
        raise UnreadableFile("is not an e-mail (it has no sender, date or subject)", "Check it.")
    facts = Facts()
    facts.add("title", _header(message, "Subject"), "subject of the e-mail")
    facts.add("author", _senders(message), "sender of the e-mail")
    facts.add("published", _sent(message), "date of the e-mail")
    facts.add("language", _header(message, "Content-Language"), "header of the e-mail")
    builder = TextBuilder()
    removed = _add_body(builder, message)
    warnings = [f"attachment {name} is not read" for name in _attachments(message)]
    yield builder.finish(source, facts, removed=removed, warnings=warnings)


def _header(message: EmailMessage, name: str) -> object:
    """A header as the standard library understands it; None where there is none it can read."""
    raw = next((str(v) for k, v in message.raw_items() if k.lower() == name.lower()), "")
    if not raw or len(raw) > LONGEST_HEADER:
        return None
    try:
        return cast(object, message[name])
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):  # malformed ones
        return None


def _senders(message: EmailMessage) -> list[str]:
    addresses = getattr(_header(message, "From"), "addresses", ())
    return [address.display_name or address.addr_spec for address in addresses]


def _sent(message: EmailMessage) -> str | None:
    """The day as the sender's clock had it."""
    moment = getattr(_header(message, "Date"), "datetime", None)
    return moment.date().isoformat() if moment else None


def _attachments(message: EmailMessage) -> list[str]:
    """Names of what is attached; pictures that only adorn the text are not."""
    return [
        part.get_filename() or f"of type {part.get_content_type()}"
        for part in message.walk()
        if part.get_content_disposition() == "attachment"
        or (part.get_filename() and part.get_content_maintype() not in ("image", "multipart"))
        or part.get_content_type() == "message/rfc822"
    ]


def _add_body(builder: TextBuilder, message: EmailMessage) -> int:
    """Adds the text, plain where there is such a version; how many characters were left out."""
    try:
        part = message.get_body(("plain", "html"))
    except (KeyError, AttributeError):  # parts that are not what they are said to be
        part = None
    if part is None or part.get_content_maintype() != "text":
        return 0
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return 0
    text = _decoded(data, str(part.get_content_charset() or ""), part.get_content_subtype())
    if part.get_content_subtype() == "html":
        tree = parse_html(text)
        pieces, removed = all_pieces(tree) if tree is not None else ([], 0)
        _add_html(builder, pieces)
        return removed
    _add_plain(builder, text)
    return 0


def _decoded(data: bytes, charset: str, subtype: str) -> str:
    meant = {"us-ascii": "utf-8", "iso-8859-1": "cp1252"}.get(charset, charset)
    try:
        return plain(data.decode(meant))
    except (LookupError, UnicodeError):
        return decode_html(data) if subtype == "html" else decode(data)


def _add_html(builder: TextBuilder, pieces: Sequence[Piece]) -> None:
    rest = False
    for piece in pieces:
        rest = rest or _ends_message(piece.text)
        introduces = bool(_QUOTE_BEGINS.match(piece.text))
        aside = rest or introduces or piece.where.cited or _is_aside(piece.text)
        builder.add(piece.text, "furniture" if aside else piece.kind)


def _add_plain(builder: TextBuilder, text: str) -> None:
    """Adds the paragraphs between quoted lines; from a signature's mark on all is furniture."""
    rest = False
    for run, quoted in _runs(text):
        for block in text_blocks(run):
            piece = run[block.start : block.end]
            rest = rest or _ends_message(piece)
            aside = rest or quoted or _is_aside(piece)
            builder.add(piece, "furniture" if aside else _kind(piece, block.kind))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of an e-mail in runs, with whether they are quoted (or say who is quoted)."""
    lines: list[str] = []
    quoted = False
    for line in text.split("\n"):
        if _SIGNATURE.match(line) and not quoted:
            yield from _introduced("\n".join(lines), quoted)
            lines = []
        elif bool(_QUOTED.match(line)) != quoted and (line.strip() or not quoted):
            yield from _introduced("\n".join(lines), quoted)
            lines, quoted = [], not quoted
        lines.append(line)
    yield from _introduced("\n".join(lines), quoted)


def _introduced(run: str, quoted: bool) -> Iterator[tuple[str, bool]]:
    """A run, with the paragraph that introduces a quotation ("On … wrote:") apart."""
    body, _, last = run.rstrip().rpartition("\n\n")
    if not quoted and _QUOTE_BEGINS.match(last.strip()):
        yield body, False
        yield last, True
    else:
        yield run, quoted


def _ends_message(piece: str) -> bool:
    """Whether from here on nothing is the sender's own text."""
    first = piece.split("\n", 1)[0]
    return bool(_SIGNATURE.match(first) or _REST_IS_QUOTED.match(piece))


def _is_aside(piece: str) -> bool:
    return bool(_SENT_FROM.match(piece) or _DISCLAIMER.match(piece))


def _kind(piece: str, kind: BlockKind) -> BlockKind:
    """Short lines look like headings, but "Dear Ann," is none."""
    return "paragraph" if kind == "heading" and piece.endswith((",", "!")) else kind
