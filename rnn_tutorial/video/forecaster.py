r"""A ConvLSTM that is fitted to one long video and forecasts the frames after it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor

from rnn_tutorial.devices import pick_device
from rnn_tutorial.training import History, fit, predict
from rnn_tutorial.validate import whole

from .frames import of_videos
from .load import Frames
from .network import FrameNetwork, Windows

__all__ = ["FrameForecaster"]

LARGE, SMALL = 96, 16
"""Sides in pixels from which a patch is by default 4 × 4, and below which it is one pixel; between them it is 2 × 2."""


class FrameForecaster:
    r"""The encoder–forecaster of Shi et al. (2015) as a method: fitted, asked, saved.

    One ConvLSTM reads the last ``input_length`` frames, another unrolls what it has understood over all frames ahead.
    The network says of each how much of the last frame seen is still there, pixel by pixel, and what has come to it,
    and learns by the mean squared error over all of them:

    .. math:: \hat x_{T+k} = \sigma(m_k) \odot x_T + r_k, \qquad k = 1 \dots \text{horizon}

    where :math:`m_k` and :math:`r_k` are the channels that the forecaster unrolls. Read are the frames and their
    differences, :math:`x_t` and :math:`x_t - x_{t-1}`.

    It works on frames in [0, 1], as ``load_frames`` gives them; ``Frames.back`` brings a forecast into the old unit.

    Args:
        horizon: Frames ahead.
        input_length: Frames n that are read; by default the horizon, but at least 4.
        hidden_channels: Channels of the ConvLSTM, a number for each of several layers.
        kernel_size: Odd size of all kernels, in patches.
        patch_size: Pixels of a patch's side. A pixel sees by ``kernel_size // 2`` patches further with each frame:
            what moves faster cannot be followed. By default 1 for frames below 16 pixels, 4 from 96 on, else 2.
        epochs: Passes over the training windows.
        lr, batch_size: Of Adam under a one-cycle schedule.
        stride: Frames from one training window to the next.
        seed: Of weights and of the order of the windows.

    Attributes:
        history: Of the last training.
        scale: The frames that were last read, with the scale of the training: ``scale.back`` gives the old unit.
        fitted_frames: How many frames it was fitted to.

    Raises:
        TypeError, ValueError: An argument has an impossible kind or value.

    References:
        X. Shi et al. (2015), "Convolutional LSTM network", arXiv:1506.04214.

    Examples:
        >>> frames = torch.rand(20, 1, 8, 8)
        >>> model = FrameForecaster(horizon=3, hidden_channels=2, epochs=1).fit(frames)
        >>> model.predict().shape  # the frames after those it was fitted to
        torch.Size([3, 1, 8, 8])
        >>> model.predict(torch.rand(5, 4, 1, 8, 8)).shape
        torch.Size([5, 3, 1, 8, 8])
    """

    network: FrameNetwork  # all of these once fitted
    history: History
    scale: Frames
    fitted_frames: int

    def __init__(
        self,
        horizon: int,
        *,
        input_length: int | None = None,
        hidden_channels: int | Sequence[int] = 16,
        kernel_size: int = 3,
        patch_size: int | None = None,
        epochs: int = 20,
        lr: float = 1e-2,
        batch_size: int = 8,
        stride: int = 1,
        seed: int = 0,
    ) -> None:
        self.horizon = whole("horizon", horizon)
        self.input_length = max(4, self.horizon) if input_length is None else whole("input_length", input_length)
        widths = [hidden_channels] if isinstance(hidden_channels, int) else list(hidden_channels)
        self.hidden_channels = tuple(whole("hidden_channels", width) for width in widths)
        self.kernel_size = whole("kernel_size", kernel_size)
        if not self.hidden_channels or self.kernel_size % 2 == 0:
            raise ValueError(f"kernels should be odd and layers at least one, got {kernel_size}, {hidden_channels}")
        self.patch_size = None if patch_size is None else whole("patch_size", patch_size)
        self.epochs, self.batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
        self.lr, self.stride, self.seed = float(lr), whole("stride", stride), whole("seed", seed, least=0)

    @property
    def options(self) -> dict[str, Any]:
        """The arguments by which it was made."""
        names = ("horizon", "input_length", "hidden_channels", "kernel_size", "patch_size", "epochs", "lr")
        return {name: getattr(self, name) for name in (*names, "batch_size", "stride", "seed")}

    @property
    def parameters(self) -> int:
        """Trainable numbers, once fitted."""
        return sum(p.numel() for p in self._fitted().network.parameters())

    def fit(self, frames: Frames | Tensor, *, checkpoint: str | Path | None = None, progress: bool = False) -> Self:
        r"""Train a fresh network.

        Args:
            frames: (T, C, H, W) in [0, 1], or what ``load_frames`` returns, whose scale is kept as well.
            checkpoint: Folder in which finished epochs are kept, so that an interrupted training goes on; see ``fit``.
            progress: Whether to show a progress bar.

        Returns:
            Itself.

        Raises:
            ValueError: Fewer frames than one window has, frames of another rank, or values that are not finite.
            TrainingInterrupted, CheckpointError, CheckpointMismatchError: As of ``fit``.
        """
        scaled = frames if isinstance(frames, Frames) else Frames(frames, 0.0, 1.0)
        video, needed = scaled.frames, self.input_length + self.horizon
        if video.dim() != 4:
            raise ValueError(f"frames should be (time, channels, rows, columns), got {tuple(video.shape)}")
        if len(video) < needed:
            raise ValueError(f"{len(video)} frames, and one window needs {self.input_length} + {self.horizon}")
        if not torch.isfinite(video).all():
            raise ValueError("frames hold values that are not finite")
        windows = Windows(video.detach().float().cpu(), self.input_length, self.horizon, self.stride)
        network = self.make(video.shape[1], min(video.shape[-2:]))
        self.history = fit(
            network, windows, loss=F.mse_loss, epochs=self.epochs, batch_size=self.batch_size, lr=self.lr,
            schedule="onecycle", seed=self.seed, checkpoint=checkpoint, progress=progress,
        )  # fmt: skip
        self.network, self.fitted_frames = network.eval(), len(video)
        self.scale = scaled.part(-self.input_length)._replace(frames=windows.frames[-self.input_length :].clone())
        return self

    def predict(self, past: Tensor | None = None) -> Tensor:
        r"""Forecast the frames that follow.

        Args:
            past: (N, T, C, H, W) in [0, 1], scaled as the training was; the last ``input_length`` of T are read. By
                default what it was fitted to, one video.

        Returns:
            (N, horizon, C, H, W) on the CPU; without ``past`` (horizon, C, H, W).

        Raises:
            RuntimeError: Nothing was fitted yet.
            ValueError: Too few frames, or frames of other channels.
        """
        network = self._fitted().network
        if past is None:
            return self.predict(self.scale.frames[None])[0]
        of_videos(past, least=self.input_length)
        if past.shape[2] != (channels := self.scale.frames.shape[1]):
            raise ValueError(f"frames of {past.shape[2]} channels, and the network was fitted to {channels}")
        return predict(network, past[:, -self.input_length :].float(), batch_size=32)

    def make(self, channels: int, side: int) -> FrameNetwork:
        """Return a fresh network for frames of so many channels and pixels of their shorter side."""
        patch = self.patch_size or (1 if side < SMALL else 2 if side < LARGE else 4)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            network = FrameNetwork(channels, self.hidden_channels, self.kernel_size, patch, self.horizon)
        return network.to(pick_device())

    def save(self, path: str | Path) -> None:
        r"""Keep network, scale and last frames in one file, whole or not at all.

        Raises:
            RuntimeError: Nothing was fitted yet.
            OSError: The disk refused.
        """
        from .saving import save

        save(self._fitted(), Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        r"""Read a forecaster that was saved.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: It is damaged, was changed, or is of another kind.
        """
        from .saving import load

        return load(cls, Path(path))

    def _fitted(self) -> Self:
        if not hasattr(self, "network"):
            raise RuntimeError("nothing was fitted yet: call fit(frames) first")
        return self
