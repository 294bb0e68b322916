r"""How the networks of this package learn to forecast: AdamW, one cycle of the learning rate, clipped gradients."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from rnn_tutorial.training import History, fit
from rnn_tutorial.training.batch_loss import Loss
from rnn_tutorial.validate import whole

EPOCHS = 15
"""Passes that a long series gets."""
MIN_STEPS = 200
"""Gradient steps that a short series gets: see the docstring of ``Forecaster``."""


@dataclass(frozen=True)
class Recipe:
    r"""Numbers of a training, see ``rnn_tutorial.fit``.

    Args:
        epochs: Passes over the windows; ``None`` for ``EPOCHS``, or as many as make ``min_steps`` gradient steps.
        lr: Peak of the learning rate.
        batch_size: Windows per step.
        weight_decay: Of AdamW.
        clip_norm: Largest norm of the gradient.
        patience: Epochs without improvement until training stops.
        min_steps: Gradient steps below which ``epochs=None`` does not stay.
    """

    epochs: int | None
    lr: float
    batch_size: int
    weight_decay: float = 1e-2
    clip_norm: float | None = 1.0
    patience: int | None = None
    min_steps: int = MIN_STEPS

    def __post_init__(self) -> None:
        whole("min_steps", self.min_steps, least=0)
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay should not be negative, got {self.weight_decay}")
        for name in ("epochs", "batch_size", "lr"):
            if (value := getattr(self, name)) is not None and not value > 0:
                raise ValueError(f"{name} should be positive, got {value}")

    def epochs_for(self, windows: int) -> int:
        """Return the passes over so many windows: those asked for, or the usual ones and at least ``min_steps``."""
        if self.epochs is not None:
            return self.epochs
        steps_an_epoch = -(-windows // self.batch_size)
        return max(EPOCHS, -(-self.min_steps // steps_an_epoch))

    def updates_for(self, windows: int) -> int:
        """Return the gradient steps over so many windows, where nothing stops the training early."""
        return self.epochs_for(windows) * -(-windows // self.batch_size)

    def finds_short(self, windows: int) -> bool:
        """Say whether so many windows are those of a short series: the usual passes would make too few steps."""
        return windows > 0 and self.epochs is None and self.epochs_for(windows) > EPOCHS


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
    epochs = recipe.epochs_for(len(train))
    return fit(
        network,
        train,
        valid,
        loss=loss,
        epochs=epochs,
        batch_size=recipe.batch_size,
        lr=recipe.lr,
        optimizer=partial(torch.optim.AdamW, weight_decay=recipe.weight_decay),
        schedule="onecycle",
        clip_norm=recipe.clip_norm,
        patience=None if valid is None else (recipe.patience or epochs),
        checkpoint=checkpoint,
        seed=seed,
        progress=progress,
    )
