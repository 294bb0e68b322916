r"""The page of special cases: columns for holidays in Portugal's demand, and four days as they were forecast."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial.data import Series

from . import ch09_stored as stored
from .ch08_days import label_days, over_seeds
from .verdicts import Effect, ratio

__all__ = ["COLUMNS", "DAYS", "PARTS", "draw", "effect", "read", "table"]

COLUMNS = {
    "none": "nothing",
    "holidays": "holidays",
    "Christmas and New Year apart": "holidays, Christmas and New Year apart",
}
"""What a method was told of the days, by its name in the file."""
PARTS = {
    "MASE": "all days",
    "MASE, other days": "other days",
    "MASE, special days": "holidays, eves, bridge days",
    "MASE, 25 December": "25 December",
}
DAYS = {
    "2014-12-08": "a holiday like most",
    "2014-12-24": "an eve",
    "2014-12-25": "Christmas",
    "2014-12-26": "a bridge day",
}


def read(folder: Path) -> tuple[pd.DataFrame, str]:
    r"""Return what ``benchmarks/holidays.py`` measured, and where it did.

    Args:
        folder: That holds ``holidays-cpu.json``.

    Returns:
        A row for each method, set of columns and seed: errors as MASE, and four days as they were forecast. And a line
        on machine, threads and date.
    """
    kept = stored.read(folder / "holidays-cpu.json")
    return kept.rows, kept.made


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean errors over seeds, a row for each method and set of columns, a column for each kind of day."""
    means = rows.groupby(["method", "columns"], sort=False)[list(PARTS)].mean().rename(columns=PARTS)
    order = [(method, columns) for method in rows["method"].unique() for columns in COLUMNS]
    found = means.loc[order].rename(index=COLUMNS, level="columns")
    found.index.names = ["method", "told of"]
    found.columns.name = "MASE on"
    return found


def effect(rows: pd.DataFrame, part: str, method: str = "GRU", columns: str = "Christmas and New Year apart") -> Effect:
    r"""Return by how many per cent columns make an error larger, over pairs of the same seed.

    Args:
        rows: Of ``read``.
        part: Which error, a key of ``PARTS``.
        method: Whose.
        columns: What it was told, against nothing.
    """
    errors = rows[rows["method"] == method].pivot(index="seed", columns="columns", values=part)
    return ratio(errors[columns].to_numpy(), errors["none"].to_numpy())


def draw(rows: pd.DataFrame, series: Series, columns: Sequence[str], method: str = "GRU") -> Figure:
    r"""Draw a panel a day: the truth, and what was forecast at midnight; a band where seeds differ.

    Args:
        rows: Of ``read``.
        series: Portugal's demand, for the truth.
        columns: Sets of columns to compare, at most three.
        method: Whose forecasts.
    """
    figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.8), sharex=True, sharey=True)
    of_method, hours = rows[rows["method"] == method], np.arange(24.0)
    for ax, (day, title) in zip(np.ravel(axes), DAYS.items(), strict=True):
        (start,) = np.flatnonzero(series.index == pd.Timestamp(day))
        ax.plot(hours, series.values[start : start + 24], color="black", linewidth=2, label="truth")
        for name, colour in zip(columns, ("orange", "blue", "green"), strict=False):
            runs = np.array([days[day] for days in of_method.loc[of_method["columns"] == name, "days"]])
            over_seeds(ax, hours, runs, colour, f"{method}, told of {COLUMNS[name]}")
        date = pd.Timestamp(day)
        ax.set(title=f"{title}: {date:%a} {date.day} {date:%b}", xlim=(0, 23), xticks=range(0, 24, 6))
    label_days(figure, axes, series.unit, ncols=1)
    return figure
