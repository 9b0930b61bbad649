"""Office files are zip archives of XML: opened here safely, with a clear word when they are not.

Nothing is unpacked before its declared size is known to be harmless; `zipfile` never hands out more
than a member declares, so the declared sizes bind. XML is read without entities or network.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from indexer.errors import UnreadableFile

MB = 2**20
MAX_TREE = 128 * MB  # XML that is read into memory as a tree, which takes about eight times that
MAX_STREAM = 512 * MB  # XML that is read row by row
MAX_UNPACKED = 1024 * MB  # pictures and all
MAX_RATIO = 200  # real XML shrinks to a tenth, sheets of equal cells to a hundredth
RATIO_FROM = 16 * MB  # a small member is harmless whatever its ratio
MAX_MEMBERS = 20_000

# what each format's suffix promises: a name for people, and a member that must be there
WORD, SLIDES, WORKBOOK = "Word document", "PowerPoint presentation", "Excel workbook"
OPEN_DOCUMENT = "OpenDocument file"
_MUST_HOLD = {
    WORD: "word/document.xml",
    SLIDES: "ppt/presentation.xml",
    WORKBOOK: "xl/workbook.xml",
    OPEN_DOCUMENT: "content.xml",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = {
    "WordDocument": ("old Word format", ".docx"),
    "Workbook": ("old Excel format", ".xlsx"),
    "Book": ("old Excel format", ".xlsx"),
    "PowerPoint Document": ("old PowerPoint format", ".pptx"),
}
_BEGINNINGS = (
    (rb"%PDF-", "a PDF", ".pdf"),
    (rb"\{\\rtf", "an RTF document", ".rtf"),
    (rb"PK\x03\x04", "an archive or office file", ""),
    (rb"\s*<(?:!doctype html|html|head|body)", "a web page", ".html"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture", ""),
)


@contextmanager
def open_container(
    path: Path, expected: str, max_markup: int = MAX_TREE
) -> Iterator[zipfile.ZipFile]:
    """The archive of an office file of the `expected` kind, after its sizes have been checked.

    Whatever turns out to be broken inside while it is open becomes UnreadableFile too.
    """
    if not zipfile.is_zipfile(path):
        raise explain_other(path.read_bytes(), expected)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, max_markup)
            _check_kind(archive, expected)
            yield archive
    except (UnreadableFile, OSError, RecursionError):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _damaged(expected) from error
    except SyntaxError as error:  # what all XML parsers raise
        raise UnreadableFile(
            f"is damaged: its XML cannot be read ({error.msg})", f"Save the {expected} again."
        ) from error
    except Exception as error:  # the libraries take parts for granted and have many errors
        raise UnreadableFile(
            f"is damaged: a part is missing or wrong ({_one_line(error)})",
            f"Open and save the {expected} again.",
        ) from error


def parse_member(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """The XML of a member of the archive as a tree, its entities left unresolved."""
    return parse_xml(archive.read(name))


def parse_xml(data: bytes) -> etree._Element:
    """XML as a tree: no entities resolved, nothing fetched, nesting limited."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.fromstring(data, parser)


def is_member(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the archive has a member of that name."""
    return name in archive.NameToInfo


def explain_binary(data: bytes, expected: str) -> UnreadableFile | None:
    """Why a file in Microsoft's binary container (OLE) is not read; None when it is not in one."""
    if not data.startswith(_OLE):
        return None
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFile("is protected by a password", "Save a copy without the password.")
    for stream, (name, suffix) in _OLD.items():
        if f"{stream}\0".encode("utf-16-le") in data:
            return UnreadableFile(
                f"is in the {name}: save it as {suffix}", "Open it and save it in the new format."
            )
    return UnreadableFile(
        f"is in an old binary format, not {_a(expected)} of today", "Save it in the new format."
    )


def _check_sizes(archive: zipfile.ZipFile, max_markup: int) -> None:
    members = archive.infolist()
    markup = sum(one.file_size for one in members if _is_markup(one.filename))
    total = sum(one.file_size for one in members)
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(
            f"is an archive of {len(members):,} parts, more than {MAX_MEMBERS:,}",
            "Split the document.",
        )
    if markup > max_markup or total > MAX_UNPACKED:
        size, limit = (markup, max_markup) if markup > max_markup else (total, MAX_UNPACKED)
        raise UnreadableFile(
            f"unpacks to {size // MB:,} MB, more than {limit // MB:,} MB", "Split the document."
        )
    for one in members:
        if one.file_size > max(RATIO_FROM, MAX_RATIO * one.compress_size):
            raise UnreadableFile(
                f"unpacks to {one.file_size // max(one.compress_size, 1):,} times its size, as no "
                "document does",
                "Ask where the file comes from.",
            )


def _is_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml", ".xhtml", ".html", ".opf", ".ncx"))


def _check_kind(archive: zipfile.ZipFile, expected: str) -> None:
    names = archive.NameToInfo
    if any(one.flag_bits & 1 for one in archive.infolist()):
        raise UnreadableFile("is protected by a password", "Save a copy without the password.")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise UnreadableFile("is protected by a password", "Save a copy without the password.")
    if "_rels/.rels" in names and b"purl.oclc.org" in archive.read("_rels/.rels"):
        raise UnreadableFile(
            f"is {_a(expected)} in the Strict variant of Open XML",
            "Save it as an ordinary document, not as Strict Open XML.",
        )
    if _MUST_HOLD[expected] in names or _main_part(archive, expected):
        return
    for kind, member in _MUST_HOLD.items():
        if member in names:
            raise UnreadableFile(
                f"is not {_a(expected)}: it is {_a(kind)}", "Give it the suffix of what it is."
            )
    raise UnreadableFile(
        f"is not {_a(expected)}: {_MUST_HOLD[expected]} is missing", f"Save the {expected} again."
    )


def _main_part(archive: zipfile.ZipFile, expected: str) -> bool:
    """Whether the main part is there under an unusual name, as some programs write it."""
    folder = _MUST_HOLD[expected].split("/")[0]
    return any(
        re.fullmatch(rf"/?{folder}/(?:document|presentation|workbook)\d*\.xml", name)
        for name in archive.NameToInfo
    )


def explain_other(data: bytes, expected: str) -> UnreadableFile:
    """Why a file that does not begin as its suffix says is not read."""
    if not data.strip(b"\0"):
        return UnreadableFile("is empty", "Save it again, or remove it.")
    if binary := explain_binary(data, expected):
        return binary
    if data.startswith(b"PK") and expected in _MUST_HOLD:
        return _damaged(expected)
    for beginning, name, suffix in _BEGINNINGS:
        if re.match(beginning, data, re.IGNORECASE):
            hint = f"Rename it to end in {suffix}." if suffix else "Give it the suffix of it."
            return UnreadableFile(f"is not {_a(expected)}: it is {name}", hint)
    return UnreadableFile(f"is not {_a(expected)}", "Give it the suffix of what it is.")


def _damaged(expected: str) -> UnreadableFile:
    return UnreadableFile(
        "is damaged: its archive is not whole", f"Copy or download the {expected} again."
    )


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOUaeiou' else 'a'} {noun}"


def _one_line(error: BaseException) -> str:
    while cause := error.__cause__ or error.__context__:  # the outer ones guess
        error = cause
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]
