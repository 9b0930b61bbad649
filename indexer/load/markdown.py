"""Markdown: read as people see it rendered, so that quotes carry no markup."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from indexer.load.builder import TextBuilder, row_text
from indexer.load.template_tags import IN_MARKDOWN, IN_SITE_MARKDOWN, without_tags
from indexer.load.text import decode
from indexer.metadata import FIELD_OF, Facts
from indexer.types import BlockKind, Document

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TIGHT_HEADING = re.compile(r"^#{2,6}(?=[^\W\d_])", re.MULTILINE)
_TIGHT_HEADING_LINE = re.compile(r"^(#{2,6}[^\W\d_].*)$", re.MULTILINE)
_UNSEEN = re.compile(r"<(?:script|style)\b", re.IGNORECASE)


def read_markdown(path: Path, source: str) -> Iterator[Document]:
    """The one document of a Markdown file, with what its front matter says."""
    raw = decode(path.read_bytes())
    raw, removed = without_tags(raw, IN_SITE_MARKDOWN if _FRONT_MATTER.match(raw) else IN_MARKDOWN)
    front, body = split_front_matter(raw)
    facts = Facts()
    for key, value in front.items():
        if name := FIELD_OF.get(str(key).lower()):
            facts.add(name, value, f"front matter, {key}")
    builder = render(body)
    yield builder.finish(source, facts, removed=removed)


def split_front_matter(raw: str) -> tuple[dict[str, object], str]:
    """YAML front matter and the text after it; front matter that is wrong is dropped.

    Prose between two rules is no front matter: it stays part of the text.
    """
    match = _FRONT_MATTER.match(raw)
    if not match:
        return {}, raw
    try:
        front = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError):  # ValueError: a date such as 2018-02-30
        return {}, raw[match.end() :]
    if front is not None and not isinstance(front, dict):
        return {}, raw
    return front or {}, raw[match.end() :]


def render(body: str) -> TextBuilder:
    """Markdown as plain blocks: headings, paragraphs, list items, table rows."""
    builder = TextBuilder()
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    _walk(SyntaxTreeNode(tokens), builder, "paragraph")
    return builder


def _walk(node: SyntaxTreeNode, builder: TextBuilder, kind: BlockKind) -> None:
    for child in node.children:
        if child.type == "table":
            _table(child, builder)
        elif child.type in ("heading", "list_item"):
            _walk(child, builder, "heading" if child.type == "heading" else "item")
        elif child.type == "inline":
            for text, own in _tight_headings(_plain(child), kind):
                builder.add(text, own)
        elif child.type in ("fence", "code_block"):
            builder.add(child.content)
        elif child.type == "html_block":
            builder.add(_strip_tags(child.content))
        else:
            _walk(child, builder, kind)


def _tight_headings(text: str, kind: BlockKind) -> Iterator[tuple[str, BlockKind]]:
    """A paragraph's lines, those that begin "##Like this" as headings.

    CommonMark wants a space there; many authors, and the programs they wrote for, did not.
    """
    if kind != "paragraph" or not _TIGHT_HEADING.search(text):
        yield text, kind
        return
    for part in _TIGHT_HEADING_LINE.split(text):
        if part.strip():
            tight = _TIGHT_HEADING.match(part)
            yield (part[tight.end() :], "heading") if tight else (part.strip(), kind)


def _table(table: SyntaxTreeNode, builder: TextBuilder) -> None:
    rows = [
        [_plain(cell.children[0]) if cell.children else "" for cell in row.children]
        for section in table.children
        for row in section.children
    ]
    header = rows[0] if rows else []
    for row in rows[1:]:
        builder.add(row_text(header, row), "row")


def _plain(inline: SyntaxTreeNode) -> str:
    parts = []
    unseen = False
    for node in inline.children:
        if node.type == "html_inline":
            unseen = bool(_UNSEEN.match(node.content))
        elif unseen:
            continue
        elif node.type in ("text", "code_inline"):
            parts.append(node.content)
        elif node.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif node.type != "image":  # it has no words of the text
            parts.append(_plain(node))
    return "".join(parts)


def _strip_tags(markup: str) -> str:
    parser = _TextOnly()
    try:
        parser.feed(markup)
        parser.close()
    except AssertionError:  # so HTMLParser ends at some broken declarations
        markup = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)", " ", markup)
        return re.sub(r"<[^<>]*>", " ", markup)
    return "".join(parser.parts)


class _TextOnly(HTMLParser):
    """Gathers what people see; scripts and styles hold no tags, so that one flag is enough."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen = tag in ("script", "style")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)  # a browser does not take <script/> for closed

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
