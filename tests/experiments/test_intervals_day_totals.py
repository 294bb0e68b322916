"""Means and peaks of whole days: from paths, and from the quantiles of single steps."""

from typing import Any

import numpy as np
import pytest

from rnn_tutorial.experiments import day_totals
from rnn_tutorial.experiments.intervals_day_totals import PATHS, STEPS
from rnn_tutorial.forecasting import Conformal, Forecast, SeasonalNaive

DAY = 6
RNG = np.random.default_rng(0)
# Each day has a level of its own, so that errors last all day, and noise that does not.
VALUES = 50 + np.repeat(RNG.normal(0, 2, 200), DAY) + RNG.normal(0, 2, 200 * DAY) + np.tile(np.arange(DAY), 200)


def test_what_hangs_together_is_as_wide_both_ways():
    level = np.linspace(-1, 1, 201)
    together = np.repeat(level[:, None], DAY, axis=1)
    found = day_totals.ranges(together, np.full(DAY, -0.9), np.full(DAY, 0.9))
    assert found["mean", PATHS] == pytest.approx(found["mean", STEPS])
    assert found["peak", PATHS] == pytest.approx(found["peak", STEPS])


def test_what_does_not_is_narrower_by_paths():
    paths = np.random.default_rng(0).normal(size=(4000, DAY))
    found = day_totals.ranges(paths, np.full(DAY, -1.645), np.full(DAY, 1.645))
    width = {way: found["mean", way][1] - found["mean", way][0] for way in (PATHS, STEPS)}
    assert width[PATHS] == pytest.approx(width[STEPS] / np.sqrt(DAY), rel=0.05)
    assert found["peak", PATHS][1] > found["peak", STEPS][1]  # one of six steps is often high


def test_past_days_are_judged_by_what_came():
    from rnn_tutorial.data import Series

    series = Series.of(VALUES)
    end = 160 * DAY
    method = Conformal(SeasonalNaive(DAY), 0.9, calibration=60 * DAY).fit(series.part(0, end))
    method.horizon = DAY
    rows: Any = day_totals.judged(method, series, np.arange(end, len(VALUES), DAY), n=100)
    assert len(rows) == 40 * 4
    table: Any = day_totals.held(rows)
    assert table.loc[("mean", PATHS), "days"] == 40
    assert table.loc[("mean", PATHS), "width"] < table.loc[("mean", STEPS), "width"]
    assert 0.7 <= table.loc[("mean", PATHS), "coverage"] <= table.loc[("mean", STEPS), "coverage"]
    first = rows.iloc[0]
    assert first["truth"] == pytest.approx(VALUES[end : end + DAY].mean())
    assert first["held"] == (first["low"] <= first["truth"] <= first["high"])


def test_the_figure_shows_steps_paths_and_both_kinds_of_range():
    point = np.arange(4.0)
    forecast = Forecast(range(4), point, {0.05: point - 1, 0.95: point + 1})
    paths = point + np.linspace(-1, 1, 30)[:, None]
    found = day_totals.ranges(paths, point - 1, point + 1)
    left, right = day_totals.draw(forecast, paths, found, point + 0.5, shown=7).axes
    assert len(left.lines) == 7 + 3  # paths, their entry in the legend, forecast, truth
    bars: Any = right.collections
    drawn = [bar.get_segments()[0] for bar in bars]
    marks = [ends for ends in drawn if ends[0, 1] == ends[1, 1]]
    assert [ends[0, 1] for ends in marks] == [0.002, 0.0035]
    assert len(drawn) - len(marks) == 4  # of both ways, for the mean and the peak
    assert [label.get_text() for label in right.get_xticklabels()] == ["mean", "peak"]
