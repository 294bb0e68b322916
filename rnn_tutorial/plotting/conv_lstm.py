r"""The pictures of a ConvLSTM: pictures for vectors, convolutions for products; and of its encoder-forecaster."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from .boxes import INK, arrow, box, sheet
from .style import PALETTE


def conv_lstm_picture(cells: int = 7, kernel: int = 3) -> Axes:
    r"""Draw how one pixel of the new state is made: patches of input and old state, and its own old cell, into gates.

    Args:
        cells: Pixels of a picture's side.
        kernel: Pixels of a kernel's side.

    Examples:
        >>> ax = conv_lstm_picture(cells=9, kernel=5)
    """
    ax = sheet(17.2, 10.4, scale=0.5)
    tall = 2.8
    side = tall / cells
    shades = np.random.default_rng(0).random((5, cells, cells)) * 0.35
    gates = (8.6, 5.2)
    sources = {
        "$x_t$": (0.5, 0.6, "green", kernel, r"$W_{ih} \ast x_t$"),
        "$h_{t-1}$": (0.5, 3.8, "orange", kernel, r"$W_{hh} \ast h_{t-1}$"),
        "$c_{t-1}$": (0.5, 7.0, "purple", 1, r"$w_c \odot c_{t-1}$"),
    }
    for (name, (x, y, color, size, says)), shade in zip(sources.items(), shades, strict=False):
        low, high = _picture(ax, (x, y), side, shade, color, size)
        ax.text(x + tall + 0.15, y + tall - 0.1, name, fontsize=13, va="top")
        heights = (gates[1] - 0.75, gates[1] + 0.75)
        beam = [(high[0], low[1]), (high[0], high[1]), (gates[0] - 1.7, heights[1]), (gates[0] - 1.7, heights[0])]
        ax.add_patch(Polygon(beam, closed=True, facecolor=PALETTE[color], alpha=0.16, linewidth=0))
        place = {"green": (5.3, 2.0), "orange": (4.7, 5.2), "purple": (5.3, 7.75)}[color]
        ax.text(*place, says, color=_dark(color), fontsize=12, ha="center", va="center")
    box(ax, gates, "this pixel's gates\n$i,\\ f,\\ o$ and new $g$", width=3.4, height=1.6)
    for name, (x, y, color), shade in zip(
        ("$c_t = f \\odot c_{t-1} + i \\odot g$", "$h_t = o \\odot \\tanh(c_t)$"),
        ((12.2, 6.2, "purple"), (12.2, 1.6, "blue")),
        shades[3:],
        strict=True,
    ):
        low, high = _picture(ax, (x, y), side, shade, color, 1)
        ax.text(x + tall / 2, y + tall + 0.2, name, ha="center", va="bottom", fontsize=12)
        end = (low[0], (low[1] + high[1]) / 2)
        arrow(ax, (gates[0] + 1.7, gates[1] + (0.3 if y > 5 else -0.3)), end, color=color)
    arrow(ax, (12.2 + tall / 2, 6.1), (12.2 + tall / 2, 5.25), color="purple")
    return ax


def encoder_forecaster_picture(seen: int = 3, ahead: int = 3) -> Axes:
    r"""Draw the encoder-forecaster: one ConvLSTM reads frames, its mirror image unrolls the states it ended in.

    Args:
        seen: Frames read.
        ahead: Frames forecast.

    Raises:
        ValueError: No frames on one of the sides.

    Examples:
        >>> ax = encoder_forecaster_picture(seen=2, ahead=3)
    """
    if seen < 1 or ahead < 1:
        raise ValueError(f"at least one frame on each side, got seen={seen} and ahead={ahead}")
    step, gap = 2.5, 1.0
    ax = sheet(step * (seen + ahead) + gap + 0.6, 7.6, scale=0.52)
    frames, first, second, drawn = 0.8, 2.7, 4.5, 6.6  # heights
    for k in range(seen):
        x = 1.4 + step * k
        name = f"$x_{{t{k + 1 - seen:+d}}}$" if k + 1 < seen else "$x_t$"
        box(ax, (x, frames), name, width=1.5)
        box(ax, (x, first), "ConvLSTM", color="orange", width=1.9)
        box(ax, (x, second), "ConvLSTM", color="orange", width=1.9)
        arrow(ax, (x, frames + 0.45), (x, first - 0.45))
        arrow(ax, (x, first + 0.45), (x, second - 0.45))
        if k + 1 < seen:
            for height in (first, second):
                arrow(ax, (x + 0.95, height), (x + step - 0.95, height), color="orange")
    last = 1.4 + step * (seen - 1)
    for k in range(ahead):
        x = last + step + gap + step * k
        for height in (first, second):
            box(ax, (x, height), "ConvLSTM", color="blue", width=1.9)
            color = "red" if k == 0 else "blue"
            arrow(ax, (x - step - (gap if k == 0 else 0) + 0.95, height), (x - 0.95, height), color=color)
        arrow(ax, (x, second - 0.45), (x, first + 0.45))
        # The readout sees the states of both layers.
        arrow(ax, (x - 0.25, second + 0.45), (x - 0.25, drawn - 0.45))
        arrow(ax, (x + 0.75, first + 0.45), (x + 0.55, drawn - 0.45), bend=0.36)
        box(ax, (x, drawn), rf"$\hat{{x}}_{{t+{k + 1}}}$", color="green", width=1.5)
    middle = last + (step + gap) / 2
    ax.text(middle, (first + second) / 2, "$h,\\ c$ are\nhanded over", color=PALETTE["red"], ha="center", va="center",
            fontsize=10)  # fmt: skip
    ax.text(1.4 + step * (seen - 1) / 2, drawn, "encoder: reads", ha="center", va="center", color=INK, fontsize=12)
    ax.text(last + step + gap + step * (ahead - 1) / 2, frames, "forecaster: sees no frame", ha="center", va="center",
            color=INK, fontsize=12)  # fmt: skip
    return ax


def _picture(
    ax: Axes, corner: tuple[float, float], side: float, shade: np.ndarray, color: str, size: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    # Draw a grid of pixels with a framed patch of size × size in its middle, and return the patch's corners.
    (x, y), cells = corner, len(shade)
    for row in range(cells):
        for column in range(cells):
            ax.add_patch(
                Rectangle((x + column * side, y + row * side), side, side, linewidth=0.4, edgecolor="#9CA3AF",
                          facecolor=PALETTE[color], alpha=float(shade[row, column]) + 0.05)
            )  # fmt: skip
    ax.add_patch(Rectangle((x, y), cells * side, cells * side, fill=False, edgecolor="#6B7280", linewidth=1.0))
    first = cells // 2 - size // 2
    low = (x + first * side, y + first * side)
    ax.add_patch(
        Rectangle(low, size * side, size * side, fill=size == 1, facecolor=PALETTE[color], edgecolor=PALETTE[color],
                  linewidth=2.4)
    )  # fmt: skip
    return low, (low[0] + size * side, low[1] + size * side)


def _dark(color: str) -> str:
    """Letters need more contrast than areas."""
    return {"orange": "#9A6700", "green": "#00614A", "purple": "#8E3A6B"}[color]
