"""`report.html`: everything is there, in order, and nothing that a file says does anything."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from indexer import report_html
from indexer.report import ReportBuilder
from indexer.report_data import HTML, Report, Status, shown
from indexer.types import Document, Skipped
from tests.indexer.reports import HOSTILE, hostile_report

ELEMENTS = set(
    "html head meta title style body h1 h2 h3 p ul li b div table thead tbody tr th td svg rect"
    " bdi span details summary dl dt dd".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class aria-hidden width height data-unit".split()
)


class Seen(HTMLParser):
    """What a page is made of: elements, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def seen(folder: Path) -> Seen:
    return Seen((folder / HTML).read_text("utf-8"))


def built(folder: Path, *items: Document | Skipped) -> Report:
    builder = ReportBuilder(Path("corpus"), [])
    for item in items:
        builder.add(Path("corpus") / item.source, item, [])
    builder.save(folder, 0, 0)
    return Report.load(folder)


def test_hostile_names_and_metadata_are_text_and_nothing_else(tmp_path: Path) -> None:
    hostile_report(tmp_path)
    page = seen(tmp_path)
    assert set(page.elements) <= ELEMENTS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    assert page.open == []
    for text in HOSTILE:
        assert shown(text) in page.text  # its own words are still there to be read


def test_no_value_of_a_file_is_in_an_attribute(tmp_path: Path) -> None:
    hostile_report(tmp_path)
    values = {value for name, value in seen(tmp_path).attributes if name != "content"}
    assert not [value for value in values if value and ("alert" in value or "example" in value)]


def test_nothing_is_asked_for_and_nothing_may_run(tmp_path: Path) -> None:
    built(tmp_path, Document("a", "a.md", "A title", "Text."))
    page = seen(tmp_path)
    policy = next(value for _, value in page.attributes if value and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not {"script", "link", "img", "iframe", "a"} & set(page.elements)
    assert "@import" not in (tmp_path / HTML).read_text()
    assert "url(" not in (tmp_path / HTML).read_text()


def test_files_come_in_the_order_in_which_they_need_a_person(tmp_path: Path) -> None:
    fine = Document("1", "fine.md", "Fine", "Text.")
    noted = replace(fine, id="2", source="noted.pdf", warnings=("text by OCR: page 1",))
    partly = replace(fine, id="3", source="partly.pdf", warnings=("page 2 has no text",))
    built(tmp_path, fine, noted, partly, Skipped("gone.xyz", "no reader for .xyz"))
    text = seen(tmp_path).text
    order = [
        *("Not read", "gone.xyz", "no reader for .xyz"),
        *("Partly read", "partly.pdf", "page 2 has no text"),
        *("Read, with warnings", "noted.pdf", "text by OCR"),
        "fine.md",
    ]
    start = text.index("Not read")
    places = [text.index(words, start) for words in order]
    assert places == sorted(places)


def test_metadata_is_shown_with_where_it_was_found(tmp_path: Path) -> None:
    document = Document(
        "1", "a.md", "The budget", "Text.", {"author": "Ann"}, provenance={"author": "front matter"}
    )
    built(tmp_path, document)
    page = seen(tmp_path)
    assert "details" in page.elements
    assert "Ann (front matter)" in page.text
    assert "publisher, published, updated, url, language" in page.text


def test_a_page_of_very_many_files_leaves_out_those_that_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_html, "MAX_FILES", 2)
    fine = [Document(str(n), f"{n}.md", None, "Text.") for n in range(3)]
    report = built(tmp_path, *fine, Skipped("bad.xyz", "no reader for .xyz"))
    text = Seen(report_html.page(report)).text
    assert "bad.xyz" in text
    assert "0.md" in text
    assert "1.md" not in text
    assert "2 more files are in report.json" in text


def test_many_reasons_of_one_file_are_cut_and_counted(tmp_path: Path) -> None:
    status: Status = "not read"
    report = built(tmp_path, *(Skipped("a.jsonl", f"reason {n}") for n in range(150)))
    assert report.files[0].status == status
    text = seen(tmp_path).text
    assert "reason 19" in text
    assert "reason 20" not in text
    assert "and 130 more" in text
