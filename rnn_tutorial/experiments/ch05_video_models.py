r"""Networks that read some frames and forecast the next: (B, 6, 1, H, W) → scores (B, 6, 1, H, W), for one board."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnn_tutorial.layers import CNNLSTM, ConvLSTM, ConvLSTMForecaster

from .footprint import count_parameters

SIZE, SEEN, AHEAD, PATCH = 32, 6, 6, 2
"""Pixels of a frame's side, frames read, frames forecast, pixels of a patch's side."""
PLACES = (SIZE // PATCH) ** 2
GOAL = 12_000
"""Parameters that each network is made to have, as nearly as its width allows."""


class Step(nn.Module):
    """A ConvLSTM between patches and scores: ``frames, state`` → ``scores of the frames after them, state``."""

    def __init__(self, channels: int, kernel_size: int = 3, **options: Any) -> None:
        super().__init__()
        self.layer = ConvLSTM(PATCH**2, channels, kernel_size, batch_first=True, **options)
        self.readout = nn.Conv2d(channels, PATCH**2, 1)

    def forward(self, frames: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """(B, T, 1, H, W) → (B, T, 1, H, W), state."""
        h, state = self.layer(F.pixel_unshuffle(frames, PATCH), state)
        scores = self.readout(h.flatten(0, 1)).unflatten(0, h.shape[:2])
        return F.pixel_shuffle(scores, PATCH), state


class Unrolled(nn.Module):
    r"""Forecast a frame, read it as if it had been seen, forecast the next: :math:`\hat x_{t+1} = f(\hat x_t)`.

    Args:
        step: ``frames, state`` → ``scores, state``, as :class:`Step` and ``CNNLSTM``.
    """

    def __init__(self, step: nn.Module) -> None:
        super().__init__()
        self.step = step

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, 1, H, W) → (B, 6, 1, H, W)."""
        output, state = self.step(frames)
        scores = [output[:, -1:]]
        for _ in range(AHEAD - 1):
            output, state = self.step(scores[-1].sigmoid(), state)
            scores.append(output)
        return torch.cat(scores, dim=1)


class EncoderForecaster(nn.Module):
    """The paper's model: what one ConvLSTM has understood of the frames, another unrolls without seeing any."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.model = ConvLSTMForecaster(1, [channels], 3, patch_size=PATCH)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, 1, H, W) → (B, 6, 1, H, W)."""
        return self.model(frames, AHEAD)


class StackedFrames(nn.Module):
    """Plain convolutions: the six frames are channels of one picture, and so are the six forecasts."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        widths = [SEEN * PATCH**2, channels, channels, channels]
        hidden = [nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths)]
        self.hidden = nn.ModuleList(hidden)
        self.readout = nn.Conv2d(channels, AHEAD * PATCH**2, 3, padding=1)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 6, 1, H, W) → (B, 6, 1, H, W)."""
        x = as_channels(frames)
        for convolution in self.hidden:
            x = torch.relu(convolution(x))
        return as_frames(self.readout(x))


class UNet(nn.Module):
    r"""A small U-Net: the picture is halved twice, so that few kernels see all of it, and doubled twice.

    What was seen before each halving is laid beside what comes back, so that places stay sharp
    (O. Ronneberger et al., 2015, arXiv:1505.04597).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        w = channels
        self.fine = nn.Conv2d(SEEN * PATCH**2, w, 3, padding=1)
        self.halve = nn.ModuleList([nn.Conv2d(w, 2 * w, 3, 2, 1), nn.Conv2d(2 * w, 2 * w, 3, 2, 1)])
        self.middle = nn.ModuleList([nn.Conv2d(2 * w, 2 * w, 3, padding=1) for _ in range(2)])
        self.join = nn.ModuleList([nn.Conv2d(4 * w, 2 * w, 3, padding=1), nn.Conv2d(3 * w, w, 3, padding=1)])
        self.readout = nn.Conv2d(w, AHEAD * PATCH**2, 1)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 6, 1, H, W) → (B, 6, 1, H, W)."""
        levels = [torch.relu(self.fine(as_channels(frames)))]
        for halve, middle in zip(self.halve, self.middle, strict=True):
            levels.append(torch.relu(middle(torch.relu(halve(levels[-1])))))
        x = levels.pop()
        for join in self.join:
            doubled = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = torch.relu(join(torch.cat([doubled, levels.pop()], dim=1)))
        return as_frames(self.readout(x))


def as_channels(frames: Tensor) -> Tensor:
    """(B, T, 1, H, W) → (B, T · p², H/p, W/p)."""
    return F.pixel_unshuffle(frames.flatten(1, 2), PATCH)


def as_frames(scores: Tensor) -> Tensor:
    """(B, T · p², H/p, W/p) → (B, T, 1, H, W)."""
    return F.pixel_shuffle(scores, PATCH)[:, :, None]


def _cnn_lstm(code_size: int) -> Callable[[int], nn.Module]:
    return lambda width: Unrolled(CNNLSTM((1, SIZE, SIZE), width, code_size, channels=(8, 16)))


FAMILIES: Mapping[str, Callable[[int], nn.Module]] = {
    "U-Net on stacked frames": UNet,
    "CNN on stacked frames": StackedFrames,
    "encoder–forecaster": EncoderForecaster,
    "ConvLSTM": lambda width: Unrolled(Step(width)),
    "CNN-LSTM, Z = 64": _cnn_lstm(64),
    "ConvLSTM, 1 × 1 state kernels": lambda width: Unrolled(Step(width, 5, recurrent_kernel_size=1)),
    "ConvLSTM, no peepholes": lambda width: Unrolled(Step(width, peephole=None)),
    "CNN-LSTM, Z = 16": _cnn_lstm(16),
    "CNN-LSTM, Z = 2": _cnn_lstm(2),
    "CNN-LSTM, Z = 256": _cnn_lstm(256),
}
"""What makes each network of a given width."""
UNITS = 64
"""Of the CNN-LSTMs, whose LSTM alone has more than ``GOAL`` parameters."""


def make(name: str) -> nn.Module:
    """Return an untrained network of the width that brings it nearest to ``GOAL`` parameters."""
    family = FAMILIES[name]
    if name.startswith("CNN-LSTM"):
        return family(UNITS)
    return family(min(range(4, 40), key=lambda width: abs(count_parameters(family(width)) - GOAL)))


def state_numbers(model: nn.Module) -> int:
    """Return how many numbers a network carries from frame to frame: h and c together, 0 without a state."""
    cells = [part for part in model.modules() if isinstance(part, ConvLSTM | CNNLSTM)]
    if not cells:
        return 0
    cell = cells[0]  # the forecaster of an encoder-forecaster goes on with the state that it is handed
    if isinstance(cell, CNNLSTM):
        return 2 * cell.lstm.hidden_size
    return 2 * PLACES * sum(cell.hidden_channels)


def start_from(model: nn.Module, mean: float) -> None:
    """Let the first answer be the mean pixel: nearly all are 0, and that need not be learnt first."""
    part: Any = model.step if isinstance(model, Unrolled) else model
    if isinstance(part, EncoderForecaster):
        part = part.model
    layer: Any = part.decoder if isinstance(part, CNNLSTM) else part.readout
    if isinstance(part, CNNLSTM):
        layer = layer.convolutions[0]  # the decoder counts its convolutions from the frame inwards
    with torch.no_grad():
        layer.bias.fill_(torch.tensor(mean).logit().item())
