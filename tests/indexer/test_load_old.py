"""Files under old names: what is old is said, what is not is read."""

from pathlib import Path

import docx
import openpyxl
import pytest

from indexer.load.registry import load_file
from indexer.types import Document, Skipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def load(path: Path) -> Document | Skipped:
    (found,) = load_file(path, path.name, 2**20)
    return found


@pytest.mark.parametrize(
    ("name", "stream", "reason"),
    [
        ("a.doc", "WordDocument", "is in the old Word format: save it as .docx"),
        ("a.xls", "Workbook", "is in the old Excel format: save it as .xlsx"),
        ("a.ppt", "PowerPoint Document", "is in the old PowerPoint format: save it as .pptx"),
    ],
)
def test_old_format_says_what_to_do(tmp_path: Path, name: str, stream: str, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(OLE + f"{stream}\0".encode("utf-16-le"))
    assert load(path) == Skipped(name, reason)


def test_binary_workbook_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    openpyxl.Workbook().save(path)
    assert load(path) == Skipped("a.xlsb", "is in Excel's binary format: save it as .xlsx")


def test_newer_file_under_an_old_name_is_read(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Prose.")
    word.save(str(tmp_path / "a.doc"))
    (tmp_path / "b.doc").write_text("{\\rtf1 Prose.}")
    (tmp_path / "c.xls").write_text("Name\tCity\tAge\nAnn\tLeeds\t5\n")
    texts = ["Prose.", "Prose.", "Name: Ann; City: Leeds; Age: 5"]
    found = [load(tmp_path / name) for name in ("a.doc", "b.doc", "c.xls")]
    assert [getattr(one, "text", one) for one in found] == texts


def test_anything_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"%PDF-1.4")
    assert load(path) == Skipped("a.doc", "is not a Word document: it is a PDF")
