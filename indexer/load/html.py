"""Pages of the web, saved: the main text alone, and what the page says of itself."""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from lxml.etree import ErrorTypes, LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder
from indexer.load.html_facts import add_html_facts
from indexer.load.html_main import main_pieces
from indexer.load.html_walk import Piece
from indexer.load.template_tags import IN_HTML, without_tags
from indexer.load.text import decode, plain
from indexer.metadata import Facts
from indexer.types import Document

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=["']([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096  # bytes; browsers look at the first 1024
_AS_WINDOWS = {"iso8859-1": "cp1252", "ascii": "cp1252"}  # as browsers take these names
_XHTML = re.compile(r"\s*<\?xml|<html[^>]*\sxmlns\s*=", re.IGNORECASE)
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)"
    r"([a-zA-Z][\w:-]*)((?:\s[^<>]*?)?)/>"
)
_INLINE = re.compile(r"</?(?:a|b|big|em|font|i|small|span|strong|tt|u)\b[^<>]*>", re.IGNORECASE)
_DIVISION = re.compile(r"<(/?)(?:div|center|section)\b[^<>]*>", re.IGNORECASE)


def read_html(path: Path, source: str) -> Iterator[Document]:
    """The one document of a page, without navigation, banners, related links and comments."""
    markup, removed = without_tags(decode_html(path.read_bytes()), IN_HTML)
    tree = parse_html(markup)
    facts = Facts()
    builder = TextBuilder()
    if tree is not None:
        add_html_facts(facts, tree, markup)
        pieces, boilerplate = main_pieces(tree)
        removed += boilerplate
        add_pieces(builder, pieces)
    yield builder.finish(source, facts, removed=removed)


def add_pieces(builder: TextBuilder, pieces: Sequence[Piece]) -> None:
    """Appends pieces of a page to a text."""
    for piece in pieces:
        builder.add(piece.text, piece.kind)


def decode_html(data: bytes) -> str:
    """Bytes of a page as text: by byte order mark, else as declared, else guessed as for text."""
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
        name = (match[1] or match[2]).decode("ascii", "replace") if match else ""
        with suppress(LookupError, UnicodeError):
            codec = codecs.lookup(name).name
            if codec.startswith("utf-16"):  # it could not have been read here: so it is not
                codec = "utf-8"
            if data.count(b"\0") * 100 < len(data):  # a few stray ones are replaced
                return plain(data.decode(_AS_WINDOWS.get(codec, codec)))
    return decode(data)


def parse_html(markup: str) -> HtmlElement | None:
    """The tree of a page; None when it is empty.

    The parser gives up at 255 open elements. Pages get there by inline tags that are never closed
    or by divisions in divisions; both can go without loss. What then still is nested too deeply
    raises UnreadableFile: the text further down would be missing.
    """
    if _XHTML.search(markup, 0, 2048):  # HTML has no <script/>: it would begin there and not end
        markup = _SELF_CLOSED.sub(r"<\1\2></\1>", markup)
    tree, whole = _parse(markup)
    if not whole:
        flatter = _DIVISION.sub(r"<\1p>", _INLINE.sub("", markup))
        tree, whole = _parse(flatter)
    if not whole:
        message = "is nested too deeply or one endless line"
        raise UnreadableFile(message, "Save the page as plain text.")
    return tree


def _parse(markup: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether the parser came to the end of the page."""
    parser = HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        no_network=True,
        huge_tree=False,
    )
    try:
        tree = document_fromstring(markup.encode(), parser=parser)
    except (LxmlError, ValueError):  # nothing but white space, comments or declarations
        tree = None
    gave_up = any(entry.type == ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return tree, not gave_up
