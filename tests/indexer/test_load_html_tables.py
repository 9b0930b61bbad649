"""Tables: every row is readable by itself, and tables that only lay out are read as text."""

import pytest

from indexer.load.html import parse_html
from indexer.load.html_walk import walk


def seen(table: str) -> list[tuple[str, str]]:
    tree = parse_html(f"<body>{table}</body>")
    assert tree is not None
    return [(piece.kind, piece.text) for piece in walk(tree)[0]]


def rows(table: str) -> list[str]:
    return [text for kind, text in seen(table) if kind == "row"]


def test_rows_name_their_columns_and_leave_out_empty_cells() -> None:
    table = (
        "<table><caption>By council</caption><tr><th>Council<th>Members<th>Wards"
        "<tr><td>Leeds<td>99<td>33<tr><td>York<td><td>21</table>"
    )
    assert seen(table) == [
        ("paragraph", "By council"),
        ("row", "Council: Leeds; Members: 99; Wards: 33"),
        ("row", "Council: York; Wards: 21"),
    ]


def test_names_in_two_rows_are_joined_over_their_spans() -> None:
    table = (
        "<table><thead><tr><th rowspan=2>Type<th colspan=2>Gap<tr><th>2023<th>2024</thead>"
        "<tr><th>County<td>£1bn<td>£2bn</table>"
    )
    assert rows(table) == ["Type: County; Gap 2023: £1bn; Gap 2024: £2bn"]


def test_a_cell_over_several_rows_is_said_in_each() -> None:
    table = (
        "<table><tr><th>Area<th>Year<th>Cost<tr><td rowspan=2>North<td>1<td>5<tr><td>2<td>6</table>"
    )
    assert rows(table) == ["Area: North; Year: 1; Cost: 5", "Area: North; Year: 2; Cost: 6"]


def test_a_foot_written_before_the_body_comes_last() -> None:
    table = (
        "<table><thead><tr><th>A<th>B</thead><tfoot><tr><td>sum<td>3</tfoot>"
        "<tbody><tr><td>x<td>3</table>"
    )
    assert rows(table) == ["A: x; B: 3", "A: sum; B: 3"]


def test_pairs_without_a_header_are_label_and_value() -> None:
    table = "<table><tr><td>Published<td>5 July<tr><td>Contact:<td>Ann Lee</table>"
    assert rows(table) == ["Published: 5 July", "Contact: Ann Lee"]


def test_an_unmarked_first_row_of_short_words_names_the_columns() -> None:
    table = (
        "<table><tr><td>Name<td>Ward<td>Seats<tr><td>Ann<td>East<td>2"
        "<tr><td>Bo<td>West<td>3</table>"
    )
    assert rows(table)[0] == "Name: Ann; Ward: East; Seats: 2"


def test_a_title_row_over_all_columns_is_kept_and_names_nothing() -> None:
    table = "<table><tr><th colspan=2>Fees<tr><th>Item<th>Fee<tr><td>Bin<td>£5</table>"
    assert rows(table) == ["Fees", "Item: Bin; Fee: £5"]


@pytest.mark.parametrize(
    "table",
    [
        "<table role=presentation><tr><td>One.<td>Two.</table>",
        "<table><tr><td>One.<tr><td>Two.</table>",
        "<table><tr><td><table><tr><td>One.</table><td>Two.</table>",
        "<table><tr><td><h2></h2>One.<td>Two.</table>",
    ],
)
def test_tables_that_lay_out_are_read_cell_by_cell(table: str) -> None:
    assert seen(table) == [("paragraph", "One."), ("paragraph", "Two.")]


def test_lists_in_cells_are_read_with_commas() -> None:
    assert rows("<table><tr><th>A<th>B<tr><td><ul><li>x<li>y</ul><td>z</table>") == [
        "A: x, y; B: z"
    ]


@pytest.mark.parametrize("span", ["0", "-1", "x", "²", "99999999999", ""])
def test_impossible_spans_do_no_harm(span: str) -> None:
    table = f"<table><tr><th>A<th>B<tr><td colspan='{span}' rowspan='{span}'>x<td>y</table>"
    assert "x" in rows(table)[0]


def test_no_cell_is_lost_where_spans_reach_too_far() -> None:
    wide = "".join(f"<td colspan=100 rowspan=100>c{number}" for number in range(30))
    text = " ".join(rows(f"<table><tr>{wide}<tr><td>last</table>"))
    assert all(f"c{number}" in text for number in range(30))
    assert "last" in text
