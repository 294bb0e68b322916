r"""The forecast as a picture: the last of the known values, the forecast, its interval, the last season repeated."""

import io

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Array
from rnn_tutorial.plotting.style import PALETTE, use_book_style


def draw(
    series: Series, table: pd.DataFrame, repeated: Array, names: tuple[str, str], level: float, shown: int
) -> bytes:
    r"""Draw the forecast.

    Args:
        series: What is known.
        table: Columns ``time``, ``point``, ``lower`` and ``upper``; the last two may be empty.
        repeated: (H,) forecast of seasonal-naive.
        names: Of the method and of seasonal-naive.
        level: Of the interval.
        shown: Known steps to show.

    Returns:
        A PNG file.
    """
    with mpl.rc_context():
        use_book_style()
        figure = Figure(figsize=(9.0, 4.0), dpi=150, layout="constrained")
        ax = figure.subplots()
        past, values = series.shown(series.index[-shown:]), series.values[-shown:]
        ax.plot(past, values, color="black", linewidth=1.2, label="known")
        time = pd.Index(table["time"])
        if table["lower"].notna().all():
            low, high = (np.asarray(table[column], dtype=float) for column in ("lower", "upper"))
            ax.fill_between(
                time, low, high, color=PALETTE["sky"], alpha=0.35, linewidth=0, label=f"{level:.0%} interval"
            )
        ax.plot(time, repeated, color=PALETTE["grey"], linewidth=1.2, linestyle="--", label=names[1])
        marker = "o" if len(time) == 1 else None
        ax.plot(time, table["point"], color=PALETTE["red"], marker=marker, label=names[0])
        end: float = date2num(past[-1]) if series.has_clock else float(series.index[-1])
        ax.axvline(end, color="black", linewidth=0.8, linestyle=":")
        if series.has_clock:
            locator = AutoDateLocator(tz=past.tz)
            ax.xaxis.set_major_locator(locator)
            ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=past.tz))
        ax.set(title=series.name, ylabel=series.unit)
        ax.margins(x=0.01)
        figure.legend(ncols=4, loc="outside lower center")
        file = io.BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()
