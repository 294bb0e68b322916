r"""Several scoreboards side by side: every method as a dot, in units of one yardstick."""

from collections.abc import Collection, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .plain import plain
from .style import PALETTE


def standings(
    scores: Mapping[str, Mapping[str, np.ndarray]],
    yardsticks: Mapping[str, float],
    networks: Collection[str],
    hybrids: Collection[str] = (),
    limit: float = 1.6,
) -> Figure:
    r"""Draw one panel a data set: each method's error over the yardstick's, best on top, all seeds as a line.

    Args:
        scores: For each data set the errors of each method, one number a seed.
        yardsticks: For each data set the error that counts as 1.
        networks: Names drawn in the networks' colour.
        hybrids: Names drawn in the hybrids' colour.
        limit: Where the axis ends; methods beyond are written at the border.

    Examples:
        >>> scores = {"sunspots": {"GRU": np.array([19.0, 21.0]), "naive": np.array([25.0])}}
        >>> figure = standings(scores, yardsticks={"sunspots": 25.0}, networks={"GRU"})
    """
    rows = max(len(board) for board in scores.values())
    figure, axes = plt.subplots(-(-len(scores) // 2), 2, figsize=(7.2, 0.26 * rows * -(-len(scores) // 2) + 1.0))
    for ax, (title, board) in zip(np.ravel(axes), scores.items(), strict=False):
        order = sorted(board, key=lambda name: -float(board[name].mean()))
        for row, name in enumerate(order):
            errors = board[name] / yardsticks[title]
            colour = PALETTE["green" if name in hybrids else "blue" if name in networks else "grey"]
            mean = float(errors.mean())
            ax.plot([errors.min(), min(errors.max(), limit)], [row, row], color=colour, linewidth=4, alpha=0.35)
            if mean > limit:
                ax.text(limit, row, f"{mean:.1f} ▸ ", ha="right", va="center", fontsize=7.5, color=colour)
            else:
                ax.plot(mean, row, "o", color=colour, markersize=5)
        ax.axvline(1, color="black", linewidth=0.8, linestyle=":")
        ax.set_yticks(range(len(order)), map(plain, order), fontsize=7.5)
        ax.set(title=plain(title), xlabel="error, the yardstick's = 1", xlim=(0, limit), ylim=(-0.7, len(order) - 0.3))
        ax.grid(axis="y", visible=False)
    for ax in np.ravel(axes)[len(scores) :]:
        ax.axis("off")
    return figure
