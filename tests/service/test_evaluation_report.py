"""The report: one page that asks for nothing, its plots beside it, and the figures as JSON."""

import base64
import json
import re
import sys
from pathlib import Path

import pytest

from service.evaluation_report import PLOTS, save_report, shown
from tests.service.test_outcome import GOOD, OUTCOMES

FIGURES = {"questions": 84.0, "cited_first": 0.6905, "unheard_of": 1.0}
INTERVALS = {"cited_first": (0.5952, 0.7857)}


def test_the_page_has_tables_and_plots_and_asks_for_nothing(tmp_path: Path) -> None:
    page = save_report(tmp_path / "of", "mine", FIGURES, INTERVALS, OUTCOMES)
    assert page == tmp_path / "of" / "index.html"
    text = page.read_text("utf-8")
    assert "<td>cited_first</td>\n<td>0.6905</td>\n<td>0.60–0.79</td>" in text
    assert "<td>questions</td>\n<td>84</td>\n<td></td>" in text
    assert "<td>unheard_of</td>\n<td>1</td>" in text
    assert "<td>write</td>\n<td>1.0</td>\n<td>1.0</td>" in text
    inline = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert [base64.b64decode(one) for one in inline] == [
        (tmp_path / "of" / file).read_bytes() for file in PLOTS
    ]
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|style=|https?:|url\(", text)


def test_the_figures_are_there_for_programs(tmp_path: Path) -> None:
    save_report(tmp_path, "mine", FIGURES, INTERVALS, [GOOD])
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == {
        "data": "mine",
        **FIGURES,
        "ci95": {"cited_first": [0.5952, 0.7857]},
        "latency_ms": {"total": [20.0, 20.0], "read": [9.0, 9.0], "write": [1.0, 1.0]},
    }


def test_the_markdown_names_the_plots_beside_it(tmp_path: Path) -> None:
    save_report(tmp_path, "mine", FIGURES, INTERVALS, OUTCOMES)
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "| cited_first | 0.6905 | 0.60–0.79 | the first sentence shown is right |" in text
    assert [file for file in PLOTS if f"]({file})" in text] == list(PLOTS)


@pytest.mark.parametrize("without", ["answers", "matplotlib"])
def test_without_answers_or_matplotlib_there_are_no_plots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    save_report(tmp_path, "mine", FIGURES, INTERVALS, OUTCOMES)
    if without == "matplotlib":
        monkeypatch.delitem(sys.modules, "service.plots", raising=False)
        monkeypatch.setitem(sys.modules, "matplotlib.axes", None)
    outcomes = OUTCOMES if without == "matplotlib" else []
    page = save_report(tmp_path, "mine", FIGURES, INTERVALS, outcomes)
    assert not [file for file in PLOTS if (tmp_path / file).exists()]  # an earlier run's neither
    assert "<img" not in page.read_text("utf-8")


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    text = save_report(tmp_path, "<b>x</b>", FIGURES, {}, []).read_text("utf-8")
    assert "<b>" not in text
    assert "<title>Evaluation: &lt;b&gt;x&lt;/b&gt;</title>" in text


def test_no_interval_is_shown_as_nothing() -> None:
    assert shown((0.5952, 1.0)) == "0.60–1.00"
    assert shown(None) == ""
