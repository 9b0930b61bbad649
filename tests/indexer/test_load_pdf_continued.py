"""Tables that go on over page ends: rows keep the names of their columns, and get no others'."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, PageBreak, Table, TableStyle

from indexer.types import Document
from tests.pdf_samples import (
    BOLD,
    GRID,
    HEIGHT,
    PROSE,
    assert_on_claimed_pages,
    at,
    blocks,
    draw,
    flow,
    paragraphs,
    read,
)

WIDTHS = (150, 80, 80)
HEADER = ["Service", "2022/23", "2023/24"]
SOME = [["Dredging", "40", "35.5%"], ["Lights", "n/a", "12"]]


def many(count: int) -> list[list[str]]:
    return [[f"Harbour wall {n}", f"{n},250", f"{n}.5%"] for n in range(1, count + 1)]


def table(
    rows: Sequence[Sequence[str]],
    *styles: object,
    widths: Sequence[float] = WIDTHS,
    repeat: int = 0,
) -> Table:
    style = TableStyle([GRID, *styles])
    return Table([list(row) for row in rows], colWidths=widths, style=style, repeatRows=repeat)


def numbered(canvas: Canvas, template: BaseDocTemplate) -> None:
    """Draws what stands on each page: a running header and a page number."""
    at(canvas, 60, 40, "Report of the Harbour Board", 9)
    at(canvas, 280, HEIGHT - 30, f"Page {template.page}", 9)


def rows_of(tmp_path: Path, story: Sequence[Flowable]) -> list[str]:
    return blocks(read(flow(tmp_path / "a.pdf", story, on_page=numbered)), "row")


def pages_with_rows(document: Document) -> set[int | None]:
    return {document.page_at(block.start) for block in document.blocks if block.kind == "row"}


@pytest.mark.parametrize("repeat", [0, 1])
@pytest.mark.parametrize("styles", [[], [BOLD]])
def test_every_row_of_a_table_over_three_pages_names_its_columns(
    tmp_path: Path, styles: list[object], repeat: int
) -> None:
    whole = table([HEADER, *many(100)], *styles, repeat=repeat)
    path = flow(tmp_path / "a.pdf", [*paragraphs(PROSE), whole], on_page=numbered)
    document = read(path)
    assert blocks(document, "row") == [
        f"Service: {name}; 2022/23: {spent}; 2023/24: {share}" for name, spent, share in many(100)
    ]
    assert "Harbour Board" not in document.text
    assert pages_with_rows(document) == {1, 2, 3}
    assert_on_claimed_pages(path, document)


def test_figures_in_line_without_rules_go_on_as_well(tmp_path: Path) -> None:
    def page(rows: Sequence[Sequence[str]]) -> Callable[[Canvas], None]:
        def drawn(canvas: Canvas) -> None:
            canvas.setFont("Times-Roman", 11)
            for n, row in enumerate(rows):
                canvas.drawString(60, HEIGHT - 100 - 15 * n, row[0])
                canvas.drawRightString(300, HEIGHT - 100 - 15 * n, row[1])
                canvas.drawRightString(400, HEIGHT - 100 - 15 * n, row[2])

        return drawn

    first = [HEADER, *[[name, f"1{spent}", share] for name, spent, share in many(9)]]
    rows = blocks(read(draw(tmp_path / "a.pdf", page(first), page(many(4)))), "row")
    assert len(rows) == 13
    assert all("; 2022/23: " in row and "; 2023/24: " in row for row in rows)


def test_margins_of_left_and_right_pages_may_differ(tmp_path: Path) -> None:
    def page(rows: Sequence[Sequence[str]], left: float) -> Callable[[Canvas], None]:
        def drawn(canvas: Canvas) -> None:
            part = table(rows)
            part.wrapOn(canvas, 400, 400)
            part.drawOn(canvas, left, 300)

        return drawn

    path = draw(tmp_path / "a.pdf", page([HEADER, *many(3)], 54), page(SOME, 72))
    assert blocks(read(path), "row")[-1] == "Service: Lights; 2022/23: n/a; 2023/24: 12"


@pytest.mark.parametrize(("styles", "repeat"), [([BOLD], 0), ([], 0), ([], 1)])
def test_words_that_go_on_are_no_header_and_a_header_said_again_is_no_row(
    tmp_path: Path, styles: list[object], repeat: int
) -> None:
    people = [[f"Ann Lee {n}", "Clerk", "North"] for n in range(60)]
    whole = table([["Name", "Post", "Ward"], *people], *styles, repeat=repeat)
    assert rows_of(tmp_path, [whole]) == [
        f"Name: {name}; Post: Clerk; Ward: North" for name, _, _ in people
    ]


def story(*parts: Flowable) -> list[Flowable]:
    """Parts of tables each of which begins a page."""
    return [one for n, part in enumerate(parts) for one in ([PageBreak()] * (n > 0) + [part])]


def form(n: int) -> Table:
    rows = [
        [f"Point {n}", "Mend the walls before the winter", ""],
        ["Prompt", "Is there a crew to do it?", ""],
        ["Comments", "Surveyor", "Engineer"],
        ["First", "", ""],
    ]
    bold = ("FONTNAME", (0, 2), (-1, 2), "Helvetica-Bold")
    return table(rows, bold, *[("SPAN", (1, row), (2, row)) for row in (0, 1)])


PEOPLE = [["Name", "Post", "Ward"], ["Ann Lee", "Clerk", "North"], ["Bo Ek", "Chair", "South"]]
BERTHS = [["Berth", "2011", "2012"], *SOME]
OWNERS = [["Owner", "The Harbour Board"], ["Built", "by hand"]]
TOLLS = [["Year", "Toll"], ["2011", "40"], ["2012", "50"]]
DUES = [["Berth", "Dues"], ["East", "60"], ["West", "70"]]
PAIR = (150, 80)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (table([HEADER, *SOME]), table(SOME, widths=(150, 70, 90))),
        (table([HEADER, *SOME]), table([[*row, "x"] for row in SOME], widths=(150, 80, 80, 40))),
        (table([HEADER, *SOME]), table(BERTHS)),
        (table([HEADER, *SOME], BOLD), table(BERTHS, BOLD)),
        (table(TOLLS, BOLD, widths=PAIR), table(DUES, BOLD, widths=PAIR)),
        (table(TOLLS, BOLD, widths=PAIR), table(OWNERS, widths=PAIR)),
        (table(PEOPLE, BOLD), form(2)),
        (form(1), table([["Mole", "mended", ""], ["Pier", "as before", ""]])),
    ],
    ids=["places", "count", "names", "bold", "two", "no figures", "form", "after a form"],
)
def test_another_table_on_the_next_page_is_read_as_if_it_stood_alone(
    tmp_path: Path, first: Table, other: Table
) -> None:
    alone = rows_of(tmp_path, [other])
    assert rows_of(tmp_path, story(first, other))[-len(alone) :] == alone


def test_where_two_headers_stand_above_neither_goes_on(tmp_path: Path) -> None:
    bold = [("FONTNAME", (0, row), (-1, row), "Helvetica-Bold") for row in (0, 3)]
    rows = rows_of(tmp_path, story(table([HEADER, *SOME, *BERTHS], *bold), table(SOME)))
    assert rows[-3:] == [
        "Berth: Lights; 2011: n/a; 2012: 12",
        "Dredging; 40; 35.5%",
        "Lights; n/a; 12",
    ]


def test_a_first_row_of_words_above_figures_is_no_header_under_a_bold_one(tmp_path: Path) -> None:
    rest = table([["Mole", "see note", "as before"], *SOME])
    rows = rows_of(tmp_path, story(table([HEADER, *many(5)], BOLD), rest))
    assert rows[5] == "Service: Mole; 2022/23: see note; 2023/24: as before"


@pytest.mark.parametrize("where", ["above", "below"])
def test_text_between_two_parts_makes_them_two_tables(tmp_path: Path, where: str) -> None:
    note = paragraphs("Figures for the moles were not to hand when this went to print.")
    between = [*note, PageBreak()] if where == "above" else [PageBreak(), *note]
    rows = rows_of(tmp_path, [table([HEADER, *many(5)]), *between, table(SOME)])
    assert rows[5:] == ["Dredging; 40; 35.5%", "Lights; n/a; 12"]


def test_an_empty_page_between_parts_them(tmp_path: Path) -> None:
    empty = [PageBreak(), *paragraphs("<br/>")]
    rows = rows_of(tmp_path, [table([HEADER, *many(5)]), *empty, PageBreak(), table(SOME)])
    assert rows[5:] == ["Dredging; 40; 35.5%", "Lights; n/a; 12"]
