"""CSV and TSV files as programs of all sorts write them."""

from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.delimited import read_delimited
from indexer.types import Document

ROWS = ["Name: Ann; City: Leeds; Age: 5", "Name: Bo, B; City: York; Age: 6"]


def read(tmp_path: Path, data: str | bytes, name: str = "a.csv") -> Document:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (document,) = read_delimited(path, name)
    return document


def rows(document: Document) -> list[str]:
    assert {block.kind for block in document.blocks} <= {"row", "paragraph"}
    return [document.text[b.start : b.end] for b in document.blocks]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ('Name,City,Age\nAnn,Leeds,5\n"Bo, B",York,6\n', "a.csv"),
        ('Name;City;Age\r\nAnn;Leeds;5\r\n"Bo, B";York;6\r\n', "a.csv"),
        ("\ufeffName\tCity\tAge\nAnn\tLeeds\t5\nBo, B\tYork\t6", "a.tsv"),
        ("sep=|\nName|City|Age\nAnn|Leeds|5\nBo, B|York|6", "a.csv"),
    ],
)
def test_delimiter_is_found(tmp_path: Path, data: str, name: str) -> None:
    assert rows(read(tmp_path, data, name)) == ROWS


def test_two_columns_of_text_have_a_header(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "name,note\nAnn,kind\n")) == ["name: Ann; note: kind"]


def test_columns_called_title_and_text_are_columns_like_others(tmp_path: Path) -> None:
    document = read(tmp_path, "_id,title,text\n1,Plan,We will build.\n")
    assert rows(document) == ["_id: 1; title: Plan; text: We will build."]
    assert document.title is None


def test_quoted_line_breaks_and_odd_separators_stay_in_their_cell(tmp_path: Path) -> None:
    document = read(tmp_path, 'Name,Note,Age\nAnn,"one\ntwo\x0cthree\u2028four",5\n')
    assert rows(document) == ["Name: Ann; Note: one two three four; Age: 5"]


def test_encoding_of_windows_is_read(tmp_path: Path) -> None:
    data = "Name,Spend,Area\nAnn’s,£5,North\n".encode("cp1252")
    assert rows(read(tmp_path, data)) == ["Name: Ann’s; Spend: £5; Area: North"]


def test_one_column_and_long_cells_are_read(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "just words here\nand more\n")) == ["just words here", "and more"]
    assert len(read(tmp_path, f"a,b,c\n{'x' * 200_000},1,2\n").text) > 200_000


@pytest.mark.parametrize("data", [b"", b" \n\n", b"a,b\0c\n"])
def test_what_is_no_table_is_one_line(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, data)
    assert caught.value.hint
