"""One fit of a method, and the errors of the folds that it serves."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import mase
from rnn_tutorial.forecasting.method import Method

from . import series
from .folds import AT_A_FIT, folds_of
from .series import Entry

Makers = Mapping[str, Callable[[Entry, Series], Method]]
"""By name, functions that make an unfitted method for a series and what it will learn from."""


def blocks_of(entry: Entry) -> range:
    """Return the numbers of the fits that each method needs of a series."""
    return range(-(-len(folds_of(entry)) // AT_A_FIT))


def measure(makers: Makers, name: str, method: str, block: int, seed: int) -> dict[str, Any]:
    r"""Fit once, forecast the folds of a block, and score each: MASE, with the unit that the fit saw.

    Args:
        makers: Of the series' group.
        name: Of the series.
        method: One of the makers.
        block: Which fit.
        seed: Of what depends on chance.

    Returns:
        ``errors``, one a fold, or None with the ``reason`` where the method said that the series is not for it.
    """
    entry = series.load(name)
    folds = folds_of(entry)[AT_A_FIT * block : AT_A_FIT * (block + 1)]
    begin, end = folds[0].begin, folds[0].end
    past = entry.series.part(begin, end)
    try:
        unfitted = makers[method](entry, past)
        fitted = (unfitted.with_seed(seed) if unfitted.depends_on_chance else unfitted).fit(past)
        errors = []
        for fold in folds:
            known = entry.series.part(begin, int(fold.origins[-1]) + entry.horizon)
            made = fitted.forecast(known, fold.origins - begin, entry.horizon)
            truth = entry.series.values[fold.origins[:, None] + np.arange(entry.horizon)]
            errors.append(mase(truth, made, past.values, entry.season))
    except (ValueError, RuntimeError) as error:
        return {"errors": None, "reason": str(error)}
    return {"errors": errors, "reason": ""}
