r"""Frames in, the frames after them out: the paper's encoder–forecaster, which keeps of the last frame what stays."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import Dataset

from rnn_tutorial.layers import ConvLSTMForecaster


class FrameNetwork(nn.Module):
    r"""Say of each frame ahead how much of the last one seen is still there, pixel by pixel, and what has come to it.

    The encoder reads each frame and its difference from the frame before, in which motion shows itself.

    Args:
        channels: C of a frame.
        hidden_channels: Of each ConvLSTM layer of the encoder, from the frames up.
        kernel_size: Odd size of all kernels.
        patch_size: p; patches of p × p pixels become p² channels. Frames of other sizes are continued at their edges
            to a multiple, and cut again.
        horizon: Frames ahead.

    Call:
        (B, T, C, H, W) → (B, horizon, C, H, W).
    """

    def __init__(
        self, channels: int, hidden_channels: tuple[int, ...], kernel_size: int, patch_size: int, horizon: int
    ) -> None:
        super().__init__()
        self.horizon, self.patch_size = horizon, patch_size
        self.model = ConvLSTMForecaster(2 * channels, list(hidden_channels), kernel_size, patch_size=patch_size)
        with torch.no_grad():  # begins as half of the last frame, everywhere: neither kept nor gone
            self.model.readout.weight.mul_(0.1)
            self.model.readout.bias.zero_()

    def forward(self, frames: Tensor) -> Tensor:
        """Forecast ``horizon`` frames."""
        rows, columns = frames.shape[-2:]
        change = torch.diff(frames, dim=1, prepend=frames[:, :1])
        read = torch.cat([frames, change], dim=2)
        down, right = -rows % self.patch_size, -columns % self.patch_size
        whole = F.pad(read.flatten(0, 1), (0, right, 0, down), mode="replicate").unflatten(0, read.shape[:2])
        kept, new = self.model(whole, self.horizon)[..., :rows, :columns].chunk(2, dim=2)
        # x̂_{T+k} = σ(m_k) ⊙ x_T + r_k
        return torch.sigmoid(kept) * frames[:, -1:] + new


class Windows(Dataset[tuple[Tensor, Tensor]]):
    r"""Windows of a long video, cut when they are asked for: ``frame_windows`` without copies.

    Args:
        frames: (T, C, H, W).
        seen: Frames to read.
        ahead: Frames to forecast.
        stride: Frames from the begin of one window to that of the next.
    """

    def __init__(self, frames: Tensor, seen: int, ahead: int, stride: int) -> None:
        self.frames, self.seen, self.ahead, self.stride = frames, seen, ahead, stride

    def __len__(self) -> int:
        return (len(self.frames) - self.seen - self.ahead) // self.stride + 1

    def __getitem__(self, k: int) -> tuple[Tensor, Tensor]:
        now = k * self.stride + self.seen
        return self.frames[now - self.seen : now], self.frames[now : now + self.ahead]
