r"""Checks of the exercises of chapter 10, your own data."""

from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import torch

from .asking import exercise, near, require, same

DAY = 48


def _series(seed: int) -> Any:
    """Return ten days of positive numbers as a pandas series; the largest and the smallest are on the last day."""
    import pandas as pd

    values = np.random.default_rng(seed).uniform(100, 200, size=10 * DAY)
    values[-20], values[-10] = 300.0, 50.0
    return pd.Series(values, index=pd.date_range("2014-01-01", periods=len(values), freq="30min"))


@exercise("own-fooled")
def fooled(make_column: Any) -> str:
    r"""A function of a series: at each step the mean over a day that is known there."""
    demand = _series(0)
    column = np.asarray(make_column(demand.copy()), dtype=float)
    require(column.shape == demand.shape, f"the column should have {len(demand)} numbers, and has {column.size}")
    empty = int(np.isnan(column).sum())
    require(not empty, f"the column has no number at {empty} of {len(column)} steps")
    for now in (60, 200, 201, 350, 479):
        changed = demand.copy()
        changed.iloc[now:] *= 2
        other = np.asarray(make_column(changed), dtype=float)[:now]
        early = int((other != column[:now]).sum())
        require(not early, f"what comes from step {now} on changes the column at {early} steps before it")
    sums = np.concatenate([[0.0], np.cumsum(demand.to_numpy())])
    until = (sums[DAY:] - sums[:-DAY]) / DAY  # the mean of the day that ends with step DAY - 1, and so on
    ends_now, ends_before = (np.abs(column[DAY:] - day).max() for day in (until[1:], until[:-1]))
    said = f"no step knows of a later one, but the column is not the mean over a day of {DAY} steps either"
    require(min(ends_now, ends_before) < 1e-6, said)
    return "the mean over a day, of which no step knows a later one"


@exercise("own-gap")
def gap(filled: Any) -> str:
    r"""A function of values and a season: a gap gets the values of the season before, or of the last that has them."""
    rng = np.random.default_rng(0)
    gaps = {"a short gap": (20, 22), "a gap of a season": (14, 21), "one of two seasons and a half": (15, 33)}
    for season in (7, 12):
        for what, (start, stop) in {**gaps, "a gap at the end": (34, 40), "no gap": (0, 0)}.items():
            values = rng.uniform(1, 2, size=40)
            values[start:stop] = np.nan
            truth = values.copy()
            for t in range(start, stop):
                truth[t] = truth[t - season]
            answer = filled(values.copy(), season)
            require(answer is not None, f"{what}: the filled values are not there yet")
            found = np.array(answer, dtype=float)
            require(found.shape == (40,), f"{what}: the filled values should be 40, and are {found.size}")
            left = int(np.isnan(found).sum())
            require(not left, f"{what}, steps {start} to {stop - 1}, seasons of {season} steps: {left} are left empty")
            same(found, torch.as_tensor(truth), f"{what}, steps {start} to {stop - 1}, seasons of {season} steps,")
    return "each from the season before, or from the last one that has it"


@exercise("own-scores")
def scores(margin: Any) -> str:
    r"""A function of errors and a level: half the width of a conformal interval, or ValueError if there are too few."""
    rng = np.random.default_rng(0)
    for level, n in ((0.9, 9), (0.9, 30), (0.8, 11), (0.5, 20), (0.75, 3), (0.99, 99), (0.9, 8), (0.99, 98)):
        errors = rng.normal(size=n) + 0.3
        rank = ceil((n + 1) * Fraction(str(level)))
        of = f"the margin of {n} errors at a level of {level}"
        try:
            found = margin(errors.copy(), level)
        except ValueError as error:
            require(rank > n, f"{of} is refused, and there are enough: {error}")
            continue
        require(found is not None, f"{of} is not there yet")
        require(rank <= n, f"{of} is given, and not even the largest error reaches far enough")
        near(found, np.sort(np.abs(errors))[rank - 1], of, hint="the next error is one of n + 1, and has no sign")
    return "wide enough and no wider, for six pairs of level and number; too few are refused"


@exercise("own-mean")
def mean(gain: Any) -> str:
    r"""A function of forecasts (S, O, H): what the mean squared error loses when the seeds are averaged."""
    rng = np.random.default_rng(0)
    for seeds, origins, steps in ((2, 5, 3), (3, 4, 6), (5, 20, 2), (1, 3, 4)):
        truth = rng.normal(size=(origins, steps))
        forecasts = truth + rng.normal(size=(seeds, origins, steps)) + rng.normal(size=(seeds, 1, 1))
        each, averaged = (np.square(f - truth).mean() for f in (forecasts, forecasts.mean(axis=0)))
        of = f"the gain of {seeds} seeds, {origins} origins and {steps} steps"
        near(
            gain(forecasts.copy()),
            each - averaged if seeds > 1 else 0.0,
            of,
            hint="write each error as (f - m) + (m - y)",
        )
    return "what averaging gains, without the truth, for four sets of forecasts"


@exercise("own-ahead")
def ahead(looks_ahead: Any) -> str:
    r"""A function of a way to make a column, and a series: whether the column knows later values."""
    columns = {
        "the mean over the day before": (False, lambda y: y.rolling(DAY, min_periods=1).mean()),
        "the value before": (False, lambda y: y.shift(1)),
        "the mean of all so far": (False, lambda y: y.expanding().mean()),
        "the change over a day": (False, lambda y: y.diff(DAY)),
        "the hour": (False, lambda y: y * 0 + y.index.hour),
        "the mean over the day around": (True, lambda y: y.rolling(DAY, center=True, min_periods=1).mean()),
        "the next value": (True, lambda y: y.shift(-1)),
        "a share of the largest value of all": (True, lambda y: y / y.max()),
        "the distance to the mean of all": (True, lambda y: y - y.mean()),
        "the smallest value to come": (True, lambda y: y[::-1].cummin()[::-1]),
    }
    for seed in (0, 1):
        for what, (knows, make_column) in columns.items():
            found = looks_ahead(make_column, _series(seed))
            require(found is not None, f"whether {what} looks ahead is not said yet")
            boolean = isinstance(found, bool | np.bool_)
            require(boolean, f"the answer about {what} should be True or False, and is {str(found)[:40]}")
            if knows:
                require(bool(found), f"{what} is not found out")
            else:
                require(not found, f"{what} is said to know later values, and knows none")
    return "ten columns, of which five know what comes"
