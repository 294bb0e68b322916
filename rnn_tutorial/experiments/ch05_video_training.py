r"""Training for the boards of videos: each network by each loss, and what needs no network, judged alike."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.training import predict
from rnn_tutorial.training.batch_loss import Loss
from rnn_tutorial.video import (
    ScheduledSampling,
    best_blur,
    blurred,
    flow_forecast,
    linear_decay,
    mse_by_lead,
    persistence,
    same_shift,
    ssim,
    ssim_by_lead,
)

from . import ch05_video_models as models
from .ch05_video_fields import PARTS, Field, Part
from .ch05_videos import fit_frames
from .footprint import count_parameters

RATES = (0.006, 0.015)
"""Learning rates that each network tries on the validation videos, with seed 0."""
EPOCHS, BATCH_SIZE = 15, 8
ONE_FRAME = "ConvLSTM, taught one frame"
HALF, SCHEDULED = "ConvLSTM, half its own frames", "ConvLSTM, scheduled sampling"
"""The same network by how often it is fed, in training, the true frame in place of its own forecast."""
SHARES: Mapping[str, Callable[[int], float] | float] = {
    HALF: 0.5,
    SCHEDULED: linear_decay(EPOCHS * PARTS["train"][0] // BATCH_SIZE),
}
NETWORKS = (*models.FAMILIES, ONE_FRAME, *SHARES)
CODES = ("CNN-LSTM, Z = 2", "CNN-LSTM, Z = 256")
"""The narrowest code and the widest, which are tried on digits alone."""
NETWORKS_ON: Mapping[Field, tuple[str, ...]] = {
    "digits": NETWORKS,
    "rain": (*(name for name in models.FAMILIES if name not in CODES), SCHEDULED),
}
"""Networks that are tried on each field."""
LOSS_NETWORK = "U-Net on stacked frames"
"""The network that is trained by each of the losses: the quickest."""


def _unlike(scores: Tensor, truth: Tensor) -> Tensor:
    return 1 - ssim(scores.sigmoid(), truth).mean()


LOSSES: Mapping[str, Loss] = {
    "BCE": F.binary_cross_entropy_with_logits,
    "MSE": lambda scores, truth: F.mse_loss(scores.sigmoid(), truth),
    "MAE": lambda scores, truth: F.l1_loss(scores.sigmoid(), truth),
    "1 − SSIM": _unlike,
    "BCE + 0.1 (1 − SSIM)": lambda scores, truth: (
        F.binary_cross_entropy_with_logits(scores, truth) + 0.1 * _unlike(scores, truth)
    ),
}
"""Of scores and pixels in [0, 1]."""


class TaughtOneFrame(nn.Module):
    """In training, every frame is forecast from the true ones before it: an unrolled network never meets its own."""

    def __init__(self, model: models.Unrolled) -> None:
        super().__init__()
        self.step = model.step

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, 1, H, W) → (B, T, 1, H, W)."""
        scores: Tensor = self.step(frames)[0]
        return scores


def train(name: str, data: Part, lr: float, seed: int, *, loss: str = "BCE", epochs: int = EPOCHS) -> nn.Module:
    """Train a network of :data:`NETWORKS` once."""
    torch.manual_seed(seed)
    model = models.make(name if name in models.FAMILIES else "ConvLSTM")
    models.start_from(model, float(data.future.mean()))
    taught, examples = _lesson(name, model, data)
    fit_frames(taught, examples, LOSSES[loss], epochs=epochs, batch_size=BATCH_SIZE, lr=lr, seed=seed)
    return model.cpu().eval()


def _lesson(name: str, model: nn.Module, data: Part) -> tuple[nn.Module, TensorDataset]:
    """Return what is fitted, which has the model's weights, and its examples."""
    whole = torch.cat([data.past, data.future], dim=1)
    if isinstance(model, models.Unrolled) and name == ONE_FRAME:
        return TaughtOneFrame(model), TensorDataset(whole[:, :-1], whole[:, 1:])
    if isinstance(model, models.Unrolled) and name in SHARES:
        sampled = ScheduledSampling(model.step, models.SEEN, SHARES[name], torch.sigmoid)
        return sampled, TensorDataset(whole[:, :-1], data.future)
    return model, TensorDataset(data.past, data.future)


def forecast(model: nn.Module, past: Tensor) -> Tensor:
    """(N, 6, 1, H, W) → (N, 6, 1, H, W), pixels in [0, 1]."""
    result: Tensor = predict(model, past).sigmoid()
    return result


def scores(forecast: Tensor, truth: Tensor) -> dict[str, list[float]]:
    """Return MSE and SSIM of each lead."""
    return {
        "mse": [round(value, 7) for value in mse_by_lead(forecast, truth).tolist()],
        "ssim": [round(value, 5) for value in ssim_by_lead(forecast, truth).tolist()],
    }


def sizes(model: nn.Module) -> dict[str, int]:
    """Return a network's parameters and the numbers that it carries from frame to frame."""
    return {"parameters": count_parameters(model), "state": models.state_numbers(model)}


# ---- what needs no network ---------------------------------------------------------------------------------------

SIMPLE: Mapping[str, Callable[[Tensor, int], Tensor]] = {
    "persistence": persistence,
    "same shift": same_shift,
    "optical flow": flow_forecast,
}
"""Forecasts that are judged as they are, and blurred."""
BLANK, MEAN = "blank frame", "mean frame"
"""Nothing, and each pixel's mean over the training videos' frames."""
SIMPLE_NAMES = (BLANK, MEAN, *(name for one in SIMPLE for name in (one, f"{one}, blurred")))


def simple_forecasts(
    train: tuple[Tensor, Tensor], past: Tensor, ahead: int
) -> Iterator[tuple[str, list[float] | None, Tensor]]:
    r"""Forecast without learning, each way as it is and blurred as is best at each lead of the training videos.

    Args:
        train: Frames that are read and frames that follow, (M, T, C, H, W) and (M, ahead, C, H, W).
        past: Frames that are read, (N, T, C, H, W).
        ahead: Frames to forecast.

    Yields:
        Name, the blur of each lead, and the forecast (N, ahead, C, H, W).
    """
    before, after = train
    size = (len(past), ahead, *past.shape[2:])
    yield BLANK, None, past.new_zeros(size)
    yield MEAN, None, after.mean(dim=(0, 1)).expand(size)
    for name, method in SIMPLE.items():
        sharp = method(past, ahead)
        sigma = best_blur(method(before, ahead), after)
        yield name, None, sharp
        yield f"{name}, blurred", sigma, blurred(sharp, sigma)


def simple_rows(train: Part, test: Part) -> list[dict[str, Any]]:
    """Judge what needs no learning."""
    told = {"loss": None, "lr": None, "seed": None}
    return [
        {**told, "network": name, "sigma": sigma, **scores(forecast, test.future)}
        for name, sigma, forecast in simple_forecasts((train.past, train.future), test.past, models.AHEAD)
    ]
