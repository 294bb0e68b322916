r"""The memory X-ray: what a trained network carries from step to step, and how far back it can see."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from .plain import plain


def state_map(states: Tensor, ax: Axes | None = None, *, title: str = "", step: str = "time step") -> Axes:
    r"""Show the state of every unit at every step as a picture: blue is −1, white 0, red +1.

    Units are sorted by how much they move from step to step, the calmest at the top.

    Args:
        states: (T, H), e.g. one sequence's h from ``return_all_states=True``.
        ax: Where to draw; a new figure if not given.
        title: Title of the axes.
        step: What one step is, for the label.

    Examples:
        >>> output, h_n, h = rt.GRU(1, 8)(torch.randn(50, 1), return_all_states=True)
        >>> ax = state_map(h[0].detach())
    """
    if states.dim() != 2:
        raise ValueError(f"states should be (time, units), got shape {tuple(states.shape)}")
    ax = ax if ax is not None else plt.subplots()[1]
    values = states.detach().cpu().numpy()
    calm_first = np.abs(np.diff(values, axis=0)).mean(axis=0).argsort()
    image = ax.imshow(values[:, calm_first].T, aspect="auto", cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    ax.set(xlabel=plain(step), ylabel="unit (calmest on top)", title=plain(title))
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label="state", pad=0.02)
    return ax


def lag_curves(
    curves: Mapping[str, Sequence[float] | Tensor],
    ax: Axes | None = None,
    *,
    title: str = "",
    lag: str = "lag in steps",
) -> Axes:
    r"""Plot :math:`\|\partial h_T / \partial x_{T-k}\|` against the lag k, logarithmically, one line a network.

    Examples:
        >>> ax = lag_curves({"RNN": [1.0, 0.1, 0.01], "LSTM": [1.0, 0.8, 0.6]})
    """
    ax = ax if ax is not None else plt.subplots()[1]
    for name, curve in curves.items():
        values = np.asarray(curve, dtype=float)
        ax.semilogy(np.arange(len(values)), np.where(values > 0, values, np.nan), label=plain(name))
    ax.set(xlabel=plain(lag), ylabel="size of the derivative", title=plain(title))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no half a step
    ax.legend()
    return ax


def half_life(curve: Sequence[float] | Tensor) -> float:
    r"""Return the lag at which a curve of gradients has halved, from the slope of its logarithm; inf if it never does.

    Raises:
        ValueError: Fewer than two positive values.

    Examples:
        >>> round(half_life([1.0, 0.5, 0.25, 0.125]), 6)
        1.0
    """
    values = np.asarray(curve, dtype=float)
    lags = np.flatnonzero(values > 0)
    if len(lags) < 2:
        raise ValueError(f"a half-life needs at least two positive values, got {values.tolist()}")
    slope = np.polyfit(lags, np.log(values[lags]), 1)[0]
    return float("inf") if slope >= 0 else float(-np.log(2) / slope)
