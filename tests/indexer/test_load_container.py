"""Archives that are opened, and those that are not: the reason in one line."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.container import (
    MAX_MEMBERS,
    MAX_UNPACKED,
    OPEN_DOCUMENT,
    WORD,
    WORKBOOK,
    is_member,
    open_container,
    parse_member,
    parse_xml,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as found:
        for name, data in members.items():
            found.writestr(name, data)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(tmp_path / "a.docx", **{"word/document.xml": b"<a>b</a>" * 1000})


def reason(path: Path, expected: str = WORD) -> str:
    with pytest.raises(UnreadableFile) as caught, open_container(path, expected):
        pass
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value.message


def test_sound_archive_is_opened(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.docx", **{"word/document.xml": b"<a>b</a>"})
    with open_container(path, WORD) as found:
        assert is_member(found, "word/document.xml")
        assert not is_member(found, "word/other.xml")
        assert parse_member(found, "word/document.xml").text == "b"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (bytes(100), "is empty"),
        (b"PK\x03\x04 and no more", "archive is not whole"),
        (b"%PDF-1.7", "is not a Word document: it is a PDF"),
        (b"{\\rtf1 x}", "is not a Word document: it is an RTF document"),
        (b"\n<!DOCTYPE html><p>", "it is a web page"),
        (b"just words", "is not a Word document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "old Word format: save it as .docx"),
        (OLE, "is in an old binary format"),
    ],
)
def test_what_is_no_archive_is_named(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    assert says in reason(path)


def test_archive_cut_short_is_damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])
    assert "archive is not whole" in reason(path)


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("xl/workbook.xml", "it is an Excel workbook"),
        ("content.xml", "it is an OpenDocument file"),
        ("other.xml", "word/document.xml is missing"),
    ],
)
def test_archive_of_another_kind_is_named(tmp_path: Path, member: str, says: str) -> None:
    assert says in reason(archive(tmp_path / "a.docx", **{member: b"<a/>"}))


def test_strict_variant_is_named(tmp_path: Path) -> None:
    relations = {"_rels/.rels": b"http://purl.oclc.org/ooxml/officeDocument"}
    assert "Strict" in reason(archive(tmp_path / "a.docx", **relations))


def test_encrypted_opendocument_asks_for_a_copy_without_password(tmp_path: Path) -> None:
    members = {"content.xml": b"?", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}
    path = archive(tmp_path / "a.odt", **members)
    assert "password" in reason(path, OPEN_DOCUMENT)


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    markup = archive(tmp_path / "a.docx", **{"word/document.xml": bytes(129 * 2**20)})
    assert "unpacks to 129 MB, more than 128 MB" in reason(markup)
    picture = archive(
        tmp_path / "b.docx", **{"word/document.xml": b"<a/>", "word/a.png": bytes(20 * 2**20)}
    )
    assert "times its size" in reason(picture)


def test_declared_sizes_bind(path: Path) -> None:
    """A member that declares less than it holds is damaged, whatever it holds."""
    data = path.read_bytes()
    size = (8000).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (80).to_bytes(4, "little")))
    with (
        pytest.raises(UnreadableFile, match="archive is not whole"),
        open_container(path, WORD) as found,
    ):
        found.read("word/document.xml")


def test_declared_total_and_number_of_members_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.load.container.MAX_UNPACKED", MAX_UNPACKED // 1024)
    big = {"word/document.xml": b"<a/>", "a.png": bytes(2 * 2**20)}
    assert "unpacks to 2 MB, more than 1 MB" in reason(archive(tmp_path / "a.docx", **big))
    monkeypatch.setattr("indexer.load.container.MAX_MEMBERS", MAX_MEMBERS // 10_000)
    many = {"word/document.xml": b"", "b": b"", "c": b""}
    assert "3 parts, more than 2" in reason(archive(tmp_path / "b.docx", **many))


def test_any_error_inside_becomes_one_line(path: Path) -> None:
    def fail(error: Exception) -> Iterator[None]:
        with open_container(path, WORD):
            raise error

    with pytest.raises(UnreadableFile, match=r"part is missing or wrong \(KeyError: 'rId7'\)"):
        fail(KeyError("rId7"))
    with pytest.raises(UnreadableFile, match="its XML cannot be read"):
        fail(SyntaxError("odd"))
    with pytest.raises(RecursionError):  # which is explained elsewhere
        fail(RecursionError())


def test_xml_is_read_without_entities() -> None:
    root = parse_xml(
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>x&e;<!-- y --></a>'
    )
    assert root.text == "x"


def test_stream_formats_may_be_larger(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", **{"xl/workbook.xml": b"<a/>" * 1000})
    with (
        pytest.raises(UnreadableFile, match="unpacks to 0 MB"),
        open_container(path, WORKBOOK, max_markup=10),
    ):
        pass
