r"""Pictures of series and of how they are cut: windows, splits, profiles, autocorrelation."""

from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .plain import plain
from .style import PALETTE

PARTS = (("training", "blue"), ("validation", "orange"), ("test", "red"))


def sliding_windows(input_length: int = 6, horizon: int = 3, parts: Sequence[int] = (18, 9, 9)) -> Axes:
    r"""Draw how windows slide over a series that is cut by time: inputs may reach back, targets never cross a cut.

    Args:
        input_length: Steps of input a window.
        horizon: Steps of target a window.
        parts: Steps of the training, validation and test part.

    Examples:
        >>> ax = sliding_windows(input_length=4, horizon=2, parts=(12, 6, 6))
    """
    cuts = np.cumsum([0, *parts])
    rows = []
    for part, (start, stop) in enumerate(pairwise(cuts)):
        first = max(start, input_length)
        rows += [(part, origin) for origin in (first, first + 1, stop - horizon) if origin + horizon <= stop]
    _, ax = plt.subplots(figsize=(7.2, 0.7 + 0.3 * (len(rows) + 2)))
    for part, (name, color) in enumerate(PARTS):
        start, stop = cuts[part], cuts[part + 1]
        ax.add_patch(Rectangle((start, 0.1), stop - start, 0.8, color=PALETTE[color], alpha=0.35, linewidth=0))
        ax.text((start + stop) / 2, 0.5, name, ha="center", va="center", fontsize=10, fontweight="bold")
        if part:
            ax.axvline(start, color="black", linewidth=1)
    for row, (part, origin) in enumerate(rows, start=1):
        y = -row * 1.05
        color = PALETTE[PARTS[part][1]]
        for step in range(origin - input_length, origin):
            ax.add_patch(Rectangle((step, y + 0.1), 0.92, 0.7, facecolor="#E5E7EB", edgecolor="#9CA3AF", linewidth=0.6))
        ax.plot([origin - 0.04] * 2, [y, y + 0.9], color="black", linewidth=1.6)
        for step in range(origin, origin + horizon):
            ax.add_patch(Rectangle((step, y + 0.1), 0.92, 0.7, facecolor=color, linewidth=0))
    ax.text(-0.4, 0.5, "series", ha="right", va="center", fontsize=9)
    ax.text(-0.4, -1.05 * (len(rows) + 1) / 2 + 0.5, "windows", ha="right", va="center", fontsize=9)
    ax.text(0, -1.05 * len(rows) - 0.1, "grey: input    black tick: origin    coloured: target", fontsize=9)
    ax.set(xlim=(-4, cuts[-1] + 0.3), ylim=(-1.05 * len(rows) - 1.0, 1.1))
    ax.axis("off")
    return ax


def profile(values: npt.NDArray[np.float64], season: int, ax: Axes | None = None, *, label: str = "step") -> Axes:
    """Draw the median of each step of a season, and the band that holds 80 % of the values.

    Examples:
        >>> ax = profile(np.sin(np.arange(240) / 4), 24, label="hour")
    """
    ax = ax if ax is not None else plt.subplots()[1]
    whole = values[: len(values) // season * season].reshape(-1, season)
    low, middle, high = np.quantile(whole, (0.1, 0.5, 0.9), axis=0)
    ax.fill_between(range(season), low, high, color=PALETTE["sky"], alpha=0.35, linewidth=0, label="80 % of seasons")
    ax.plot(middle, color=PALETTE["blue"], label="median")
    ax.set(xlabel=plain(label), xlim=(0, season - 1))
    ax.legend()
    return ax


def autocorrelation(values: npt.NDArray[np.float64], lags: int, ax: Axes | None = None) -> Axes:
    r"""Draw :math:`\mathrm{corr}(y_t, y_{t-k})` for k up to ``lags``, by ``statsmodels``.

    Examples:
        >>> ax = autocorrelation(np.sin(np.arange(240) / 4), lags=48)
    """
    from statsmodels.tsa.stattools import acf

    ax = ax if ax is not None else plt.subplots()[1]
    found = acf(values, nlags=lags, fft=True)
    ax.vlines(range(lags + 1), 0, found, color=PALETTE["blue"], linewidth=1)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(xlabel="lag", ylabel="autocorrelation", ylim=(-1, 1.05))
    return ax
