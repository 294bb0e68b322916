r"""One table for every forecaster: error, spread over seeds, skill against the naive forecast, size and time."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rnn_tutorial.forecasting.levels import rising_levels

from .disguise import Disguise, find_disguise
from .scores import OTHER_COLUMNS, SCORES, Case, as_html, check_columns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]
COLUMNS = ("MAE", "±", "RMSE", "MASE", "seeds", "parameters", "seconds")


@dataclass(frozen=True)
class Entry:
    """One forecaster: its forecasts (one array a seed), their quantiles, its size and its training time."""

    name: str
    forecasts: tuple[Array, ...]
    parameters: int
    seconds: float
    quantiles: tuple[Array, ...] = ()


class Scoreboard:
    r"""Forecasts of the same values from the same origins, compared.

    Args:
        values: (T,) the series.
        origins: (O,) index of the first value of each forecast.
        horizon: Steps ahead.
        past: The training part, for MASE.
        season: Steps in the season that MASE repeats.
        unit: Of the values.
        levels: Q levels of the quantiles that entries may have.

    Raises:
        ValueError: No origins, targets that reach beyond the series, or levels that do not increase from 0 to 1.

    Examples:
        >>> values = np.arange(20.0)
        >>> board = Scoreboard(values, np.array([10, 12]), horizon=2, past=values[:10], season=1)
        >>> board.add("persistence", np.array([[9.0, 9.0], [11.0, 11.0]]))
        >>> float(board.table(["MAE"]).loc["persistence", "MAE"])
        1.5
    """

    def __init__(
        self,
        values: Array,
        origins: npt.NDArray[np.int64],
        horizon: int,
        past: Array,
        season: int,
        unit: str = "",
        levels: Sequence[float] = (),
    ) -> None:
        if len(origins) == 0 or origins.min() < 0 or origins.max() + horizon > len(values):
            shown = "none" if len(origins) == 0 else f"{origins.min()} to {origins.max()}"
            raise ValueError(f"origins should lie between 0 and {len(values) - horizon}, got {shown}")
        if len(levels):
            rising_levels(levels)
        values, past = np.array(values), np.array(past)  # what is kept does not change when the user's arrays do
        self.values, self.origins, self.horizon = values, origins, horizon
        self.past, self.season, self.unit, self.levels = past, season, unit, tuple(levels)
        self.truth = values[origins[:, None] + np.arange(horizon)]
        self.entries: dict[str, Entry] = {}

    def add(
        self,
        name: str,
        forecasts: Array | Sequence[Array],
        *,
        parameters: int = 0,
        seconds: float = 0.0,
        quantiles: Array | Sequence[Array] = (),
    ) -> None:
        r"""Enter a forecaster, or replace the one of that name.

        Args:
            name: In the table.
            forecasts: (O, horizon), or one such array a seed.
            parameters: Fitted numbers.
            seconds: Time to fit, one seed.
            quantiles: (O, horizon, Q), or one such array a seed; none by default.

        Raises:
            ValueError: A shape other than (O, horizon) or (O, horizon, Q), values not finite, quantiles that cross.
        """
        arrays = tuple(map(np.array, (forecasts,) if isinstance(forecasts, np.ndarray) else forecasts))
        for array in arrays:
            if array.shape != self.truth.shape:
                raise ValueError(
                    f"{name}: forecasts should be {self.truth.shape} (origins, horizon), got {array.shape}"
                )
            if not np.isfinite(array).all():
                raise ValueError(f"{name}: forecasts hold NaN or infinite values")
        if not arrays:
            raise ValueError(f"{name}: no forecasts given")
        given = tuple(map(np.array, (quantiles,) if isinstance(quantiles, np.ndarray) else quantiles))
        wanted = (*self.truth.shape, len(self.levels))
        for array in given:
            if array.shape != wanted or not self.levels or len(given) != len(arrays):
                raise ValueError(
                    f"{name}: quantiles should be {wanted} (origins, horizon, levels), one array a seed, "
                    f"got {len(given)} of {array.shape}"
                )
            if not np.isfinite(array).all() or np.any(np.diff(array, axis=-1) < 0):
                raise ValueError(f"{name}: quantiles hold NaN or infinite values, or cross each other")
        self.entries[name] = Entry(name, arrays, parameters, seconds, given)

    def cases(self, name: str) -> list[Case]:
        """Return what each seed is scored on."""
        entry = self.entries[name]
        quantiles: Sequence[Array | None] = entry.quantiles or [None] * len(entry.forecasts)
        return [
            Case(self.truth, forecast, q, self.levels, self.past, self.season)
            for forecast, q in zip(entry.forecasts, quantiles, strict=True)
        ]

    def score(self, name: str, metric: str = "MAE") -> Array:
        """Return a score of ``SCORES`` by its name, one number a seed."""
        check_columns([metric])
        return np.array([SCORES[metric](case) for case in self.cases(name)])

    def errors(self, name: str) -> Array:
        """Return the mean absolute error of each seed."""
        return self.score(name, "MAE")

    def losses(self, name: str) -> Array:
        """Return the mean absolute error at each origin, (O,), averaged over seeds."""
        result: Array = np.abs(np.stack(self.entries[name].forecasts) - self.truth).mean(axis=(0, 2))
        return result

    def by_step(self, name: str, metric: str = "MAE") -> Array:
        """Return a score at each step ahead, (horizon,), averaged over seeds."""
        check_columns([metric])
        seeds = [[SCORES[metric](case.step(k)) for k in range(self.horizon)] for case in self.cases(name)]
        return np.array(seeds).mean(axis=0)

    def disguise(self, name: str) -> Disguise:
        """Ask whether the first seed's forecast is a copy of earlier values, up to a season back."""
        most = min(self.season, int(self.origins.min()))
        return find_disguise(self.values, self.origins, self.entries[name].forecasts[0], most)

    def table(self, columns: Sequence[str] = COLUMNS) -> "pd.DataFrame":
        """Return one row a forecaster, the best first.

        Args:
            columns: ``MAE``, ``RMSE`` and the other scores of ``SCORES``, means over seeds; ``±`` half the range of the
                MAE over seeds; ``nominal`` the coverage promised; ``seeds``; ``parameters``; ``seconds`` to fit;
                ``copies`` what the forecast is a mere copy of, if anything.

        Raises:
            ValueError: A column of no such name.
        """
        import pandas as pd

        check_columns(columns, OTHER_COLUMNS)
        rows = {name: {column: self._cell(name, column) for column in columns} for name in self.entries}
        order = sorted(self.entries, key=lambda name: float(self.errors(name).mean()))
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(columns)).loc[order]
        table.columns.name = f"in {self.unit}" if self.unit else None
        return table

    def plot(self, ax: "Axes | None" = None, highlight: str | None = None, within: float = 3.0) -> "Axes":
        r"""Draw one bar a forecaster, the best on top; whiskers are the range over seeds.

        Args:
            ax: Where to draw; a new figure if not given.
            highlight: The forecaster whose bar is coloured; those with several seeds if not given.
            within: A forecaster whose error is more than so many times the smallest is named below the axis: its
                bar would leave no room for the differences between the others.
        """
        import matplotlib.pyplot as plt

        from rnn_tutorial.plotting.plain import plain

        scores = {str(name): self.errors(str(name)) for name in self.table(["MAE"]).index}
        best = min(errors.mean() for errors in scores.values())
        limit = within * best if best > 0 else np.inf
        drawn = {name: errors for name, errors in scores.items() if errors.mean() <= limit}
        beyond = [f"{name} ({errors.mean():.1f})" for name, errors in scores.items() if name not in drawn]
        note = textwrap.wrap(f"not drawn: {', '.join(beyond)}", 80) if beyond else []
        height = 0.8 + 0.36 * len(drawn) + 0.2 * len(note)
        ax = ax if ax is not None else plt.subplots(figsize=(7.2, height))[1]
        label = f"mean absolute error{f' in {self.unit}' if self.unit else ''}"
        bars(ax, drawn, label=label, highlight=highlight)
        ax.set_xlabel("\n".join(map(plain, [label, *note])))
        return ax

    def _cell(self, name: str, column: str) -> float | int | str:
        entry = self.entries[name]
        if column in SCORES:
            return float(self.score(name, column).mean())
        if column == "±":
            return float(np.ptp(self.errors(name)) / 2) if len(entry.forecasts) > 1 else np.nan
        if column == "nominal":
            return self.levels[-1] - self.levels[0] if entry.quantiles else np.nan
        if column == "copies":
            return str(self.disguise(name))
        return {"seeds": len(entry.forecasts), "parameters": entry.parameters, "seconds": entry.seconds}[column]

    def _repr_html_(self) -> str:
        return as_html(self.table())


def bars(ax: "Axes", scores: dict[str, Array], label: str, highlight: str | None = None, digits: int = 1) -> "Axes":
    """Draw the mean of each name's scores as a bar, the first on top, and their range as a whisker."""
    from rnn_tutorial.plotting.plain import plain

    names = list(scores)[::-1]
    for row, name in enumerate(names):
        several = len(scores[name]) > 1
        marked = name == highlight or (highlight is None and several)
        mean, low, high = scores[name].mean(), scores[name].min(), scores[name].max()
        ax.barh(row, mean, color="#0072B2" if marked else "#9CA3AF", height=0.62)
        if several:
            ax.plot([low, high], [row, row], color="black", linewidth=2)
        ax.text(high, row, f"  {mean:.{digits}f}", va="center", fontsize=9)
    ax.set_yticks(range(len(names)), [plain(name) for name in names])
    ax.set(xlabel=plain(label))
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.1)
    return ax
