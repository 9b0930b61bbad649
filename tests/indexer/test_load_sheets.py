"""Sheets: the header is found, the rest are rows, limits hold and say so."""

import pytest

from indexer.load.builder import TextBuilder
from indexer.load.sheets import SheetLimits, add_sheet

PEOPLE = [["Name", "City", "Age"], ["Ann", "Leeds", "5"], ["Bo", "York", "6"]]


def blocks(
    rows: list[list[str]], limits: SheetLimits | None = None, total: int | None = None
) -> list[tuple[str, str]]:
    builder = TextBuilder()
    add_sheet(builder, "People", rows, limits or SheetLimits(), total)
    return [(b.kind, builder.text[b.start : b.end]) for b in builder.blocks]


def test_what_stands_above_the_header_is_prose_and_empty_rows_go() -> None:
    rows = [["People of 2024", "", ""], [], ["", " "], *PEOPLE, PEOPLE[0], ["Cy", "", "7"]]
    assert blocks(rows) == [
        ("heading", "People"),
        ("paragraph", "People of 2024"),
        ("row", "Name: Ann; City: Leeds; Age: 5"),
        ("row", "Name: Bo; City: York; Age: 6"),
        ("row", "Name: Cy; Age: 7"),
    ]


def test_without_a_header_all_are_rows() -> None:
    assert blocks(PEOPLE[1:]) == [
        ("heading", "People"),
        ("row", "Ann; Leeds; 5"),
        ("row", "Bo; York; 6"),
    ]


def test_empty_sheet_adds_nothing() -> None:
    assert blocks([[], ["", " "]]) == []


@pytest.mark.parametrize("total", [None, 103])
def test_what_is_beyond_the_limit_is_counted(total: int | None) -> None:
    limits = SheetLimits(cells=6)
    found = blocks(PEOPLE + [["Cy", "Hull", "7"]] * 100, limits, total)
    assert found[1:] == [("row", "Name: Ann; City: Leeds; Age: 5")]
    assert limits.warnings() == ["is too large: of its rows, 101 were left out (limit: 6 cells)"]
    assert blocks(PEOPLE, limits) == [("heading", "People")]  # a later sheet is left out too
    assert "104 were left out" in limits.warnings()[0]


def test_empty_cells_are_not_looked_at_for_ever() -> None:
    limits = SheetLimits(scanned=1000)
    assert blocks([[""] * 100] * 50, limits) == []
    assert "40 were left out" in limits.warnings()[0]


def test_within_the_limit_nothing_is_said() -> None:
    limits = SheetLimits(cells=9)
    assert len(blocks(PEOPLE, limits, total=1_048_576)) == 3
    assert limits.warnings() == []
