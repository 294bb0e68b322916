r"""A forecast as a thing to look at, to put into a table and to keep."""

import csv
import io
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .files import write
from .types import Array

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Forecast:
    r"""What was forecast from one origin.

    Args:
        index: Time stamp of each step, or its number where the series has no stamps, (horizon,).
        point: The forecast, (horizon,), in ``unit``.
        quantiles: By level, each (horizon,).
        unit: Unit of the values.
        name: Of the series.
        method: What made it.

    Raises:
        ValueError: Parts of different lengths, or quantiles that cross.

    Examples:
        >>> low, high = np.array([4.0, 4.0]), np.array([6.0, 9.0])
        >>> forecast = Forecast(range(2), np.array([5.0, 6.0]), {0.05: low, 0.95: high})
        >>> list(forecast.to_frame().columns)
        ['point', 'q0.05', 'q0.95']
    """

    index: Any
    point: Array
    quantiles: dict[float, Array] = field(default_factory=dict)
    unit: str = ""
    name: str = ""
    method: str = ""

    def __post_init__(self) -> None:
        lengths = {len(self.index), len(self.point), *(len(q) for q in self.quantiles.values())}
        if len(lengths) != 1:
            raise ValueError(f"index, point and quantiles should be of one length, got {sorted(lengths)}")
        rising = dict(sorted(self.quantiles.items()))
        object.__setattr__(self, "quantiles", rising)
        if len(rising) > 1 and (np.diff(np.stack(list(rising.values())), axis=0) < 0).any():
            raise ValueError("the quantiles cross: a higher level should nowhere lie below a lower one")

    def __len__(self) -> int:
        return len(self.point)

    def clipped(self, lower: float = -math.inf, upper: float = math.inf) -> "Forecast":
        r"""Return it brought into bounds, for values that cannot lie beyond.

        Args:
            lower: No number lies below, e.g. 0 for sales.
            upper: No number lies above, e.g. the seats of a hall.

        Examples:
            >>> sales = Forecast(range(2), np.array([1.0, 3.0]), {0.05: np.array([-2.0, 1.0])})
            >>> sales.clipped(lower=0).quantiles[0.05]
            array([0., 1.])
        """
        quantiles = {level: np.clip(values, lower, upper) for level, values in self.quantiles.items()}
        return replace(self, point=np.clip(self.point, lower, upper), quantiles=quantiles)

    def to_frame(self) -> "pd.DataFrame":
        """Return a table, a row for each step: ``point``, then a column for each level, ``q0.05``."""
        import pandas as pd

        columns = {"point": self.point} | {f"q{level:g}": values for level, values in self.quantiles.items()}
        return pd.DataFrame(columns, index=self.index)

    def save(self, path: str | Path) -> None:
        r"""Write the table as CSV, whole or not at all.

        Args:
            path: The file; one that exists is replaced.

        Raises:
            StorageError: The disk refused.
        """
        import pandas as pd

        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        frame = self.to_frame()
        writer.writerow(["time" if isinstance(frame.index, pd.DatetimeIndex) else "step", *frame.columns])
        for place, row in zip(self.index, frame.to_numpy(), strict=True):
            writer.writerow([place, *(repr(float(number)) for number in row)])
        write(Path(path), table.getvalue().encode())

    def plot(self, past: Any = None, *, ax: "Axes | None" = None) -> "Axes":
        r"""Draw the forecast, its band, and what came before.

        Args:
            past: Last values before the forecast: a pandas column with its own index, or numbers.
            ax: Where to draw; by default a new figure.

        Returns:
            The axes.
        """
        import matplotlib.pyplot as plt
        import pandas as pd

        from rnn_tutorial.plotting.plain import plain
        from rnn_tutorial.plotting.style import PALETTE

        if ax is None:
            _, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
        stamped = isinstance(self.index, pd.DatetimeIndex)
        place = self.index if stamped else np.asarray(self.index)
        if past is not None:
            values = np.asarray(past, dtype=float)
            ax.plot(self._before(past, len(values)), values, color="black", linewidth=1.2, label="known")
        levels = sorted(self.quantiles)
        bands = [(low, 1 - low) for low in levels if low < 0.5 and any(abs(1 - low - b) < 1e-9 for b in levels)]
        for k, (low, high) in enumerate(bands):
            upper = next(self.quantiles[b] for b in levels if abs(b - high) < 1e-9)
            ax.fill_between(
                place, self.quantiles[low], upper, color=PALETTE["sky"], linewidth=0,
                alpha=0.3 + 0.5 * k / len(bands), label=f"{100 * (high - low):g} % interval",
            )  # fmt: skip
        paired = {level for low, high in bands for level in levels if min(abs(level - low), abs(level - high)) < 1e-9}
        for level in levels:
            if level not in paired and level != 0.5:
                ax.plot(place, self.quantiles[level], color=PALETTE["sky"], linewidth=1, label=f"quantile {level:g}")
        marker = "o" if len(self) == 1 else None  # one point makes no line
        ax.plot(place, self.point, color=PALETTE["red"], marker=marker, label=plain(self.method or "forecast"))
        if stamped:
            import matplotlib.dates as mdates

            locator = mdates.AutoDateLocator(tz=self.index.tz)
            ax.xaxis.set_major_locator(locator)
            ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz=self.index.tz))
        ax.set(ylabel=plain(self.unit), xlabel="" if stamped else "step", title=plain(self.name))
        ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.12 if stamped else -0.2), frameon=False)
        return ax

    def _before(self, past: Any, steps: int) -> Any:
        # Where the known values lie: at their own index if they have one of the same kind, else just before.
        import pandas as pd

        index = getattr(past, "index", None)
        if isinstance(index, type(self.index)) and isinstance(index, pd.Index):
            return index
        if isinstance(self.index, pd.DatetimeIndex):
            from rnn_tutorial.data.steps import step_of

            step = self.index.freq or (step_of(self.index) if len(self.index) > 1 else None)
            if step is None:
                raise ValueError("a forecast of one step does not tell how long a step is: give past with its index")
            return pd.date_range(end=self.index[0], periods=steps + 1, freq=step)[:-1]
        return np.arange(self.index[0] - steps, self.index[0])
