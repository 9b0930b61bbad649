"""What `make eval` leaves behind: a page that needs nothing else and runs nothing (`index.html`),
the same as `report.md` with its plots beside it, and all figures for programs (`report.json`).
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from service.metrics import Figures, Interval
from service.outcome import FIRST, Outcome, latency

_STYLE = Path(__file__).with_name("evaluation.css").read_text("utf-8")
_EVENT = f"one of the first {FIRST} sentences is right"
MEANINGS = {
    "queries": "judged queries, of which the next four are averages",
    "nDCG@10": "documents found, the better ones higher",
    "recall@10": "share of the relevant documents among the first ten",
    "recall@100": "the same among the first hundred",
    "MRR@10": "1 / rank of the first relevant document",
    "nDCG@10 without cosine": "without the embedder's similarity of passages",
    "nDCG@10 without bm25": "without keywords",
    "nDCG@10 without reader": "without the readers, who order the best passages",
    "questions": "questions that the documents answer",
    "unanswerable": "questions that they do not answer",
    "cited_first": "the first sentence shown is right",
    "cited_at_all": "any sentence shown is right",
    "first_sentence": "the first sentence shown holds the answer",
    "any_sentence": "any sentence shown holds the answer",
    "sentence_mrr": "1 / rank of the first right sentence among all that were read, shown or not",
    "refused": "unanswerable questions that are refused",
    "warned": "unanswerable questions that are refused or marked as uncertain",
    "falsely_refused": "answerable questions that are refused",
    "verbatim": "quotes that stand in their document exactly where they say",
    "coverage": "questions that are answered, at the threshold in force",
    "risk": f"of those, the share where none of the first {FIRST} sentences is right",
    "risk_full_coverage": "the same if nothing were refused",
    "aurc": "area under the risk–coverage curve; lower is better, and a confidence that says "
    "nothing has risk_full_coverage",
    "aurc_least": "the area of the best confidence that there could be",
    "auroc": "how likely an answerable question has more confidence than an unanswerable one",
    "ece": f"expected calibration error of the confidence, which is that {_EVENT}",
    "dialogues": "dialogues, of which the last question counts",
    "dialogue_first": "the first sentence shown is right",
    "dialogue_any": "any sentence shown is right",
    "dialogue_passage": "a cited passage holds the right sentence",
    "dialogue_mrr": "1 / rank of the first right sentence among all that were read",
    "supported_kept": "faithful claims that pass the check",
    "unsupported_kept": "false claims that pass the check",
}
PLOTS = {"risk-coverage.png": "Risk and coverage", "reliability.png": "Reliability"}


def save_report(
    folder: Path,
    name: str,
    figures: Figures,
    intervals: Mapping[str, Interval],
    outcomes: Sequence[Outcome],
) -> Path:
    """Writes the files into `folder` over those of an earlier run; gives the page's path.

    Without matplotlib there are no plots.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plots = _plots(outcomes) if outcomes else {}
    for file in PLOTS:
        (folder / file).unlink(missing_ok=True)
        if file in plots:
            (folder / file).write_bytes(plots[file])
    times = latency(outcomes)
    data = {"data": name, **figures, "ci95": intervals, "latency_ms": times}
    (folder / "report.json").write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    text = "\n".join(_text(name, figures, intervals, times, plots)) + "\n"
    (folder / "report.md").write_text(text, "utf-8")
    body = MarkdownIt("default").render(text)
    for file, png in plots.items():
        inline = base64.b64encode(png).decode()
        body = body.replace(f'src="{file}"', f'src="data:image/png;base64,{inline}"')
    page = folder / "index.html"
    page.write_text(_sealed(name, body), "utf-8")
    return page


def _plots(outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    try:
        from service.plots import reliability_plot, risk_coverage_plot  # noqa: PLC0415
    except ModuleNotFoundError:  # the figures are worth having without them
        return {}
    drawn = risk_coverage_plot(outcomes), reliability_plot(outcomes)
    return dict(zip(PLOTS, drawn, strict=True))


def _text(
    name: str,
    figures: Figures,
    intervals: Mapping[str, Interval],
    times: Mapping[str, Interval],
    plots: Iterable[str],
) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# Evaluation: {name}\n"
    yield "Intervals are 95 %, by bootstrap over the questions.\n"
    yield "| figure | value | 95 % | meaning |\n|---|---|---|---|"
    for figure, value in figures.items():
        meaning = MEANINGS.get(figure, "")
        yield f"| {figure} | {value:g} | {shown(intervals.get(figure))} | {meaning} |"
    for file in plots:
        yield f"\n## {PLOTS[file]}\n\n![{PLOTS[file]}]({file})"
    if times:
        yield "\n## Latency\n\n| stage | p50 ms | p95 ms |\n|---|---|---|"
        for stage, (p50, p95) in times.items():
            yield f"| {stage} | {p50:.1f} | {p95:.1f} |"


def shown(interval: Interval | None) -> str:
    """An interval for people; nothing where there is none."""
    return f"{interval[0]:.2f}–{interval[1]:.2f}" if interval else ""


def _sealed(name: str, body: str) -> str:
    """A page that its own policy keeps from asking for anything or running anything."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}';"
        " base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation: {escape(name)}</title>
<style>{_STYLE}</style>
</head>
<body>
{body}</body>
</html>
"""
