"""Plain text: what is decoded, and which lines are headings, items, paragraphs and titles."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import UnreadableFile
from indexer.load.text import decode, read_text, text_blocks
from indexer.types import Document

CORPUS = Path(__file__).parents[2] / "seeds" / "corpus"


def seed(number: str) -> Document:
    (path,) = CORPUS.glob(f"{number}_*.txt")
    (document,) = read_text(path, path.name)
    return document


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in text_blocks(text)]


def test_section_headings_of_a_seed_article_are_found() -> None:
    document = seed("001")
    headings = {
        document.text[block.start : block.end]
        for block in document.blocks
        if block.kind == "heading"
    }
    expected = "Disruptive goal|Real integration?|Local arguments|Demise of local authorities?"
    assert set(expected.split("|")) <= headings


def test_sentence_broken_over_a_line_of_a_seed_article_stays_one_paragraph() -> None:
    document = seed("000")
    pieces = [document.text[block.start : block.end] for block in document.blocks]
    assert any("but also a belief that\nexisting work at a local level" in p for p in pieces)


def test_date_line_is_neither_heading_nor_item() -> None:
    text = "02.03.17\nCouncils agree a plan\nThe plan was agreed by every council on Monday."
    assert kinds(text)[0] == ("paragraph", "02.03.17")


@pytest.mark.parametrize("mark", ["•", "-", "–", "*", "1.", "(2)", "a)", "‣"])
def test_bullet_marks_are_left_out_of_items(mark: str) -> None:
    text = f"Shopping\n\n{mark} one pint of milk\n{mark} two eggs"
    assert kinds(text)[1:] == [("item", "one pint of milk"), ("item", "two eggs")]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    line = "The quick brown fox jumps over the lazy dog again"
    text = f"{line}\n{line}\n{line}\nand rests."
    assert kinds(text) == [("paragraph", text)]


def test_lines_that_end_a_sentence_are_paragraphs_of_their_own() -> None:
    text = (
        "This is a rather long first paragraph that says a great deal, on a single line.\n"
        "Second.\n"
        "And a third paragraph, which is again longer than the second by very far indeed."
    )
    assert len(text_blocks(text)) == 3


def test_continuation_in_small_letters_joins_the_line_before() -> None:
    text = "The council agreed that its\nservices must change."
    assert kinds(text) == [("paragraph", text)]


def test_heading_has_more_text_under_it_than_itself() -> None:
    assert kinds("Real integration?\n\nThere has been integration of sorts.")[0][0] == "heading"
    assert kinds("A closing line without a stop\n\nShort.")[0][0] == "paragraph"


@pytest.mark.parametrize(
    "line",
    [
        "It ended well.",
        '"Overcontrol from an NHS which does not understand"',
        "in small letters",
        "Tuesday 12 March 2019",
        "Published: 3 May 2021",
        "Author: Ann Lee",
        "By Blair McPherson of Lancashire",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert kinds(f"{line}\n\n{'This follows and is long enough. ' * 4}")[0][0] == "paragraph"


def test_title_is_the_longest_heading_before_the_first_paragraph() -> None:
    text = "Chapter 2\n\nThe government has an impossible task\n\n" + "Long prose follows. " * 9
    (block, *_) = text_blocks(text)
    assert block.kind == "heading"
    path_text = text.encode()
    assert decode(path_text) == text
    blocks = text_blocks(text)
    assert [b.kind for b in blocks] == ["heading", "heading", "paragraph"]


def test_title_is_unknown_where_prose_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Prose comes first here, and it is long.\n\nA heading\n\n" + "More prose. " * 5)
    (document,) = read_text(path, "a.txt")
    assert document.title is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("plain ’quoted’".encode(), "plain ’quoted’"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("emoji 🇬🇧👍 and עברית".encode(), "emoji 🇬🇧👍 and עברית"),
        (b"", ""),
    ],
)
def test_utf8_is_read_as_it_is_with_plain_newlines(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("It cost £20.", "cp1252"),
        ("The council’s café – “a bold vision” – cost £20 million in all. " * 8, "cp1252"),
        ("Совет города вчера принял решение о бюджете на следующий год. " * 3, "cp1251"),
        ("市議会は昨日、来年度の予算を承認した。" * 3, "shift_jis"),
    ],
)
def test_other_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name[:3])
def test_seed_articles_read_the_same_as_windows_would_save_them(path: Path) -> None:
    text = path.read_text("utf-8")
    assert decode(text.encode("cp1252", "replace")) == text


def test_utf16_with_its_mark_is_read() -> None:
    text = "The council agreed to the plan.\nIt starts in May.\n"
    assert decode(text.encode("utf-16")) == text


def test_binary_data_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="binary"):
        decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def test_decoded_text_holds_no_nul() -> None:
    assert decode(b"x" * 70_000 + b"\0end") == "x" * 70_000 + "\N{REPLACEMENT CHARACTER}end"


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_survives_decoding_but_for_newlines_and_nul(text: str) -> None:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" not in text:
        assert decode(text.encode()) == plain


@pytest.mark.parametrize(
    "text",
    [
        "aaa bbb ccc ddd\n" * 20_000,
        "x\n" + " " * 20_000 + "\ny",
        "The line is hard wrapped at about column sixty, all of it is\n" * 20_000,
    ],
    ids=["small letters", "spaces", "hard wrapped"],
)
def test_long_texts_without_paragraphs_are_read_in_seconds(text: str) -> None:
    begin = time.process_time()
    text_blocks(text)
    assert time.process_time() - begin < 3
