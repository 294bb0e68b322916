r"""What a forecaster of one's own file reads: its error with one source of information spoilt at a time."""

from dataclasses import replace

import numpy as np

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Method, mae
from rnn_tutorial.forecasting.types import Array, Origins


def error_when_spoilt(
    model: Method, series: Series, origins: Origins, *, day: int, week: int, seed: int = 0
) -> dict[str, float]:
    r"""Mean absolute error of a fitted forecaster with each of its sources spoilt in turn; nothing is trained again.

    The clock is set wrong by taking steps away from the front, and the dates from what is left: a forecaster counts its
    steps, and the time stamps of the fit, from there.

    Args:
        model: A fitted ``Forecaster``, or another method of one horizon.
        series: The series from the step at which the past of the fit began, with the covariates of the fit.
        origins: To forecast from, (O,); a week, a day and what the model reads lie before the first.
        day: Steps in a day.
        week: Steps in a week.
        seed: Of the shuffle of the days' known columns.

    Returns:
        The error as it is, under ``"as it is"``, then for each source the error without it.
    """
    beside = series.covariates or Covariates()
    truth = series.values[origins[:, None] + np.arange(model.horizon)]

    def error(given: Series) -> float:
        return mae(truth, model.forecast(given, origins))

    def error_by_clock(late: int) -> float:
        rest = series.part(late)
        return mae(truth, model.forecast(Series.of(rest.values, covariates=rest.covariates), origins - late))

    def week_old(o: int) -> Array:
        # What is forecast from o if the day before it is taken from the week before.
        changed = series.values.copy()
        changed[o - day : o] = changed[o - week - day : o - week]
        return model.forecast(replace(series, values=changed), np.array([o]))[0]

    found = {
        "as it is": error(series),
        "last day is a week old": mae(truth, np.stack([week_old(int(o)) for o in origins])),
        "clock half a day wrong": error_by_clock(day // 2),
        "clock three days wrong": error_by_clock(3 * day),
    }
    for name, k in zip(beside.known_names, range(beside.columns[1]), strict=True):
        known = beside.known.copy()
        known[:, k] = by_shuffled_days(known[:, k], day, np.random.default_rng(seed))
        found[f"{name} shuffled"] = error(replace(series, covariates=replace(beside, known=known)))
    return found


def by_shuffled_days(column: Array, day: int, rng: np.random.Generator) -> Array:
    """Put the whole days of a column into another order; steps of a last, unfinished day stay."""
    days = len(column) // day
    shuffled = column[: days * day].reshape(days, day)[rng.permutation(days)]
    return np.concatenate([shuffled.ravel(), column[days * day :]])
