r"""What one example of a batch looks like: a window of days, an image read row by row, a video."""

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from .style import PALETTE


def sequence_shapes(days: npt.ArrayLike, image: npt.ArrayLike, video: npt.ArrayLike, frames: int = 4) -> list[Axes]:
    r"""Draw three sequences side by side; in each, time runs downwards or to the back.

    Args:
        days: (T, F), one row a step.
        image: (rows, columns), one row a step.
        video: (T, C, rows, columns), one picture a step; the first channel is drawn.
        frames: Pictures of the video to draw, spread over its length.

    Raises:
        ValueError: Another number of axes.

    Examples:
        >>> axes = sequence_shapes(np.zeros((14, 24)), np.zeros((28, 28)), np.zeros((10, 1, 16, 16)))
    """
    given = {"days": np.asarray(days), "image": np.asarray(image), "video": np.asarray(video)}
    for (name, array), rank in zip(given.items(), (2, 2, 4), strict=True):
        if array.ndim != rank:
            raise ValueError(f"{name} should have {rank} axes, got shape {array.shape}")
    fig = plt.figure(figsize=(7.2, 2.9))
    axes: list[Axes] = list(fig.subplots(1, 3, width_ratios=(1, 1, 1.15)))
    _rows(axes[0], given["days"], "cividis", f"window: {_shape(given['days'])}", "time", "features")
    _rows(axes[1], given["image"], "gray_r", f"image: {_shape(given['image'])}", "time = rows", "features = columns")
    _pile(axes[2], given["video"], frames)
    return axes


def _rows(ax: Axes, array: npt.NDArray[np.float64], cmap: str, title: str, down: str, across: str) -> None:
    steps, features = array.shape
    ax.imshow(array, cmap=cmap, aspect="auto", extent=(0, features, steps, 0))
    step = steps // 2
    ax.add_patch(
        plt.Rectangle((0, step), features, 1, fill=False, edgecolor=PALETTE["red"], linewidth=2, clip_on=False)
    )
    ax.text(features * 1.03, step + 0.5, "$x_t$", color=PALETTE["red"], va="center", fontsize=12)
    ax.set(xlabel=f"{across} →", ylabel=f"← {down}", xticks=[], yticks=[])
    ax.set_title(title, fontsize=10)
    ax.grid(visible=False)


def _pile(ax: Axes, video: npt.NDArray[np.float64], frames: int) -> None:
    steps, _, height, width = video.shape
    shift = 0.32 * width
    chosen = np.linspace(0, steps - 1, frames).round().astype(int)
    for place, step in list(enumerate(chosen))[::-1]:  # the first picture in front
        left, low = place * shift, place * shift
        ax.imshow(video[step, 0], cmap="gray_r", extent=(left, left + width, low, low + height), zorder=-place)
        edge = PALETTE["red"] if place == 0 else "black"
        ax.add_patch(
            plt.Rectangle(
                (left, low), width, height, fill=False, edgecolor=edge, linewidth=2 - (place > 0), zorder=-place
            )
        )
    end = (frames - 1) * shift
    ax.annotate(
        "", (end + 1.05 * width, end - 0.02 * height), (1.08 * width, -0.05 * height),
        arrowprops={"arrowstyle": "->", "color": "black"},
    )  # fmt: skip
    ax.text(0.5 * end + 1.22 * width, 0.5 * end - 0.16 * height, "time", rotation=45, va="center", ha="center")
    ax.text(-0.04 * width, 0.5 * height, "$x_t$", color=PALETTE["red"], ha="right", va="center", fontsize=12)
    ax.set(xlim=(-0.2 * width, end + 1.2 * width), ylim=(-0.15 * height, end + 1.05 * height), aspect="equal")
    ax.set_title(f"video: {_shape(video)}", fontsize=10)
    ax.axis("off")


def _shape(array: npt.NDArray[np.float64]) -> str:
    return "(" + ", ".join(map(str, array.shape)) + ")"
