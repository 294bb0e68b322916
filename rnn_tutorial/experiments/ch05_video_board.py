r"""One board for space and time: six frames read and six forecast, the same videos for all networks.

``python -m benchmarks.videos`` fills it, on two digits that cross or on rain that turns; the pages of chapters 5 and 6
read here what it has kept.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from rnn_tutorial.io import packed, write_atomically

from . import ch05_video_models as models
from .ch05_video_training import LOSS_NETWORK, LOSSES, NETWORKS, RATES

Array = npt.NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]


def kept(path: Path) -> list[dict[str, Any]]:
    """Return the rows of ``benchmarks/results/videos-cpu.json``."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return rows


PICTURES = 3
"""Test videos whose forecasts are kept as pictures."""


def keep_pictures(path: Path, drawn: Mapping[str, Tensor]) -> None:
    """Add forecasts, (N, 6, 1, H, W) in [0, 1] by network, to a file of 256 shades of grey."""
    shades = {name: (255 * frames).round().to(torch.uint8).numpy() for name, frames in drawn.items()}
    before = _arrays(path) if path.exists() else {}
    write_atomically(path, packed(before | shades, compressed=True))


def kept_pictures(path: Path) -> dict[str, Tensor]:
    """Return the forecasts that :func:`keep_pictures` has written."""
    return {name: torch.from_numpy(shades).float() / 255 for name, shades in _arrays(path).items()}


def _arrays(path: Path) -> dict[str, npt.NDArray[np.uint8]]:
    with np.load(path) as arrays:
        return dict(arrays)


def is_simple(row: Mapping[str, Any]) -> bool:
    """Whether a row is that of a forecast without learning."""
    return row["seed"] is None


def chosen_rate(rows: Rows, network: str, loss: str = "BCE") -> float | None:
    """Return the rate with the least error on the validation videos, seed 0; None while one has not been tried."""
    wanted = (network, loss, 0)
    tried = {row["lr"]: sum(row["valid"]) for row in rows if (row["network"], row["loss"], row["seed"]) == wanted}
    return min(tried, key=lambda lr: tried[lr]) if tried.keys() == set(RATES) else None


def runs(rows: Rows, network: str, loss: str = "BCE") -> list[Mapping[str, Any]]:
    """Return a network's runs with its chosen rate, in the order of their seeds; a simple forecast's only row."""
    lr = chosen_rate(rows, network, loss)
    if lr is None:
        return [row for row in rows if is_simple(row) and row["network"] == network]
    trained = [row for row in rows if (row["network"], row["loss"], row["lr"]) == (network, loss, lr)]
    return sorted(trained, key=lambda row: int(row["seed"]))


def by_lead(rows: Rows, network: str, score: str = "mse", loss: str = "BCE") -> Array:
    """Return a score of each run and lead, (seeds, 6); one row for what needs no network."""
    return np.array([row[score] for row in runs(rows, network, loss)])


def mean_by_lead(rows: Rows, network: str) -> list[float]:
    """Return the mean squared error × 1000 at each lead, over seeds; nothing where the file has no complete runs."""
    found = by_lead(rows, network)
    return (1000 * found.mean(axis=0)).tolist() if len(found) else []


def names(rows: Rows) -> list[str]:
    """Return everything on the board that is complete, networks first."""
    simple = [row["network"] for row in rows if is_simple(row)]
    return [name for name in NETWORKS if chosen_rate(rows, name) is not None] + simple


def table(rows: Rows) -> pd.DataFrame:
    """Return the board: errors × 1000 at some leads and on average with their range over seeds, SSIM, and sizes."""
    lines = {}
    for name in names(rows):
        one = runs(rows, name)
        mse, ssim = 1000 * by_lead(rows, name), by_lead(rows, name, "ssim")
        lines[name] = {
            **{f"lead {k}": mse[:, k - 1].mean() for k in (1, 2, 4, 6)},
            "all leads": mse.mean(),
            "±": float(np.ptp(mse.mean(axis=1))) / 2 if len(mse) > 1 else math.nan,
            "SSIM": ssim.mean(),
            "parameters": one[0].get("parameters", math.nan),
            "state": one[0].get("state", math.nan),
            "rate": one[0]["lr"] or math.nan,
        }
    return pd.DataFrame.from_dict(lines, orient="index").sort_values("all leads")


def loss_table(rows: Rows) -> pd.DataFrame:
    """Return what one network's forecasts are worth by each loss that it was trained by."""
    lines = {}
    for loss in LOSSES:
        if chosen_rate(rows, LOSS_NETWORK, loss) is not None:
            mse, ssim = (by_lead(rows, LOSS_NETWORK, score, loss) for score in ("mse", "ssim"))
            lines[loss] = {
                "MSE × 1000, lead 1": 1000 * mse[:, 0].mean(),
                "MSE × 1000, lead 6": 1000 * mse[:, -1].mean(),
                "SSIM, lead 1": ssim[:, 0].mean(),
                "SSIM, lead 6": ssim[:, -1].mean(),
                "seeds": len(mse),
            }
    return pd.DataFrame.from_dict(lines, orient="index")


def best_by_lead(rows: Rows, simple: bool) -> list[tuple[str, float]]:
    """Return at each lead the network, or the simple forecast, with the least mean error, and that error × 1000."""
    learnt = [name for name in names(rows) if (name in NETWORKS) != simple]
    means = {name: mean_by_lead(rows, name) for name in learnt}
    best = [min(means, key=lambda name: means[name][k]) for k in range(models.AHEAD)]
    return [(name, means[name][k]) for k, name in enumerate(best)]
