"""Each measure against cases counted by hand."""

import numpy as np
import pytest

from service.metrics import (
    Bin,
    aurc,
    auroc,
    bootstrap,
    calibration_error,
    least_aurc,
    quantiles,
    reliability,
    risk_coverage,
)

CONFIDENCE = [0.2, 0.9, 0.6, 0.7]
RIGHT = [True, True, False, True]  # by confidence: right, right, wrong, right


def test_risk_is_the_share_wrong_among_the_most_confident() -> None:
    coverage, risk = risk_coverage(CONFIDENCE, RIGHT)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 4])


def test_the_area_is_the_mean_risk() -> None:
    assert aurc(CONFIDENCE, RIGHT) == pytest.approx((1 / 3 + 1 / 4) / 4)
    assert least_aurc(RIGHT) == pytest.approx((1 / 4) / 4)
    assert aurc([0.1, 0.9], [True, False]) == pytest.approx((1 + 1 / 2) / 2)


def test_equal_confidences_count_as_their_mean_in_whatever_order() -> None:
    # the two in the middle are half wrong each: 0, 0.5/2, 1/3, 2/4
    expected = pytest.approx([0, 0.25, 1 / 3, 0.5])
    assert risk_coverage([0.9, 0.5, 0.5, 0.1], [1, 0, 1, 0])[1].tolist() == expected
    assert risk_coverage([0.5, 0.1, 0.9, 0.5], [1, 0, 1, 0])[1].tolist() == expected


def test_a_confidence_that_says_nothing_has_the_share_of_wrong_ones() -> None:
    assert aurc([0.5] * 4, RIGHT) == pytest.approx(0.25)


def test_auroc_counts_pairs_in_the_right_order() -> None:
    # pairs of an answerable and another: 0.9 before 0.5 and 0.1; 0.5 level with 0.5, before 0.1
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert auroc([0.9, 0.5], [True, True]) is None
    assert auroc([0.9, 0.5], [False, False]) is None


def test_bins_have_equal_width_and_the_last_holds_certainty() -> None:
    found = reliability([0.25, 0.125, 0.1875, 0.875, 1.0], [True, False, True, True, True])
    assert found == [Bin(0.15625, 0.5, 2), Bin(0.25, 1.0, 1), Bin(0.875, 1.0, 1), Bin(1.0, 1.0, 1)]
    assert reliability([0.75, 1.0], [False, True], bins=4) == [Bin(0.875, 0.5, 2)]
    assert reliability([], []) == []


def test_calibration_error_weighs_each_bin_by_its_questions() -> None:
    error = calibration_error([0.1, 0.2, 0.9, 0.0], [False, True, True, False], bins=2)
    # 0, 0.1 and 0.2 in the first bin: mean 0.1, a third right; 0.9 in the second, right
    assert error == pytest.approx((3 * abs(0.1 - 1 / 3) + 0.1) / 4)
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert calibration_error([], []) == 0.0


def test_quantiles_are_the_median_and_the_95th_percentile() -> None:
    assert quantiles(range(101)) == (50.0, 95.0)
    assert quantiles([7]) == (7.0, 7.0)


def test_an_interval_is_that_of_the_binomial() -> None:
    def measure(rows: object) -> dict[str, float]:
        return {"share": float(np.mean(rows))}  # type: ignore[call-overload]

    low, high = bootstrap([[1.0] * 50 + [0.0] * 50], measure)["share"]
    # 0.5 ± 1.96 √(0.25 / 100) is 0.402 to 0.598
    assert low == pytest.approx(0.40, abs=0.015)
    assert high == pytest.approx(0.60, abs=0.015)
    assert bootstrap([[1.0] * 50 + [0.0] * 50], measure)["share"] == (low, high)


def test_each_stratum_keeps_its_size_in_every_sample() -> None:
    drawn = []

    def measure(rows: object) -> dict[str, float]:
        assert isinstance(rows, list)
        drawn.append((rows.count("a"), rows.count("b"), len(rows)))
        return {"a": float(rows.count("a"))}

    assert bootstrap([["a"] * 3, ["b"] * 2, []], measure) == {"a": (3.0, 3.0)}
    assert set(drawn) == {(3, 2, 5)}
