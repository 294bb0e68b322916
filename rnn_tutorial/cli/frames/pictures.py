r"""What one can look at: each frame ahead, the forecast beside the truth moving and on paper, errors by lead."""

from pathlib import Path

import matplotlib as mpl
import torch
from matplotlib.figure import Figure
from torch import Tensor

from rnn_tutorial.cli.html_page import png
from rnn_tutorial.plotting.plain import plain
from rnn_tutorial.plotting.style import use_book_style
from rnn_tutorial.plotting.videos import error_by_lead
from rnn_tutorial.video import save_gif
from rnn_tutorial.video.gif import as_images

from .verdict import NETWORK, Verdict

HEIGHT = 160
"""Pixels of a picture's height at least, as far as whole pixels of the frames allow."""
GAP = 0.04
"""Width of the line between two videos, in heights."""
MOST_COLUMNS = 8


def visible(frames: Tensor) -> Tensor:
    """(T, C, H, W) → what can be drawn: one channel in grey, three in colours, of others the first."""
    return frames if frames.shape[1] in (1, 3) else frames[:, :1]


def save_frames(folder: Path, names: list[str], frames: Tensor) -> None:
    """Write each frame of (T, C, H, W) in [0, 1] as a PNG, pixel for pixel: 0 is black, 1 white."""
    images = as_images(visible(frames), scale=1, lowest=0.0, highest=1.0, what="frames")
    for name, image in zip(names, images, strict=True):
        image.save(folder / name)


def save_beside(path: Path, videos: dict[str, Tensor], fps: float = 4.0) -> None:
    """Write videos side by side as a GIF, with a white line between them."""
    shown = [visible(video) for video in videos.values()]
    line = torch.ones(*shown[0].shape[:-1], max(1, round(GAP * shown[0].shape[-2])))
    parts = [part for video in shown for part in (line, video)][1:]
    scale = max(1, round(HEIGHT / shown[0].shape[-2]))
    save_gif(path, torch.cat(parts, dim=-1), fps=fps, scale=scale)


def strips(videos: dict[str, Tensor], seen: int) -> bytes:
    """Draw videos under each other, their frames from left to right, a line where the forecast begins; a PNG."""
    shown = {name: visible(video).clamp(0, 1) for name, video in videos.items()}
    steps = len(next(iter(shown.values())))
    leads = steps - seen
    # The last frame that was seen, and then as many as there is room for, the last one among them.
    every = max(1, -(-leads // (MOST_COLUMNS - 1)))
    columns = sorted({seen - 1, *range(seen - 1 + every, steps, every), steps - 1})
    rows, width = next(iter(shown.values())).shape[-2:]
    side = 8.0 / len(columns)
    with mpl.rc_context():
        use_book_style()
        figure = Figure(figsize=(9.4, side * rows / width * len(shown) + 0.5), dpi=150, layout="constrained")
        grid = figure.subplots(len(shown), len(columns), squeeze=False)
        for row, (name, video) in enumerate(shown.items()):
            for column, step in enumerate(columns):
                ax, picture = grid[row, column], video[step].numpy()
                ax.imshow(
                    picture[0] if len(picture) == 1 else picture.transpose(1, 2, 0), cmap="gray", vmin=0, vmax=1,
                    interpolation="nearest",
                )  # fmt: skip
                ax.set(xticks=[], yticks=[])
                ax.grid(False)
                ax.spines[:].set_visible(False)
                if row == 0:
                    title = "last seen" if step < seen else f"lead {step - seen + 1}"
                    ax.set_title(title, fontsize=9, fontweight="normal", loc="center")
            grid[row, 0].set_ylabel(plain(name).replace(", ", ",\n"), fontsize=9)
        return png(figure)


def curves(verdict: Verdict) -> bytes:
    """Draw the errors of all forecasts by lead; a PNG."""
    label = f"root mean squared error{f', {verdict.unit}' if verdict.unit else ''}"
    with mpl.rc_context():
        use_book_style()
        figure = Figure(figsize=(9.0, 4.2), dpi=150, layout="constrained")
        lines = {name: verdict.by_lead(name) for name in verdict.errors}
        error_by_lead(
            lines, dashed=[name for name in lines if name != NETWORK], label=plain(label), ax=figure.subplots()
        )
        return png(figure)
