r"""Your own frames: a folder of pictures, or an array in a file, as a video with a scale to come back by."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnn_tutorial import extras

__all__ = ["Frames", "load_frames"]

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")


class Frames(NamedTuple):
    r"""Frames in [0, 1] and how they were scaled: ``low + (high - low) * frames`` has the old unit.

    Args:
        frames: (T, C, H, W), float32.
        low: The value that became 0.
        high: The value that became 1.

    Examples:
        >>> Frames(torch.zeros(2, 1, 4, 4), low=-10.0, high=30.0).back(torch.tensor([0.5]))
        tensor([10.])
    """

    frames: Tensor
    low: float
    high: float

    def back(self, scaled: Tensor) -> Tensor:
        """Return scaled values, such as a forecast, in the old unit."""
        return self.low + (self.high - self.low) * scaled


def load_frames(
    path: str | Path, *, train: int | None = None, low: float | None = None, high: float | None = None
) -> Frames:
    r"""Read a long video, frame after frame, and scale it to [0, 1].

    Args:
        path: A folder of pictures of one size (PNG, JPEG, GIF, BMP, TIFF), in the order of their names, read in grey; a
            GIF, whose pictures are the frames; or a ``.npy`` file with (T, H, W) or (T, C, H, W).
        train: The scale is that of so many frames from the beginning: what is judged later should not set it. By
            default of all.
        low: The value that becomes 0; the least of the training frames if not given.
        high: The value that becomes 1; the largest of the training frames if not given.

    Returns:
        The frames, (T, C, H, W), and their scale. Later frames may lie a little outside of [0, 1].

    Raises:
        FileNotFoundError: There is no such file or folder, or no picture in it.
        MissingExtraError: Pictures need Pillow; the extra ``video`` brings it.
        ValueError: Pictures of different sizes, an array of another rank, values that are not finite, fewer frames than
            ``train``, or all values equal.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "rain.npy"
        >>> np.save(path, np.linspace(0, 50, 30 * 64).reshape(30, 8, 8))
        >>> load_frames(path).frames.shape
        torch.Size([30, 1, 8, 8])
    """
    path = Path(path)
    array = _array(path)
    if array.ndim == 3:
        array = array[:, None]
    if array.ndim != 4 or 0 in array.shape:
        raise ValueError(
            f"{path} should hold (time, rows, columns) or (time, channels, rows, columns), got {array.shape}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{path} holds values that are not finite: fill the gaps first")
    seen = len(array) if train is None else train
    if not 1 <= seen <= len(array):
        raise ValueError(f"train should be 1 to {len(array)}, the frames there are, got {seen}")
    least = float(array[:seen].min()) if low is None else float(low)
    most = float(array[:seen].max()) if high is None else float(high)
    if not most > least:
        raise ValueError(f"high should be above low, got {most} and {least}")
    scaled = (array - least) / (most - least)
    return Frames(torch.from_numpy(scaled.astype(np.float32)), least, most)


def _array(path: Path) -> npt.NDArray[np.float64]:
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    if path.suffix.lower() == ".npy":
        stored: npt.NDArray[np.float64] = np.load(path, allow_pickle=False).astype(np.float64)
        return stored
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES)
        if not files:
            raise FileNotFoundError(f"no picture in {path}; known are {', '.join(PICTURES)}")
    with extras.explained("load_frames"):
        from PIL import Image, ImageSequence
    pictures = []
    for file in files:
        with Image.open(file) as opened:
            pictures += [
                np.asarray(picture.convert("F"), dtype=np.float64) for picture in ImageSequence.Iterator(opened)
            ]
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise ValueError(f"pictures in {path} have different sizes: {', '.join(map(str, sorted(sizes)))}")
    return np.stack(pictures)
