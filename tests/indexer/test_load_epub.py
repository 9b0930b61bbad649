"""Electronic books: chapters in reading order, facts of the package, damaged and hostile files."""

import zipfile
from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load import epub
from indexer.load.epub import read_epub
from indexer.types import Document

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
METADATA = """<dc:title>The Book</dc:title><dc:creator id="a">Ann Lee</dc:creator>
<dc:creator id="t">Tom Translator</dc:creator><meta refines="#t" property="role">trl</meta>
<dc:publisher>The Press</dc:publisher><dc:date>2011-05-01T00:00:00Z</dc:date>
<dc:language>en</dc:language><meta property="dcterms:modified">2012-01-02T00:00:00Z</meta>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
{metadata}</metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="two" href="chapter%202.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="style.css" media-type="text/css"/>
</manifest><spine><itemref idref="n"/><itemref idref="one"/><itemref idref="two"/>
<itemref idref="css"/><itemref idref="nothing"/></spine></package>"""
ONE = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"
xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><script src="x.js"/></head><body>
<h1>One</h1><p>First “words”.<a epub:type="noteref" href="#n1">1</a> More.</p>
<aside epub:type="footnote" id="n1"><p>A note.</p></aside></body></html>"""
TWO = "<html><body><h1>Two</h1><nav>Contents</nav><p>Second&nbsp;words.</p></body></html>"


def book(tmp_path: Path, **changed: str | bytes | None) -> Path:
    files: dict[str, str | bytes | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": PACKAGE.format(metadata=METADATA),
        "OEBPS/nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
        "OEBPS/one.xhtml": ONE,
        "OEBPS/chapter 2.xhtml": TWO,
    }
    names = {"container": "META-INF/container.xml", "package": "OEBPS/content.opf",
             "one": "OEBPS/one.xhtml", "encryption": "META-INF/encryption.xml"}  # fmt: skip
    files |= {names[key]: value for key, value in changed.items()}
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if data is not None:
                archive.writestr(name, data)
    return path


def read(path: Path) -> Document:
    (document,) = read_epub(path, "book.epub")
    return document


def test_chapters_come_in_reading_order_with_their_footnotes(tmp_path: Path) -> None:
    document = read(book(tmp_path))
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("heading", "One"),
        ("paragraph", "First “words”. More."),
        ("paragraph", "A note."),
        ("heading", "Two"),
        ("paragraph", "Second words."),
    ]
    assert (document.removed, document.warnings) == (len("Contents"), ())


def test_the_package_says_what_the_book_is(tmp_path: Path) -> None:
    document = read(book(tmp_path))
    assert document.title == "The Book"
    assert document.metadata == {
        "author": "Ann Lee",
        "publisher": "The Press",
        "published": "2011-05-01",
        "updated": "2012-01-02",
        "language": "en",
    }
    assert document.provenance["author"] == "package of the book, dc:creator"


def test_roles_and_events_of_the_older_format_count(tmp_path: Path) -> None:
    metadata = (
        '<dc:creator opf:role="ill">Ida Ink</dc:creator><dc:creator opf:role="aut">Ann Lee'
        '</dc:creator><dc:date opf:event="creation">1999</dc:date>'
        '<dc:date opf:event="publication">2001-02</dc:date>'
    )
    document = read(book(tmp_path, package=PACKAGE.format(metadata=metadata)))
    assert document.metadata == {"author": "Ann Lee", "published": "2001-02"}


def test_a_missing_chapter_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    document = read(book(tmp_path, one=None))
    assert document.text == "Two\n\nSecond words."
    assert document.warnings == ("chapter OEBPS/one.xhtml is missing",)


def test_a_chapter_nested_too_deeply_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    document = read(book(tmp_path, one="<html><body>" + "<ul><li>x" * 500))
    assert document.text == "Two\n\nSecond words."
    assert "nested too deeply" in document.warnings[0]


ENCRYPTED = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>
<enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>"""


def test_a_protected_book_is_refused_but_protected_fonts_do_not_matter(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="copy-protected"):
        read(book(tmp_path, encryption=ENCRYPTED.format("OEBPS/chapter%202.xhtml")))
    assert "First" in read(book(tmp_path, encryption=ENCRYPTED.format("OEBPS/font.otf"))).text


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("container", None),
        ("container", "<container/>"),
        ("container", "not XML"),
        ("container", CONTAINER.replace("content.opf", "gone.opf")),
        ("package", "<package"),
        ("package", b"\xff\xfe\x00"),
        ("package", '<package xmlns="http://www.idpf.org/2007/opf"/>'),
    ],
)
def test_a_book_without_its_plan_is_refused(
    tmp_path: Path, part: str, content: str | bytes | None
) -> None:
    with pytest.raises(UnreadableFile):
        read(book(tmp_path, **{part: content}))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(UnreadableFile, match="no whole EPUB"):
        read(path)


def test_a_torn_archive_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, one=ONE * 50)
    data = bytearray(path.read_bytes())
    start = data.index(b"OEBPS/one.xhtml") + 60
    data[start : start + 40] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(UnreadableFile):
        read(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epub, "MOST_BYTES", 2**20)
    path = book(tmp_path, one=b"<p>" + b" " * (2**20))
    assert path.stat().st_size < 20_000
    with pytest.raises(UnreadableFile, match="unpacks to more than 1 MB"):
        read(path)


def test_entities_of_the_package_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    bomb = '<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">'
    package = PACKAGE.format(metadata="<dc:title>T &x;&b;</dc:title>").replace(
        "<package", f'<!DOCTYPE package [{bomb}<!ENTITY x SYSTEM "file://{secret}">]><package', 1
    )
    document = read(book(tmp_path, package=package))
    assert document.title is not None
    assert "secret" not in document.title
    assert "boom" not in document.title
