"""Rich Text Format: striprtf gives the text; its tables become rows again here."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from indexer.errors import UnreadableFile
from indexer.load.authors import person
from indexer.load.builder import TextBuilder
from indexer.load.container import explain_other
from indexer.load.tables import is_header, row_text
from indexer.load.text import guess_title, plain, text_blocks
from indexer.metadata import Facts
from indexer.types import Document

_INFO = re.compile(r"\{\\(title|author)\s((?:[^{}\\]|\\.){1,500})\}")


def read_rtf(path: Path, source: str) -> Iterator[Document]:
    """The one document of an RTF file. Its headings are told by their shape, as in plain text."""
    data = path.read_bytes()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise explain_other(data, "Rich Text document")
    raw = data.decode("cp1252", "replace")
    facts, builder = Facts(), TextBuilder()
    for name, value in _INFO.findall(raw[:65536]):
        said = _text(f"{{\\rtf1\\ansi {value}}}")
        facts.add(name, person(said) if name == "author" else said, "document properties")
    for is_row, lines in groupby(_text(raw).split("\n"), key=lambda line: line.endswith("|")):
        if is_row:
            _add_rows(builder, [line[:-1].split("|") for line in lines])
        else:
            text = "\n\n".join(line.strip() for line in lines if line.strip())
            blocks = text_blocks(text)
            facts.add("title", guess_title(text, blocks), "heading in the text")
            for block in blocks:
                builder.add(text[block.start : block.end], block.kind)
    yield builder.finish(source, facts)


def _text(raw: str) -> str:
    # the space keeps striprtf from putting the addresses of links into the text; line breaks mean
    # nothing in RTF, but keep striprtf from searching all of a broken file again and again
    raw = raw.replace("\\fldinst{", "\\fldinst {").replace("{\\f", "\n{\\f")
    try:
        text: str = rtf_to_text(raw, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, LookupError, TypeError) as error:
        raise UnreadableFile("is damaged RTF", "Open it and save it again.") from error
    # characters beyond the first plane are written as two halves
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain(text).replace("\N{SOFT HYPHEN}", "").replace("\t", " ")


def _add_rows(builder: TextBuilder, rows: list[list[str]]) -> None:
    header: list[str] = []
    for number, row in enumerate(rows):
        if number == 0 and is_header(row, rows[1:]):
            header = row
        else:
            builder.add(row_text(header, row), "row" if len(row) > 1 else "paragraph")
