r"""One table for every forecaster: error, spread over seeds, skill against the naive forecast, size and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .metrics import mae, mase, rmse

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One forecaster: its forecasts (one array a seed), its size and its training time."""

    name: str
    forecasts: tuple[Array, ...]
    parameters: int
    seconds: float


class Scoreboard:
    r"""Forecasts of the same values from the same origins, compared.

    Args:
        values: (T,) the series.
        origins: (O,) index of the first value of each forecast.
        horizon: H.
        past: The training part, for MASE.
        season: Steps in the season that MASE repeats.
        unit: Of the values.

    Raises:
        ValueError: No origins, or targets that reach beyond the series.
    """

    def __init__(
        self, values: Array, origins: npt.NDArray[np.int64], horizon: int, past: Array, season: int, unit: str = ""
    ) -> None:
        if len(origins) == 0 or origins.min() < 0 or origins.max() + horizon > len(values):
            shown = "none" if len(origins) == 0 else f"{origins.min()} to {origins.max()}"
            raise ValueError(f"origins should lie between 0 and {len(values) - horizon}, got {shown}")
        self.values, self.origins, self.horizon = values, origins, horizon
        self.past, self.season, self.unit = past, season, unit
        self.truth = values[origins[:, None] + np.arange(horizon)]
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, forecasts: Array | Sequence[Array], *, parameters: int = 0, seconds: float = 0.0) -> None:
        r"""Enter a forecaster, or replace the one of that name.

        Args:
            name: In the table.
            forecasts: (O, H), or one such array a seed.
            parameters: Fitted numbers.
            seconds: Time to fit, one seed.

        Raises:
            ValueError: A shape other than (O, H), or values that are not finite.
        """
        arrays = (forecasts,) if isinstance(forecasts, np.ndarray) else tuple(forecasts)
        for array in arrays:
            if array.shape != self.truth.shape:
                raise ValueError(
                    f"{name}: forecasts should be {self.truth.shape} (origins, horizon), got {array.shape}"
                )
            if not np.isfinite(array).all():
                raise ValueError(f"{name}: forecasts hold NaN or infinite values")
        if not arrays:
            raise ValueError(f"{name}: no forecasts given")
        self.entries[name] = Entry(name, arrays, parameters, seconds)

    def errors(self, name: str) -> Array:
        """Return the mean absolute error of each seed."""
        return np.array([mae(self.truth, forecast) for forecast in self.entries[name].forecasts])

    def by_step(self, name: str) -> Array:
        """Return the mean absolute error at each step ahead, (H,), averaged over seeds."""
        forecasts = np.stack(self.entries[name].forecasts)
        result: Array = np.abs(forecasts - self.truth).mean(axis=(0, 1))
        return result

    def table(self) -> "pd.DataFrame":
        """Return one row a forecaster, the best first.

        Columns: ``MAE`` and ``RMSE`` in the unit of the series, means over seeds; ``±`` half the range of the MAE over
        seeds; ``MASE``; ``seeds``; ``parameters``; ``seconds`` to fit.
        """
        import pandas as pd

        rows = {}
        for name, entry in self.entries.items():
            errors = self.errors(name)
            rows[name] = {
                "MAE": float(errors.mean()),
                "±": float(np.ptp(errors) / 2) if len(errors) > 1 else np.nan,
                "RMSE": float(np.mean([rmse(self.truth, f) for f in entry.forecasts])),
                "MASE": float(np.mean([mase(self.truth, f, self.past, self.season) for f in entry.forecasts])),
                "seeds": len(errors),
                "parameters": entry.parameters,
                "seconds": entry.seconds,
            }
        table = pd.DataFrame.from_dict(rows, orient="index").sort_values("MAE")
        table.columns.name = f"in {self.unit}" if self.unit else None
        return table

    def plot(self, ax: "Axes | None" = None, highlight: str | None = None) -> "Axes":
        """Draw one bar a forecaster, the best on top; whiskers are the range over seeds."""
        import matplotlib.pyplot as plt

        table = self.table()[::-1]
        ax = ax if ax is not None else plt.subplots(figsize=(7.2, 0.8 + 0.36 * len(table)))[1]
        several = [len(self.entries[name].forecasts) > 1 for name in table.index]
        colors = ["#0072B2" if (name == highlight or (highlight is None and many)) else "#9CA3AF"
                  for name, many in zip(table.index, several, strict=True)]  # fmt: skip
        ax.barh(table.index, table["MAE"], color=colors, height=0.62)
        for row, (name, error) in enumerate(table["MAE"].items()):
            low, high = self.errors(str(name)).min(), self.errors(str(name)).max()
            if several[row]:
                ax.plot([low, high], [row, row], color="black", linewidth=2)
            ax.text(high, row, f"  {error:.1f}", va="center", fontsize=9)
        ax.set(xlabel=f"mean absolute error{f' in {self.unit}' if self.unit else ''}")
        ax.grid(axis="y", visible=False)
        ax.margins(x=0.1)
        return ax

    def _repr_html_(self) -> str:
        shown = self.table().copy()
        for column, digits in {"MAE": 1, "±": 1, "RMSE": 1, "MASE": 2, "seconds": 1}.items():
            shown[column] = shown[column].map(
                lambda value, digits=digits: "" if np.isnan(value) else f"{value:.{digits}f}"
            )
        shown["parameters"] = shown["parameters"].map("{:,}".format)
        return str(shown.to_html(border=0))
