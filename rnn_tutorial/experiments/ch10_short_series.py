r"""Chapter 10: the year cut into pieces of six weeks, and who forecasts best when there are only four to learn from."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecaster, HoltWinters, Hybrid, RidgeOnLags, SeasonalNaive
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.neural.batches import training_origins

from . import ch09_stored as stored

__all__ = ["CUTS", "DAY", "TEST", "WEEK", "by_seed", "contest", "network", "piece", "read", "table", "updates"]

DAY, WEEK = 48, 336
LEARNT, TEST, CUTS = 4 * WEEK, 2 * WEEK, 7


def network(epochs: int = 10, batch_size: int = 128, hidden_size: int = 32) -> Forecaster:
    """Return the page's GRU, unfitted: its recipe for the year by default."""
    return Forecaster(
        "gru", DAY, seasons=(DAY, WEEK), hidden_size=hidden_size, scale="window",
        epochs=epochs, batch_size=batch_size, lr=5e-3, stride=3,
    )  # fmt: skip


def piece(series: Series, cut: int) -> Series:
    """Return six weeks of a series: the last ones for ``cut`` 0, those before them for 1, and so on."""
    end = len(series) - cut * (LEARNT + TEST)
    return replace(series.part(end - LEARNT - TEST, end), name=f"until {series.index[end - 1]:%d %b}")


def contest(epochs: int = 10) -> dict[str, Method]:
    """Return the contestants, unfitted; ``epochs`` are those of the recipe for the year."""
    smoothing = HoltWinters(DAY, WEEK)
    read: dict[str, Any] = {"burn_in": WEEK, "stride": 3, "input_length": DAY}
    return {
        "naive: last week": SeasonalNaive(WEEK),
        "Holt-Winters": smoothing,
        "ridge on 336 lags": RidgeOnLags(WEEK, DAY),
        "GRU, same recipe": network(epochs),
        "GRU, more updates": network(2 * epochs, batch_size=32),
        "Holt-Winters + GRU": Hybrid(smoothing, network(epochs, batch_size=64, hidden_size=16), **read),
        "Holt-Winters + ridge": Hybrid(smoothing, Ridge(100.0), horizon=DAY, seasons=(DAY, WEEK), **read),
    }


def updates(forecaster: Forecaster, steps: int) -> int:
    r"""Return how many steps of training a fit on so many values takes, where nothing stops it early.

    Args:
        forecaster: Fitted or not, with seasons given.
        steps: Values to learn from.
    """
    known = np.zeros(steps)
    origins = training_origins(known, 0, steps, forecaster.context, forecaster.horizon, forecaster.stride)
    return forecaster.recipe.updates_for(len(origins))


def read(folder: Path) -> tuple[pd.DataFrame, str]:
    r"""Return what ``benchmarks/short_series.py`` measured, and where it did.

    Args:
        folder: That holds ``short-series-cpu.json``.

    Returns:
        A row for each method, cut and seed, with ``MASE``; what does not depend on chance has seed 0 alone. And a line
        on machine, threads and date.
    """
    kept = stored.read(folder / "short-series-cpu.json")
    return kept.rows, kept.made


def by_seed(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Return the MASE of a method, a mean over the cuts for each seed; where nothing is drawn, as often the same."""
    found = rows[rows["method"] == name].groupby("seed")["MASE"].mean()
    seeds = rows["seed"].nunique()
    return np.asarray(found if len(found) == seeds else np.repeat(found.iloc[0], seeds), dtype=float)


def table(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    r"""Return a row for each method, the best first: MASE over cuts and seeds, its range over seeds, its mean rank.

    Args:
        rows: Of ``read``.
        names: Of the methods.
    """
    found = pd.DataFrame({name: by_seed(rows, name) for name in names}).T
    of_cut = rows.groupby(["cut", "method"])["MASE"].mean().unstack()[list(names)]
    columns = {
        "MASE": found.mean(axis=1),
        "lowest seed": found.min(axis=1),
        "highest seed": found.max(axis=1),
        "mean rank": of_cut.rank(axis=1).mean(),
    }
    return pd.DataFrame(columns).sort_values("MASE")
