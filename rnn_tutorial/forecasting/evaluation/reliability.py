r"""Where do intervals hold? Coverage by time of day, by kind of day and by level, each with its own uncertainty."""

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.validate import one_of, whole

from .scoreboard import Scoreboard

if TYPE_CHECKING:
    import pandas as pd

By = Literal["hour", "day type", "level"]
BY: tuple[By, ...] = get_args(By)
LEVELS = ("low", "middle", "high")
SURE = 0.95  # of the intervals around a coverage
DRAWS = 2000
FEWEST = 5  # blocks, below which their spread says nothing


def coverage_table(
    board: Scoreboard, name: str, series: Series, by: By = "hour", *, block: int | None = None, seed: int = 0
) -> "pd.DataFrame":
    r"""How many values lie between the outermost quantiles of a method, in all and in each part of the forecasts.

    Values that lie near each other are missed together, so that a binomial interval around a coverage would be too
    narrow. Here stretches of ``block`` steps of the series are drawn again with replacement, whatever forecasts speak
    of them, and the coverage is counted anew: its quantiles over 2,000 draws are the 95 % interval.

    Args:
        board: With quantiles of the method; all seeds count.
        name: Of the method.
        series: That of the board, for its clock.
        by: ``"hour"`` of the day on the series' own clock; ``"day type"``: working day, weekend and, where the series
            has a known column "holiday", holiday; ``"level"``: thirds of the forecasts, low, middle and high.
        block: Steps that are drawn together; by default the horizon.
        seed: Of the draws.

    Returns:
        A row for all and for each part: ``values`` counted, ``blocks`` that hold some, ``coverage``, the ends ``low``
        and ``high`` of its interval (NaN with fewer than five blocks), and the mean ``width`` in units of the series.

    Raises:
        ValueError: No method of that name or one without quantiles, a series without time stamps where they are needed,
            or an impossible option.

    Examples:
        >>> hours = rt.load_series("hourly_demand").part(-2000)
        >>> method = rt.Conformal(rt.forecasting.SeasonalNaive(168), calibration=400)
        >>> board = rt.backtest([method], hours, 24, test=400, refit=False, levels=(0.05, 0.95), progress=False).board()
        >>> coverage_table(board, method.name, hours, "day type").columns.tolist()
        ['values', 'blocks', 'coverage', 'low', 'high', 'width']
    """
    import pandas as pd

    if name not in board.entries or not board.entries[name].quantiles or len(board.levels) < 2:
        raise ValueError(f"there are no intervals of {name!r} on this board: add it with two levels or more")
    one_of("by", by, BY)
    target = board.origins[:, None] + np.arange(board.horizon)
    parts = _parts(board, name, series, by)
    blocks = target // whole("block", board.horizon if block is None else block)
    _, blocks = np.unique(blocks, return_inverse=True)
    quantiles = np.stack(board.entries[name].quantiles)  # (seeds, O, horizon, Q)
    hits = ((quantiles[..., 0] <= board.truth) & (board.truth <= quantiles[..., -1])).mean(axis=0)
    widths = (quantiles[..., -1] - quantiles[..., 0]).mean(axis=0)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(blocks.max() + 1, size=(DRAWS, blocks.max() + 1))
    times = np.stack([np.bincount(row, minlength=drawn.shape[1]) for row in drawn])  # how often each block was drawn
    rows = {}
    for part, where in {"all": np.ones_like(hits, bool), **parts}.items():
        low, high, count = _interval(hits[where], blocks.reshape(hits.shape)[where], times)
        rows[part] = (int(where.sum()), count, hits[where].mean(), low, high, widths[where].mean())
    columns = ["values", "blocks", "coverage", "low", "high", "width"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.columns.name = f"{name}, {board.levels[-1] - board.levels[0]:.0%}"
    table.index.name = by
    return table


def _interval(hits: Array, blocks: npt.NDArray[np.int64], times: npt.NDArray[np.int64]) -> tuple[float, float, int]:
    # Quantiles of the coverage over draws of blocks, and how many blocks hold any value.
    counts = np.bincount(blocks, minlength=times.shape[1]).astype(float)
    held = np.bincount(blocks, weights=hits, minlength=times.shape[1])
    number = int((counts > 0).sum())
    if number < FEWEST:
        return np.nan, np.nan, number
    total = times @ counts
    coverages = (times @ held)[total > 0] / total[total > 0]
    low, high = np.quantile(coverages, [(1 - SURE) / 2, (1 + SURE) / 2])
    return float(low), float(high), number


def _parts(board: Scoreboard, name: str, series: Series, by: By) -> dict[str, npt.NDArray[np.bool_]]:
    # Which targets, (O, horizon), belong to each part; parts without any are left out.
    target = board.origins[:, None] + np.arange(board.horizon)
    if by == "level":
        forecast = np.mean(board.entries[name].forecasts, axis=0)
        third = np.searchsorted(np.quantile(forecast, [1 / 3, 2 / 3]), forecast)
        return {word: third == k for k, word in enumerate(LEVELS) if (third == k).any()}
    if not series.has_clock:
        raise ValueError(f"by={by!r} needs time stamps, and the series has none: take by='level'")
    clock = series.shown(series.index)
    if by == "hour":
        hour = np.asarray(clock.hour)[target]
        return {f"{k:02d}:00": hour == k for k in np.unique(hour)}
    known = series.covariates
    holiday = np.zeros(len(series), bool)
    if known is not None and "holiday" in known.known_names:
        holiday = known.known[: len(series), known.known_names.index("holiday")] > 0
    weekend = np.asarray(clock.day_of_week) >= 5
    kinds = {"working day": ~weekend & ~holiday, "weekend": weekend & ~holiday, "holiday": holiday}
    return {word: days[target] for word, days in kinds.items() if days[target].any()}
