"""JSON Lines: a document a line; what is wrong is named with its line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.load.jsonl import parse_record, read_jsonl
from indexer.types import Document, Skipped


def read(tmp_path: Path, *lines: str | bytes) -> list[Document | Skipped]:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    return list(read_jsonl(path, "corpus.jsonl"))


def test_record_becomes_a_document(tmp_path: Path) -> None:
    (document,) = read(
        tmp_path,
        '{"_id": "d1", "title": "Plan", "text": "One.\\r\\nTwo.", '
        '"metadata": {"author": "Ann", "date": "2018-07-05T10:00", "colour": "red", "n": null}}',
    )
    assert isinstance(document, Document)
    assert (document.id, document.source) == ("d1", "corpus.jsonl#d1")
    assert (document.title, document.text) == ("Plan", "One.\nTwo.")
    assert document.metadata == {
        "author": "Ann",
        "published": "2018-07-05",
        "date": ("2018-07-05T10:00"),
        "colour": "red",
    }


def test_number_is_an_id_and_an_empty_title_is_none(tmp_path: Path) -> None:
    (document,) = read(tmp_path, '{"_id": 7, "title": "", "text": "One."}')
    assert isinstance(document, Document)
    assert (document.id, document.title, document.metadata) == ("7", None, {})


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "", '{"_id": 1, "text": "One."}', "   ", "oops")
    assert [type(item) for item in found] == [Document, Skipped]
    assert isinstance(found[1], Skipped)
    assert found[1].source == "corpus.jsonl line 4"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "is not JSON"),
        ('["a"]', "is not an object"),
        ('{"text": "x"}', "has no _id"),
        ('{"_id": " ", "text": "x"}', "has no _id"),
        ('{"_id": 1.5, "text": "x"}', "has no _id"),
        ('{"_id": "a"}', "has no text"),
        ('{"_id": "a", "text": 3}', "has no text"),
        ('{"_id": "a", "text": "x", "title": ["y"]}', "has a title that is not text"),
        (b'{"_id": "a", "text": "caf\xe9"}', "is not UTF-8"),
        ('{"_id": "a", "text": "\\ud800"}', "surrogate"),
        ('{"_id": "a\\ud800", "text": "x"}', "surrogate"),
        ('{"_id": "a", "text": "x", "title": "\\ud800"}', "surrogate"),
        ('{"_id": "a", "text": "x", "metadata": {"author": ["\\udfff"]}}', "surrogate"),
        ("[" * 100_000, "nested"),
    ],
)
def test_bad_line_is_skipped_with_its_number_and_the_next_is_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    bad, good = read(tmp_path, line, '{"_id": "b", "text": "Fine."}')
    assert isinstance(bad, Skipped)
    assert bad.source == "corpus.jsonl line 1"
    assert reason in bad.reason
    assert isinstance(good, Document)


def test_nul_cannot_be_stored_and_is_replaced() -> None:
    document = parse_record({"_id": "a", "text": "a\0b"}, "c.jsonl")
    assert document.text == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("metadata", "published"),
    [
        ({"published": "2018"}, "2018"),
        ({"published": "2018-07"}, "2018-07"),
        ({"date": 2018}, "2018"),
        ({"published": "last week"}, None),
        ({"published": "2018-02-30"}, None),
        ({"published": None, "date": "2018-07-05"}, "2018-07-05"),
        ("not an object", None),
    ],
)
def test_published_is_an_iso_date_or_absent(metadata: object, published: str | None) -> None:
    document = parse_record({"_id": "a", "text": "x", "metadata": metadata}, "c.jsonl")
    assert document.field("published") == published


WELSH = "Cytunodd y cyngor fod yn rhaid i wasanaethau i bobl hŷn newid cyn y gaeaf nesaf. " * 4


@pytest.mark.parametrize(
    ("text", "metadata", "language", "where"),
    [
        (WELSH, {}, "cy", "detected from the text"),
        (WELSH, {"language": "en-GB"}, "en-GB", "the record"),
        (WELSH, {"lang": "fr"}, "fr", "the record"),
        (WELSH, {"language": ""}, "cy", "detected from the text"),
        ("Rhy fyr.", {}, None, None),
    ],
)
def test_language_is_the_one_stated_else_detected_and_says_which(
    text: str, metadata: object, language: str | None, where: str | None
) -> None:
    document = parse_record({"_id": "a", "text": text, "metadata": metadata}, "c.jsonl")
    assert document.field("language") == language
    assert document.provenance.get("language") == where


@given(st.text(min_size=1).filter(str.strip), st.text(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_unicode_is_read_back_as_written(identity: str, text: str, escaped: bool) -> None:
    line = json.dumps({"_id": identity, "text": text}, ensure_ascii=escaped)
    document = parse_record(json.loads(line), "c.jsonl")
    assert document.id == identity
    assert document.text == text.replace("\r\n", "\n").replace("\r", "\n").replace(
        "\0", "\N{REPLACEMENT CHARACTER}"
    )
