r"""What a forecaster of one's own file reads: its error with one source of information spoilt at a time."""

from typing import Any

import numpy as np

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import mae
from rnn_tutorial.forecasting.method import Array, Origins


def error_when_spoilt(
    model: Any, series: Series, origins: Origins, *, day: int, week: int, seed: int = 0
) -> dict[str, float]:
    r"""Mean absolute error of a fitted forecaster with each of its sources spoilt in turn; nothing is trained again.

    The clock is set wrong by taking steps away from the front of the series: a forecaster counts its steps from there.

    Args:
        model: A fitted ``Forecaster``.
        series: The series from the step at which the past of the fit began, with the covariates of the fit.
        origins: To forecast from, (O,); a week, a day and what the model reads lie before the first.
        day: Steps in a day.
        week: Steps in a week.
        seed: Of the shuffle of the days' known columns.

    Returns:
        The error as it is, under ``"as it is"``, then for each source the error without it.
    """
    H, values = int(model.horizon), series.values
    beside = series.covariates or Covariates()
    truth = values[origins[:, None] + np.arange(H)]

    def error(y: Array, known: Array, late: int = 0) -> float:
        covariates = Covariates(beside.past[late:], known[late:], beside.past_names, beside.known_names)
        return mae(truth, model.forecast(y[late:], origins - late, H, covariates=covariates))

    def week_old(o: int) -> Array:
        # What is forecast from o if the day before it is taken from the week before.
        changed = values[:o].copy()
        changed[o - day :] = values[o - week - day : o - week]
        path: Array = model.forecast(changed, np.array([o]), H, covariates=beside)[0]
        return path

    found = {
        "as it is": error(values, beside.known),
        "last day is a week old": mae(truth, np.stack([week_old(int(o)) for o in origins])),
        "clock half a day wrong": error(values, beside.known, day // 2),
        "clock three days wrong": error(values, beside.known, 3 * day),
    }
    for name, k in zip(beside.known_names, range(beside.columns[1]), strict=True):
        known = beside.known.copy()
        known[:, k] = by_shuffled_days(known[:, k], day, np.random.default_rng(seed))
        found[f"{name} shuffled"] = error(values, known)
    return found


def by_shuffled_days(column: Array, day: int, rng: np.random.Generator) -> Array:
    """Put the whole days of a column into another order; steps of a last, unfinished day stay."""
    days = len(column) // day
    shuffled = column[: days * day].reshape(days, day)[rng.permutation(days)]
    return np.concatenate([shuffled.ravel(), column[days * day :]])
