r"""Single days of a board, chosen by a rule rather than by eye: forecast and truth from midnight to midnight."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_tutorial.forecasting import Scoreboard
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

RULES = ("best", "worst", "hottest", "Christmas")


def chosen(
    board: Scoreboard, stamps: pd.DatetimeIndex, temperature: Array, judge: str, christmas: tuple[int, int] = (12, 25)
) -> dict[str, int]:
    r"""Return the place among the origins of the day that each rule chooses, of all that begin at midnight.

    *Best* and *worst* are the days with the smallest and the largest error of one method, over all its seeds;
    *hottest* is the one with the highest temperature; *Christmas* is a date.

    Args:
        board: Forecasts of a day.
        stamps: (T,) of the series.
        temperature: (T,) in °C.
        judge: The method whose error counts.
        christmas: Month and day.

    Raises:
        ValueError: No forecast of that date begins at midnight.
    """
    begin = stamps[board.origins]
    whole = np.flatnonzero((begin.hour == 0) & (begin.minute == 0))
    error = board.losses(judge)[whole]
    hottest = temperature[board.origins[whole, None] + np.arange(board.horizon)].max(axis=1)
    festive = np.flatnonzero((begin[whole].month == christmas[0]) & (begin[whole].day == christmas[1]))
    if not len(festive):
        raise ValueError(f"no forecast begins at midnight of day {christmas[1]} of month {christmas[0]}")
    places = (error.argmin(), error.argmax(), hottest.argmax(), festive[0])
    return {rule: int(whole[place]) for rule, place in zip(RULES, places, strict=True)}


def errors(
    board: Scoreboard, days: Mapping[str, int], stamps: pd.DatetimeIndex, temperature: Array, names: Sequence[str]
) -> pd.DataFrame:
    """Return a line a rule: the date, its highest temperature and each method's error, over all its seeds."""
    lines = {}
    for rule, place in days.items():
        day = slice(board.origins[place], board.origins[place] + board.horizon)
        lines[rule] = {
            "date": f"{stamps[day][0]:%A}, {stamps[day][0].day} {stamps[day][0]:%B}",
            "highest °C": float(temperature[day].max()),
            **{name: float(board.losses(name)[place]) for name in names},
        }
    return pd.DataFrame(lines).T.rename_axis("day")


def draw(board: Scoreboard, days: Mapping[str, int], stamps: pd.DatetimeIndex, names: Sequence[str]) -> Figure:
    r"""Draw a panel a day: the truth in black, each method's forecast, and a band where its seeds differ.

    Args:
        board: Forecasts of a day.
        days: Places among the origins, by what the panel is called.
        stamps: (T,) of the series.
        names: Of at most four methods.
    """
    columns = 2
    figure, axes = plt.subplots(
        -(-len(days) // columns), columns, figsize=(7.2, 2.7 * -(-len(days) // columns)), sharex=True, sharey=True
    )
    hours = np.arange(board.horizon) * 24 / board.horizon
    for ax, (rule, place) in zip(np.ravel(axes), days.items(), strict=False):
        ax.plot(hours, board.truth[place], color="black", linewidth=2, label="truth")
        for name, colour in zip(names, ("blue", "orange", "green", "purple"), strict=False):
            runs = np.stack([forecast[place] for forecast in board.entries[name].forecasts])
            label = f"{name}, mean of {len(runs)} seeds" if len(runs) > 1 else name
            over_seeds(ax, hours, runs, colour, label)
        begin = stamps[board.origins[place]]
        ax.set(title=f"{rule}: {begin:%a} {begin.day} {begin:%b %Y}", xlim=(0, 24), xticks=range(0, 25, 6))
    label_days(figure, np.atleast_2d(axes), board.unit, ncols=2)
    return figure


def over_seeds(ax: Axes, hours: Array, runs: Array, colour: str, label: str) -> None:
    """Draw the mean of several runs (R, T) over the hours of a day, and a band where they differ."""
    ax.plot(hours, runs.mean(axis=0), color=PALETTE[colour], label=plain(label))
    ax.fill_between(hours, runs.min(axis=0), runs.max(axis=0), color=PALETTE[colour], alpha=0.25, linewidth=0)


def label_days(figure: Figure, panels: np.ndarray[Any, Any], unit: str, ncols: int) -> None:
    """Label panels (rows, columns) of days that share their axes, and put one legend below them."""
    for ax in panels[-1]:
        ax.set_xlabel("hour of the day")
    for ax in panels[:, 0]:
        ax.set_ylabel(plain(f"demand in {unit}"))
    figure.legend(*panels[0, 0].get_legend_handles_labels(), ncols=ncols, loc="outside lower center", fontsize=9)
