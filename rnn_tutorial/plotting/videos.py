r"""Videos on paper: frames side by side, the truth above what was forecast."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from .plain import plain
from .style import PALETTE


def film_strips(
    strips: Mapping[str, Tensor], *, seen: int = 0, every: int = 1, first: int = 1, width: float = 7.2
) -> Figure:
    r"""Draw videos under each other, a line each, their frames from left to right.

    Args:
        strips: Name and video, (T, rows, columns) or (T, 1, rows, columns); shorter videos stand at the right.
        seen: Frames after which a line is drawn: what is left of it was seen, what is right of it is forecast.
        every: Draw every so many frames.
        first: Number of the first frame, written above it.
        width: Of the figure, in inches.

    Raises:
        ValueError: No videos, or one that is no video.

    Examples:
        >>> figure = film_strips({"truth": torch.rand(10, 16, 16), "forecast": torch.rand(5, 16, 16)}, seen=5)
    """
    videos = {name: _video(name, video) for name, video in strips.items()}
    if not videos:
        raise ValueError("no videos given")
    steps = max(len(video) for video in videos.values())
    columns = range(0, steps, every)
    side = (width - 1.0) / len(columns)
    fig, grid = plt.subplots(len(videos), len(columns), figsize=(width, side * len(videos) + 0.4), squeeze=False)
    for row, (name, video) in enumerate(videos.items()):
        for column, step in enumerate(columns):
            ax: Axes = grid[row, column]
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            ax.spines[:].set_visible(True)
            ax.spines[:].set_color("#9CA3AF")
            position = step - (steps - len(video))
            if position >= 0:
                ax.imshow(video[position], cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            else:
                ax.axis("off")
            if row == 0:
                ax.set_title(str(step + first), fontsize=8, fontweight="normal", loc="center", pad=3)
            if seen and step >= seen > step - every:
                ax.spines["left"].set(color="#D55E00", linewidth=3)
        label = grid[row, 0]
        label.text(-0.15, 0.5, plain(name), transform=label.transAxes, ha="right", va="center", fontsize=9)
    return fig


def error_by_lead(
    errors: Mapping[str, Sequence[float]], *, dashed: Sequence[str] = (), label: str = "error", ax: Axes | None = None
) -> Axes:
    r"""Draw how errors grow with the lead, a line for each forecast, its name at its right end.

    Args:
        errors: Name and error at leads 1, 2, ….
        dashed: Names whose lines are grey and dashed, such as those that learn nothing.
        label: Of the vertical axis.
        ax: Where to draw; a figure of its own by default.

    Raises:
        ValueError: There is nothing to draw.

    Examples:
        >>> ax = error_by_lead({"persistence": [2.0, 3.0, 4.0], "ConvLSTM": [1.0, 1.5, 2.0]}, dashed=["persistence"])
    """
    if not errors:
        raise ValueError("no errors given")
    if ax is None:
        _, ax = plt.subplots(figsize=(7.2, 4.0))
    values = [value for line in errors.values() for value in line]
    room = 0.045 * max(values)  # what a name needs
    last, steps = float("-inf"), max(len(line) for line in errors.values())
    # From the lowest end upwards, each name at its line's end or a little above the name below it.
    colours = iter(range(len(errors)))
    for name, line in sorted(errors.items(), key=lambda item: item[1][-1]):
        leads = range(1, len(line) + 1)
        color, line_style = (PALETTE["grey"], "--") if name in dashed else (f"C{next(colours) % 6}", "-")
        ax.plot(leads, line, color=color, linestyle=line_style, marker="o", markersize=3)
        last = max(float(line[-1]), last + room)
        ax.annotate(
            plain(name), (len(line), line[-1]), (steps + 0.3, last), va="center", fontsize=8, color="black",
            arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.8, "shrinkB": 0,
                        "relpos": (0, 0.5)},
        )  # fmt: skip
    ax.set(xlabel="lead, frames after the last that was seen", ylabel=label, xticks=range(1, steps + 1), ylim=(0, None))
    ax.set_xlim(0.8, steps + 0.2)
    return ax


def kernel_reach(layers: Sequence[tuple[int, int]], steps: int) -> list[int]:
    r"""Return how many pixels to each side the top state can know of after 1 … ``steps`` frames.

    Args:
        layers: (input kernel, state kernel) of each layer, odd sizes.
        steps: Frames.

    Examples:
        >>> kernel_reach([(3, 3)], steps=4)
        [1, 2, 3, 4]
    """
    reach = [0] * len(layers)
    by_step: list[int] = []
    for _ in range(steps):
        below = 0
        for number, (over_input, over_state) in enumerate(layers):
            reach[number] = max(below + over_input // 2, (reach[number] + over_state // 2) if by_step else 0)
            below = reach[number]
        by_step.append(below)
    return by_step


def _video(name: str, video: Tensor) -> np.ndarray:
    frames = video.detach().cpu()
    frames = frames[:, 0] if frames.dim() == 4 and frames.shape[1] == 1 else frames
    if frames.dim() != 3:
        raise ValueError(f"{name}: a video should be (time, rows, columns), got {tuple(video.shape)}")
    return frames.numpy()
