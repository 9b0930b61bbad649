"""The documents at a glance: everything counted is told, and nothing of theirs is live."""

from __future__ import annotations

from typing import Any

from tests.ui.samples import HOSTILE, Elements
from ui.overview import overview
from ui.types import Facets, FileRead, Listed, Problem, Report, Said

ALL_READ = Report(by_status={"read": 5, "partly read": 0, "not read": 0})


def facets(**counted: list[tuple[str, int]]) -> Facets:
    values = {
        field: [{"value": value, "documents": documents} for value, documents in pairs]
        for field, pairs in counted.items()
    }
    return Facets.model_validate({**values, "unstated": {"publisher": 4, "year": 0}})


def words(html: str) -> str:
    return " ".join(Elements(html.replace("<", " <")).words.split())


def test_documents_are_plotted_by_publisher_and_by_year() -> None:
    html = overview(facets(publisher=[("LGC", 3), ("CCN", 1)], year=[("2022", 2)]), [], ALL_READ)
    assert "By publisher LGC 3 CCN 1 not stated 4 By year 2022 2 Newest" in words(html)
    widths = [bar["style"] for bar in Elements(html).of_class("bar")]
    assert widths == ["width:100.0%", "width:33.3%", "width:100.0%"]


def test_what_is_too_much_to_plot_is_added_up() -> None:
    years = [(str(2026 - ago), ago + 1) for ago in range(20)]
    html = overview(facets(year=years), [], ALL_READ)
    assert "2012 15 earlier 90 Newest" in words(html)


def test_the_newest_documents_lead_to_their_text_and_undated_ones_are_left_out() -> None:
    listed = [
        Listed(id="a/b", title="Minutes", published="2022-11-17", publisher="LGC"),
        Listed(id="c", source="c.txt", published="2021"),
        Listed(id="d", title="Undated"),
    ]
    html = overview(Facets(), listed, ALL_READ)
    assert "Minutes 17 November 2022 LGC c.txt 2021 What" in words(html)
    assert [link["href"] for link in Elements(html).of_class("open-document")] == [
        "source/a%2Fb",
        "source/c",
    ]


def test_what_could_not_be_read_is_told_with_its_reasons() -> None:
    said = tuple(Said(text=f"Reason {number}.") for number in range(7))
    report = Report(
        by_status={"read": 1, "partly read": 1, "not read": 2},
        files=(
            FileRead(source="a.pdf", status="not read", reasons=said),
            FileRead(source="b.pdf", status="partly read", warnings=(Said(text="A scan."),)),
        ),
    )
    told = words(overview(Facets(), [], report))
    assert "Of 4 files 1 were read, 1 only in part and 2 not at all." in told
    assert "a.pdf not read Reason 0." in told
    assert "Reason 4. and 2 more b.pdf partly read A scan." in told
    assert "And 1 more" in told
    assert "All 5 files were read." in words(overview(Facets(), [], ALL_READ))


def test_a_report_that_cannot_be_had_leaves_the_rest() -> None:
    told = words(overview(facets(year=[("2022", 2)]), [], Problem("No report.", "Build again.")))
    assert "2022 2" in told
    assert "No report. Build again." in told


def test_nothing_of_the_documents_is_live() -> None:
    values: dict[str, Any] = dict.fromkeys(("title", "publisher", "published", "source"), HOSTILE)
    said = (Said(text=HOSTILE),)
    report = Report(
        by_status={"not read": 1},
        files=(FileRead(source=HOSTILE, status=HOSTILE, reasons=said, warnings=said),),
    )
    listed = [Listed(id=HOSTILE, **values)]
    html = overview(facets(publisher=[(HOSTILE, 1)], year=[(HOSTILE, 1)]), listed, report)
    found = Elements(html + overview(Facets(), [], Problem(HOSTILE, HOSTILE))).found
    allowed = "div section h2 table tbody tr th td span p ul li a".split()
    assert not {tag for tag, _ in found} - set(allowed)
    assert not any(name.startswith("on") for _, attrs in found for name in attrs)
