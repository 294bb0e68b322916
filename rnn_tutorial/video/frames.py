r"""What the room calls a video, and windows of frames cut from a long one."""

import torch
from torch import Tensor

from rnn_tutorial.validate import whole

__all__ = ["frame_windows"]


def frame_windows(frames: Tensor, seen: int, ahead: int, stride: int = 1) -> tuple[Tensor, Tensor]:
    r"""Cut a long video into examples: some frames to read, and those that follow them.

    Split by time *before* you cut, so that no frame of the test is in a window of the training.

    Args:
        frames: (T, C, H, W), one video.
        seen: Frames to read.
        ahead: Frames to forecast.
        stride: Frames from the begin of one window to that of the next.

    Returns:
        (N, seen, C, H, W) and (N, ahead, C, H, W), with N = (T - seen - ahead) // stride + 1.

    Raises:
        TypeError: A count that is no whole number.
        ValueError: A count below 1, frames of another rank, fewer frames than one window has.

    Examples:
        >>> past, future = frame_windows(torch.rand(30, 1, 16, 16), seen=6, ahead=3)
        >>> past.shape, future.shape
        (torch.Size([22, 6, 1, 16, 16]), torch.Size([22, 3, 1, 16, 16]))
    """
    seen, ahead, stride = whole("seen", seen), whole("ahead", ahead), whole("stride", stride)
    if frames.dim() != 4:
        raise ValueError(f"frames should be (time, channels, rows, columns), got {tuple(frames.shape)}")
    if len(frames) < seen + ahead:
        raise ValueError(f"{len(frames)} frames, and one window needs {seen} + {ahead}")
    begins = torch.arange(0, len(frames) - seen - ahead + 1, stride, device=frames.device)
    return (
        frames[begins[:, None] + torch.arange(seen, device=frames.device)],
        frames[begins[:, None] + torch.arange(seen, seen + ahead, device=frames.device)],
    )


def of_videos(videos: Tensor, least: int = 1) -> None:
    """Refuse what is not (N, T, C, H, W) with at least so many frames."""
    if videos.dim() != 5:
        raise ValueError(f"videos should be (videos, time, channels, rows, columns), got {tuple(videos.shape)}")
    if videos.shape[1] < least:
        raise ValueError(f"{least} frames of each video are needed, got {videos.shape[1]}")


def same_frames(forecast: Tensor, truth: Tensor) -> None:
    """Refuse two that are not videos of one shape."""
    of_videos(truth)
    if forecast.shape != truth.shape:
        raise ValueError(f"forecast and truth should have one shape, got {tuple(forecast.shape)}, {tuple(truth.shape)}")
