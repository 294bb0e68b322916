"""The recipe of the running example, on a small series of our own."""

import numpy as np
import pandas as pd
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.data import Series
from rnn_tutorial.experiments import demand
from rnn_tutorial.forecasting import ForecastTask, SeasonalNaive

HOURS = 24 * 60
VALUES = 500 + 200 * np.sin(2 * np.pi * np.arange(HOURS) / 24) + np.random.default_rng(0).normal(0, 10, HOURS)


def task(values: np.ndarray = VALUES) -> ForecastTask:
    index = pd.date_range("2020-01-06", periods=HOURS, freq="h")
    series = Series("toy", values, index, "kW", {"day": 24}, "made here", "none")
    return ForecastTask(series, series.split(valid=24 * 7, test=24 * 7), horizon=24, stride=6, season=24)


class LastDay(nn.Module):
    """Answers with the last day it was given."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return demand.to_days(x)[:, -1]


def test_forecasts_come_back_in_the_unit_of_the_series():
    """Scaling, windows and their inverse together: a model that repeats a day is the seasonal-naive forecast."""
    toy = task()
    ours = demand.forecast(LastDay(), toy, toy.origins)
    np.testing.assert_allclose(ours, SeasonalNaive(24).fit(toy.series).forecast(toy.series, toy.origins, 24), rtol=1e-5)


def test_windows_of_training_do_not_know_the_future():
    changed = VALUES.copy()
    changed[24 * 46 :] *= 3
    before, after = demand.windows(task(), "train")[5], demand.windows(task(changed), "train")[5]
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_training_learns_and_is_entered_on_the_board():
    toy = task()
    runs = demand.train(lambda: rt.RNN(24, 16, batch_first=True), toy, seeds=[0, 1], days=7, epochs=15)
    assert [f.shape for f in runs.forecasts] == [toy.board().truth.shape] * 2
    assert runs.parameters == 24 * 16 + 16 * 16 + 32 + 17 * 24
    assert runs.validation_mae.shape == (2,)
    assert runs.validation_mae.mean() < 60  # standing still would be off by about 150
    assert not np.array_equal(runs.forecasts[0], runs.forecasts[1])
    board = toy.board()
    demand.add_to(board, "RNN", runs)
    assert board.table().loc["RNN", "seeds"] == 2
