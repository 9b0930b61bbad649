"""OpenDocument files written by odfdo."""

from pathlib import Path

import odfdo
import pytest

from indexer.errors import UnreadableFile
from indexer.load.opendocument import read_opendocument
from indexer.types import Document


def read(tmp_path: Path, written: odfdo.Document, name: str = "plan.odt") -> Document:
    path = tmp_path / name
    written.save(str(path))
    (document,) = read_opendocument(path, name)
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


@pytest.fixture
def written() -> odfdo.Document:
    written = odfdo.Document("text")
    written.body.clear()
    return written


def test_headings_paragraphs_and_items_are_told_apart(
    tmp_path: Path, written: odfdo.Document
) -> None:
    written.body.append(odfdo.Paragraph("The plan", style="Title"))
    written.body.append(odfdo.Header(1, "Aims"))
    written.body.append(odfdo.Paragraph("We will build."))
    items = odfdo.List(["one"])
    items.append_item(odfdo.ListItem("two"))
    written.body.append(items)
    document = read(tmp_path, written)
    assert blocks(document) == [
        ("heading", "The plan"),
        ("heading", "Aims"),
        ("paragraph", "We will build."),
        ("item", "one"),
        ("item", "two"),
    ]
    assert document.title == "The plan"


def xml(text: str) -> odfdo.Element:
    return odfdo.Element.from_tag(text)


def test_spaces_tabs_breaks_and_links_are_as_they_look(
    tmp_path: Path, written: odfdo.Document
) -> None:
    written.body.append(
        xml(
            '<text:p>See  <text:a xlink:href="http://x.y">the\n  <text:span>site</text:span>'
            "</text:a><text:tab/><text:tab/>now<text:line-break/>or<text:s/>later</text:p>"
        )
    )
    assert read(tmp_path, written).text == "See the site now\nor later"


def test_notes_and_text_boxes_follow_and_comments_and_deletions_go(
    tmp_path: Path, written: odfdo.Document
) -> None:
    written.body.append(
        xml(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old.</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
        )
    )
    written.body.append(
        xml(
            "<text:p>Prose<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>A note.</text:p></text:note-body></text:note> goes on."
            "<office:annotation><text:p>Why?</text:p></office:annotation>"
            "<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame>"
            "</text:p>"
        )
    )
    assert [text for _, text in blocks(read(tmp_path, written))] == [
        "Prose goes on.",
        "In a box.",
        "A note.",
    ]


def test_table_of_contents_is_furniture(tmp_path: Path, written: odfdo.Document) -> None:
    written.body.append(
        xml(
            "<text:table-of-content><text:table-of-content-source><text:index-title-template>T"
            "</text:index-title-template></text:table-of-content-source><text:index-body>"
            "<text:p>Aims 3</text:p></text:index-body></text:table-of-content>"
        )
    )
    assert blocks(read(tmp_path, written)) == [("furniture", "Aims 3")]


def test_bold_lines_are_headings(tmp_path: Path, written: odfdo.Document) -> None:
    written.insert_style(
        '<style:style style:name="P9" style:family="paragraph"><style:text-properties '
        'fo:font-weight="bold"/></style:style>',
        automatic=True,
    )
    written.body.append(odfdo.Paragraph("Terms", style="P9"))
    written.body.append(odfdo.Paragraph("It goes on and on. " * 5))
    assert [kind for kind, _ in blocks(read(tmp_path, written))] == ["heading", "paragraph"]


def test_table_rows_name_their_columns(tmp_path: Path, written: odfdo.Document) -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = [["Skill", "Level"], ["Reading", "Some"]]
    lines = ["".join(cell.format(text) for text in row) for row in rows]
    written.body.append(
        xml(
            "<table:table><table:table-header-rows><table:table-row>"
            + lines[0]
            + "</table:table-row></table:table-header-rows><table:table-row>"
            + lines[1]
            + "</table:table-row><table:table-row>"
            '<table:table-cell table:number-columns-spanned="2"><text:p>All of it.</text:p>'
            "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
        )
    )
    assert blocks(read(tmp_path, written)) == [
        ("row", "Skill: Reading; Level: Some"),
        ("paragraph", "All of it."),
    ]


def test_properties_are_read(tmp_path: Path, written: odfdo.Document) -> None:
    written.body.append(odfdo.Paragraph("Prose."))
    written.meta.title = "Annual plan"
    written.meta.initial_creator = "Ann Lee"
    document = read(tmp_path, written)
    assert (document.title, document.field("author")) == ("Annual plan", "Ann Lee")
    assert "published" not in document.metadata


def test_sheets_are_headings_and_show_their_values(tmp_path: Path) -> None:
    written = odfdo.Document("spreadsheet")
    written.body.clear()
    table = odfdo.Table("Budget")
    for number, row in enumerate([["Council", "Area", "Spend"], ["Leeds", "North", "£5"]]):
        for column, value in enumerate(row):
            table.set_cell((column, number), odfdo.Cell(value, text=value))
    written.body.append(table)
    document = read(tmp_path, written, "a.ods")
    assert blocks(document) == [
        ("heading", "Budget"),
        ("row", "Council: Leeds; Area: North; Spend: £5"),
    ]


def test_repeated_cells_do_not_fill_the_memory(tmp_path: Path) -> None:
    written = odfdo.Document("spreadsheet")
    written.body.clear()
    written.body.append(
        xml(
            '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        )
    )
    document = read(tmp_path, written, "a.ods")
    assert len(document.text) < 1_000_000
    assert "too large" in document.warnings[0]


def test_slides_are_pages(tmp_path: Path) -> None:
    written = odfdo.Document("presentation")
    written.body.clear()
    for number in (1, 2):
        page = odfdo.DrawPage(f"p{number}")
        page.append(
            xml(
                '<draw:frame presentation:class="title"><draw:text-box><text:p>'
                f"Title {number}</text:p></draw:text-box></draw:frame>"
            )
        )
        page.append(
            xml(
                "<draw:frame><draw:text-box><text:list><text:list-item>"
                f"<text:p>Point {number}.</text:p>"
                "</text:list-item></text:list></draw:text-box></draw:frame>"
            )
        )
        written.body.append(page)
    document = read(tmp_path, written, "a.odp")
    assert blocks(document) == [
        ("heading", "Title 1"),
        ("item", "Point 1."),
        ("heading", "Title 2"),
        ("item", "Point 2."),
    ]
    assert document.page_at(document.text.index("Point 2")) == 2


def test_broken_content_is_one_line(tmp_path: Path, written: odfdo.Document) -> None:
    written.body.append(odfdo.Paragraph("Prose."))
    path = tmp_path / "a.odt"
    written.save(str(path))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFile, match="archive is not whole"):
        list(read_opendocument(path, "a.odt"))
