r"""What the network reads at an origin: the series, its covariates and the clock, cut out around it.

``WindowDataset`` does this for training; here an origin may also be the end of the series, where no target exists
yet, and windows may reach back over a season. Both give the same names to the parts of a batch.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor
from torch.utils.data import Dataset

from rnn_tutorial.data import Covariates
from rnn_tutorial.forecasting.types import Array, Origins

from .clock import Clock
from .scaling import Units

Batch = dict[str, Tensor]


class Windows(Dataset[tuple[Batch, Tensor]]):
    r"""Windows around given origins of one series, all numbers in units of the series.

    An item is a dictionary and a target, (horizon,) with NaN where a value is missing or not yet there:

    ============  ==========  ====================================================
    "values"      (C,)        the last C values, 0 where missing
    "observed"    (C,)        1 where there is a value
    "past"        (C, P)      past covariates beside them, 0 where missing
    "known"       (C + horizon, K)  covariates known in advance, of the target steps too
    "clock"       (C + horizon, Z)  what the position of the step says
    "target"      (horizon,)        only with ``teach``: the target, for teacher forcing
    ============  ==========  ====================================================

    Args:
        values: (T,), NaN where missing.
        covariates: Row 0 beside step 0 of the values; known rows up to the last origin + horizon.
        units: To standardise with.
        clock: Gives the columns of each step.
        origins: Of the windows; each at least C.
        context: C.
        horizon: Steps ahead.
        offset: Step of the clock at which the values begin.
        teach: Whether the network is to see the targets.
    """

    batch_indexing = True
    """A list of indices gives a whole batch; ``rnn_tutorial.training`` makes use of it."""

    def __init__(
        self,
        values: Array,
        covariates: Covariates,
        units: Units,
        clock: Clock,
        origins: Origins,
        context: int,
        horizon: int,
        *,
        offset: int = 0,
        teach: bool = False,
    ) -> None:
        start, stop = int(origins.min()) - context, int(origins.max()) + horizon  # all that is read
        self.origins = torch.as_tensor(origins - start)
        self.context, self.horizon, self.teach = context, horizon, teach
        self.values = _float(units.scaled(_rows(values[:, None], start, stop))[:, 0])
        self.past = _float(units.columns(_rows(covariates.past, start, stop), "past"))
        self.known = _float(units.columns(_rows(covariates.known, start, stop), "known"))
        self.clock = _float(clock.columns(offset + start, offset + stop))

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, index: int | Sequence[int]) -> tuple[Batch, Tensor]:
        """Return one window, or with a list of B indices a batch of them with one axis more."""
        first, C = self.origins[index] - self.context, self.context
        values, target = _cut(self.values, first, C + self.horizon).split([C, self.horizon], dim=-1)
        batch = {
            "values": values.nan_to_num(),
            "observed": (~values.isnan()).float(),
            "past": _cut(self.past, first, C).nan_to_num(),
            "known": _cut(self.known, first, C + self.horizon).nan_to_num(),
            "clock": _cut(self.clock, first, C + self.horizon),
        }
        return (batch | {"target": target} if self.teach else batch), target


def training_origins(values: Array, start: int, stop: int, context: int, horizon: int, stride: int) -> Origins:
    """Origins whose targets lie in [start, stop), with a whole context before and one value at least among them."""
    origins = np.arange(max(start, context), stop - horizon + 1, stride)
    there = np.concatenate([[0], np.cumsum(~np.isnan(values))])
    return origins[there[origins + horizon] > there[origins]]


def _rows(table: Array, start: int, stop: int) -> Array:
    # Rows start to stop - 1; those beyond the end are missing. A table without columns may have no rows either.
    cut = table[start:stop]
    return np.concatenate([cut, np.full((stop - start - len(cut), table.shape[1]), np.nan)])


def _cut(table: Tensor, first: Tensor, length: int) -> Tensor:
    """Rows ``first`` to ``first + length - 1`` of a table: (T, ...) and (B,) or () → (B, length, ...) or (length, ...).

    NumPy copies each window in one piece, which takes less time than to index all of its rows.
    """
    windows = np.moveaxis(sliding_window_view(table.numpy(), length, axis=0), -1, 1)
    return torch.from_numpy(windows[first.reshape(-1).numpy()]).reshape(*first.shape, length, *table.shape[1:])


def _float(values: Array) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)
