r"""Missing pixels: refused, filled by a number, or in time between the frames that have them."""

from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Fill = Literal["refuse", "interpolate"] | float


def filled(frames: Array, fill: Fill, path: Path) -> Array:
    r"""Return frames without gaps.

    Args:
        frames: (T, …), NaN where a pixel is missing.
        fill: ``"refuse"``; ``"interpolate"``, on a line in time from the frame before to the frame after, and at the
            ends as the nearest; or a number.
        path: Where they come from, for messages.

    Raises:
        ValueError: Gaps that were to be refused, a pixel that is always missing and so cannot be interpolated, values
            that are infinite, or an unknown ``fill``.
    """
    if isinstance(fill, str) and fill not in ("refuse", "interpolate"):
        raise ValueError(f'fill should be "refuse", "interpolate" or a number, got {fill!r}')
    if not isinstance(fill, str) and not np.isfinite(fill):
        raise ValueError(f"fill should be a finite number, got {fill}")
    if np.isinf(frames).any():
        raise ValueError(f"{path} holds values that are infinite")
    gaps = np.isnan(frames)
    if not gaps.any():
        return frames
    with_gaps = np.flatnonzero(gaps.reshape(len(gaps), -1).any(axis=1))
    if fill == "refuse":
        raise ValueError(
            f"{path} has {gaps.sum():,} missing values, not finite, in {len(with_gaps)} of {len(frames)} frames, the "
            f'first in frame {with_gaps[0]}: fill="interpolate" fills them in time, fill=0 by a number'
        )
    if fill == "interpolate":
        return _interpolated(frames, gaps, path)
    return np.where(gaps, float(fill), frames)


def _interpolated(frames: Array, gaps: npt.NDArray[np.bool_], path: Path) -> Array:
    pixels, missing = frames.reshape(len(frames), -1).copy(), gaps.reshape(len(gaps), -1)
    if never := int(missing.all(axis=0).sum()):
        raise ValueError(f"{path}: {never:,} pixels are missing in all frames, as land is on a sea: fill by a number")
    when = np.arange(len(frames))
    for k in np.flatnonzero(missing.any(axis=0)):
        gap = missing[:, k]
        pixels[gap, k] = np.interp(when[gap], when[~gap], pixels[~gap, k])
    return pixels.reshape(frames.shape)
