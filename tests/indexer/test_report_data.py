"""`report.json`: its keys are documented; what is no report is an error with a way out."""

import json
import re
from pathlib import Path

import pytest

from indexer.errors import IndexBroken
from indexer.report import ReportBuilder
from indexer.report_data import JSON, MAX_VALUE, FileReport, Report, Said, shown, within
from indexer.types import Document

ROOT = Path(__file__).parents[2]


def write(folder: Path, document: Document) -> Report:
    """The report of one document, written and read back."""
    builder = ReportBuilder(Path("corpus"), [])
    builder.add(Path("corpus") / document.source, document, [])
    builder.save(folder, 0, 0)
    return Report.load(folder)


def test_every_key_is_documented(tmp_path: Path) -> None:
    write(tmp_path, Document("a", "a.md", "A title", "Text."))
    raw = json.loads((tmp_path / JSON).read_text())
    page = (ROOT / "docs" / "operations.md").read_text()
    named = set(re.findall(r"`(\w+)`", page))
    assert {*raw, *raw["summary"], *raw["files"][0]} <= named


def test_half_a_character_in_a_warning_does_not_stop_the_build(tmp_path: Path) -> None:
    document = Document("a", "a.md", None, "Text.", warnings=("odd name: \ud800",))
    report = write(tmp_path, document)
    assert shown(report.files[0].warnings[0].text) == "odd name: \\ud800"


def test_long_values_are_cut_and_lists_joined(tmp_path: Path) -> None:
    metadata = {"author": ["Ann", "Bob"], "abstract": "x" * 1000, "empty": ""}
    report = write(tmp_path, Document("a", "a.md", None, "Text.", metadata=metadata))
    found = report.files[0].metadata
    assert found["author"].value == "Ann, Bob"
    assert len(found["abstract"].value) == MAX_VALUE
    assert list(found) == ["author", "abstract"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 99}', '{"version": 1}', "\xff"])
def test_what_is_no_report_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    (tmp_path / JSON).write_text(content, "latin-1")
    with pytest.raises(IndexBroken) as caught:
        Report.load(tmp_path)
    assert "report" in caught.value.message
    assert "make index" in caught.value.hint


def test_an_index_without_a_report_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match="has no report"):
        Report.load(tmp_path)


def test_names_are_shown_on_one_line_whatever_they_hold() -> None:
    assert shown("a\nb\x1b[31m\u202etxt.exe\ud800") == "a\\nb\\x1b[31m\\u202etxt.exe\\ud800"
    assert shown("Zürich 東京.md") == "Zürich 東京.md"


@pytest.mark.parametrize(
    ("source", "text"),
    [("a.jsonl", "bad"), ("a.jsonl line 3", "line 3: bad"), ("a.jsonl#x", "#x: bad")],
)
def test_what_is_said_of_a_record_names_the_record(source: str, text: str) -> None:
    assert within(Said(source, "bad"), FileReport("a.jsonl", "jsonl")) == text
