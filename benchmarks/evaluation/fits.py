"""The fits of an evaluation, one seed of everything first, and the errors of the folds that each serves."""

import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.record import complete
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import mase
from rnn_tutorial.forecasting.method import Method

from . import series
from .folds import AT_A_FIT, folds_of
from .series import Entry

Makers = Mapping[str, Callable[[Entry, Series], Method]]
"""By name, functions that make an unfitted method for a series and what it will learn from."""


ByLength = Mapping[bool, Makers]
"""The methods of short (False) and of long series (True)."""
Case = tuple[str, str, int, int]
"""Series, method, block and seed of a fit."""
Minutes = Annotated[float, typer.Option(help="Begin no fit after so many.")]


def cases(seeds: Mapping[str, int], made: ByLength, groups: Sequence[str]) -> list[Case]:
    r"""Return every fit, one seed of everything first.

    Args:
        seeds: Of methods that depend on chance; all others have one.
        made: The methods.
        groups: Of series, in their order.
    """
    return [
        (name, method, block, seed)
        for seed in range(max(1, *seeds.values()))
        for group in groups
        for name in series.names(group)
        for method in made[series.load(name).long]
        if seed < seeds.get(method, 1)
        for block in blocks_of(series.load(name))
    ]


def run(out: Path, asked: Iterable[Case], made: ByLength, minutes: float) -> None:
    """Fit what a file lacks, begin nothing after so many minutes, and keep each result as soon as it is found."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    until = time.monotonic() + 60 * minutes
    in_time = (case for case in asked if time.monotonic() < until)
    complete(out, ("series", "method", "block", "seed"), in_time, partial(measure, made))


def blocks_of(entry: Entry) -> range:
    """Return the numbers of the fits that each method needs of a series."""
    return range(-(-len(folds_of(entry)) // AT_A_FIT))


def measure(made: ByLength, name: str, method: str, block: int, seed: int) -> dict[str, Any]:
    r"""Fit once, forecast the folds of a block, and score each: MASE, with the unit that the fit saw.

    Args:
        made: The methods.
        name: Of the series.
        method: One of those for series of that length.
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
        unfitted = made[entry.long][method](entry, past)
        fitted = (unfitted.with_seed(seed) if unfitted.depends_on_chance else unfitted).fit(past)
        errors = []
        for fold in folds:
            known = entry.series.part(begin, int(fold.origins[-1]) + entry.horizon)
            said = fitted.forecast(known, fold.origins - begin, entry.horizon)
            truth = entry.series.values[fold.origins[:, None] + np.arange(entry.horizon)]
            errors.append(mase(truth, said, past.values, entry.season))
    except (ValueError, RuntimeError) as error:
        return {"errors": None, "reason": str(error)}
    return {"errors": errors, "reason": ""}
