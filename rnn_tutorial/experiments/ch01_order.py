r"""Does the order of the days count? The same windows in other orders, and a network for which no order exists."""

from typing import Literal

import torch
from torch import Tensor, nn

from rnn_tutorial.experiments import demand

__all__ = ["Reordered", "dense"]


class Reordered(nn.Module):
    r"""A model of days that are put into another order before it reads them.

    Args:
        model: (B, T, F) → anything.
        order: ``"fixed"``, one random order for all windows, drawn when the model is made, so that a position still
            means the same day; ``"random"``, a new one for every window and call.
        days: Steps T.
    """

    fixed: Tensor

    def __init__(self, model: nn.Module, order: Literal["fixed", "random"], days: int = demand.DAYS) -> None:
        super().__init__()
        self.model, self.order = model, order
        self.register_buffer("fixed", torch.randperm(days))

    def forward(self, x: Tensor) -> Tensor:
        """Reorder and call."""
        B, T, _ = x.shape
        order = self.fixed.expand(B, T) if self.order == "fixed" else torch.rand(B, T, device=x.device).argsort(dim=1)
        output: Tensor = self.model(x.gather(1, order[:, :, None].expand_as(x)))
        return output


def dense(units: int, days: int = demand.DAYS) -> nn.Module:
    r"""Return a dense network with one hidden layer over all days at once: (B, days, 24) → (B, 24)."""
    return nn.Sequential(nn.Flatten(), nn.Linear(days * demand.HOURS, units), nn.ReLU(), nn.Linear(units, demand.HOURS))
