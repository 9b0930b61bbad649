"""A folder of everything that goes wrong: each is named with its reason, and the rest is read.

A new format adds its lines to CASES: what is in the file, what the report calls it, and why it is
not read (a regular expression).
"""

import io
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer import generation as gen
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from tests.indexer.zips import (
    bomb,
    encrypted,
    lying,
    with_damaged,
    with_link,
    with_method,
    zipped,
)

MB = 2**20
SETTINGS = IndexSettings(max_file_mb=1, file_seconds=3, file_memory_mb=512)


class Case(NamedTuple):
    name: str
    make: bytes | Callable[[Path], object]
    reason: str
    source: str = ""


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(500 * MB)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))  # such paths must be short


def link(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def laughs(levels: int) -> bytes:
    """Front matter whose author is nine times nine times… the same list."""
    lines = ["k0: &k0 [x, x]"]
    for level in range(1, levels):
        lines.append(f"k{level}: &k{level} [{', '.join([f'*k{level - 1}'] * 9)}]")
    return "\n".join(["---", *lines, f"author: *k{levels - 1}", "---", "Text."]).encode()


def pdf(text: str, **options: str) -> bytes:
    """A PDF file of one page; reportlab's own options, such as encrypt."""
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    canvas.drawString(50, 700, text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
LEADS_OUT = "path that leads out of the archive"
CASES = [
    # plain text
    Case("binary.txt", b"\x7fELF\0\1\2", "binary data"),
    Case("empty.txt", b"", "holds no text"),
    Case("blanks.txt", "\u00a0\n \t\n".encode(), "holds no text"),
    Case("large.txt", b"x" * (MB + 1), r"larger than 1 MB \(RAG_MAX_FILE_MB\)"),
    Case("sparse.txt", sparse, r"larger than 1 MB"),
    Case("program.exe", b"MZ", r"no reader for \.exe"),
    Case("Makefile", b"all:", "no reader for files without a suffix"),
    Case("two\nlines.txt", b"\0", "binary data", r"two\nlines.txt"),
    Case("caf\udce9.txt", b"\0", "binary data", r"caf\xe9.txt"),
    Case("right\u202etxt.exe", b"x", "no reader", r"right\u202etxt.exe"),
    # Markdown
    Case("heading.md", b"# Only a heading", "no text but headings"),
    Case("deep.md", b"*a " * 3000 + b" a*" * 3000, "nested too deeply"),
    Case("surrogate.md", b'---\ntitle: "The \\ud800 plan"\n---\nText.', "half a character"),
    Case("laughs.md", laughs(12), "took longer than 3 s|needs more than 512 MB"),
    # JSON Lines
    Case("empty.jsonl", b"\n\n", "holds no documents"),
    Case("broken.jsonl", b'{"_id": ', "is not JSON", "broken.jsonl line 1"),
    Case("array.jsonl", b"[1]", "is not an object", "array.jsonl line 1"),
    Case("no-id.jsonl", b'{"text": "x"}', "has no _id", "no-id.jsonl line 1"),
    Case("no-text.jsonl", b'{"_id": 1}', "has no text", "no-text.jsonl line 1"),
    Case("deep.jsonl", b"[" * 200_000, "nested too deeply", "deep.jsonl line 1"),
    Case("latin.jsonl", b'{"_id": 1, "text": "\xe9"}', "is not UTF-8", "latin.jsonl line 1"),
    Case("digits.jsonl", b'{"_id": ' + b"1" * 9999 + b"}", "limit", "digits.jsonl line 1"),
    Case("half.jsonl", b'{"_id": 1, "text": "\\ud800"}', "surrogate", "half.jsonl line 1"),
    Case("twice.jsonl", b'{"_id": "good", "text": "x"}', "its id 'good'", "twice.jsonl#good"),
    # what is no file, or not one of the folder
    Case("pipe.txt", os.mkfifo, "is a pipe"),
    Case("socket.txt", listening, "is a socket"),
    Case("out.txt", link("/etc/passwd"), "link out of the folder"),
    Case("zero.txt", link("/dev/zero"), "link out of the folder"),
    Case("up", link(".."), "link out of the folder"),
    Case("here", link("."), "link to a folder"),
    Case("nothing.txt", link("nowhere"), "link to nothing"),
    Case("round.txt", link("round.txt"), "round in a circle"),
    # archives
    Case("empty.zip", zipped({}), "holds no files"),
    Case("zero.zip", b"", "no zip archive or a damaged one"),
    Case("text.zip", b"This is text.", "no zip archive or a damaged one"),
    Case("cut.zip", zipped({"a.txt": "x" * 999})[:-30], "no zip archive or a damaged one"),
    Case("crc.zip", with_damaged({"a.txt": "ab " * 999}, "a.txt"), "damaged", "crc.zip/a.txt"),
    Case("secret.zip", encrypted("a.txt"), "is encrypted", "secret.zip/a.txt"),
    Case("link.zip", with_link("a.txt", "/etc/passwd"), "link or device", "link.zip/a.txt"),
    Case("up.zip", zipped({"../a.txt": "x"}), LEADS_OUT, "up.zip/../a.txt"),
    Case("root.zip", zipped({"/tmp/a.txt": "x"}), LEADS_OUT, "root.zip//tmp/a.txt"),
    Case("drive.zip", zipped({"C:\\a.txt": "x"}), LEADS_OUT, "drive.zip/C:/a.txt"),
    Case("large.zip", zipped({"a.txt": "x" * (MB + 1)}), "larger than 1 MB", "large.zip/a.txt"),
    Case("bomb.zip", bomb("a.txt", 60 * MB), "larger than 1 MB", "bomb.zip/a.txt"),
    Case("lying.zip", lying("a.txt", b"x" * 99, 9), "damaged", "lying.zip/a.txt"),
    Case("method.zip", with_method("a.txt", 99), "damaged", "method.zip/a.txt"),
    Case("twin.zip", zipped([("a.md", "x")] * 2), "name of a file before it", "twin.zip/a.md"),
    Case("kind.zip", zipped({"a.exe": "x"}), r"no reader for \.exe", "kind.zip/a.exe"),
    Case("blank.zip", zipped({"a.txt": " "}), "holds no text", "blank.zip/a.txt"),
    Case(
        "nest.zip",
        zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": "x"})})}),
        "inside 2 others",
        "nest.zip/b.zip/c.zip",
    ),
    # other formats
    Case("not.pdf", b"no pdf at all", "damaged"),
    Case("cut.pdf", pdf("Whole.")[:300], "damaged"),
    Case("locked.pdf", pdf("Secret.", encrypt="word"), "protected by a password"),
    Case("blank.pdf", pdf(""), "holds no text"),
    Case("not.docx", pdf("Whole."), "it is a PDF"),
    Case("cut.docx", b"PK\x03\x04xxxx", "archive is not whole"),
    Case("other.docx", zipped({"a.txt": "x"}), r"word/document\.xml is missing"),
    Case("locked.docx", OLE, "not a Word document of today"),
    Case("old.doc", OLE, "old binary format"),
    Case("entities.odt", zipped({"content.xml": ENTITIES}), "holds no text"),
    Case("cut.xlsx", b"PK\x03\x04", "archive is not whole"),
    Case("cut.pptx", b"PK\x03\x04", "archive is not whole"),
    Case("script.html", b"<script>alert(1)</script>", "holds no text"),
    Case("binary.html", b"\0\1\2" * 50, "binary data"),
    Case("empty.eml", b"", "no sender, date or subject"),
    Case("not.epub", b"no book", "no whole EPUB file"),
    Case("bad.json", b"{", "is not JSON"),
    Case("empty.csv", b"", "is empty"),
    Case("bare.rtf", b"{\\rtf1}", "holds no text"),
    Case("not.rtf", b"no rtf", "not a Rich Text document"),
    Case("in.zip", zipped({"b.zip": b"no zip"}), "no zip archive", "in.zip/b.zip"),
]
GOOD = {
    "0-first.txt": b"The first is read.",
    "a-good.jsonl": b'{"_id": "good", "text": "A record is read."}',
    "mixed.zip": zipped({"../x.txt": "x", "good.txt": "A member is read.", "b.txt": b"\0"}),
    "zz-last.md": b"The last is read.",
}
OF_MIXED = {"mixed.zip/../x.txt": LEADS_OUT, "mixed.zip/b.txt": "binary data"}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> tuple[Path, Path]:
    """The corpus and its index, built twice: the second time most comes from the cache."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    for name, data in GOOD.items():
        (corpus / name).write_bytes(data)
    for case in CASES:
        path = corpus / case.name
        if isinstance(case.make, bytes):
            path.write_bytes(case.make)
        else:
            case.make(path)
    return corpus, index


@pytest.mark.parametrize("time", ["first time", "from the cache"])
def test_each_is_named_with_its_reason_and_the_rest_is_read(
    built: tuple[Path, Path], embedder: SentenceTransformerEmbedder, time: str
) -> None:
    corpus, index = built
    before = set(corpus.rglob("*"))
    manifest = build_index(corpus, index, SETTINGS, embedder).manifest
    expected = {case.source or case.name: case.reason for case in CASES} | OF_MIXED
    found = {item["source"]: item["reason"] for item in manifest.skipped}
    assert found.keys() == expected.keys()
    assert len(manifest.skipped) == len(found)  # one line each
    wrong = {
        source: found[source]
        for source, reason in expected.items()
        if not re.search(reason, found[source]) or "\n" in source + found[source]
    }
    assert wrong == {}
    store = gen.Generation(gen.current(index)).store
    assert sorted(p.text for p in store.passages(range(manifest.passages))) == sorted(
        ["The first is read.", "A record is read.", "A member is read.", "The last is read.", "x"]
    )  # "x" is the first of twin.zip
    assert set(corpus.rglob("*")) == before  # nothing was written there


def test_there_are_many_of_them() -> None:
    assert len(CASES) >= 25
    assert len({case.name for case in CASES} | set(GOOD)) == len(CASES) + len(GOOD)
