"""The evaluation's two plots, as PNG.

They need matplotlib, which is installed for development only.
"""

from collections.abc import Sequence
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binomtest

from service.metrics import reliability, risk_coverage
from service.outcome import FIRST, Outcome

INK, SOFT, BLUE, RED = "#1c2430", "#8a929c", "#1d4a6b", "#a12a20"
WRONG = f"none of the first {FIRST} sentences is right"


def risk_coverage_plot(outcomes: Sequence[Outcome]) -> bytes:
    """Risk against coverage, between a confidence that says nothing and the best there could be."""
    figure, axes = _axes()
    right = [one.right for one in outcomes]
    coverage, risk = risk_coverage([one.confidence for one in outcomes], right)
    axes.axhline(risk[-1], color=SOFT, linestyle="--", label="a confidence that says nothing")
    axes.plot(*risk_coverage(right, right), color=SOFT, linestyle=":", label="the best there is")
    axes.plot(coverage, risk, color=BLUE, label="the confidence")
    answered = [one.right for one in outcomes if not one.refused]
    if answered:
        at = len(answered) / len(outcomes), answered.count(False) / len(answered)
        axes.plot(*at, "o", color=RED, label=f"at the threshold: {at[1]:.2f} at {at[0]:.2f}")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="coverage: share of questions answered")
    axes.set_ylabel(f"risk: share of those where\n{WRONG}")
    axes.legend(frameon=False, loc="best", fontsize=9)
    return _png(figure)


def reliability_plot(outcomes: Sequence[Outcome]) -> bytes:
    """Share right against confidence by bins, each with its 95 % interval (Wilson 1927)."""
    figure, axes = _axes()
    axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", label="perfect calibration")
    bins = reliability([one.confidence for one in outcomes], [one.right for one in outcomes])
    for number, one in enumerate(bins):
        among = binomtest(round(one.right * one.count), one.count).proportion_ci(method="wilson")
        axes.plot([one.confidence] * 2, [among.low, among.high], color=BLUE, linewidth=1.2)
        label = "questions of like confidence, how many, 95 % interval" if number == 0 else None
        axes.plot(one.confidence, one.right, "o", color=BLUE, label=label)
        place = (one.confidence, one.right)
        axes.annotate(str(one.count), place, (6, -4), textcoords="offset points", fontsize=9)
    axes.set(xlim=(0, 1), ylim=(0, 1.2), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1], xlabel="confidence")
    axes.set_ylabel(f"share where one of the first\n{FIRST} sentences is right")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    return _png(figure)


def _axes() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK)
    return figure, axes


def _png(figure: Figure) -> bytes:
    """Without the date and version that would make every file another."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
    return file.getvalue()
