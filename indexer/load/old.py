"""Office files under the suffixes of before 2007 (.doc, .xls, .ppt): said plainly, or read.

Programs often write something newer under the old name; then it is read as what it is.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import UnreadableFile
from indexer.load.container import SLIDES, WORD, WORKBOOK, explain_other
from indexer.load.delimited import read_delimited
from indexer.load.rtf import read_rtf
from indexer.load.slides import read_slides
from indexer.load.word import read_word
from indexer.load.workbook import read_workbook
from indexer.types import Document

_NEW = {
    "d": (WORD, read_word, "save it as .docx"),
    "x": (WORKBOOK, read_workbook, "save it as .xlsx"),
    "p": (SLIDES, read_slides, "save it as .pptx"),
}


def read_old(path: Path, source: str) -> Iterator[Document]:
    """The document of a file that only its name makes old; UnreadableFile for what is old."""
    suffix = path.suffix.lower()
    expected, read, advice = _NEW[suffix[1]]
    data = path.read_bytes()
    if suffix == ".xlsb" and zipfile.is_zipfile(path):
        raise UnreadableFile(f"is in Excel's binary format: {advice}", "Open it and save it anew.")
    if zipfile.is_zipfile(path):
        return read(path, source)
    if data.lstrip().startswith(b"{\\rtf"):
        return read_rtf(path, source)
    if suffix == ".xls" and b"\t" in data[:4096] and b"\0" not in data[:4096]:
        return read_delimited(path, source)
    raise explain_other(data, expected)
