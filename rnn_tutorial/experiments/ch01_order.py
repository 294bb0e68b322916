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
        order: ``"backwards"``, so that a position still means the same day; ``"random"``, a new order for every window
            and call.
    """

    def __init__(self, model: nn.Module, order: Literal["backwards", "random"]) -> None:
        super().__init__()
        self.model, self.order = model, order

    def forward(self, x: Tensor) -> Tensor:
        """Reorder and call."""
        if self.order == "random":
            order = torch.rand(x.shape[:2], device=x.device).argsort(dim=1)
            x = x.gather(1, order[:, :, None].expand_as(x))
        else:
            x = x.flip(1)
        output: Tensor = self.model(x)
        return output


def dense(units: int, days: int = demand.DAYS) -> nn.Module:
    r"""Return a dense network with one hidden layer over all days at once: (B, days, 24) → (B, 24)."""
    return nn.Sequential(nn.Flatten(), nn.Linear(days * demand.HOURS, units), nn.ReLU(), nn.Linear(units, demand.HOURS))
