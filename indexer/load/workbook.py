"""Excel workbooks (.xlsx, .xlsm): each sheet a heading, its rows with values as they are shown."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from indexer.load.builder import TextBuilder
from indexer.load.container import MAX_STREAM, MB, WORKBOOK, open_container
from indexer.load.properties import add_properties
from indexer.load.sheets import SheetLimits, add_sheet
from indexer.metadata import Facts
from indexer.types import Document

MAX_COLUMNS = 1_000
_EMPTY_FORMULA = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_LOCALE = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_DECORATION = re.compile(r'\[[^\]]*\]|_.|\*.|\\(.)|"([^"]*)"')
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.([0#?]+))?")
_CURRENCY = re.compile(r"[£$€¥₹]|\b(?:GBP|USD|EUR)\b")


def read_workbook(path: Path, source: str) -> Iterator[Document]:
    """The one document of a workbook. Hidden sheets are left out; formulas show their results."""
    builder, facts, limits, notes = TextBuilder(), Facts(), SheetLimits(), []
    # openpyxl warns of what it does not need (print settings, extensions): no matter here
    with open_container(path, WORKBOOK, MAX_STREAM) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        add_properties(facts, archive)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheets = [one for one in book.worksheets if isinstance(one, ReadOnlyWorksheet)]
            hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
            for sheet in sheets:
                if sheet.sheet_state == "visible":
                    total = sheet.max_row
                    sheet.reset_dimensions()  # what a file says of its size is often wrong
                    add_sheet(builder, sheet.title, _rows(sheet), limits, total)
        finally:
            book.close()
        if hidden:
            notes.append(f"hidden sheets were left out: {', '.join(hidden)}")
        if number := _empty_formulas(archive):
            notes.append(
                f"{number:,} formulas have no stored result: open and save it in a spreadsheet "
                "program"
            )
    yield builder.finish(source, facts, warnings=[*notes, *limits.warnings()])


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[str]]:
    for row in sheet.rows:
        yield [shown(cell) for cell in row[:MAX_COLUMNS]]


def shown(cell: Cell | MergedCell | ReadOnlyCell) -> str:
    """A cell's value as a person would read it: dates as ISO, figures by their format."""
    value = cell.value
    if value is None or cell.data_type == "e":  # an error such as #REF!
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return day if value.time() == time() else f"{day} {value.time():%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, int | float):
        return figure(value, cell.number_format or "General")
    return str(value)


def figure(value: float, number_format: str) -> str:
    """A number as its format shows it: percentage, currency, decimals; others in full."""
    section = _LOCALE.sub(r"\1", number_format.split(";")[0])
    section = _DECORATION.sub(lambda match: match[1] or match[2] or "", section)
    number = _NUMBER.search(section)
    if number is None or re.search(r"[eE/?]|\d,+(?:\.|\D|$)", section[number.start() :]):
        return f"{value:.15g}"
    decimals, comma = len(number[1] or ""), "," if "," in number[0] else ""
    if "%" in section:
        return f"{value * 100:{comma}.{decimals}f}%"
    text = f"{abs(value):{comma}.{decimals}f}"
    if currency := _CURRENCY.search(section):
        sign = currency[0]
        space = " " if sign.isalpha() or currency.start() > number.start() else ""
        before = currency.start() < number.start()
        text = f"{sign}{space}{text}" if before else f"{text}{space}{sign}"
    return f"-{text}" if value < 0 else text


def _empty_formulas(archive: zipfile.ZipFile) -> int:
    """Formulas whose result was never stored: programs that write workbooks do not calculate."""
    found = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet"):
            with archive.open(name) as member:
                while piece := member.read(MB):
                    found += len(_EMPTY_FORMULA.findall(piece))
    return found
