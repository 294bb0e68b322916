r"""From a batch of windows to the two tables that the network reads: the past by step, the future by step.

*Past*, a row for each of the last ``input_length`` steps: the value, those one of each season before, covariates,
clock.

*Future*, a row for each step ahead: the latest values one of each season before the step, covariates known for
it and for those earlier steps, the clock.

Values are in units of the window (see ``scaling``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from .batches import Batch
from .scaling import window_units

Missing = Literal["refuse", "mask"]
MISSING: tuple[Missing, ...] = get_args(Missing)


@dataclass(frozen=True)
class Reading:
    r"""Which columns there are, and how to fill them.

    Args:
        length: Steps of the past that the encoder reads.
        horizon: Steps ahead.
        seasons: m, steps in each season.
        past, known, clock: Columns of past covariates, of known ones and of the clock.
        masked: Whether columns say which values were observed.
        scale: How windows are scaled.
        zero: Where the value 0 lies in units of the series.
    """

    length: int
    horizon: int
    seasons: Sequence[int]
    past: int
    known: int
    clock: int
    masked: bool
    scale: str
    zero: float

    @property
    def context(self) -> int:
        """C, steps before an origin that are read: those of the encoder and a season before the first of them."""
        return self.length + max((0, *self.seasons))

    @property
    def past_columns(self) -> int:
        """Columns of the past."""
        return (1 + len(self.seasons)) * (1 + self.masked) + self.past + self.known + self.clock

    @property
    def future_columns(self) -> int:
        """Columns of the future."""
        seasons = len(self.seasons)
        return seasons * (1 + self.masked) + self.known * (1 + seasons) + self.clock

    def __call__(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return past (B, length, ·), future (B, horizon, ·), location (B, 1) and scale (B, 1) of each window."""
        C, L = self.context, self.length
        observed = batch["observed"]
        window = max((L, *self.seasons))
        location, scale = window_units(batch["values"][:, -window:], observed[:, -window:], self.scale, self.zero)
        values = (batch["values"] - location) / scale * observed  # a missing value is 0: the middle of the window
        pair = torch.stack([values, observed], dim=-1) if self.masked else values[..., None]
        past = [pair[:, C - L - m : C - m] for m in (0, *self.seasons)]
        past += [batch[name][:, C - L : C] for name in ("past", "known", "clock")]
        before = [self.latest(m).to(pair.device) for m in self.seasons]
        future = [pair.index_select(1, steps) for steps in before]
        future += [batch["known"][:, C:], *(batch["known"].index_select(1, steps) for steps in before)]
        future += [batch["clock"][:, C:]]
        return torch.cat(past, dim=-1), torch.cat(future, dim=-1), location, scale

    def latest(self, season: int) -> Tensor:
        r"""Of each target step, the latest known that is whole seasons before, :math:`k - m\lceil (k+1)/m\rceil`."""
        k = torch.arange(self.horizon)
        return self.context + k - season * (k // season + 1)
