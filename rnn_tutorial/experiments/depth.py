r"""How many layers: stacks of GRUs on demand, as large as one layer of 64 units, each at its best learning rate."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from rnn_tutorial.layers import GRU, ManyToOne

from . import demand
from .footprint import count_parameters
from .verdicts import Effect, ratio

__all__ = ["LAYERS", "RATES", "Depth", "beside_one", "by_depth", "stack", "table", "width"]

LAYERS = (1, 2, 3)
RATES = (2e-3, 5e-3, 1e-2, 2e-2, 4e-2)
"""Learning rates that every depth is trained with; the validation weeks choose."""
ONE = 64
"""Units of the single layer."""


def stack(layers: int) -> nn.Module:
    """Return a fresh GRU of so many layers that reads a day of 24 hours a step."""
    return GRU(demand.HOURS, width(layers), num_layers=layers, batch_first=True)


def width(layers: int) -> int:
    """Return how many units a layer gives the network, its readout included, a size nearest to that of one layer."""

    def size(layers: int, units: int) -> int:
        with torch.device("meta"):  # shapes without numbers: nothing is drawn
            layer = GRU(demand.HOURS, units, num_layers=layers, batch_first=True)
            return count_parameters(ManyToOne(layer, demand.HOURS))

    return min(range(8, ONE + 1), key=lambda units: abs(size(layers, units) - size(1, ONE)))


class Depth(NamedTuple):
    """What one depth attains at the learning rate that its validation errors choose."""

    rate: float
    validation: np.ndarray
    """Mean absolute errors, one a seed, in kW."""
    test: np.ndarray
    parameters: int
    units: int


def by_depth(rows: pd.DataFrame) -> dict[int, Depth]:
    r"""Choose each depth's learning rate by the mean of its validation errors.

    Args:
        rows: As ``python -m benchmarks.depth`` keeps them.
    """
    chosen = {}
    for layers in sorted({int(count) for count in rows["layers"]}):
        mine = rows[rows["layers"] == layers]
        errors = mine.groupby("rate")["validation_MAE"].mean()
        rate = float(errors.index[int(errors.to_numpy().argmin())])
        best = mine[mine["rate"] == rate].sort_values("seed")
        chosen[layers] = Depth(
            rate,
            best["validation_MAE"].to_numpy(),
            best["MAE"].to_numpy(),
            int(best["parameters"].iloc[0]),
            int(best["units"].iloc[0]),
        )
    return chosen


def beside_one(depths: dict[int, Depth]) -> dict[int, Effect]:
    """Return by how many per cent each deeper network's test error is above that of one layer, seed by seed."""
    return {layers: ratio(depth.test, depths[1].test) for layers, depth in depths.items() if layers > 1}


def table(depths: dict[int, Depth]) -> pd.DataFrame:
    """Return a row a depth: units, parameters, the rate that was chosen, and its errors."""
    return pd.DataFrame(
        {
            layers: {
                "units a layer": depth.units,
                "parameters": f"{depth.parameters:,}",
                "learning rate": f"{depth.rate:g}",
                "validation MAE (kW)": f"{depth.validation.mean():.2f} ± {depth.validation.std(ddof=1):.2f}",
                "test MAE (kW)": f"{depth.test.mean():.2f} ± {depth.test.std(ddof=1):.2f}",
            }
            for layers, depth in depths.items()
        }
    ).T.rename_axis("layers")
