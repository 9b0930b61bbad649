"""Tables of Word files: rows with the names of their columns, layout, prose, merged cells."""

from pathlib import Path

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.table import Table

from tests.indexer.word_files import NS, blocks, read


def fill(word: WordFile, rows: list[list[str]]) -> Table:
    table: Table = word.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    return table


def test_table_stands_where_it_is_and_its_rows_name_their_columns(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Before.")
    fill(word, [["Council", "Area", "Members"], ["Leeds", "North", "99"], ["York", "", "47"]])
    word.add_paragraph("After.")
    assert blocks(read(tmp_path, word)) == [
        ("paragraph", "Before."),
        ("row", "Council: Leeds; Area: North; Members: 99"),
        ("row", "Council: York; Members: 47"),
        ("paragraph", "After."),
    ]


def test_form_without_a_header_joins_its_cells(tmp_path: Path) -> None:
    word = docx.Document()
    fill(word, [["Name", "Ann Lee"], ["Role", "Developer"]])
    assert blocks(read(tmp_path, word)) == [("row", "Name; Ann Lee"), ("row", "Role; Developer")]


@pytest.mark.parametrize("how", ["flag", "bold"])
def test_header_of_a_form_is_known_when_it_is_marked(tmp_path: Path, how: str) -> None:
    word = docx.Document()
    table = fill(word, [["Skill", "Level"], ["Reading", "Some"], ["Writing", "None"]])
    if how == "flag":
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {NS}/>"))
    else:
        for cell in table.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
    assert blocks(read(tmp_path, word))[0] == ("row", "Skill: Reading; Level: Some")


def test_merged_cells_are_not_repeated(tmp_path: Path) -> None:
    word = docx.Document()
    table = fill(
        word,
        [["Area", "Council", "Spend"], ["North", "Leeds", "1"], ["", "York", "2"], ["", "", "3"]],
    )
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1)).text = "Both"
    assert [text for _, text in blocks(read(tmp_path, word))] == [
        "Area: North; Council: Leeds; Spend: 1",
        "Council: York; Spend: 2",
        "Area: Both; Spend: 3",
    ]


def test_layout_tables_are_read_as_paragraphs(tmp_path: Path) -> None:
    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "Boxed prose."
    cell.add_paragraph("point", style="List Bullet")
    assert blocks(read(tmp_path, word)) == [("paragraph", "Boxed prose."), ("item", "point")]


def test_cells_of_prose_keep_their_paragraphs_under_the_short_cell(tmp_path: Path) -> None:
    word = docx.Document()
    table = fill(word, [["Question", "Answer"], ["Who may apply", "Anyone at all. " * 20]])
    table.cell(1, 1).add_paragraph("a passport", style="List Bullet")
    found = blocks(read(tmp_path, word))
    assert ("heading", "Who may apply") in found
    assert found[-1] == ("item", "a passport")


def test_nested_table_comes_after_its_row(tmp_path: Path) -> None:
    word = docx.Document()
    table = fill(word, [["A", "B", "C"], ["1", "2", "3"]])
    inner = table.cell(1, 2).add_table(2, 2)
    for number, text in enumerate(("x", "y", "z", "w")):
        inner.cell(number // 2, number % 2).text = text
    assert [text for _, text in blocks(read(tmp_path, word))] == [
        "A: 1; B: 2; C: 3",
        "x; y",
        "z; w",
    ]
