r"""A video to look at, in a file that every browser shows."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rnn_tutorial import extras
from rnn_tutorial.io import write_atomically
from rnn_tutorial.validate import whole

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["save_gif"]


def save_gif(
    path: str | Path,
    frames: Tensor,
    *,
    fps: float = 4.0,
    scale: int = 4,
    lowest: float = 0.0,
    highest: float = 1.0,
) -> Path:
    r"""Write a video as an animated GIF, whole or not at all.

    For a forecast beside the truth, join the two along their columns first: ``torch.cat([truth, forecast], dim=-1)``.

    Args:
        path: The file; missing folders are made.
        frames: (T, H, W), (T, 1, H, W) in grey, or (T, 3, H, W) in colours.
        fps: Frames a second.
        scale: Pixels of the file along each side of a pixel of the video.
        lowest: The value drawn black.
        highest: The value drawn white; what lies outside is cut off.

    Returns:
        The path.

    Raises:
        MissingExtraError: Pillow is not installed; the extra ``video`` brings it.
        OSError: The file cannot be written; nothing is left behind.
        TypeError: A ``scale`` that is no whole number.
        ValueError: No frames, another shape, pixels that are not finite, ``highest`` not above ``lowest``, or ``fps``
            not positive.

    Examples:
        >>> import tempfile
        >>> save_gif(Path(tempfile.mkdtemp()) / "rain.gif", torch.rand(5, 1, 16, 16)).name
        'rain.gif'
    """
    if not fps > 0:
        raise ValueError(f"fps should be positive, got {fps}")
    images = as_images(frames, scale=scale, lowest=lowest, highest=highest, what="save_gif")
    content = io.BytesIO()
    images[0].save(content, "GIF", save_all=True, append_images=images[1:], duration=round(1000 / fps), loop=0)
    write_atomically(path, content.getvalue())
    return Path(path)


def as_images(frames: Tensor, *, scale: int, lowest: float, highest: float, what: str) -> list["Image"]:
    """Make a picture of each frame, see ``save_gif``; ``what`` needs Pillow for it."""
    pictures = frames.detach().cpu()
    pictures = pictures[:, None] if pictures.dim() == 3 else pictures
    if pictures.dim() != 4 or pictures.shape[1] not in (1, 3) or not len(pictures):
        raise ValueError(f"frames should be (time, 1 or 3 channels, rows, columns), got {tuple(frames.shape)}")
    if not torch.isfinite(pictures).all():
        raise ValueError("frames hold values that are not finite")
    if not highest > lowest:
        raise ValueError(f"highest should be above lowest, got {highest} and {lowest}")
    side = whole("scale", scale)
    with extras.explained(what):
        from PIL import Image
    levels = (255 * (pictures - lowest) / (highest - lowest)).round().clamp(0, 255).to(torch.uint8)
    large = levels.repeat_interleave(side, dim=-2).repeat_interleave(side, dim=-1)
    return [Image.fromarray(one[0].numpy() if len(one) == 1 else one.permute(1, 2, 0).numpy()) for one in large]
