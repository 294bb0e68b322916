r"""Forecasting videos: the next frame from those before it, with and without memory, with and without convolutions."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.layers import LSTM
from rnn_tutorial.training import fit, predict
from rnn_tutorial.training.batch_loss import Loss
from rnn_tutorial.video import best_blur, blurred, same_shift


class NextFrame(nn.Module):
    r"""A convolutional layer over time, then a 1×1 convolution to the scores of the next frame.

    Args:
        layer: Batch first, (B, T, C · p², H/p, W/p) → ``output, state`` with ``channels`` channels.
        channels: Of the layer's output.
        patch: Pixels p of a patch's side; a frame of C channels becomes one of C · p², p times smaller.
        frame_channels: C.
    """

    def __init__(self, layer: nn.Module, channels: int, patch: int = 2, frame_channels: int = 1) -> None:
        super().__init__()
        self.layer, self.patch = layer, patch
        self.readout = nn.Conv2d(channels, frame_channels * patch**2, 1)

    def forward(self, videos: Tensor) -> Tensor:
        """(B, T, C, H, W) → (B, T, C, H, W): at t the scores of frame t + 1, from frames 1 … t."""
        output, _ = self.layer(F.pixel_unshuffle(videos, self.patch))
        scores = self.readout(output.flatten(0, 1)).unflatten(0, output.shape[:2])
        return F.pixel_shuffle(scores, self.patch)


class NoMemory(nn.Module):
    """Two convolutions, the rivals of a ConvLSTM that see one frame at a time: (B, T, C, H, W) → (B, T, K, H, W)."""

    def __init__(self, channels: int, hidden: int, kernel_size: int = 3) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, hidden, kernel_size, padding=kernel_size // 2)
        self.second = nn.Conv2d(hidden, hidden, kernel_size, padding=kernel_size // 2)

    def forward(self, videos: Tensor) -> tuple[Tensor, None]:
        """Look at each frame alone; the second value stands where layers return a state."""
        seen = torch.relu(self.second(torch.relu(self.first(videos.flatten(0, 1)))))
        return seen.unflatten(0, videos.shape[:2]), None


class FlatLSTM(nn.Module):
    """An LSTM that reads each frame as one long row of pixels: memory, but no neighbours but those it learns."""

    def __init__(self, pixels: int, hidden_size: int) -> None:
        super().__init__()
        self.layer = LSTM(pixels, hidden_size, batch_first=True)
        self.readout = nn.Linear(hidden_size, pixels)

    def forward(self, videos: Tensor) -> Tensor:
        """As :class:`NextFrame`."""
        return self.readout(self.layer(videos.flatten(2))[0]).view_as(videos)


def train_next_frame(
    model: NextFrame | FlatLSTM, videos: Tensor, *, epochs: int, seed: int = 0, lr: float = 2e-2
) -> NextFrame | FlatLSTM:
    """Train to forecast frames 2 … T from those before; the loss is the cross-entropy of each pixel."""
    # Nearly all pixels are black. A network that starts with the mean pixel as its answer does not first spend
    # epochs, and luck, on learning that.
    with torch.no_grad():
        model.readout.get_parameter("bias").copy_(videos.mean().logit())
    examples = TensorDataset(videos[:, :-1], videos[:, 1:])
    fit_frames(model, examples, F.binary_cross_entropy_with_logits, epochs=epochs, batch_size=8, lr=lr, seed=seed)
    return model.cpu().eval()


def fit_frames(
    model: nn.Module, examples: TensorDataset, loss: Loss, *, epochs: int, batch_size: int, lr: float, seed: int
) -> None:
    """Train on frames as all networks of these pages: the rate rises and falls once, gradients are clipped to 1."""
    fit(
        model,
        examples,
        loss=loss,
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        schedule="onecycle",
        clip_norm=1.0,
        seed=seed,
        progress=False,
    )


def next_frames(model: nn.Module, videos: Tensor) -> Tensor:
    """Forecast frames 2 … T, (B, T - 1, C, H, W), pixels in [0, 1]."""
    return predict(model, videos[:, :-1]).sigmoid()


@torch.no_grad()
def roll_out(model: nn.Module, videos: Tensor, steps: int) -> Tensor:
    """Forecast ``steps`` frames after the last, each fed back as if it had been seen: (B, steps, C, H, W)."""
    seen = videos
    for _ in range(steps):
        seen = torch.cat([seen, model(seen)[:, -1:].sigmoid()], dim=1)
    return seen[:, videos.shape[1] :]


def shifted_once_more(videos: Tensor) -> Tensor:
    """Forecast frames 2 … T, each the frame before it shifted as that was shifted itself: (B, T - 1, C, H, W).

    Before frame 2 no movement has been seen: it is forecast to be frame 1 again.
    """
    pairs = torch.stack([videos[:, :-2], videos[:, 1:-1]], dim=2).flatten(0, 1)  # x_{t-1} and x_t
    ahead = same_shift(pairs, 1)[:, 0].unflatten(0, (len(videos), videos.shape[1] - 2))
    return torch.cat([videos[:, :1], ahead], dim=1)


def blurred_as_on(forecast: Tensor, truth: Tensor, other: Tensor) -> Tensor:
    """Blur other videos' forecasts as it would have been best for ``forecast``, whose ``truth`` is known."""
    sigma = best_blur(forecast.flatten(0, 1)[:, None], truth.flatten(0, 1)[:, None])
    return blurred(other, sigma[0])


def frame_error(forecast: Tensor, truth: Tensor) -> Tensor:
    """Return the squared error summed over a frame's pixels, averaged over videos: one number a step, (T,)."""
    return ((forecast - truth) ** 2).sum(dim=(2, 3, 4)).mean(dim=0)
