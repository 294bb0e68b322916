r"""What a known temperature is worth when it is not known but forecast, with an error."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rnn_tutorial.data import load_series
from rnn_tutorial.forecasting.types import Array

from . import ch08_scoreboard as scoreboard

MEMORY = 12
"""Half-hours after which an error has faded to a third: a forecast that is too warm at noon is too warm at one."""


def disturbed(temperature: Array, rmse: float, seed: int, memory: float = MEMORY) -> Array:
    r"""Return temperatures as a forecast of the day before might have given them.

    The error is an autoregression, :math:`u_t = \varphi u_{t-1} + \varepsilon_t` with :math:`\varphi = e^{-1/m}`,
    whose standard deviation is ``rmse``: no archive of weather forecasts is at hand, so this is a stand-in for one.

    Args:
        temperature: (T,) measured.
        rmse: Size of the error, in degrees.
        seed: Of the noise.
        memory: m, in steps.

    Raises:
        ValueError: A negative error or no memory.
    """
    if rmse < 0 or memory <= 0:
        raise ValueError(f"rmse should not be negative and memory positive, got {rmse} and {memory}")
    from scipy.signal import lfilter

    phi = float(np.exp(-1 / memory))
    noise = np.random.default_rng(seed).normal(size=len(temperature) + 20 * int(np.ceil(memory)))
    # u_t = φ u_{t-1} + ε_t, from long before the first step on
    u = lfilter([np.sqrt(1 - phi**2)], [1, -phi], noise)[-len(temperature) :]
    result: Array = temperature + rmse * u
    return result


def value_of_forecasts(
    rmses: Sequence[float], seeds: Sequence[int], recipe: Mapping[str, Any] | None = None, **options: Any
) -> pd.DataFrame:
    r"""Forecast Victoria's demand with temperatures that are wrong by so much, in training and in the test.

    The network has learnt from forecasts of the same quality, as it would from a weather service's archive, so it
    trusts them as much as they deserve.

    Args:
        rmses: Sizes of the error, in degrees.
        seeds: Of the network.
        recipe: Changes to the network's recipe.
        options: As for ``rt.backtest``.

    Returns:
        One row an error and seed: ``rmse``, ``seed``, ``MAE``.
    """
    covariates = load_series("victoria").covariates
    assert covariates is not None
    temperature = covariates.past[:, 0]
    rows = []
    for rmse in rmses:
        problem = scoreboard.victoria(temperature=disturbed(temperature, rmse, seed=0))
        board = scoreboard.run(
            problem, {"GRU": scoreboard.network(problem, "gru", **(recipe or {}))}, seeds, **options
        ).board()
        rows += [{"rmse": rmse, "seed": s, "MAE": e} for s, e in zip(seeds, board.errors("GRU"), strict=True)]
    return pd.DataFrame(rows)
