r"""Pictures of digits: as rows, as they are read row by row, misread, and counted in a confusion matrix."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from torch import Tensor

from .plain import plain
from .style import PALETTE


def as_sequence(image: Tensor, *, row: int = 8) -> Figure:
    r"""Draw an image beside the sequence that a recurrent network is given: its rows, one vector a step.

    Args:
        image: (T, F), ink is large.
        row: The step to mark in both pictures, counted from 1.
    """
    pixels = _image(image)
    rows, columns = pixels.shape
    fig, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.0), width_ratios=(1, 2.3))
    left.imshow(pixels, cmap="gray_r", interpolation="nearest")
    left.add_patch(Rectangle((-0.5, row - 1.5), columns, 1, fill=False, edgecolor=PALETTE["red"], linewidth=2))
    left.set(title=f"{rows} rows …", xticks=[], yticks=[0, row - 1, rows - 1])
    left.set_yticklabels(["1", str(row), str(rows)])
    left.set_ylabel("row")
    left.spines[:].set_visible(True)

    gap = 1.8  # one strip and the space to the next
    for t in range(rows):
        box = (t * gap, t * gap + 1, columns, 0)
        right.imshow(pixels[t][:, None], cmap="gray_r", vmin=pixels.min(), vmax=pixels.max(), extent=box)
        marked = t == row - 1
        edge = PALETTE["red"] if marked else "#C4C8CE"
        right.add_patch(Rectangle((t * gap, 0), 1, columns, fill=False, edgecolor=edge, linewidth=2 if marked else 0.6))
        right.annotate(
            "", (t * gap + 0.5, -3.2), (t * gap + 0.5, -0.3), arrowprops={"arrowstyle": "-|>", "color": edge, "lw": 0.8}
        )
    width = rows * gap
    arrow = FancyArrowPatch((-0.6, -4.6), (width + 1.2, -4.6), arrowstyle="-|>", mutation_scale=16, lw=4)
    arrow.set_color(PALETTE["blue"])
    right.add_patch(arrow)
    right.text(0.5, -9.3, "$h_1$", ha="center", color=PALETTE["blue"])
    right.text((row - 1) * gap + 0.5, -9.3, f"$h_{{{row}}}$", ha="center", color=PALETTE["blue"])
    right.text((rows - 1) * gap + 0.5, -9.3, f"$h_{{{rows}}}$", ha="center", color=PALETTE["blue"])
    right.text(width + 1.6, -4.6, "10 scores", va="center", fontsize=9)
    right.text((row - 1) * gap + 0.5, columns + 0.8, f"$x_{{{row}}}$", ha="center", color=PALETTE["red"])
    right.set(xlim=(-1, width + 8.5), ylim=(-11, columns + 4), title=f"… are {rows} steps of {columns} numbers")
    right.set_aspect("equal")
    right.axis("off")
    left.grid(False)
    return fig


def reading(image: Tensor, probabilities: Tensor, *, label: int, axes: Sequence[Axes] | None = None) -> Figure:
    r"""Draw an image and, level with each of its rows, what is believed after it.

    Args:
        image: (T, F).
        probabilities: (T, classes).
        label: The true class, framed in the picture.
        axes: Two axes to draw on; a new figure if not given.
    """
    if len(image) != len(probabilities):
        raise ValueError(f"one row of probabilities for each row: got {len(probabilities)} for {len(image)} rows")
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharey=True)
    left, right = axes
    rows, classes = probabilities.shape
    left.imshow(_image(image), cmap="gray_r", interpolation="nearest", aspect="auto")
    left.set(ylabel="row", title=f"a {label}", xticks=[], yticks=[0, *range(6, rows, 7)])
    left.set_yticklabels(["1", *(str(t + 1) for t in range(6, rows, 7))])
    believed = right.imshow(
        probabilities.detach().cpu().numpy(), cmap="cividis", vmin=0, vmax=1, interpolation="nearest", aspect="auto"
    )
    right.add_patch(
        Rectangle((label - 0.5, -0.5), 1, rows, fill=False, edgecolor=PALETTE["red"], linewidth=1.8, clip_on=False)
    )
    last = int(probabilities[-1].argmax())
    right.set(
        xlabel="digit", xticks=range(classes), title=f"read as {last} ({_percent(float(probabilities[-1, last]))})"
    )
    for ax in (left, right):
        ax.grid(False)
    figure = left.get_figure()
    assert isinstance(figure, Figure)
    figure.colorbar(believed, ax=right, label="probability", pad=0.02)
    return figure


def confusion(matrix: np.ndarray | Tensor, ax: Axes | None = None) -> Axes:
    r"""Draw a confusion matrix whose errors can be seen: the diagonal is only written, colour counts the mistakes.

    Args:
        matrix: (classes, classes) counts, true classes in rows.
        ax: Where to draw; a new figure if not given.
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a confusion matrix is square, got shape {counts.shape}")
    ax = ax if ax is not None else plt.subplots(figsize=(5.6, 4.6))[1]
    wrong = counts.astype(float).copy()
    np.fill_diagonal(wrong, np.nan)
    most = max(float(np.nanmax(wrong)), 1.0)
    image = ax.imshow(np.ma.masked_invalid(wrong), cmap="Oranges", vmin=0, vmax=most)
    for (true, read), count in np.ndenumerate(counts):
        if true == read:
            ax.add_patch(Rectangle((read - 0.5, true - 0.5), 1, 1, facecolor="#EEF0F3", edgecolor="white"))
            ax.text(read, true, f"{count}", ha="center", va="center", fontsize=8, color="#4B5563")
        elif count:
            colour = "white" if count > 0.65 * most else "black"
            ax.text(read, true, f"{count}", ha="center", va="center", fontsize=9, color=colour)
    ax.set(xlabel="read as", ylabel="is", xticks=range(len(counts)), yticks=range(len(counts)))
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label="misread images", pad=0.02)
    return ax


def gallery(images: Tensor, captions: Sequence[str], *, columns: int = 8) -> Figure:
    """Draw images (N, T, F) side by side, a caption above each."""
    if len(images) != len(captions):
        raise ValueError(f"one caption for each image: got {len(captions)} for {len(images)} images")
    lines = -(-len(images) // columns)
    fig, axes = plt.subplots(lines, columns, figsize=(0.95 * columns, 1.3 * lines), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, caption in zip(axes.flat, images, captions, strict=False):
        ax.imshow(_image(image), cmap="gray_r", interpolation="nearest")
        ax.set_title(plain(caption), fontsize=8.5, fontweight="normal", loc="center")
    return fig


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share < 0.995 else "> 99 %"


def _image(image: Tensor) -> np.ndarray:
    if image.dim() != 2:
        raise ValueError(f"an image should be (rows, columns), got shape {tuple(image.shape)}")
    return image.detach().cpu().numpy()
