"""What the network reads, by hand, and what is fed back to it."""

from typing import Any

import numpy as np
import pytest
import torch

from rnn_tutorial.forecasting import Forecaster, SeasonalNaive
from rnn_tutorial.forecasting.neural.reading import Reading

DAY, H = 4, 6
STEPS = np.arange(DAY * 60)
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + np.random.default_rng(0).normal(0, 2, len(STEPS))
GAPS = np.where(np.random.default_rng(1).random(len(STEPS)) < 0.2, np.nan, VALUES)


def reading(length=3, horizon=H, seasons=(2,), *, past=0, known=0, clock=0, masked=False, scale="series"):
    return Reading(length, horizon, seasons, past, known, clock, masked, scale, 0.0)


def batch(values, past=0, known=0, clock=0, horizon=H):
    """One window, its missing values 0 as a batch has them; columns hold their step, counted by column in tens."""
    values = torch.tensor([values])
    C = values.shape[1]

    def table(rows, columns):
        return (torch.arange(rows)[:, None] + 100.0 * torch.arange(1, columns + 1))[None]

    return {
        "values": values.nan_to_num(),
        "observed": (~values.isnan()).float(),
        "past": table(C, past),
        "known": table(C + horizon, known) + 1000,
        "clock": table(C + horizon, clock) + 2000,
    }


@pytest.mark.parametrize("season", [2, 3, 4, 7])
def test_the_latest_value_of_a_season_is_that_of_the_seasonal_naive_forecast(season):
    """Also for horizons of more than a season."""
    values = np.arange(3.0 + season)
    read = reading(seasons=(season,))
    _, future, _, _ = read(batch(values.tolist()))
    naive = SeasonalNaive(season).fit(values).forecast(values, np.array([len(values)]), H)
    np.testing.assert_array_equal(future[0, :, 0], naive[0])


def test_every_column_by_hand():
    """Two last steps with a season of 3: steps 3 and 4 of 5, and beside them 0 and 1; targets are steps 5 to 8."""
    read = reading(length=2, horizon=4, seasons=(3,), past=1, known=1, clock=1)
    past, future, location, scale = read(batch([10.0, 11.0, 12.0, 13.0, 14.0], 1, 1, 1, horizon=4))
    np.testing.assert_array_equal(past[0], [[13, 10, 103, 1103, 2103], [14, 11, 104, 1104, 2104]])
    np.testing.assert_array_equal(
        future[0], [[12, 1105, 1102, 2105], [13, 1106, 1103, 2106], [14, 1107, 1104, 2107], [12, 1108, 1102, 2108]]
    )
    assert (past.shape[-1], future.shape[-1]) == (read.past_columns, read.future_columns)
    assert (float(location), float(scale)) == (0, 1)


@pytest.mark.parametrize(("scale", "units"), [("centre", 1.0), ("ratio", 3.0), ("window", (8 / 3) ** 0.5)])
def test_a_missing_value_is_the_middle_of_the_window(scale, units):
    """Of 1, 3, 5 and a gap the middle is 3; the mask says which it was."""
    read = reading(length=4, horizon=2, seasons=(), masked=True, scale=scale)
    past, _, location, _ = read(batch([1.0, torch.nan, 3.0, 5.0], horizon=2))
    assert float(location) == pytest.approx(3)
    np.testing.assert_allclose(past[0, :, 0], np.array([-2, 0, 0, 2]) / units, rtol=1e-3)
    np.testing.assert_array_equal(past[0, :, 1], [1, 0, 1, 1])


def test_the_last_value_of_a_window_is_its_zero():
    """A network that has learnt nothing repeats it; after a gap, the last that there is."""
    read = reading(length=4, horizon=2, seasons=(), masked=True, scale="last")
    past, _, location, scale = read(batch([1.0, torch.nan, 3.0, 5.0], horizon=2))
    assert (float(location), float(scale)) == (5, 1)
    np.testing.assert_array_equal(past[0, :, 0], [-4, 0, -2, 0])
    _, _, location, _ = read(batch([1.0, 3.0, torch.nan, torch.nan], horizon=2))
    assert float(location) == 3
    _, _, location, _ = read(batch([torch.nan] * 4, horizon=2))
    assert float(location) == 0


def test_units_are_those_of_the_longest_season_or_the_last_steps_if_more():
    values = [100.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert float(reading(length=2, seasons=(4,), scale="centre")(batch(values))[2]) == pytest.approx(2.5)
    assert float(reading(length=5, seasons=(), scale="centre")(batch(values[1:]))[2]) == pytest.approx(2.0)
    assert float(reading(length=4, seasons=(2,), scale="centre")(batch(values))[2]) == pytest.approx(2.5)


def recursive(values=VALUES, **options):
    chosen: dict[str, Any] = {"seasons": (DAY,), "hidden_size": 8, "epochs": 1, "stride": 4, "missing": "mask"}
    return Forecaster("gru", H, decoding="recursive", **(chosen | options)).fit(values)


def fed(forecaster, truth, share):
    """What the decoder was fed in training beside the future, (B, H), and the forecasts in units of the window."""
    network, told = forecaster.network, []
    windows = forecaster._windows(forecaster.series, np.arange(100, 140, 9), 0, True)
    inputs, _ = windows[list(range(len(windows)))]
    inputs["target"] = truth(inputs["target"])
    handle = network.decoder.register_forward_pre_hook(lambda _, given: told.append(given[0][:, 0, -1]))
    network.forced.zero_()
    network.forced_steps = 1e9 * share
    with torch.no_grad():
        parameters = network.train()(inputs)
    handle.remove()
    _, _, location, scale = network.reading(inputs)
    own = (forecaster.distribution.point(parameters) - location) / scale
    return torch.stack(told, dim=1), own, (inputs["target"] - location) / scale


@pytest.mark.parametrize("scale", ["window", "centre", "ratio", "last", "series"])
@pytest.mark.parametrize("output", ["point", "quantile", "gaussian"])
def test_its_own_forecasts_are_fed_back_in_units_of_the_window(scale, output):
    told, own, _ = fed(recursive(scale=scale, output=output), lambda y: y, share=0)
    torch.testing.assert_close(told[:, 1:], own[:, :-1], rtol=1e-4, atol=1e-4)


def test_the_truth_is_fed_in_units_of_the_window_and_no_gap_is():
    def with_gaps(target):
        target[:, 2], target[0] = torch.nan, torch.nan
        return target

    told, own, truth = fed(recursive(), with_gaps, share=1)
    expected = torch.where(truth.isnan(), own, truth)
    torch.testing.assert_close(told[:, 1:], expected[:, :-1], rtol=1e-4, atol=1e-4)


def test_teacher_forcing_learns_around_gaps():
    """No gap gets into the weights."""
    forecast = recursive(GAPS, teacher_forcing=1.0).predict().point
    assert np.isfinite(forecast).all()
    assert not np.allclose(forecast, recursive(GAPS, teacher_forcing=0.0).predict().point)


def test_nothing_is_fed_the_truth_when_asked_for_a_forecast():
    forecaster = recursive(teacher_forcing=1.0)
    windows = forecaster._windows(forecaster.series, np.array([100, 120]), 0, True)
    inputs, _ = windows[[0, 1]]
    network = forecaster.network.eval()
    network.forced.zero_()  # as if training had just begun
    with torch.no_grad():
        one, other = network(inputs), network(inputs | {"target": inputs["target"] + 9})
    torch.testing.assert_close(one, other)
