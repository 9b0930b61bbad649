"""Markdown: blocks as people see them rendered, front matter, and odd input."""

from pathlib import Path

import pytest

from indexer.load.markdown import read_markdown, render, split_front_matter
from indexer.types import Document


def read(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "page.md"
    path.write_bytes(text.encode())
    (document,) = read_markdown(path, "page.md")
    return document


def blocks(text: str) -> list[tuple[str, str]]:
    builder = render(text)
    return [(b.kind, builder.text[b.start : b.end]) for b in builder.blocks]


def test_quotes_carry_no_markup() -> None:
    text = "Some *very* **bold** [link](http://x.y) and `code`, ![no](words.png)here &amp; now."
    assert blocks(text) == [("paragraph", "Some very bold link and code, here & now.")]


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    text = "# Title\n\nProse.\n\n- one\n- two\n  1. nested\n\n> Quoted.\n"
    assert blocks(text) == [
        ("heading", "Title"),
        ("paragraph", "Prose."),
        ("item", "one"),
        ("item", "two"),
        ("item", "nested"),
        ("paragraph", "Quoted."),
    ]


def test_underlined_heading_is_a_heading() -> None:
    assert blocks("Title\n=====\n\nProse.") == [("heading", "Title"), ("paragraph", "Prose.")]


def test_headings_without_the_space_are_headings() -> None:
    text = "##Methods\nAsk people.\nListen.\n###Next\n\n#hashtag, ##not here\n\n```\n##code\n```\n"
    assert blocks(text) == [
        ("heading", "Methods"),
        ("paragraph", "Ask people.\nListen."),
        ("heading", "Next"),
        ("paragraph", "#hashtag, ##not here"),
        ("paragraph", "##code"),
    ]


def test_line_breaks_inside_a_paragraph_stay() -> None:
    assert blocks("one\ntwo  \nthree") == [("paragraph", "one\ntwo\nthree")]


def test_code_is_kept_as_it_stands() -> None:
    assert blocks("```python\nx = *a*\n```\n\n    indented\n") == [
        ("paragraph", "x = *a*"),
        ("paragraph", "indented"),
    ]


def test_table_rows_name_their_columns() -> None:
    text = "| Council | Members |\n|---|---|\n| Leeds | *99* |\n| York |  |\n"
    assert blocks(text) == [
        ("row", "Council: Leeds; Members: 99"),
        ("row", "Council: York; Members:"),
    ]


def test_html_blocks_lose_their_tags() -> None:
    assert blocks("<div>\nin a <b>box</b> &amp; more\n</div>\n") == [
        ("paragraph", "in a box & more")
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>\nlet a = 1 < 2;\n</script>\n\nSeen.",
        "<style>\np > a { color: red }\n</style>\n\nSeen.",
        "<div>\n<SCRIPT src='a.js'>alert('<b>')</SCRIPT>\n<style>b {}</style>Seen.\n</div>",
        "<div><script src='a.js' />x</script>\n<p>Seen.</p></div>",
        "<div>\n<![foo bar]>\n<script>let a = 1</script>Seen.</div>",
        "Se<script>alert(*1*)</script>en.<b></b>",
        "Seen.\n\n<script>\nnever closed",
    ],
)
def test_scripts_and_styles_are_not_read(markup: str) -> None:
    assert render(markup).text == "Seen."


def test_html_comments_and_broken_declarations_do_no_harm() -> None:
    assert blocks("<!-- unseen -->\n") == []
    assert "seen" in render("<div>\n<![foo bar]>\nseen</div>\n").text


def test_front_matter_gives_title_and_metadata(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "---\ntitle: A  plan\nAuthors: [Ann Lee, Bo Ray]\npublisher: LGC\ndate: 2018-07-05\n"
        "url: https://example.org/a\ncolour: red\n---\n# Heading\n\nProse.\n",
    )
    assert document.title == "A plan"
    assert document.metadata == {
        "author": "Ann Lee, Bo Ray",
        "publisher": "LGC",
        "published": "2018-07-05",
        "url": "https://example.org/a",
    }
    assert document.text == "Heading\n\nProse."


def test_front_matter_wins_over_what_the_text_states(tmp_path: Path) -> None:
    document = read(tmp_path, "---\ndate: 2018\n---\n02.03.17\n\nProse.\n")
    assert document.field("published") == "2018"


def test_first_heading_is_the_title_where_no_front_matter_names_one(tmp_path: Path) -> None:
    assert read(tmp_path, "Prose.\n\n## The  *plan*\n\nMore.\n").title == "The plan"
    assert read(tmp_path, "Prose alone.\n").title is None


@pytest.mark.parametrize(
    "front", ["title: [unclosed", "date: 2018-02-30", "a: b: c", "? [x]\n: y", "# only a comment"]
)
def test_front_matter_that_is_wrong_is_dropped_and_the_text_kept(front: str) -> None:
    found, body = split_front_matter(f"---\n{front}\n---\nProse.")
    assert (found.get("title"), body) == (None, "Prose.")


def test_prose_between_rules_is_no_front_matter() -> None:
    text = "---\n\nProse between rules.\n\n---\nMore."
    assert split_front_matter(text) == ({}, text)


def test_windows_newlines_and_a_byte_order_mark_are_no_obstacle(tmp_path: Path) -> None:
    document = read(tmp_path, "\ufeff---\r\ntitle: Plan\r\n---\r\n# H\r\n\r\nProse.\r\n")
    assert (document.title, document.text) == ("Plan", "H\n\nProse.")


def test_empty_file_is_an_empty_document(tmp_path: Path) -> None:
    document = read(tmp_path, "")
    assert (document.text, document.blocks, document.title) == ("", (), None)
