r"""The picture of a ConvLSTM: pictures for vectors, convolutions for products."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from .boxes import arrow, sheet
from .style import PALETTE


def conv_lstm_picture(cells: int = 7, kernel: int = 3) -> Axes:
    r"""Draw how one pixel of the new state is made: from a patch of the input and a patch of the old state.

    Args:
        cells: Pixels of a picture's side.
        kernel: Pixels of a kernel's side.

    Examples:
        >>> ax = conv_lstm_picture(cells=9, kernel=5)
    """
    ax = sheet(16.4, 6.5)
    side = 0.44
    tall = cells * side
    middle = cells // 2
    places = {"$h_{t-1},\\ c_{t-1}$": (0.6, 2.75), "$x_t$": (6.0, 0.75), "$h_t,\\ c_t$": (12.2, 2.75)}
    colors = ("orange", "green", "blue")
    pixels = np.random.default_rng(0).random((3, cells, cells)) * 0.35
    target = (12.2 + middle * side, 2.75 + middle * side)
    for (name, (x, y)), color, shade in zip(places.items(), colors, pixels, strict=True):
        for row in range(cells):
            for column in range(cells):
                ax.add_patch(
                    Rectangle((x + column * side, y + row * side), side, side, linewidth=0.4, edgecolor="#9CA3AF",
                              facecolor=PALETTE[color], alpha=float(shade[row, column]) + 0.05)
                )  # fmt: skip
        ax.add_patch(Rectangle((x, y), tall, tall, fill=False, edgecolor="#6B7280", linewidth=1.0))
        size = 1 if color == "blue" else kernel
        low = (x + (middle - size // 2) * side, y + (middle - size // 2) * side)
        ax.add_patch(
            Rectangle(low, size * side, size * side, fill=color == "blue", facecolor=PALETTE[color],
                      edgecolor=PALETTE[color], linewidth=2.4)
        )  # fmt: skip
        above = color != "green"  # the beam from the old state passes over the input
        ax.text(x + tall / 2, y + tall + 0.2 if above else y - 0.2, name, ha="center", va="bottom" if above else "top",
                fontsize=13)  # fmt: skip
        if color != "blue":
            right = low[0] + size * side
            ax.add_patch(
                Polygon([(right, low[1]), (right, low[1] + size * side), (target[0], target[1] + side), target],
                        closed=True, facecolor=PALETTE[color], alpha=0.16, linewidth=0)
            )  # fmt: skip
    ax.text(6.4, 5.02, r"$W_{hh} \ast h_{t-1}$", color=PALETTE["orange"], fontsize=13, ha="center")
    ax.text(10.55, 1.6, r"$W_{ih} \ast x_t$", color=PALETTE["green"], fontsize=13, ha="center")
    arrow(ax, (12.2 + tall + 0.15, 2.75 + tall / 2), (16.3, 2.75 + tall / 2), color="grey")
    return ax
