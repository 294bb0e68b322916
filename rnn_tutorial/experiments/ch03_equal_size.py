r"""RNN, GRU and LSTM on demand, once of equal width and once of equal size, with a margin stated before looking.

Chapter 4 adds the LSTM with peepholes, which has three numbers a unit more than the LSTM.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
from torch import nn

from rnn_tutorial.layers import GRU, LSTM, RNN, PeepholeLSTM

from . import demand
from .footprint import count_parameters
from .verdicts import Decision, Effect, decide_equal, ratio

__all__ = ["KINDS", "MARGIN", "SCHEDULE", "WIDTHS", "Beside", "beside_lstm", "layer", "matching_width", "table"]

KINDS: Mapping[str, type[nn.Module]] = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM, "LSTM with peepholes": PeepholeLSTM}
WIDTH = 64
"""Units of the LSTM, which the others are compared with."""
WIDTHS = {"RNN": (WIDTH, 139), "GRU": (WIDTH, 76), "LSTM": (WIDTH,), "LSTM with peepholes": (WIDTH,)}
"""Units of each network: as many as the LSTM has, and as many as give a layer of the LSTM's size."""
SCHEDULE: Mapping[str, Any] = dict(demand.SHORT, epochs=10)
"""The short training of chapters 2 to 4."""
MARGIN = 2.0
"""Per cent of the LSTM's error that count as no difference. It was written here before the networks were trained."""


def layer(kind: str, units: int) -> nn.Module:
    """Return a fresh layer that reads a day of 24 hours a step."""
    make: Callable[..., nn.Module] = KINDS[kind]
    return make(demand.HOURS, units, batch_first=True)


def matching_width(kind: str, units: int = WIDTH) -> int:
    """Return how many units give a layer whose number of parameters is nearest to that of an LSTM of ``units``."""
    goal = count_parameters(layer("LSTM", units))
    return min(range(1, 4 * units), key=lambda width: abs(count_parameters(layer(kind, width)) - goal))


class Beside(NamedTuple):
    """How much larger a network's error is than the LSTM's, in per cent, and whether they are equal by the margin."""

    effect: Effect
    equal: Decision


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row a network of ``python -m benchmarks.equal_size``: parameters, mean and spread of its errors."""
    grouped = rows.groupby(["network", "units"], sort=False)
    return pd.DataFrame(
        {
            "layer's parameters": grouped["layer_parameters"].first(),
            "with its readout": grouped["parameters"].first(),
            "MAE in kW": grouped["MAE"].mean(),
            "standard deviation": grouped["MAE"].std(),
            "seeds": grouped["MAE"].size(),
        }
    )


def beside_lstm(rows: pd.DataFrame, kind: str, units: int) -> Beside:
    """Compare a network with the LSTM, seed by seed, over the seeds that both have."""
    errors = rows.pivot_table(index="seed", columns=["network", "units"], values="MAE")
    pair = errors[[(kind, units), ("LSTM", WIDTH)]].dropna()
    effect = ratio(pair.iloc[:, 0].to_numpy(), pair.iloc[:, 1].to_numpy())
    return Beside(effect, decide_equal(effect, MARGIN))
