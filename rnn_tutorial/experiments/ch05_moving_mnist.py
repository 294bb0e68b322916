r"""Moving MNIST at the paper's size: two digits in 64 × 64 pixels, ten frames read and ten forecast.

Videos, network and errors are those of Shi et al. (2015), as far as it says what they are; digits and paths are drawn
anew, so that another's test videos differ from these. ``python -m benchmarks.moving_mnist`` trains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import Dataset

from rnn_tutorial.data import moving_digits
from rnn_tutorial.data.datasets.mnist import Images
from rnn_tutorial.layers import ConvLSTMForecaster
from rnn_tutorial.training import fit, predict
from rnn_tutorial.video import mse_by_lead, ssim_by_lead

from . import ch05_video_board as board
from .ch05_video_training import MEAN, simple_forecasts

SIZE, SEEN, AHEAD = 64, 10, 10
PATCH, KERNEL = 4, 5
Part = Literal["train", "valid", "test"]
PARTS: Mapping[Part, tuple[int, int, Literal["train", "test"]]] = {
    "train": (10_000, 1_000, "train"),
    "valid": (200, 2_000, "train"),
    "test": (1_000, 3_000, "test"),
}
"""Videos, the first of their seeds and which of MNIST's images they show. The paper has 2,000 and 3,000 to judge by."""
NETWORKS: Mapping[str, Sequence[int]] = {"64-64": (64, 64), "128-64-64": (128, 64, 64)}
"""Channels of the layers' states: a network that two cores can train in an hour, and the paper's best."""
CHUNK = 500
"""Videos that one seed draws."""


@dataclass
class Videos(Dataset[tuple[Tensor, Tensor]]):
    """Videos (N, 20, 1, 64, 64) as bytes, read as frames seen and frames to forecast, from 0 to 1."""

    frames: Tensor
    batch_indexing = True

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: int | Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return (10, 1, 64, 64) twice, or with a list of B indices (B, 10, 1, 64, 64)."""
        video = self.frames[index].float() / 255
        seen, ahead = video.split((SEEN, AHEAD), dim=-4)
        return seen, ahead


def videos(part: Part, images: Images, count: int | None = None) -> Videos:
    """Draw the training, validation or test videos, or the first ``count`` of them."""
    whole, seed, digits = PARTS[part]
    wanted = whole if count is None else count
    chunks = []
    for first in range(0, wanted, CHUNK):
        drawn = moving_digits(CHUNK, steps=SEEN + AHEAD, size=SIZE, seed=seed + first, part=digits, images=images)
        chunks.append(drawn.mul(255).round().to(torch.uint8)[: wanted - first])
    return Videos(torch.cat(chunks))


class TenAhead(nn.Module):
    r"""The paper's encoder–forecaster: (B, 10, 1, 64, 64) → scores (B, 10, 1, 64, 64).

    Args:
        channels: Of the layers' states, from the frames up.
        mean: Of a pixel, which the first answer is: nearly all are 0, and that need not be learnt first.
    """

    def __init__(self, channels: Sequence[int], mean: float) -> None:
        super().__init__()
        self.model = ConvLSTMForecaster(1, list(channels), KERNEL, patch_size=PATCH)
        with torch.no_grad():
            self.model.readout.bias.fill_(torch.tensor(mean).logit().item())

    def forward(self, frames: Tensor) -> Tensor:
        """Forecast."""
        return self.model(frames, AHEAD)


def train(name: str, data: Videos, valid: Videos, *, epochs: int, seed: int, **options: Any) -> tuple[nn.Module, Any]:
    r"""Train a network of ``NETWORKS`` by BCE, in 16 bits where they help; return it and its history.

    ``options`` are for :func:`rnn_tutorial.fit`, such as ``checkpoint``.
    """
    torch.manual_seed(seed)
    model = TenAhead(NETWORKS[name], float(data.frames[:500].float().mean() / 255))
    history = fit(
        model,
        data,
        valid,
        loss=F.binary_cross_entropy_with_logits,
        epochs=epochs,
        batch_size=8,
        lr=1e-3,
        schedule="onecycle",
        clip_norm=1.0,
        seed=seed,
        mixed_precision="bf16",
        **options,
    )
    return model.cpu().eval(), history


def judge(model: nn.Module, test: Videos) -> tuple[dict[str, Any], Tensor]:
    """Return a network's errors, and its forecasts (N, 10, 1, 64, 64)."""
    logits: Tensor = predict(model, test.frames[:, :SEEN].float() / 255, batch_size=50)
    _, truth = test[range(len(test))]
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="sum").item() / len(test)
    forecast = logits.sigmoid()
    return {"cross_entropy": round(entropy, 2), **errors(forecast, truth)}, forecast


def errors(forecast: Tensor, truth: Tensor) -> dict[str, Any]:
    """Return the squared error of a frame, summed over its pixels as others print it, and SSIM, both by lead."""
    return {
        "mse": [round(value * SIZE**2, 3) for value in mse_by_lead(forecast, truth).tolist()],
        "ssim": [round(value, 4) for value in ssim_by_lead(forecast, truth).tolist()],
    }


def least_entropy(test: Videos) -> float:
    """Return the cross-entropy of a video forecast without error: pixels are grey at a digit's edge, and cost."""
    _, truth = test[range(len(test))]
    return _entropy(truth, truth)


def _entropy(forecast: Tensor, truth: Tensor) -> float:
    """Return the cross-entropy of a video, in nats: summed over its frames and pixels, as the paper has it."""
    return round(F.binary_cross_entropy(forecast, truth, reduction="sum").item() / len(truth), 2)


def simple_rows(train: Videos, test: Videos) -> list[dict[str, Any]]:
    """Judge what needs no network; blurred as is best for each lead of 500 training videos."""
    seen, truth = test[range(len(test))]
    found: list[dict[str, Any]] = []
    for name, _, forecast in simple_forecasts(train[range(min(len(train), 500))], seen, AHEAD):
        entropy = {"cross_entropy": _entropy(forecast, truth)} if name == MEAN else {}
        found.append({"network": name, **entropy, **errors(forecast, truth)})
    return found


def keep_pictures(path: Path, forecast: Tensor, test: Videos, count: int = 4) -> None:
    """Write the first test videos and their forecasts as bytes."""
    board.keep_pictures(path, {"truth": test.frames[:count].float() / 255, "forecast": forecast[:count]})


# ---- what the page shows -----------------------------------------------------------------------------------------

Rows = Sequence[Mapping[str, Any]]
BEST = "without error"
"""The row that holds the least cross-entropy."""


kept_pictures = board.kept_pictures
"""Returns the videos (N, 20, 1, 64, 64) and their forecasts (N, 10, 1, 64, 64) that were kept, from 0 to 1."""


def trained(rows: Rows) -> list[Mapping[str, Any]]:
    """Return the rows of networks, the one with the least cross-entropy first."""
    return sorted((row for row in rows if "epochs" in row), key=lambda row: float(row["cross_entropy"]))


def title(row: Mapping[str, Any]) -> str:
    """Return what a row is called: a network by its channels and epochs."""
    if "epochs" not in row:
        return str(row["network"])
    return f"encoder–forecaster {row['network']}, {row['epochs']} epochs"


def best_by_lead(rows: Rows, *, simple: bool) -> list[tuple[str, float]]:
    """Return name and error of the best at each lead: of the networks, or of what needs none."""
    asked = [row for row in rows if "mse" in row and ("epochs" not in row) == simple]
    ranked = [min(asked, key=lambda row: float(row["mse"][k])) for k in range(AHEAD)]
    return [(title(row), float(row["mse"][k])) for k, row in enumerate(ranked)]


def table(rows: Rows) -> pd.DataFrame:
    """Return errors at some leads and on average, networks first."""
    lines = {}
    for row in [*trained(rows), *(row for row in rows if "epochs" not in row)]:
        mse = np.array(row.get("mse", [np.nan] * AHEAD))
        lines[title(row)] = {
            "MSE a frame, lead 1": mse[0],
            "lead 5": mse[4],
            "lead 10": mse[-1],
            "all leads": mse.mean(),
            "SSIM": np.mean(row.get("ssim", [np.nan])),
            "cross-entropy": row.get("cross_entropy", np.nan),
        }
    return pd.DataFrame.from_dict(lines, orient="index").drop(index=BEST, errors="ignore")
