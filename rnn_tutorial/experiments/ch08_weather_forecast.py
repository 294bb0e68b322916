r"""A temperature that is not known a day ahead but forecast, with an error."""

import numpy as np

from rnn_tutorial.forecasting.types import Array

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
