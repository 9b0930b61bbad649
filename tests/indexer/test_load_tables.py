"""Rows in words, and telling the names of columns from values."""

import pytest

from indexer.load.tables import is_header, row_text

PEOPLE = [["Ann", "Leeds", "5"], ["Bo", "York", "6"]]


def test_row_names_its_columns_and_leaves_out_empty_cells() -> None:
    assert row_text(["Name", "City:", ""], ["Ann\nLee", " ", "x", "y"]) == "Name: Ann Lee; x; y"
    assert row_text([], ["Ann", "Leeds"]) == "Ann; Leeds"


@pytest.mark.parametrize(
    ("row", "below"),
    [
        (["Name", "City", "Age"], PEOPLE),
        (["Council", "2023", "2024/25"], [["Leeds", "5", "6"]]),
        (["", "Spend", "Share"], [["Leeds", "5", "6%"]]),
        (["Year", "Spend"], [["2023", "£5m"], ["2024", "£6m"]]),
    ],
)
def test_names_of_columns_are_a_header(row: list[str], below: list[list[str]]) -> None:
    assert is_header(row, below)


@pytest.mark.parametrize(
    ("row", "below"),
    [
        (["Name", "Ann Lee"], [["Role", "Developer"], ["Team", "Data"]]),  # a form
        (["Ann", "Leeds", "5"], PEOPLE),
        (["2023", "2024", "2025"], [["1", "2", "3"]]),
        (["Name", "City"], PEOPLE),  # a column without a name
        (["Note", "Note", "Note"], PEOPLE),
        (["Council budgets 2024", "", ""], PEOPLE),
        (["It was a very good year.", "City", "Age"], PEOPLE),
        (["x" * 81, "City", "Age"], PEOPLE),
        (["Name", "City", "Age"], [["", " ", ""]]),
        ([], PEOPLE),
    ],
)
def test_values_titles_and_forms_are_no_header(row: list[str], below: list[list[str]]) -> None:
    assert not is_header(row, below)


def test_two_columns_of_text_are_a_list_where_there_are_no_forms() -> None:
    assert is_header(["Name", "Role"], [["Ann", "Developer"]], forms=False)
