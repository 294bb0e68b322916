r"""The page on intervals: do they hold on series on which nothing was chosen, by two ways of choosing their widths?"""

from dataclasses import dataclass
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

__all__ = ["WAYS", "Kept", "Study", "draw_quarters", "kept_aims", "read", "sharper"]

WAYS = ("step", "step, time of day")
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
        A row for each series and way of choosing widths, with ``coverage``, that of the ``lowest`` and of the
        ``highest`` quarter of the day, and ``score``, the interval score in units of the mean absolute error; the
        number of seeds; and a line on machine, threads and date.
    """
    kept = stored.read(folder / FILE)
    rows = [
        {
            "series": run["series"],
            "widths by": way,
            "coverage": found["coverage"],
            "lowest": min(found["quarters"]),
            "highest": max(found["quarters"]),
            "score": found["interval score"],
        }
        for _, run in kept.rows.iterrows()
        for way, found in run["ways"].items()
    ]
    means = pd.DataFrame(rows).groupby(["series", "widths by"], sort=False).mean()
    return Study(means, int(kept.rows["seed"].nunique()), kept.made)


@dataclass(frozen=True)
class Kept:
    r"""On how many series one way kept the aims.

    Args:
        series: Of so many.
        overall: Coverage in all within ``AIM``.
        quarters: Every quarter of the day within ``QUARTER_AIM``.
        lowest: Coverage of the worst quarter of any series.
    """

    series: int
    overall: int
    quarters: int
    lowest: float


def kept_aims(rows: pd.DataFrame, way: str) -> Kept:
    """Count the series on which a way of choosing widths kept the aims of 90 % intervals."""
    one = rows.xs(way, level="widths by")
    inside = one["coverage"].between(*AIM)
    quarters = (one["lowest"] >= QUARTER_AIM[0]) & (one["highest"] <= QUARTER_AIM[1])
    return Kept(len(one), int(inside.sum()), int(quarters.sum()), float(one["lowest"].min()))


def sharper(rows: pd.DataFrame) -> tuple[float, int, float]:
    r"""Compare the interval scores of both ways.

    Returns:
        The geometric mean over series of the second's score over the first's; on how many series it is the smaller; the
        p of Wilcoxon's signed-rank test of the logarithms.
    """
    scores = rows["score"].unstack()
    logs = np.log((scores[WAYS[1]] / scores[WAYS[0]]).to_numpy(float))
    return float(np.exp(logs.mean())), int((logs < 0).sum()), signed_rank(logs)


def draw_quarters(rows: pd.DataFrame) -> Figure:
    """Draw, for each series and way, from the coverage of the worst quarter of the day to that of the best."""
    wide = rows["lowest"].unstack()[list(WAYS)]
    names = list(wide.sort_values(WAYS[0], ascending=False).index)
    figure, ax = plt.subplots(figsize=(7.2, 0.8 + 0.26 * len(names)))
    ax.axvspan(*QUARTER_AIM, color="0.92", zorder=0)
    ax.axvline(0.9, color="black", linewidth=1, zorder=1)
    for way, colour, shift in zip(WAYS, COLOURS, (0.16, -0.16), strict=False):
        one = rows.xs(way, level="widths by").loc[names]
        place = np.arange(len(names)) + shift
        ax.hlines(place, one["lowest"], one["highest"], color=PALETTE[colour], linewidth=3, label=f"widths by {way}")
    ax.set_yticks(range(len(names)), [plain(name.replace("_", " ")) for name in names])
    ax.set(xlabel="coverage of 90 % intervals, from the worst quarter of the day to the best", ylim=(-0.6, None))
    ax.grid(axis="y", visible=False)
    figure.legend(*ax.get_legend_handles_labels(), ncols=2, loc="outside upper center")
    return figure
