r"""The page of special cases: demand that is mostly zero, drawn so that its mean is known, and its forecasts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Backtest
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import PALETTE

__all__ = ["draw", "errors", "parts", "table"]

WEEK = (0.5, 0.3, 0.25, 0.3, 0.5, 0.1, 0.0)  # mean demand from Monday to Sunday
SHAPE = 0.5  # of the negative binomial: variance μ + μ²/SHAPE
YEAR = 365.25
MAE, RMSE, AWAY, TOTAL = "MAE", "RMSE", "from the true mean", "forecast / asked for"


def parts(seed: int, days: int = 1400) -> tuple[Series, Array]:
    r"""Draw the daily demand for a spare part, which depends on the day of the week and on the season of the year.

    The mean of day t is :math:`\mu_t = w_{t \bmod 7}\,(1 + 0.6 \sin(2\pi t / 365.25))` and its variance
    :math:`\mu_t + 2\mu_t^2`, that of a negative binomial distribution.

    Args:
        seed: Of the draws.
        days: Steps, from Monday, 4 January 2021, on.

    Returns:
        The series, and its mean, (days,).
    """
    t = np.arange(days)
    mean = np.array(WEEK)[t % 7] * (1 + 0.6 * np.sin(2 * np.pi * t / YEAR))
    drawn = np.random.default_rng(seed).negative_binomial(SHAPE, SHAPE / (SHAPE + mean))
    index = pd.date_range("2021-01-04", periods=days, freq="D")
    return Series(f"spare part {seed}", drawn.astype(float), index, seasons={"week": 7}, unit="pieces"), mean


def errors(found: Backtest, means: Mapping[str, Array]) -> pd.DataFrame:
    r"""Score the forecasts of each series.

    Args:
        found: Of the drawn series.
        means: What each was drawn from, by its name.

    Returns:
        A row for each method and series, with MAE and RMSE, the root of the mean squared distance from the true mean,
        and all that was forecast over all that was asked for.
    """
    rows = []
    for series, board in found.boards.items():
        true = means[series][board.origins[:, None] + np.arange(board.horizon)]
        for name, entry in board.entries.items():
            forecast = entry.forecasts[0]
            error = forecast - board.truth
            rows.append(
                {
                    "method": name,
                    "series": series,
                    MAE: np.abs(error).mean(),
                    RMSE: np.sqrt((error**2).mean()),
                    AWAY: np.sqrt(((forecast - true) ** 2).mean()),
                    TOTAL: forecast.sum() / board.truth.sum(),
                }
            )
    return pd.DataFrame(rows)


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return means over the series, a row for each method, the one nearest to the true mean first."""
    return rows.groupby("method")[[MAE, RMSE, AWAY, TOTAL]].mean().sort_values(AWAY)


def draw(found: Backtest, series: Series, mean: Array, network: str, others: Sequence[str]) -> Figure:
    r"""Draw the first eight weeks that one series was judged on, forecast a week at a time.

    Args:
        found: With quantiles of the network.
        series: Which of its series.
        mean: What it was drawn from.
        network: Drawn with its 90 % interval.
        others: Methods beside it, at most three.
    """
    board = found.board(series.name)
    days = (board.origins[:8, None] + np.arange(7)).ravel()  # from origins a week apart
    stamps = series.index[days]
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.2, 4.4), sharex=True, height_ratios=[1, 1])
    quantiles = board.entries[network].quantiles[0][:8, :7].reshape(-1, len(board.levels))
    above.fill_between(
        stamps, quantiles[:, 0], quantiles[:, -1], step="mid", color=PALETTE["sky"], alpha=0.6, linewidth=0,
        label=f"{100 * (board.levels[-1] - board.levels[0]):.0f} % interval of the network",
    )  # fmt: skip
    above.vlines(stamps, 0, series.values[days], color="black", linewidth=1.5)
    above.plot(stamps, series.values[days], "o", color="black", markersize=3, label="asked for")
    above.set_ylabel("pieces a day")
    above.yaxis.set_major_locator(MaxNLocator(integer=True))
    below.plot(stamps, mean[days], color="black", linewidth=1, label="true mean")
    for name, colour in zip([network, *others], ("blue", "orange", "green", "purple"), strict=False):
        forecast = board.entries[name].forecasts[0][:8, :7].ravel()
        below.plot(stamps, forecast, color=PALETTE[colour], label=plain(name))
    below.set_ylabel("forecast, pieces a day")
    below.xaxis.set_major_locator(mdates.WeekdayLocator(byweekday=mdates.MO, interval=2))
    below.xaxis.set_major_formatter(FuncFormatter(lambda place, _: _date(mdates.num2date(place))))
    figure.legend(ncols=3, loc="outside lower center", fontsize=8)
    return figure


def _date(day: datetime) -> str:
    return f"{day.day} {day:%b %Y}"  # strftime's day without a zero differs between systems
