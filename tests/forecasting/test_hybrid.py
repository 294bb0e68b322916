"""The hybrid corrects what its statistical part gets wrong, whatever the part and whatever corrects it."""

import math
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from torch import nn

from rnn_tutorial.forecasting import (
    Conformal,
    Forecaster,
    HoltWinters,
    Hybrid,
    Persistence,
    SeasonalNaive,
    mae,
)
from rnn_tutorial.forecasting.wrappers.correction import learn_correction

DAY, H, L = 12, 6, 12
STEPS = np.arange(DAY * 60)
# A level that swings slowly: repeating the last season is wrong by what the last errors tell.
SWING = 0.1 * np.sin(2 * np.pi * STEPS / (5.3 * DAY)) + np.random.default_rng(0).normal(0, 0.01, len(STEPS))
VALUES = np.exp(4.0 + 0.2 * np.sin(2 * np.pi * STEPS / DAY) + SWING)
TRAIN = DAY * 50
ORIGINS = np.arange(TRAIN, len(VALUES) - H + 1, 5)
TRUTH = VALUES[ORIGINS[:, None] + np.arange(H)]


def network(**options):
    given: dict[str, Any] = {
        "input_length": L,
        "hidden_size": 8,
        "seasons": (DAY,),
        "epochs": 6,
        "lr": 1e-2,
    } | options
    return Forecaster("gru", H, **given)


def with_ridge(statistical=None, **options):
    given: dict[str, Any] = {"horizon": H, "input_length": L, "seasons": (DAY,)} | options
    return Hybrid(statistical or SeasonalNaive(DAY), Ridge(1.0), **given)


def own():
    return Forecaster(lambda columns: nn.LSTM(columns, 8, batch_first=True), H, input_length=L, epochs=6, lr=1e-2)


CORRECTORS = {
    "network": lambda: Hybrid(SeasonalNaive(DAY), network()),
    "own layer": lambda: Hybrid(SeasonalNaive(DAY), own()),
    "ridge": with_ridge,
    "ridge, added errors": lambda: with_ridge(log=False),
    "forest": lambda: Hybrid(SeasonalNaive(DAY), RandomForestRegressor(20), horizon=H, input_length=L).with_seed(0),
}


@pytest.mark.parametrize("make", CORRECTORS.values(), ids=CORRECTORS)
def test_it_corrects_and_sees_no_future(make):
    hybrid = make().fit(VALUES[:TRAIN])
    corrected = hybrid.forecast(VALUES, ORIGINS, H)
    assert corrected.shape == (len(ORIGINS), H)
    naive = SeasonalNaive(DAY).fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, H)
    assert mae(TRUTH, corrected) < 0.9 * mae(TRUTH, naive)
    for row in (0, len(ORIGINS) // 2):
        changed = VALUES.copy()
        changed[ORIGINS[row] :] = np.nan
        after = hybrid.forecast(changed, ORIGINS[row : row + 1], H)
        np.testing.assert_allclose(after[0], corrected[row], rtol=1e-5)


def test_inputs_and_targets_by_hand():
    """The two errors of each step, and the phase, as the docstring says them."""
    hybrid = with_ridge(Persistence(), seasons=(4,), input_length=H + 2).fit(VALUES[:TRAIN])
    origin = np.array([TRAIN - 7, TRAIN])
    inputs, paths = (part[1:] for part in hybrid._inputs(hybrid.series, np.log(VALUES[:TRAIN]), origin))
    y, t = np.log(VALUES), np.arange(TRAIN - H - 2, TRAIN)
    np.testing.assert_allclose(inputs[0, :, 0], y[t] - y[t - 1])
    # the last H steps were forecast one horizon before the origin, by the value before it; the two earlier ones, two
    np.testing.assert_allclose(inputs[0, 2:, 1], y[t[2:]] - y[TRAIN - H - 1])
    np.testing.assert_allclose(inputs[0, :2, 1], y[t[:2]] - y[TRAIN - 2 * H - 1])
    np.testing.assert_allclose(inputs[0, :, 2], np.sin(2 * np.pi * t / 4), atol=1e-12)
    np.testing.assert_allclose(inputs[0, :, 3], np.cos(2 * np.pi * t / 4), atol=1e-12)
    np.testing.assert_allclose(paths[0], y[TRAIN - 1])


def test_linear_correction_by_hand():
    """Without a penalty the correction is the least-squares fit of the errors to come on those that were."""
    hybrid = Hybrid(Persistence(), LinearRegression(), horizon=1, input_length=2, log=False, burn_in=10)
    ours = hybrid.fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, 1)[:, 0]
    difference = np.diff(VALUES, prepend=VALUES[0])
    origins = np.arange(10 + 2, TRAIN)
    design = np.column_stack([np.ones(len(origins)), difference[origins - 2], difference[origins - 1]])
    weights = np.linalg.lstsq(design, difference[origins], rcond=None)[0]
    asked = np.column_stack([np.ones(len(ORIGINS)), difference[ORIGINS - 2], difference[ORIGINS - 1]])
    np.testing.assert_allclose(ours, VALUES[ORIGINS - 1] + asked @ weights, rtol=1e-8)


def test_it_starts_from_the_statistical_forecast():
    """Before training nothing is corrected: a training of hardly any size changes hardly anything."""
    hybrid = Hybrid(SeasonalNaive(DAY), network(epochs=1, lr=1e-9)).fit(VALUES[:TRAIN])
    naive = SeasonalNaive(DAY).fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, H)
    np.testing.assert_allclose(hybrid.forecast(VALUES, ORIGINS, H), naive, rtol=1e-6)


def test_holt_winters_and_a_network():
    smoothing = HoltWinters(6, DAY, fit_on=30 * DAY)
    hybrid = Hybrid(smoothing, network()).fit(VALUES[:TRAIN])
    assert hybrid.begin == 20 * DAY + 10 * DAY  # a third of the part that the smoothing was fitted on
    assert hybrid.name == f"{smoothing.name} + GRU"
    assert hybrid.parameters == 4 + sum(p.numel() for p in hybrid.learnt.parameters())
    alone = mae(TRUTH, hybrid.base.forecast(VALUES, ORIGINS, H))
    assert mae(TRUTH, hybrid.forecast(VALUES, ORIGINS, H)) < 1.05 * alone


def test_seeds():
    def forecast(hybrid):
        return hybrid.fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, H)

    first = forecast(Hybrid(SeasonalNaive(DAY), network(seed=3, epochs=1)))
    again = Hybrid(SeasonalNaive(DAY), network(epochs=1)).with_seed(3)
    np.testing.assert_array_equal(forecast(again), first)
    assert not np.allclose(forecast(again.with_seed(4)), first)
    assert again.depends_on_chance
    assert not with_ridge().depends_on_chance  # a backtest runs it once
    assert with_ridge(network()).depends_on_chance
    assert with_ridge(network()).with_seed(5).statistical.seed == 5
    assert CORRECTORS["forest"]().corrector.random_state == 0


@pytest.mark.parametrize(
    "wrapped", [lambda m: m, lambda m: Conformal(m, 0.5, calibration=2 * DAY)], ids=["it", "conformal"]
)
def test_patience_keeps_the_best_epoch_of_the_last_windows(wrapped):
    fitted = wrapped(Hybrid(SeasonalNaive(DAY), network(epochs=30, lr=0.3, patience=2))).fit(VALUES[:TRAIN])
    hybrid = getattr(fitted, "fitted", fitted)
    assert hybrid.history.stopped == "patience"
    end = len(hybrid.series)
    origins = np.arange(hybrid.needed, end - H + 1)
    held = origins[-math.ceil(len(origins) / 10) :]
    y = np.log(VALUES)
    inputs, paths = hybrid._inputs(hybrid.series, y, held)
    correction = hybrid.unit * hybrid._correction(inputs / hybrid.units)
    error = np.abs(y[held[:, None] + np.arange(H)] - paths - correction).mean() / hybrid.unit
    assert error == pytest.approx(min(row["valid_loss"] for row in hybrid.history.rows), rel=1e-4)
    assert error == pytest.approx(hybrid.history.best()["valid_loss"], rel=1e-4)


@pytest.mark.parametrize("stride", [1, 4, H, H + 1])
def test_patience_watches_no_target_that_is_learnt(stride, monkeypatch):
    """Windows of which each target is its step: those in between are left out, and no more than these."""
    parts = {}

    def remember(network, train, valid, *rest, **options):
        parts["train"], parts["valid"] = ({int(y[0]) for y in part.tensors[1]} for part in (train, valid))

    monkeypatch.setattr("rnn_tutorial.forecasting.neural.training.run", remember)
    steps = stride * np.arange(41)[:, None] + np.arange(H)
    learn_correction(network(patience=1), np.zeros((41, L, 2)), steps, stride, False)
    starts = stride * np.arange(41)
    assert parts["valid"] == set(starts[-5:])
    assert parts["train"] == {start for start in starts if start + H <= starts[-5]}


def test_patience_with_too_few_windows():
    with pytest.raises(ValueError, match=r"6 windows of errors are too few .* or no patience"):
        Hybrid(Persistence(), network(patience=1), burn_in=20).fit(VALUES[: 20 + L + H + 5])


FITTED = with_ridge().fit(VALUES[:TRAIN])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Hybrid(Persistence(), Ridge()), "neither horizon nor input_length"),
        (lambda: Hybrid(Persistence(), network(), horizon=H + 1), f"horizon of {H} steps, not {H + 1}"),
        (lambda: with_ridge(horizon=0), "horizon should be at least 1"),
        (lambda: with_ridge().fit(VALUES[:25]), "25 values are too few"),
        (lambda: with_ridge().fit(VALUES - 60), "positive values"),
        (lambda: with_ridge().fit(np.append(VALUES, np.nan)), f"step {len(VALUES)}"),
        (lambda: FITTED.forecast(VALUES, ORIGINS, H + 1), f"horizon of {H} steps"),
        (lambda: FITTED.forecast(VALUES, np.array([20]), H), f"between {FITTED.begin + 2 * H} and"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_wrong_kinds():
    with pytest.raises(TypeError, match="expected a Forecaster, or a regression"):
        Hybrid(Persistence(), "gru")
    with pytest.raises(RuntimeError, match="call fit"):
        with_ridge().forecast(VALUES, ORIGINS, H)
