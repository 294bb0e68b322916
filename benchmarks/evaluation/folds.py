"""What is learnt from and what is forecast: up to eight folds a series, two fits of each method (see PROTOCOL.md)."""

from dataclasses import dataclass

import numpy as np

from rnn_tutorial.forecasting.types import Origins

from .series import Entry

FOLDS = 8
AT_A_FIT = 4
"""Folds that one fit serves."""
LEARN = 12
"""Weeks that are learnt from, of a long series."""
TESTED = 52
"""Weeks over which the folds of a long series are spread."""


@dataclass(frozen=True)
class Fold:
    r"""A stretch of the series that is forecast.

    Args:
        begin, end: What is learnt from, in steps of the series.
        origins: From which forecasts are made. None of their targets lies in another fold.
    """

    begin: int
    end: int
    origins: Origins


def folds_of(entry: Entry) -> list[Fold]:
    """Return the folds of a series, in the order of time."""
    return _long(entry) if entry.long else _short(entry)


def _long(entry: Entry) -> list[Fold]:
    # A week in each eighth of the last year, or of what there is: origins every six hours.
    steps, week, day = len(entry.series), entry.seasons[-1], entry.seasons[0]
    learn = min(LEARN * week, steps // 2)
    slot = min(TESTED * week, steps - learn) // FOLDS
    starts = [steps - (FOLDS - fold) * slot for fold in range(FOLDS)]
    found = []
    for fold, start in enumerate(starts):
        fit = starts[fold - fold % AT_A_FIT]
        last = start + min(week, slot) - entry.horizon
        found.append(Fold(fit - learn, fit, np.arange(start, last + 1, day // 4)))
    return found


def _short(entry: Entry) -> list[Fold]:
    # One horizon after the other at the end of the series, in its second half.
    steps, h = len(entry.series), entry.horizon
    count = min(FOLDS, steps // 2 // h)
    starts = [steps - (count - fold) * h for fold in range(count)]
    return [Fold(0, starts[fold - fold % AT_A_FIT], np.array([start])) for fold, start in enumerate(starts)]
