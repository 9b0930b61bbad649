"""Writes Word files for tests, with python-docx and, where it cannot, as XML; reads them back."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from docx.document import Document as WordFile
from docx.oxml import parse_xml

from indexer.load.word import read_word
from indexer.types import Document

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(tmp_path: Path, word: WordFile, change: Callable[[str], str] | None = None) -> Document:
    path = tmp_path / "plan.docx"
    word.save(str(path))
    if change:
        rewrite(path, {"word/document.xml": change})
    (document,) = read_word(path, "plan.docx")
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    return document


def rewrite(path: Path, changes: dict[str, Callable[[str], str]], **new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    members.update(new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, changes.get(name, str)(text).encode("latin-1"))


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def add_xml(word: WordFile, xml: str) -> None:
    word.element.body.insert(-1, parse_xml(xml.replace(">", f" {NS}>", 1)))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
