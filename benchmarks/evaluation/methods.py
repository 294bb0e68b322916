"""The methods of both evaluations, as they come: nothing is tuned for any series."""

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
from rnn_tutorial.forecasting.methods.automatic import LONGEST
from rnn_tutorial.forecasting.wrappers.candidates import is_far_from_zero

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

SECOND_SHORT: dict[str, Callable[[Entry, Series], Method]] = SHORT | {
    # whose seasons end at 24 steps; of weeks it is told none
    "automatic ETS": lambda entry, past: AutoETS(max((m for m in entry.seasons if m <= LONGEST), default=1)),
}
SECOND_LONG: dict[str, Callable[[Entry, Series], Method]] = {
    name: make for name, make in LONG.items() if name != "drift"
} | {
    "Holt-Winters": lambda entry, past: _settled(entry, past)[0],
    "hybrid": lambda entry, past: Hybrid(
        _settled(entry, past)[0],
        Forecaster("gru", entry.horizon, seasons=entry.seasons),
        log=_settled(entry, past)[1],
    ),
}
"""The second evaluation's. Where values come near to zero, Holt-Winters and the hybrid add instead of multiplying."""
SECOND_SEEDS = {"GRU": 3, "hybrid": 3, "best": 1}
"""Seeds of what depends on chance."""


def methods_for(entry: Entry) -> dict[str, Callable[[Entry, Series], Method]]:
    """Return, by name, functions that make an unfitted method for a series and what it will learn from."""
    return LONG if entry.long else SHORT


def _smoothing(entry: Entry, past: Series) -> Method:
    return HoltWinters(*entry.seasons, seasons="log" if _positive(past) else "additive")


def _settled(entry: Entry, past: Series) -> tuple[Method, bool]:
    ratios = is_far_from_zero(past.values)
    return HoltWinters(*entry.seasons, seasons="log" if ratios else "additive"), ratios


def _positive(past: Series) -> bool:
    return bool(np.all(past.values > 0))
