"""The methods of the evaluation, as they come: nothing is tuned for any series."""

from collections.abc import Callable

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import (
    AutoETS,
    Best,
    Drift,
    Forecaster,
    GradientBoosting,
    HoltWinters,
    Hybrid,
    Persistence,
    RidgeOnLags,
    SeasonalNaive,
    Theta,
)
from rnn_tutorial.forecasting.method import Method

from .series import Entry

BASELINE = "seasonal naive"
SHORT: dict[str, Callable[[Entry, Series], Method]] = {
    BASELINE: lambda entry, past: SeasonalNaive(entry.season),
    "persistence": lambda entry, past: Persistence(),
    "drift": lambda entry, past: Drift(),
    "ridge": lambda entry, past: RidgeOnLags(max(entry.season, entry.horizon), entry.horizon, seasons=entry.seasons),
    "boosting": lambda entry, past: GradientBoosting(entry.horizon, 1, entry.season),
    "automatic ETS": lambda entry, past: AutoETS(entry.season),
    "Theta": lambda entry, past: Theta(entry.season),
    "GRU": lambda entry, past: Forecaster("gru", entry.horizon),
    "best": lambda entry, past: Best(horizon=entry.horizon),
}
LONG: dict[str, Callable[[Entry, Series], Method]] = {
    BASELINE: SHORT[BASELINE],
    "yesterday": lambda entry, past: SeasonalNaive(entry.seasons[0]),
    "persistence": SHORT["persistence"],
    "drift": SHORT["drift"],
    "ridge": SHORT["ridge"],
    "boosting": lambda entry, past: GradientBoosting(entry.horizon, *entry.seasons),
    "Holt-Winters": lambda entry, past: _smoothing(entry, past),
    "GRU": SHORT["GRU"],
    "hybrid": lambda entry, past: Hybrid(
        _smoothing(entry, past), Forecaster("gru", entry.horizon, seasons=entry.seasons), log=_positive(past)
    ),
    "best": SHORT["best"],
}


def methods_for(entry: Entry) -> dict[str, Callable[[Entry, Series], Method]]:
    """Return, by name, functions that make an unfitted method for a series and what it will learn from."""
    return LONG if entry.long else SHORT


def _smoothing(entry: Entry, past: Series) -> Method:
    return HoltWinters(*entry.seasons, seasons="log" if _positive(past) else "additive")


def _positive(past: Series) -> bool:
    return bool(np.all(past.values > 0))
