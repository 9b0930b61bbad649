"""Rich Text, as Word and WordPad write it."""

from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.rtf import read_rtf
from indexer.types import Document

HEAD = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fcharset2 Symbol;}}"


def read(tmp_path: Path, body: str, head: str = HEAD) -> Document:
    path = tmp_path / "plan.rtf"
    path.write_bytes((head + body + "}").encode("latin-1"))
    (document,) = read_rtf(path, "plan.rtf")
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def test_paragraphs_are_apart_and_headings_told_by_their_shape(tmp_path: Path) -> None:
    lines = ["The plan", "We will build a good many houses.", "They will be warm.", "- one"]
    document = read(tmp_path, r"\par ".join(lines))
    assert blocks(document) == [
        ("heading", "The plan"),
        ("paragraph", "We will build a good many houses."),
        ("paragraph", "They will be warm."),
        ("item", "one"),
    ]
    assert document.title == "The plan"


def test_characters_are_what_they_stand_for(tmp_path: Path) -> None:
    document = read(tmp_path, r"caf\'e9 \'a35 \u8220?so\u8221? \u-10179?\u-8704? one\tab two.")
    assert document.text == "café £5 “so” 😀 one two."


def test_links_keep_their_words_alone(tmp_path: Path) -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "http://x.y/z"}}{\fldrslt{the link}}}'
    assert read(tmp_path, f"See {link} now.").text == "See the link now."


def test_pictures_and_headers_are_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, r"{\header Secret}{\pict\wmetafile8 01ff}Prose.").text == "Prose."


def test_table_rows_name_their_columns(tmp_path: Path) -> None:
    rows = [["Council", "Spend"], ["Leeds", "5"], ["York", "6"]]
    cells = "".join(
        r"\trowd\cellx1000\cellx2000 " + "".join(rf"{text}\cell " for text in row) + r"\row "
        for row in rows
    )
    assert blocks(read(tmp_path, cells + r"\pard After the table.\par"))[:2] == [
        ("row", "Council: Leeds; Spend: 5"),
        ("row", "Council: York; Spend: 6"),
    ]


def test_information_group_gives_title_and_author(tmp_path: Path) -> None:
    info = r"{\info{\title Annual caf\'e9 plan}{\author Ann Lee}{\creatim\yr2018\mo1\dy2}}"
    document = read(tmp_path, info + "Prose.")
    assert document.title == "Annual café plan"
    assert document.metadata == {"author": "Ann Lee"}


def test_what_is_no_rtf_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not a Rich Text document: it is a PDF"):
        read(tmp_path, "", head="%PDF-1.4")


@pytest.mark.parametrize("piece", [r"{\field{\*\fldinst{HYPERLINK ", r"{\fonttbl{\f0 "])
def test_broken_groups_take_no_quadratic_time(tmp_path: Path, piece: str) -> None:
    """Half a minute a file, were each group searched to the end of it."""
    assert read(tmp_path, piece * 15_000).text == ""
