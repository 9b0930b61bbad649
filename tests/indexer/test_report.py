"""What the report says of a corpus of several formats, with broken files among them."""

import json
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest

from indexer.metadata import FIELDS
from indexer.report import ReportBuilder
from indexer.report_data import JSON, FileReport, NearCopy, Report, Said
from indexer.types import Block, Document, Skipped
from tests.indexer.reports import reported, rows
from tests.indexer.zips import zipped

PAGE = """---
title: The boards and the councils
author: Jane Doe
---

# The boards and the councils

Councils distrust the boards. Nine of 91 members are councillors.

Share this page
"""
RECORD = "The fund pays for staff. It does not pay for buildings."


def write_corpus(folder: Path) -> Path:
    """Every status, and every way in which a file can hold several documents."""
    folder.mkdir()
    (folder / "page.md").write_text(PAGE)
    word = docx.Document()
    word.core_properties.title = "Minutes of the board"
    word.core_properties.author = "Joan Smith"
    word.add_paragraph("The board met on Monday. It agreed the budget.")
    word.save(str(folder / "minutes.docx"))
    whole = (folder / "minutes.docx").read_bytes()
    (folder / "broken.docx").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.txt").write_text("")
    (folder / "picture.xyz").write_bytes(b"\0\1")
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "The budget of the board", "Jane Doe <jane@example.org>"
    mail.set_content("The budget of the board was agreed on Monday.\n")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    (folder / "mail.eml").write_bytes(bytes(mail))
    lines = [
        json.dumps({"_id": "a", "title": "What the fund pays for", "text": RECORD}),
        "{oops",
        json.dumps({"_id": "b", "text": RECORD}),
    ]
    (folder / "faq.jsonl").write_text("\n".join(lines))
    members: dict[str, str | bytes] = {
        "old/plan.txt": "The plan was dropped. Nobody asked why.",
        "more.jsonl": "\n".join([lines[0].replace('"a"', '"c"'), "{}"]),
        "scan.xyz": "x",
    }
    (folder / "papers.zip").write_bytes(zipped(members))
    (folder / "metadata.csv").write_text(
        "file,publisher\nminutes.docx,County Council\nnothing.txt,Nobody\n"
    )
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of `write_corpus`; read only."""
    place = tmp_path_factory.mktemp("report")
    return reported(write_corpus(place / "corpus"), place / "generation.partial")


def test_every_file_has_one_row_and_its_status(report: Report) -> None:
    assert {file.source: file.status for file in report.files} == {
        "broken.docx": "not read",
        "empty.txt": "not read",
        "faq.jsonl": "partly read",
        "mail.eml": "partly read",
        "metadata.csv": "partly read",
        "minutes.docx": "read",
        "page.md": "read",
        "papers.zip/more.jsonl": "partly read",
        "papers.zip/old/plan.txt": "read",
        "papers.zip/scan.xyz": "not read",
        "picture.xyz": "not read",
    }
    assert report.by_status == {"read": 3, "partly read": 4, "not read": 4}
    assert report.summary["files"] == 11
    assert not report.complete


def test_what_was_not_read_has_its_reason_and_nothing_else(report: Report) -> None:
    found = rows(report)
    assert found["picture.xyz"].reasons == [Said("picture.xyz", "no reader for .xyz")]
    assert found["empty.txt"].reasons[0].text == "holds no text"
    assert "damaged" in found["broken.docx"].reasons[0].text
    for name in ("picture.xyz", "empty.txt", "broken.docx"):
        row = found[name]
        assert (row.documents, row.passages, row.characters, row.missing) == (0, 0, 0, [])


def test_metadata_is_there_with_where_it_was_found_and_what_is_missing_is_named(
    report: Report,
) -> None:
    minutes = rows(report)["minutes.docx"]
    assert minutes.metadata["title"].value == "Minutes of the board"
    assert minutes.metadata["author"].value == "Joan Smith"
    assert minutes.metadata["author"].found
    publisher = minutes.metadata["publisher"]
    assert (publisher.value, publisher.found) == ("County Council", "metadata.csv, line 2")
    assert "publisher" not in minutes.missing
    assert "url" in minutes.missing
    assert set(minutes.missing) | set(minutes.metadata) == set(FIELDS)


def test_numbers_of_a_file_are_those_of_its_text(report: Report) -> None:
    page = rows(report)["page.md"]
    assert (page.format, page.documents, page.passages, page.sentences) == ("md", 1, 1, 2)
    assert page.pages == 0
    assert page.furniture == len("Share this page")
    assert page.boilerplate == round(page.furniture / page.characters, 4)


def test_records_are_counted_in_one_row_with_the_reasons_of_those_not_read(report: Report) -> None:
    faq = rows(report)["faq.jsonl"]
    assert (faq.documents, faq.refused, faq.sentences) == (2, 1, 4)
    assert faq.reasons[0].source == "faq.jsonl line 2"
    assert (faq.known["title"], faq.metadata) == (1, {})
    assert "title" in faq.missing


def test_files_in_archives_have_their_own_rows_and_records_in_them_do_not(report: Report) -> None:
    more = rows(report)["papers.zip/more.jsonl"]
    assert (more.format, more.documents, more.refused) == ("jsonl", 1, 1)
    assert rows(report)["papers.zip/old/plan.txt"].sentences == 2


def test_warnings_make_a_file_partly_read(report: Report) -> None:
    mail = rows(report)["mail.eml"]
    assert [warning.text for warning in mail.warnings] == ["attachment plan.pdf is not read"]
    assert (mail.warned, mail.refused, mail.reasons) == (1, 0, [])


def test_a_sidecar_is_no_document_and_its_mistakes_are_its_own(report: Report) -> None:
    sidecar = rows(report)["metadata.csv"]
    assert (sidecar.format, sidecar.documents, sidecar.missing) == ("sidecar", 0, [])
    assert [one.source for one in sidecar.reasons] == ["metadata.csv, line 3"]


def test_a_sidecar_without_mistakes_was_read(tmp_path: Path) -> None:
    (tmp_path / "corpus" / "deep").mkdir(parents=True)
    for folder in (tmp_path / "corpus", tmp_path / "corpus" / "deep"):
        (folder / "a.txt").write_text("Councils distrust the boards.")
        (folder / "metadata.csv").write_text("file,author\na.txt,Jane Doe\n")
    (tmp_path / "corpus" / "deep" / "metadata.csv").write_text("file,author\nb.txt,Jane Doe\n")
    report = reported(tmp_path / "corpus", tmp_path / "out")
    assert {file.source: file.status for file in report.files} == {
        "a.txt": "read",
        "deep/a.txt": "read",
        "deep/metadata.csv": "partly read",
        "metadata.csv": "read",
    }


def test_the_summary_adds_up_and_coverage_is_of_documents(report: Report) -> None:
    for name in ("documents", "passages", "sentences", "characters", "refused", "warned"):
        assert report.summary[name] == sum(getattr(file, name) for file in report.files)
    assert report.summary["documents"] == 7
    assert report.coverage["publisher"] == round(100 / 7, 1)
    assert report.by_format["docx"] == {"read": 1, "partly read": 0, "not read": 1}
    assert report.texts == {"embedded": 4, "from_cache": 6}
    assert report.seconds == {}
    assert report.near_copies == []
    assert report.generation == "generation"


def test_what_needs_a_person_comes_first(report: Report) -> None:
    statuses = [file.status for file in report.sorted_files()]
    assert statuses == ["not read"] * 4 + ["partly read"] * 4 + ["read"] * 3


def row_of(*items: Document | Skipped) -> FileReport:
    """The row of a file in which these were found."""
    builder = ReportBuilder(Path("corpus"), [])
    for item in items:
        builder.add(Path("corpus/a.pdf"), item, [])
    return builder._finish("x", 0, 0).files[0]


def test_a_warning_that_nothing_is_missing_leaves_a_file_read() -> None:
    document = Document("a", "a.pdf", None, "Text.", warnings=("text by OCR: page 2",))
    row = row_of(document)
    assert (row.status, row.warned) == ("read", 1)
    assert row_of(replace(document, warnings=("page 3 has no text",))).status == "partly read"


def test_boilerplate_is_what_was_removed_and_what_is_not_quoted_of_all_there_was() -> None:
    blocks = (Block(0, 6, "paragraph"), Block(6, 10, "furniture"))
    row = row_of(Document("a", "a.pdf", None, "0123456789", blocks=blocks, removed=10))
    assert (row.furniture, row.removed, row.boilerplate) == (4, 10, 0.7)


def test_a_flood_of_reasons_is_counted_whole_but_not_kept_whole() -> None:
    row = row_of(*(Skipped(f"a.pdf line {n}", "is not JSON") for n in range(1000)))
    assert (row.refused, len(row.reasons), row.status) == (1000, 100, "not read")


def test_near_copies_that_were_found_are_in_the_report(tmp_path: Path) -> None:
    builder = ReportBuilder(Path("corpus"), [])
    builder.near_copies = [NearCopy("b.txt", "a.txt", 0.97)]
    builder.save(tmp_path, 0, 0)
    assert Report.load(tmp_path).near_copies == [NearCopy("b.txt", "a.txt", 0.97)]
    assert json.loads((tmp_path / JSON).read_text())["near_copies"] == [
        {"document": "b.txt", "copy_of": "a.txt", "share": 0.97}
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.MD", "md"), ("noname", "none"), ("1. Where we are now", "none"), ("a.tar.gz", "gz")],
)
def test_a_format_is_a_plain_suffix(tmp_path: Path, name: str, kind: str) -> None:
    builder = ReportBuilder(Path("corpus"), [])
    builder.add(Path("corpus") / name, Skipped(name, "no reader"), [])
    builder.save(tmp_path, 0, 0)
    assert Report.load(tmp_path).files[0].format == kind
