"""Making the larger reader's weights: from readings of sets that the first reader never saw."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service import large
from service.cross import CrossEncoder
from service.fit_large import fit, held_out, reread, save
from service.large import JUDGE_FEATURES, LargeReader
from service.read import FeatureReader, Floats
from tests.service.test_fit import sets


class Third:
    """A cross-encoder that has the third sentence answer whatever is asked."""

    def scores(self, question: str, sentences: Sequence[str]) -> Floats:
        """A lot for that one, nothing for the others."""
        return np.array([500.0 * one.startswith("s2") for one in sentences])


def test_an_example_is_in_the_order_of_what_read_it_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "WITHIN", math.inf)  # however far behind, the third is read
    found = sets()
    read = reread(found, Third())
    assert len(read) == len(found)
    assert {len(one.row) for one in read} == {len(JUDGE_FEATURES)}
    assert [one.right[0] for one in read] == [bool(one.right[2]) for one in found]
    assert [sum(one.right) for one in read] == [int(one.right.sum()) for one in found]


def test_a_set_is_judged_by_weights_that_never_saw_it() -> None:
    read = reread(sets(), Third())
    judge, bias = fit([one for one in read if one.group != "a"])
    expected = [1 / (1 + np.exp(-(one.row @ judge + bias))) for one in read if one.group == "a"]
    judged = held_out(read)
    assert [one.probability for one in judged[: len(expected)]] == pytest.approx(expected)


def test_what_is_saved_is_what_a_reader_takes(tmp_path: Path, larger: CrossEncoder) -> None:
    half = [replace(one, crowd=3.9) if n % 3 else one for n, one in enumerate(sets())]
    figures, among_all = save(reread(half, Third()), 0.1, tmp_path / "large.json")
    assert figures["questions"] + among_all["questions"] == sum(one.answerable for one in half)
    assert figures["falsely_refused"] == pytest.approx(0.1, abs=0.02)
    saved = json.loads((tmp_path / "large.json").read_text())
    assert list(saved["judge"]) == list(JUDGE_FEATURES)
    reader = LargeReader(FeatureReader(), larger, tmp_path / "large.json")
    assert reader.threshold == saved["threshold"] == figures["threshold"]
