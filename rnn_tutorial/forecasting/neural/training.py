r"""How the networks of this package learn to forecast: AdamW, one cycle of the learning rate, clipped gradients."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from rnn_tutorial.training import History, fit
from rnn_tutorial.training.batch_loss import Loss


@dataclass(frozen=True)
class Recipe:
    r"""Numbers of a training, see ``rnn_tutorial.fit``.

    Args:
        epochs: Passes over the windows.
        lr: Peak of the learning rate.
        batch_size: Windows per step.
        weight_decay: Of AdamW.
        clip_norm: Largest norm of the gradient.
        patience: Epochs without improvement until training stops.
    """

    epochs: int
    lr: float
    batch_size: int
    weight_decay: float = 1e-2
    clip_norm: float | None = 1.0
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay should not be negative, got {self.weight_decay}")
        for name in ("epochs", "batch_size", "lr"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} should be positive, got {getattr(self, name)}")


def run(
    network: nn.Module,
    train: Any,
    valid: Any,
    loss: Loss,
    recipe: Recipe,
    *,
    seed: int,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> History:
    """Train in place; with a validation part the weights of the best epoch are kept."""
    return fit(
        network,
        train,
        valid,
        loss=loss,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        lr=recipe.lr,
        optimizer=partial(torch.optim.AdamW, weight_decay=recipe.weight_decay),
        schedule="onecycle",
        clip_norm=recipe.clip_norm,
        patience=None if valid is None else (recipe.patience or recipe.epochs),
        checkpoint=checkpoint,
        seed=seed,
        progress=progress,
    )
