"""Tables of PDF pages: rows that can be read by themselves; nothing lost, nothing guessed."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from tests.pdf_samples import (
    BODY,
    BOLD,
    GRID,
    HEIGHT,
    PROSE,
    assert_on_claimed_pages,
    at,
    blocks,
    draw,
    flow,
    lines,
    paragraphs,
    read,
)

BUDGET = [
    ["Service", "2022/23", "2023/24"],
    ["Harbour walls", "1,250", "1,300"],
    ["Dredging", "(40)", "35.5%"],
    ["Lights", "n/a", "12"],
]
ROWS = [
    "Service: Harbour walls; 2022/23: 1,250; 2023/24: 1,300",
    "Service: Dredging; 2022/23: (40); 2023/24: 35.5%",
    "Service: Lights; 2022/23: n/a; 2023/24: 12",
]


def test_a_ruled_table_becomes_rows_with_their_headers_between_the_text(tmp_path: Path) -> None:
    story = [*paragraphs(PROSE), Table(BUDGET, style=TableStyle([GRID])), *paragraphs(PROSE)]
    path = flow(tmp_path / "a.pdf", story)
    document = read(path)
    assert blocks(document) == [PROSE.strip(), *ROWS, PROSE.strip()]
    assert blocks(document, "row") == ROWS
    assert_on_claimed_pages(path, document)


def test_rules_between_rows_only_are_enough(tmp_path: Path) -> None:
    style = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey), BOLD])
    document = read(flow(tmp_path / "a.pdf", [Table(BUDGET, style=style)]))
    assert blocks(document, "row") == ROWS


def test_cells_of_several_lines_between_level_rules_are_whole(tmp_path: Path) -> None:
    small = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=11, spaceAfter=0)
    long = "The number of walls that were mended by the crew, as the log of the harbour says."
    rows = [
        ["Definition", Paragraph(long, small)],
        ["Verification", Paragraph(long * 2, small)],
        ["Frequency", "Monthly"],
    ]
    every = (0, 0), (-1, -1)
    rules = [(kind, *every, 0.5, colors.grey) for kind in ("LINEABOVE", "LINEBELOW")]
    style = TableStyle([*rules, ("VALIGN", *every, "TOP")])
    table = Table(rows, colWidths=[90, 220], style=style)
    assert blocks(read(flow(tmp_path / "a.pdf", [table]))) == [
        f"Definition: {long}",
        f"Verification: {long * 2}",
        "Frequency: Monthly",
    ]


def test_rows_that_no_rule_divides_are_not_taken_for_one(tmp_path: Path) -> None:
    above, below = ((0, 0), (-1, 1)), ((0, -1), (-1, -1))
    rules = [("LINEABOVE", *above, 1, colors.black), ("LINEBELOW", *below, 1, colors.black)]
    document = read(flow(tmp_path / "a.pdf", [Table(BUDGET, style=TableStyle(rules))]))
    assert [row.removeprefix("Service: ") for row in blocks(document, "row")] == [
        row.removeprefix("Service: ") for row in ROWS
    ]


def test_shaded_cells_are_a_grid_as_well(tmp_path: Path) -> None:
    style = TableStyle(
        [("BACKGROUND", (0, n), (-1, n), [colors.lightblue, colors.beige][n % 2]) for n in range(4)]
        + [BOLD, ("INNERGRID", (0, 0), (-1, -1), 2, colors.white)]
    )
    document = read(flow(tmp_path / "a.pdf", [Table(BUDGET, style=style)]))
    assert blocks(document, "row") == ROWS


def test_figures_in_line_without_any_rule_are_a_table(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n, row in enumerate(BUDGET):
            canvas.setFont("Times-Roman", 11)
            canvas.drawString(60, HEIGHT - 100 - 15 * n, row[0])
            canvas.drawRightString(300, HEIGHT - 100 - 15 * n, row[1])
            canvas.drawRightString(400, HEIGHT - 100 - 15 * n, row[2])
        at(canvas, 60, 200, "Figures are in thousands of pounds and were audited by the board.")

    document = read(draw(tmp_path / "a.pdf", page))
    without_name = [row.replace("Service: ", "") for row in ROWS]
    assert blocks(document, "row") in (ROWS, without_name)
    assert blocks(document, "paragraph")[-1].startswith("Figures are in thousands")


def test_a_label_over_two_lines_stays_with_its_figures(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n, (label, figure) in enumerate(
            [("Harbour walls", "10"), ("Dredging of the outer", ""), ("and the inner basin", "20"),
             ("Lights", "30"), ("Buoys", "40")]
        ):  # fmt: skip
            at(canvas, 60, 100 + 13 * n, label)
            at(canvas, 300, 100 + 13 * n, figure)

    assert blocks(read(draw(tmp_path / "a.pdf", page)), "row") == [
        "Harbour walls: 10",
        "Dredging of the outer and the inner basin: 20",
        "Lights: 30",
        "Buoys: 40",
    ]


def test_cells_of_several_lines_and_cells_over_several_rows_are_whole(tmp_path: Path) -> None:
    small = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=11, spaceAfter=0)
    rows = [
        ["Measure", "Kind", "Value"],
        [
            Paragraph("Share of walls that were mended before the winter storms", small),
            "Target",
            "9",
        ],
        ["", "Actual", "7"],
    ]
    style = TableStyle([GRID, BOLD, ("SPAN", (0, 1), (0, 2))])
    table = Table(rows, colWidths=[110, 60, 60], style=style)
    measure = "Measure: Share of walls that were mended before the winter storms"
    assert blocks(read(flow(tmp_path / "a.pdf", [table]))) == [
        f"{measure}; Kind: Target; Value: 9",
        f"{measure}; Kind: Actual; Value: 7",
    ]


def test_a_header_of_two_rows_names_each_column(tmp_path: Path) -> None:
    rows = [
        ["Service", "2022/23", "", "2023/24", ""],
        ["", "Budget", "Spent", "Budget", "Spent"],
        ["Walls", "10", "11", "12", "13"],
        ["Lights", "20", "21", "22", "23"],
    ]
    spans = [("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0)), ("SPAN", (0, 0), (0, 1))]
    document = read(flow(tmp_path / "a.pdf", [Table(rows, style=TableStyle([GRID, *spans]))]))
    assert blocks(document, "row")[-1] == (
        "Service: Lights; 2022/23 Budget: 20; 2022/23 Spent: 21; "
        "2023/24 Budget: 22; 2023/24 Spent: 23"
    )


def test_labels_and_what_they_label_are_joined_by_a_colon(tmp_path: Path) -> None:
    rows = [["Location:", "Grimsby"], ["Owner", "The Harbour Board"], ["Built", "in 1947"]]
    document = read(flow(tmp_path / "a.pdf", [Table(rows, style=TableStyle([GRID]))]))
    assert blocks(document, "row") == [
        "Location: Grimsby",
        "Owner: The Harbour Board",
        "Built: in 1947",
    ]


def test_a_frame_around_prose_is_no_table(tmp_path: Path) -> None:
    box = Table([[Paragraph(PROSE * 2, BODY)]], style=TableStyle([GRID]))
    document = read(flow(tmp_path / "a.pdf", [box]))
    assert blocks(document, "row") == []
    assert blocks(document) == [(PROSE * 2).strip()]


def test_shading_behind_words_is_no_table(tmp_path: Path) -> None:
    texts = [
        "Some words of each of these",
        "lines have shading behind them",
        "as editors draw it here",
    ]

    def page(canvas: Canvas) -> None:
        canvas.setFillColor(colors.white)
        for n, text in enumerate(texts):
            width = canvas.stringWidth(text[:10], "Times-Roman", 11)
            canvas.rect(60, HEIGHT - 104 - 13.2 * n, width, 13.2, stroke=0, fill=1)
            canvas.rect(60 + width, HEIGHT - 104 - 13.2 * n, 120, 13.2, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        lines(canvas, 60, 100, texts)

    assert blocks(read(draw(tmp_path / "a.pdf", page))) == [" ".join(texts)]


def test_two_columns_of_words_without_rules_stay_plain_lines(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n, (name, post) in enumerate(
            [("Jane Doe", "Chair"), ("John Roe", "Clerk"), ("Mary Poe", "Treasurer")]
        ):
            at(canvas, 60, 100 + 15 * n, name)
            at(canvas, 300, 100 + 15 * n, post)

    document = read(draw(tmp_path / "a.pdf", page))
    assert blocks(document) == ["Jane Doe Chair", "John Roe Clerk", "Mary Poe Treasurer"]


def test_bars_of_a_chart_do_not_upset_the_cells_beside_them(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n, row in enumerate([["Wall", "Met"], ["East", "Yes"], ["West", "No"]]):
            for m, cell in enumerate(row):
                canvas.rect(60 + 100 * m, HEIGHT - 130 - 30 * n, 100, 30)
                at(
                    canvas,
                    65 + 100 * m,
                    118 + 30 * n,
                    cell,
                    font=["Times-Bold", "Times-Roman"][n > 0],
                )
            canvas.rect(260, HEIGHT - 130 - 30 * n, 60, 30)
            for bar in range(4):
                canvas.rect(265 + 12 * bar, HEIGHT - 128 - 30 * n, 8, 6 + 4 * bar, fill=1)

    assert blocks(read(draw(tmp_path / "a.pdf", page)), "row") == [
        "Wall: East; Met: Yes",
        "Wall: West; Met: No",
    ]


CELLS = st.one_of(
    st.integers(0, 99999).map(lambda n: f"{n:,}"),
    st.floats(0, 99).map(lambda f: f"{f:.1f}%"),
    st.sampled_from(["n/a", "Met", "Not met", "–", "£3.2m", "see note", ""]),
)
LABELS = st.sampled_from(["Harbour walls", "Lights and buoys", "Dredging", "Staff", "All"])


@pytest.mark.parametrize("ruled", [True, False])
@given(data=st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_word_or_figure_of_a_table_is_lost_or_put_in_another_row(
    tmp_path: Path, ruled: bool, data: st.DataObject
) -> None:
    width = data.draw(st.integers(2, 6))
    header = ["Service", *[f"{2018 + n}/{19 + n}" for n in range(width - 1)]]
    row = st.tuples(LABELS, *[CELLS] * (width - 1)).map(list)
    rows = data.draw(st.lists(row, min_size=1, max_size=9))
    style = TableStyle([GRID] if ruled else [("ALIGN", (1, 0), (-1, -1), "RIGHT")])
    table = Table([header, *rows], style=style, colWidths=[120] + [58] * (width - 1))
    path = flow(tmp_path / "any.pdf", [*paragraphs(PROSE), table, *paragraphs(PROSE)])
    document = read(path)
    found = [text for text in blocks(document) if text != PROSE.strip()]
    words = [word for text in found for word in re.findall(r"[^\s;:]+", text)]
    for cell in (cell for one in rows for cell in one if cell):
        for word in cell.split():
            assert word.strip("–") in words or word == "–"
    at_row = 0
    for one in rows:  # each row's figures stand together, in order
        figures = [c for c in one[1:] if c and c[0].isdigit()]
        pattern = re.escape(one[0]) + "".join(rf".*?(?<![\d,.]){re.escape(f)}" for f in figures)
        here = next((n for n in range(at_row, len(found)) if re.search(pattern, found[n])), None)
        assert here is not None, (one, found)
        at_row = here
