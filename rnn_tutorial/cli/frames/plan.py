r"""How a video is cut for judging: frames to train on, and origins in those after them to be judged at."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

MOST_ORIGINS, MOST_TO_BLUR_BY = 100, 30


@dataclass(frozen=True)
class Parts:
    r"""The cut.

    Args:
        train: Frames from the beginning that are learnt from.
        origins: Numbers of the first frames that are forecast, all of them after those.
        stride: Frames from one origin to the next.
        blur_origins: Origins within the training frames, by which the blurs of simple forecasts are chosen.
    """

    train: int
    origins: tuple[int, ...]
    stride: int
    blur_origins: tuple[int, ...]


def plan_for_new(frames: int, reads: int, horizon: int) -> Parts:
    r"""Cut a video to judge a network that is trained on its first part; the last fifth is to judge by.

    Raises:
        ValueError: There are too few frames.
    """
    test = max(horizon, frames // 5)
    needed = reads + 2 * horizon
    if frames - test < reads + horizon:
        raise ValueError(
            f"There are {frames} frames, but at least {needed} are needed: a window is {reads} frames that are read "
            f"and {horizon} that are forecast, and besides one to learn from there have to be {horizon} to judge by. "
            "Shorten --horizon or --input-length, or add frames."
        )
    return cut(frames, frames - test, reads, horizon)


def plan_for_loaded(frames: int, seen: int, reads: int, horizon: int) -> Parts | None:
    """Cut what a saved network may be judged on, the frames after those it has seen; None if they are too few."""
    train = seen if seen >= reads + horizon else max(frames // 2, reads + horizon)
    return None if frames - train < horizon else cut(frames, train, reads, horizon)


def cut(frames: int, train: int, reads: int, horizon: int) -> Parts:
    """Spread origins evenly over both parts."""
    stride = max(1, math.ceil((frames - train - horizon + 1) / MOST_ORIGINS))
    last = frames - horizon
    origins = range(last - (last - train) // stride * stride, last + 1, stride)  # the last forecast ends with the video
    to_blur = range(reads, train - horizon + 1)
    every = max(1, math.ceil(len(to_blur) / MOST_TO_BLUR_BY))
    return Parts(train, tuple(origins), stride, tuple(to_blur[::every]))


def windows(frames: Tensor, origins: tuple[int, ...], reads: int, horizon: int) -> tuple[Tensor, Tensor]:
    """(T, C, H, W) → frames before each of N origins, (N, reads, C, H, W), and from it on, (N, horizon, C, H, W)."""
    begins = torch.tensor(origins)[:, None]
    return frames[begins + torch.arange(-reads, 0)], frames[begins + torch.arange(horizon)]
