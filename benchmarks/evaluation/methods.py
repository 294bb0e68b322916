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
    "Holt-Winters": lambda entry, past: _smoothing(entry, _positive(past)),
    "GRU": SHORT["GRU"],
    "hybrid": lambda entry, past: _hybrid(entry, _positive(past)),
    "best": SHORT["best"],
}

SECOND_SHORT: dict[str, Callable[[Entry, Series], Method]] = SHORT | {
    # whose seasons end at 24 steps; of weeks it is told none
    "automatic ETS": lambda entry, past: AutoETS(entry.season_up_to(LONGEST)),
}
SECOND_LONG: dict[str, Callable[[Entry, Series], Method]] = {
    name: make for name, make in LONG.items() if name != "drift"
} | {
    "Holt-Winters": lambda entry, past: _smoothing(entry, is_far_from_zero(past.values)),
    "hybrid": lambda entry, past: _hybrid(entry, is_far_from_zero(past.values)),
}
"""The second evaluation's. Where values come near to zero, Holt-Winters and the hybrid add instead of multiplying."""
FIRST, SECOND = ({False: SHORT, True: LONG}, {False: SECOND_SHORT, True: SECOND_LONG})
"""Of each evaluation, the methods of short (False) and of long series (True)."""
SEEDS = {"GRU": 3, "hybrid": 3, "best": 1}
"""Seeds of what depends on chance; ``best`` fits several networks."""


def _smoothing(entry: Entry, ratios: bool) -> Method:
    return HoltWinters(*entry.seasons, seasons="log" if ratios else "additive")


def _hybrid(entry: Entry, ratios: bool) -> Method:
    return Hybrid(_smoothing(entry, ratios), Forecaster("gru", entry.horizon, seasons=entry.seasons), log=ratios)


def _positive(past: Series) -> bool:
    return bool(np.all(past.values > 0))
