"""JSON files: records as documents, anything else as rows."""

import json
from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.jsondata import read_json
from indexer.types import Document, Skipped


def read(tmp_path: Path, data: object, name: str = "a.json") -> list[Document | Skipped]:
    path = tmp_path / name
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return list(read_json(path, name))


def one(tmp_path: Path, data: object) -> Document:
    (document,) = read(tmp_path, data)
    assert isinstance(document, Document)
    return document


def rows(document: Document) -> list[str]:
    assert {block.kind for block in document.blocks} <= {"row"}
    return [document.text[b.start : b.end] for b in document.blocks]


def test_record_becomes_a_document_whatever_its_keys_are_called(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        {
            "id": 7,
            "Headline": "The plan",
            "body": "We will build.\n\nSoon.",
            "authors": [{"name": "Ann Lee"}, "Bo Ek"],
            "publisher": {"name": "LGC"},
            "date": "2018-07-05T10:00",
            "link": "https://example.org/a",
            "colour": "red",
        },
    )
    assert (document.source, document.title) == ("a.json#7", "The plan")
    assert document.text == "We will build.\n\nSoon."
    assert document.metadata == {
        "author": ["Ann Lee", "Bo Ek"],
        "publisher": "LGC",
        "published": "2018-07-05",
        "url": "https://example.org/a",
    }


def test_language_of_a_record_is_detected_where_it_states_none(tmp_path: Path) -> None:
    text = "Cytunodd y cyngor fod yn rhaid i wasanaethau newid cyn y gaeaf nesaf. " * 4
    documents = read(tmp_path, [{"text": text}, {"text": text, "lang": "en"}])
    assert [
        (one.field("language"), one.provenance["language"])
        for one in documents
        if isinstance(one, Document)
    ] == [("cy", "detected from the text"), ("en", "the record")]


@pytest.mark.parametrize("wrapped", [False, True])
def test_list_of_records_is_a_document_each_and_a_bad_one_is_named(
    tmp_path: Path, wrapped: bool
) -> None:
    records = [{"text": "One."}, {"title": "no text"}, "odd", {"text": "Two."}, {"text": "Three."}]
    found = read(tmp_path, {"count": 5, "articles": records} if wrapped else records)
    assert [getattr(item, "text", None) or getattr(item, "reason", None) for item in found] == [
        "One.",
        "has no text",
        "is not an object",
        "Two.",
        "Three.",
    ]
    assert found[1].source == "a.json record 2"


def test_ids_of_two_files_do_not_clash_but_a_given_one_is_kept(tmp_path: Path) -> None:
    (first,) = read(tmp_path, [{"id": 1, "text": "x"}], "a.json")
    (second,) = read(tmp_path, [{"id": 1, "text": "x"}], "b.json")
    (given,) = read(tmp_path, [{"_id": "d1", "text": "x"}], "c.json")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(given, Document)
    assert first.id != second.id
    assert given.id == "d1"


def test_lines_of_json_are_read_as_jsonl(tmp_path: Path) -> None:
    found = read(tmp_path, '{"_id": 1, "text": "One."}\n{"_id": 2, "text": "Two."}\n')
    assert [item.source for item in found] == ["a.json#1", "a.json#2"]


def test_other_json_is_rows_of_paths_and_values(tmp_path: Path) -> None:
    data = {
        "name": "Leeds",
        "mayor": {"name": "Ann", "party": None, "elected": True},
        "wards": ["North", "South"],
        "spend": [{"year": 2023, "sum": 5.5}, {"year": 2024, "sum": 6}],
        "deep": [{"a": {"b": 1}}, [2]],
    }
    assert rows(one(tmp_path, data)) == [
        "name: Leeds",
        "mayor.name: Ann",
        "mayor.elected: true",
        "wards: North; South",
        "year: 2023; sum: 5.5",
        "year: 2024; sum: 6",
        "deep.1.a.b: 1",
        "deep.2: 2",
    ]


@pytest.mark.parametrize(("data", "text"), [("3", "3"), ('"words"', "words"), ("null", "")])
def test_lone_value_is_itself(tmp_path: Path, data: str, text: str) -> None:
    assert one(tmp_path, data).text == text


def test_rows_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.load.jsondata.MAX_ROWS", 2)
    document = one(tmp_path, {"a": 1, "b": 2, "c": 3})
    assert rows(document) == ["a: 1", "b: 2"]
    assert document.warnings == ("only the first 2 rows were read: 1 were left out",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [("", "is not JSON"), ('{"a": ', "is not JSON (line 1"), ("9" * 5000, "is not usable JSON")],
)
def test_what_is_no_json_is_one_line(tmp_path: Path, data: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, data)
    assert reason in caught.value.message


def test_half_a_character_cannot_be_stored(tmp_path: Path) -> None:
    assert one(tmp_path, '{"a": "x\\ud800"}').text == "a: x?"
    (skipped,) = read(tmp_path, '{"text": "x\\ud800"}')
    assert isinstance(skipped, Skipped)
