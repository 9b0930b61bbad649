"""Workbooks written by openpyxl and, with stored results, by XlsxWriter."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from indexer.errors import UnreadableFile
from indexer.load.workbook import figure, read_workbook
from indexer.types import Document


def read(path: Path) -> Document:
    (document,) = read_workbook(path, path.name)
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "budget.xlsx"


def test_sheets_are_headings_and_rows_name_their_columns(path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Budget"
    for row in (["Council", "Spend", "Paid"], ["Leeds", 5, True], [], ["York", 6.5, None]):
        first.append(row)
    book.create_sheet("Notes").append(["All figures are estimates."])
    book.save(path)
    document = read(path)
    assert blocks(document) == [
        ("heading", "Budget"),
        ("row", "Council: Leeds; Spend: 5; Paid: TRUE"),
        ("row", "Council: York; Spend: 6.5"),
        ("heading", "Notes"),
        ("row", "All figures are estimates."),
    ]
    assert document.pages == ()


def test_dates_are_iso(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    moments = [date(2024, 3, 1), datetime(2024, 3, 1, 14, 30), datetime(2024, 3, 1), time(9, 5)]
    book.active.append(moments)
    book.save(path)
    assert read(path).text.endswith("2024-03-01; 2024-03-01 14:30; 2024-03-01; 09:05")


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (1234567.5, '"£"#,##0.00', "£1,234,567.50"),
        (-5, "[$£-809]#,##0;[Red]-[$£-809]#,##0", "-£5"),
        (5, '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', "$5.00"),
        (5.25, "#,##0.00 [$€-407]", "5.25 €"),
        (1234, "#,##0", "1,234"),
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (2.0, "General", "2"),
        (12, "0.00E+00", "12"),
        (5_000_000, "#,##0,", "5000000"),  # shown in thousands there: in full here
        (3, '0 "items"', "3"),
    ],
)
def test_figures_are_shown_as_their_format_says(
    value: float, number_format: str, shown: str
) -> None:
    assert figure(value, number_format) == shown


def test_formulas_show_their_stored_results_and_errors_nothing(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Sums")
    sheet.write_row(0, 0, ["Council", "Spend", "Share"])
    sheet.write_row(1, 0, ["Leeds"])
    sheet.write_formula(1, 1, "=2+3", None, 5)
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    book.close()
    document = read(path)
    assert blocks(document)[1:] == [("row", "Council: Leeds; Spend: 5")]
    assert document.warnings == ()


def test_formulas_without_results_are_counted(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Total", "=SUM(C1:C2)"])
    book.save(path)
    assert read(path).warnings[0].startswith("1 formulas have no stored result")


def test_hidden_sheets_are_left_out_and_named(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["seen"])
    hidden = book.create_sheet("Lists")
    hidden.append(["unseen"])
    hidden.sheet_state = "hidden"
    book.save(path)
    document = read(path)
    assert "unseen" not in document.text
    assert document.warnings == ("hidden sheets were left out: Lists",)


def change_sheet(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            sheet = name.startswith("xl/worksheets/sheet")
            archive.writestr(name, data.replace(old.encode(), new.encode()) if sheet else data)


@pytest.mark.parametrize("said", ["A1", "A1:XFD1048576"])
def test_size_that_the_file_states_is_not_believed(path: Path, said: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["a", "b", "c"], ["d", "e", "f"]):
        book.active.append(row)
    book.save(path)
    change_sheet(path, 'ref="A1:C2"', f'ref="{said}"')
    document = read(path)
    assert document.text.endswith("a: d; b: e; c: f")
    assert document.warnings == ()


def test_entities_are_refused(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["a"])
    book.save(path)
    change_sheet(path, "<worksheet", '<!DOCTYPE w [<!ENTITY e "x">]><worksheet')
    with pytest.raises(UnreadableFile, match="EntitiesForbidden"):
        read(path)
