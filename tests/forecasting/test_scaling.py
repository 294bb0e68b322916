"""Units of a window by hand, and what follows from them: a series elsewhere is forecast as it was here."""

from typing import Any

import numpy as np
import pytest
import torch

from rnn_tutorial.forecasting import Forecaster
from rnn_tutorial.forecasting.neural.scaling import Units, window_units

DAY, H = 12, 6
STEPS = np.arange(DAY * 40)
rng = np.random.default_rng(0)
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + np.cumsum(rng.normal(0, 0.4, len(STEPS)))
TRAIN = DAY * 30
ORIGINS = np.arange(TRAIN, len(VALUES) - H + 1, 5)


def small(**options):
    chosen: dict[str, Any] = {"seasons": (DAY,), "hidden_size": 8, "epochs": 2, "stride": 4, "lr": 1e-2}
    return Forecaster("gru", H, **(chosen | options))


def test_window_units_by_hand():
    values, seen = torch.tensor([[1.0, 3.0, 0.0]]), torch.tensor([[1.0, 1.0, 0.0]])
    expected = {"series": (0.0, 1.0), "centre": (2.0, 1.0), "ratio": (2.0, 7.0), "window": (2.0, (1 + 1e-4) ** 0.5)}
    for how, numbers in expected.items():
        location, scale = window_units(values, seen, how, zero=-5.0)
        assert (float(location), float(scale)) == pytest.approx(numbers), how
        location, scale = window_units(values, 0 * seen, how, zero=-5.0)
        assert location.isfinite().all()
        assert (scale > 0).all()


@pytest.mark.parametrize(
    "pair", [(1.0, 0.0), (1.0, -1.0), (1.0, np.inf), (np.nan, 1.0), (1.0, True), (1.0,), (1.0, 2.0, 3.0), "ab", None, 5]
)
def test_units_are_a_mean_and_a_deviation(pair):
    good: Any = (0.0, 1.0)
    Units(good, (good,), (good, (2, 3)))
    for what, given in (("series", (pair,)), ("past columns", (good, (pair,))), ("known columns", (good, (), (pair,)))):
        with pytest.raises(ValueError, match=f"the units of the {what} should be pairs of a mean and a .* got "):
            Units(*given)
    with pytest.raises(ValueError, match="past columns"):
        Units(good, pair)


@pytest.mark.parametrize("decoding", ["decoder", "direct", "recursive"])
@pytest.mark.parametrize("scale", ["window", "centre"])
def test_a_wandering_level_is_no_matter(scale, decoding):
    """The same series, higher by ten standard deviations: its forecast is higher by as much."""
    forecaster = small(scale=scale, decoding=decoding).fit(VALUES[:TRAIN])
    shift = 10 * VALUES[:TRAIN].std()
    moved = forecaster.forecast(VALUES + shift, ORIGINS, H) - shift
    np.testing.assert_allclose(moved, forecaster.forecast(VALUES, ORIGINS, H), atol=1e-2)


@pytest.mark.parametrize("decoding", ["decoder", "direct", "recursive"])
@pytest.mark.parametrize("output", ["point", "quantile", "student"])
def test_a_ratio_follows_a_series_of_another_size(output, decoding):
    """Three times the series: three times the forecast, and the quantiles spread as much."""
    forecaster = small(scale="ratio", decoding=decoding, output=output).fit(VALUES[:TRAIN])
    np.testing.assert_allclose(
        forecaster.forecast(3 * VALUES, ORIGINS, H), 3 * forecaster.forecast(VALUES, ORIGINS, H), rtol=1e-5
    )
    if output != "point":
        wide, usual = (np.ptp(forecaster.forecast(size * VALUES, ORIGINS, H, (0.25, 0.75)), axis=-1) for size in (3, 1))
        np.testing.assert_allclose(wide, 3 * usual, rtol=1e-2)
