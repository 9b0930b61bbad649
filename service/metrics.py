"""The measures of answers that ir_measures has not: of refusing, of confidence, and intervals.

All take one value for each question, in one order: `confidence` 0..1, and `right`, whether the
event took place that the confidence is of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_auc_score

Floats = NDArray[np.float64]
Figures = dict[str, float]
Interval = tuple[float, float]
Row = TypeVar("Row")

BINS = 10
RESAMPLES = 1000
SEED = 7


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> tuple[Floats, Floats]:
    """The share of questions answered and the share of wrong ones among them, rising in coverage.

    One point for each number of questions answered, the most confident first (El-Yaniv and Wiener
    2010). Questions of equal confidence come in no order: each counts as their mean.
    """
    confident, wrong = np.asarray(confidence, float), 1.0 - np.asarray(right, float)
    values, place, count = np.unique(-confident, return_inverse=True, return_counts=True)
    tied = np.bincount(place, weights=wrong, minlength=len(values)) / count
    answered = np.arange(1, len(wrong) + 1)
    return answered / len(wrong), np.cumsum(np.repeat(tied, count)) / answered


def aurc(confidence: ArrayLike, right: ArrayLike) -> float:
    """Area under the risk–coverage curve: the mean risk over its points; lower is better.

    A confidence that says nothing has the share of wrong questions, the best one `least_aurc`.
    """
    return float(risk_coverage(confidence, right)[1].mean())


def least_aurc(right: ArrayLike) -> float:
    """The area that is left when every right question is more confident than any wrong one."""
    return aurc(right, right)


def auroc(confidence: ArrayLike, positive: ArrayLike) -> float | None:
    """How likely a positive question is more confident than another; None without both kinds."""
    if len(np.unique(np.asarray(positive))) < 2:
        return None
    return float(roc_auc_score(positive, confidence))


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: their mean confidence, the share that is right, how many."""

    confidence: float
    right: float
    count: int


def reliability(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> list[Bin]:
    """The bins of equal width that hold any question, from the least confident."""
    confident, event = np.asarray(confidence, float), np.asarray(right, float)
    place = np.minimum((confident * bins).astype(int), bins - 1)
    return [
        Bin(float(confident[own].mean()), float(event[own].mean()), int(own.sum()))
        for own in (place == number for number in np.unique(place))
    ]


def calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error: how far confidence and share right are apart in a bin, weighted
    by its questions (Naeini and others 2015); 0 of no questions."""
    found = reliability(confidence, right, bins)
    total = sum(one.count for one in found)
    return sum(one.count * abs(one.confidence - one.right) for one in found) / max(total, 1)


def quantiles(values: ArrayLike) -> Interval:
    """The median and the 95th percentile."""
    p50, p95 = np.percentile(np.asarray(values, float), [50, 95])
    return float(p50), float(p95)


def bootstrap(
    strata: Sequence[Sequence[Row]], measure: Callable[[Sequence[Row]], Figures]
) -> dict[str, Interval]:
    """95 % intervals of the figures that `measure` makes of rows.

    The percentile bootstrap (Efron 1979). Each stratum is drawn from by itself, so that every
    sample has as many questions of each kind as the set. The seed is fixed: the same rows give the
    same intervals.
    """
    dice = np.random.default_rng(SEED)
    drawn = [
        measure([rows[i] for rows in strata for i in dice.integers(len(rows), size=len(rows))])
        for _ in range(RESAMPLES)
    ]
    return {
        name: _rounded(np.percentile([figures[name] for figures in drawn], [2.5, 97.5]))
        for name in drawn[0]
    }


def share(part: int, whole: int) -> float:
    """`part` of `whole` to four decimals; 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def mean(values: Sequence[float]) -> float:
    """To four decimals; 0 of nothing."""
    return round(sum(values) / len(values), 4) if values else 0.0


def _rounded(ends: NDArray[Any]) -> Interval:
    return round(float(ends[0]), 4), round(float(ends[1]), 4)
