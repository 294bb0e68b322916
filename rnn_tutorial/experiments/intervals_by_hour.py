r"""The page on intervals: do several kinds around the same forecasts hold at every hour of the day?"""

from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

from . import ch09_stored as stored

__all__ = ["AIM", "QUARTER_AIM", "SHARPNESS_AIM", "draw_by_hour", "read", "table"]

AIM, QUARTER_AIM, SHARPNESS_AIM = (0.88, 0.92), (0.85, 0.95), 0.104
"""What was asked of 90 % intervals before they were measured: coverage in all, in each quarter of the day, pinball."""

COLOURS = ("orange", "blue", "green")


def read(folder: Path) -> tuple[pd.DataFrame, str]:
    r"""Return what ``benchmarks/intervals.py`` measured, and where it did.

    Args:
        folder: That holds ``intervals-cpu.json``.

    Returns:
        A row for each series, method, way of choosing widths and seed. The columns are ``coverage``, ``lowest`` and
        ``highest`` (of the quarters of the day), ``pinball`` (in units of last week's repetition, as MASE) and
        ``hours``, the coverage by hour. And a line on machine, threads and date.
    """
    kept = stored.read(folder / "intervals-cpu.json")
    rows = []
    for _, run in kept.rows.iterrows():
        for way, found in run["ways"].items():
            rows.append(
                {
                    **{name: run[name] for name in ("series", "method", "seed")},
                    "widths by": way,
                    "coverage": found["coverage"],
                    "lowest": min(found["quarters"]),
                    "highest": max(found["quarters"]),
                    # the file has it in units of the method's own error
                    "pinball": found["pinball"] * run["MASE"],
                    "score": found["interval score"] * run["MASE"],
                }
            )
    return pd.DataFrame(rows), kept.made


def table(rows: pd.DataFrame, ways: Mapping[str, str]) -> pd.DataFrame:
    r"""Return means over seeds, a row for each series, method and way.

    Args:
        rows: Of ``read``.
        ways: Those to show, and what to call them.
    """
    shown = rows[rows["widths by"].isin(list(ways))]
    shown = shown.assign(**{"widths by": shown["widths by"].map(ways)})
    keys = ["series", "method", "widths by"]
    means = shown.groupby(keys, sort=False)[["coverage", "lowest", "highest", "pinball", "score"]].mean()
    return means.rename(columns={"lowest": "lowest quarter", "highest": "highest quarter", "score": "interval score"})


def draw_by_hour(tables: Mapping[str, pd.DataFrame], promise: float, unit: str) -> Figure:
    r"""Draw coverage by the hour of the day with its own uncertainty, and the mean width of the intervals below.

    Args:
        tables: Of ``coverage_table`` by hour, by what the way is called.
        promise: Nominal coverage.
        unit: Of the series.
    """
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(7.2, 4.6), sharex=True, gridspec_kw={"height_ratios": [1.5, 1]}
    )
    for (name, found), colour in zip(tables.items(), COLOURS, strict=False):
        hours = found.drop(index="all")
        place = np.array([float(label[:2]) + 0.5 for label in hours.index])
        upper.plot(place, hours["coverage"], color=PALETTE[colour], label=plain(name))
        band = {"color": PALETTE[colour], "alpha": 0.25, "linewidth": 0, "label": "its 95 % interval"}
        upper.fill_between(place, hours["low"], hours["high"], **band)
        lower.plot(place, hours["width"], color=PALETTE[colour])
    upper.axhline(promise, color="black", linewidth=1, label="promised")
    upper.set(ylabel="coverage", ylim=(None, 1.01))
    lower.set(ylabel=plain(f"width in {unit}"), xlabel="hour that is forecast", xticks=range(0, 25, 3), ylim=(0, None))
    figure.legend(*upper.get_legend_handles_labels(), ncols=3, loc="outside lower center")
    return figure
