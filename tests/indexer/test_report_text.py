"""The table in the terminal: short, plain, and safe to print."""

from pathlib import Path

import pytest

from indexer.report import ReportBuilder
from indexer.report_data import Report
from indexer.report_text import MAX_LINES, table
from indexer.types import Document, Skipped
from tests.indexer.reports import hostile_report

FINE = Document("1", "fine.md", "Fine", "Text.")


def built(folder: Path, *items: Document | Skipped) -> Report:
    builder = ReportBuilder(Path("corpus"), [])
    for item in items:
        builder.add(Path("corpus") / item.source, item, [])
    builder.save(folder, 10, 4)
    return Report.load(folder)


def test_summary_then_what_was_not_read_then_warnings_then_where_the_rest_is(
    tmp_path: Path,
) -> None:
    mail = Document("2", "mail.eml", None, "Text.", warnings=("attachment a.pdf is not read",))
    report = built(tmp_path, FINE, mail, Skipped("bad.xyz", "no reader for .xyz"))
    assert table(report, tmp_path).splitlines() == [
        "Files     3: 1 read, 1 partly read, 1 not read",
        "Formats   eml 1, md 1, xyz 1",
        "Text      0 pages, 0 passages, 0 sentences; 0.0% set aside as boilerplate",
        "Metadata  title 50%, author 0%, publisher 0%, published 0%, updated 0%, url 0%,"
        " language 0%",
        "Embedded  4 texts; 6 taken from the cache",
        "",
        "Not read",
        "  bad.xyz  no reader for .xyz",
        "",
        "Warnings",
        "  mail.eml  attachment a.pdf is not read",
        "",
        f"see report.html: {tmp_path / 'report.html'}",
    ]


def test_where_all_is_well_there_is_a_summary_alone(tmp_path: Path) -> None:
    text = table(built(tmp_path, FINE), tmp_path)
    assert "Files     1: 1 read, 0 partly read, 0 not read" in text
    assert "Not read" not in text
    assert "Warnings" not in text


@pytest.mark.parametrize("width", [None, 80])
def test_however_many_files_there_are_it_stays_short_and_names_each_reason(
    tmp_path: Path, width: int | None
) -> None:
    bad = [Skipped(f"{n}.pdf", "is encrypted") for n in range(60)]
    odd = [Skipped(f"{n}.xyz", "no reader for .xyz") for n in range(80)]
    noted = [
        Document(str(n), f"{n}.eml", None, "Text.", warnings=(f"attachment {n} is not read",))
        for n in range(90)
    ]
    text = table(built(tmp_path, *bad, *odd, *noted), tmp_path, width)
    assert len(text.splitlines()) <= MAX_LINES
    assert "0.xyz and 79 more  no reader for .xyz" in text
    assert "0.pdf and 59 more  is encrypted" in text
    assert "attachment 0 is not read" in text
    assert "… and more" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    reason = "is damaged in a way that takes a great many words to tell of, and then some more"
    report = built(tmp_path, FINE, Skipped("bad.docx", reason), Skipped("東京.docx", reason))
    lines = table(report, Path("index"), width).splitlines()
    assert max(len(line) + sum(one in "東京" for one in line) for line in lines) <= width
    assert " ".join(" ".join(lines).split()).count("some more") == 2


def test_the_reason_of_a_file_with_a_very_long_name_has_a_line_of_its_own(tmp_path: Path) -> None:
    name = f"{'folder/' * 20}bad.xyz"
    lines = table(built(tmp_path, Skipped(name, "no reader for .xyz")), tmp_path, 80).splitlines()
    at = lines.index(f"  {name}")
    assert lines[at + 1].strip() == "no reader for .xyz"


def test_names_that_would_steer_the_terminal_are_shown_escaped(tmp_path: Path) -> None:
    text = table(hostile_report(tmp_path), tmp_path)
    assert text.replace("\n", "").isprintable()
    assert "\\x1b[31m\\n" in text
