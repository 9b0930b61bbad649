"""The plots are small PNG files, the same for the same answers."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from service.plots import reliability_plot, risk_coverage_plot
from tests.service.test_outcome import OUTCOMES, SILENT


@pytest.mark.parametrize("plot", [risk_coverage_plot, reliability_plot])
def test_a_plot_is_a_small_png_and_the_same_again(plot: object) -> None:
    assert callable(plot)
    drawn = plot(OUTCOMES)
    with Image.open(BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert image.size == (660, 484)
    assert len(drawn) < 60_000
    assert plot(OUTCOMES) == drawn
    assert plot([*OUTCOMES, replace(SILENT, confidence=0.7)]) != drawn


@pytest.mark.parametrize("plot", [risk_coverage_plot, reliability_plot])
def test_a_single_refusal_can_be_drawn(plot: object) -> None:
    assert callable(plot)
    assert plot([SILENT])
