"""Electronic books: the chapters in reading order, and what the package says of the book."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder
from indexer.load.html import add_pieces, decode_html, parse_html
from indexer.load.html_facts import written_date
from indexer.load.html_main import all_pieces
from indexer.metadata import Facts
from indexer.types import Document

MOST_BYTES = 50 * 2**20  # of text and package, unpacked

_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
_DC = "{http://purl.org/dc/elements/1.1/}"
_ONCE_MORE = "Get a whole copy of the book, without copy protection."


def read_epub(path: Path, source: str) -> Iterator[Document]:
    """The one document of a book. Raises UnreadableFile for damaged, protected or hostile files."""
    facts, builder = Facts(), TextBuilder()
    warnings: list[str] = []
    removed = 0
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book(archive)
            _add_package_facts(facts, book.package)
            for name in book.chapters():
                data = book.read_chapter(name)
                if data is None:
                    warnings.append(f"chapter {name} is missing")
                    continue
                try:
                    removed += _add_chapter(builder, data)
                except UnreadableFile as error:
                    warnings.append(f"chapter {name} {error.message}")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(f"is no whole EPUB file ({error})", _ONCE_MORE) from error
    except (RuntimeError, NotImplementedError) as error:  # so zipfile says what it cannot unpack
        raise UnreadableFile(f"cannot be unpacked ({error})", _ONCE_MORE) from error
    yield builder.finish(source, facts, removed=removed, warnings=warnings)


def _add_chapter(builder: TextBuilder, data: bytes) -> int:
    """Adds a chapter's text; how many characters of navigation were left out."""
    tree = parse_html(decode_html(data))
    if tree is None:
        return 0
    pieces, left_out = all_pieces(tree)
    add_pieces(builder, pieces)
    return left_out


class _Book:
    """The files of a book, read within a limit that no archive can trick."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_BYTES
        self._by_name = {name.casefold(): name for name in archive.namelist()}
        self._protected = self._encrypted()
        container = self._xml("META-INF/container.xml")
        root_file = container.find(".//{*}rootfile")
        if root_file is None or not root_file.get("full-path"):
            raise UnreadableFile("is no EPUB (its container names no package)", _ONCE_MORE)
        self._path = unquote(str(root_file.get("full-path")))
        self.package = self._xml(self._path)

    def chapters(self) -> list[str]:
        """Names of the chapters' files in reading order, each once."""
        items = {item.get("id"): item for item in self.package.iterfind(".//{*}manifest/{*}item")}
        names: dict[str, None] = {}
        for reference in self.package.iterfind(".//{*}spine/{*}itemref"):
            item = items.get(reference.get("idref"))
            if item is None or item.get("media-type") not in _CHAPTER_TYPES:
                continue
            if "nav" not in (item.get("properties") or "").split():
                names[self._resolved(item.get("href") or "")] = None
        if not names:
            raise UnreadableFile("is an EPUB without chapters", _ONCE_MORE)
        return list(names)

    def read_chapter(self, name: str) -> bytes | None:
        """The bytes of a chapter; None when it is not in the file."""
        if name in self._protected:
            raise UnreadableFile("is copy-protected", _ONCE_MORE)
        return self._read(name) if name.casefold() in self._by_name else None

    def _read(self, name: str) -> bytes:
        with self._archive.open(self._by_name[name.casefold()]) as file:
            data = file.read(self._left + 1)  # what it says of its size need not be true
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile(
                f"unpacks to more than {MOST_BYTES // 2**20} MB of text", "Split the book."
            )
        return data

    def _xml(self, name: str) -> etree._Element:
        if name.casefold() not in self._by_name:
            raise UnreadableFile(f"is no EPUB ({name} is missing)", _ONCE_MORE)
        # nothing is fetched, and entities stay what they are: a bomb does not go off
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            return etree.fromstring(self._read(name), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFile(f"is no EPUB ({name} is damaged)", _ONCE_MORE) from error

    def _encrypted(self) -> set[str]:
        """The files that are encrypted (fonts often are; that does not matter)."""
        name = "META-INF/encryption.xml"
        if name.casefold() not in self._by_name:
            return set()
        references = self._xml(name).iterfind(".//{*}CipherReference")
        return {unquote(reference.get("URI") or "") for reference in references}

    def _resolved(self, href: str) -> str:
        path = unquote(href.partition("#")[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(self._path), path))


def _add_package_facts(facts: Facts, package: etree._Element) -> None:
    """What the package says: title, creators (not translators), publisher, dates, language."""
    found: dict[str, list[etree._Element]] = {}
    for element in package.iterfind(".//{*}metadata//*"):
        if isinstance(element.tag, str) and element.tag.startswith(_DC):
            found.setdefault(element.tag.removeprefix(_DC), []).append(element)
    where = "package of the book, dc:"
    for name, field in (("title", "title"), ("publisher", "publisher"), ("language", "language")):
        facts.add(field, next((e.text for e in found.get(name, []) if e.text), None), where + name)
    roles = _roles(package)
    creators = [
        e.text
        for e in found.get("creator", [])
        if e.text and roles.get(e.get("id") or "", _attribute(e, "role") or "aut") == "aut"
    ]
    facts.add("author", creators, where + "creator")
    for element in found.get("date", []):
        event = _attribute(element, "event") or "publication"
        if event in ("publication", "modification"):
            field = "published" if event == "publication" else "updated"
            facts.add(field, written_date(element.text), where + "date")
    for meta in package.iterfind(".//{*}metadata/{*}meta[@property='dcterms:modified']"):
        facts.add("updated", written_date(meta.text), "package of the book, dcterms:modified")
    for element in found.get("source", []) + found.get("identifier", []):
        if re.match(r"https?://", element.text or ""):
            facts.add("url", element.text, where + element.tag.removeprefix(_DC))


def _roles(package: etree._Element) -> dict[str, str]:
    """What part each creator had, by id: EPUB 3 says it in a refining element."""
    return {
        (meta.get("refines") or "").lstrip("#"): (meta.text or "").strip()
        for meta in package.iterfind(".//{*}metadata/{*}meta[@property='role']")
    }


def _attribute(element: etree._Element, name: str) -> str | None:
    """An attribute of EPUB 2, whatever its name space."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None
