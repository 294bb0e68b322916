r"""The page on intervals: do they hold on series on which nothing was chosen, by three ways of choosing widths?"""

from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

from . import ch09_stored as stored
from .evaluation_board import signed_rank
from .intervals_by_hour import AIM, COLOURS, QUARTER_AIM

__all__ = ["ADAPTIVE", "CLOCK", "STEP", "WAYS", "WEEKS", "Study", "draw_quarters", "kept_aims", "read", "sharper"]

WAYS = STEP, CLOCK, ADAPTIVE = ("step", "step, time of day", "step, time of day, adaptive")
WEEKS = 4
"""Of errors that intervals are made of, where nothing else is said."""
CHOSEN_ON = ("hourly_demand", "victoria")
"""Of these series the file has rows, too; but on them prior and window were chosen."""
FILE = "coverage-cpu.json"


class Study(NamedTuple):
    """What the file holds: ``rows``, how many ``seeds`` of the network they are means over, where it was ``made``."""

    rows: pd.DataFrame
    seeds: int
    made: str


def read(folder: Path) -> Study:
    r"""Return what ``benchmarks/coverage.py`` measured, as means over seeds.

    Args:
        folder: That holds ``coverage-cpu.json``.

    Returns:
        A row for each series but those in ``CHOSEN_ON``, each number of weeks whose errors intervals are made of, and
        each way of choosing widths, with ``coverage``, that of the ``lowest`` and of the ``highest`` quarter of the
        day, and ``score``, the interval score in units of the mean absolute error; the number of seeds; and a line on
        machine, threads and date.
    """
    kept = stored.read(folder / FILE)
    rows = [
        {
            "weeks": int(weeks),
            "widths by": way,
            "series": run["series"],
            "coverage": found["coverage"],
            "lowest": min(found["quarters"]),
            "highest": max(found["quarters"]),
            "score": found["interval score"],
        }
        for _, run in kept.rows.iterrows()
        if run["series"] not in CHOSEN_ON
        for weeks, ways in ({WEEKS: run["ways"]} | run["shorter"]).items()
        for way, found in ways.items()
    ]
    means = pd.DataFrame(rows).groupby(["weeks", "widths by", "series"], sort=False).mean()
    return Study(means, int(kept.rows["seed"].nunique()), kept.made)


def kept_aims(rows: pd.DataFrame) -> pd.DataFrame:
    r"""Count the series on which the aims of 90 % intervals were kept.

    Returns:
        A row for each number of weeks and way: how many ``series``; their ``mean`` coverage; on how many the coverage
        in ``all`` is within ``AIM``, and that of ``every quarter`` of the day within ``QUARTER_AIM``; coverage of the
        ``worst quarter`` of any series; the ``score``, as the geometric mean over series of its ratio to that of widths
        by step.
    """
    table = {}
    for weeks, way in dict.fromkeys((weeks, way) for weeks, way, _ in rows.index):
        one = _part(rows, weeks, way)
        quarters = (one["lowest"] >= QUARTER_AIM[0]) & (one["highest"] <= QUARTER_AIM[1])
        table[weeks, way] = {
            "series": len(one),
            "mean": float(one["coverage"].mean()),
            "all": int(one["coverage"].between(*AIM).sum()),
            "every quarter": int(quarters.sum()),
            "worst quarter": float(one["lowest"].min()),
            "score": sharper(rows, way, STEP, weeks)[0],
        }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis(index=["weeks", "widths by"])


def sharper(rows: pd.DataFrame, way: str, than: str, weeks: int = WEEKS) -> tuple[float, int, float]:
    r"""Compare the interval scores of two ways.

    Args:
        rows: As ``read`` returns them.
        way: One of ``WAYS``.
        than: Another, or the same.
        weeks: Of errors that intervals are made of.

    Returns:
        The geometric mean over series of the first's score over the second's; on how many series it is the smaller; the
        p of Wilcoxon's signed-rank test of the logarithms.
    """
    ours, theirs = (_part(rows, weeks, one)["score"] for one in (way, than))
    logs = np.log((ours / theirs).to_numpy(float))
    return float(np.exp(logs.mean())), int((logs < 0).sum()), signed_rank(logs)


def draw_quarters(rows: pd.DataFrame) -> Figure:
    """Draw, for each series and way, the coverage from the worst quarter of the day to the best, and a dot for all."""
    names = list(_part(rows, WEEKS, STEP)["lowest"].sort_values(ascending=False).index)
    figure, ax = plt.subplots(figsize=(7.2, 0.8 + 0.3 * len(names)))
    ax.axvspan(*QUARTER_AIM, color="0.92", zorder=0)
    ax.axvline(0.9, color="black", linewidth=1, zorder=1)
    for way, colour, shift in zip(WAYS, COLOURS, (0.24, 0, -0.24), strict=True):
        one = _part(rows, WEEKS, way).loc[names]
        place = np.arange(len(names)) + shift
        ax.hlines(place, one["lowest"], one["highest"], color=PALETTE[colour], linewidth=3, label=f"by {way}")
        ax.plot(one["coverage"], place, "o", color=PALETTE[colour], markersize=4.5)
    ax.set_yticks(range(len(names)), [plain(name.replace("_", " ")) for name in names])
    ax.set(xlabel="coverage of 90 % intervals, from the worst quarter of the day to the best", ylim=(-0.6, None))
    ax.grid(axis="y", visible=False)
    figure.legend(*ax.get_legend_handles_labels(), ncols=3, loc="outside upper center")
    return figure


def _part(rows: pd.DataFrame, weeks: int, way: str) -> pd.DataFrame:
    return rows[
        (rows.index.get_level_values("weeks") == weeks) & (rows.index.get_level_values("widths by") == way)
    ].droplevel(["weeks", "widths by"])
