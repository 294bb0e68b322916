r"""Videos on paper: frames side by side, the truth above what was forecast."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from .plain import plain


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
