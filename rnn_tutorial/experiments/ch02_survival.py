r"""How much of a gradient survives a step, at a network's start and after some training: predicted and measured."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnn_tutorial.experiments import memory, tasks
from rnn_tutorial.experiments.ch02_long_lags import TASKS, learn, make

RADIUS = 1 / math.sqrt(3)
r"""Spectral radius of PyTorch's :math:`W_{hh}` for many units.

Its numbers are uniform between :math:`\pm 1/\sqrt H` and have the variance 1/(3 H). A matrix of H × H independent
numbers of variance :math:`v` has a spectral radius near :math:`\sqrt{H v}` (the circular law).
"""


def predicted(forget_bias: float) -> tuple[float, float]:
    r"""Return what an LSTM keeps per step near the state 0: along the cell alone, and with the loop through h.

    Near 0 the gates are :math:`f = \sigma(b)`, :math:`i = o = 1/2`, and tanh is the identity. So
    :math:`c_t = f c_{t-1} + i\, W_{hg} h_{t-1}` with :math:`h_{t-1} = o\, c_{t-1}`, and

    .. math:: \frac{\partial c_t}{\partial c_{t-1}} = f I + \tfrac14 W_{hg},

    whose eigenvalues lie in a disc around f with a quarter of the radius of :math:`W_{hg}`.

    Examples:
        >>> [round(factor, 3) for factor in predicted(0.0)]
        [0.5, 0.644]
    """
    f = 1 / (1 + math.exp(-forget_bias))
    return f, f + RADIUS / 4


def factor(curve: Tensor, first: int = 10, last: int = 20) -> float:
    """Return the factor per step, the geometric mean between two lags of a curve of ``memory.gradient_by_lag``.

    Examples:
        >>> round(factor(0.5 ** torch.arange(30.0)), 3)
        0.5
    """
    return float((curve[last] / curve[first]) ** (1 / (last - first)))


def factors(name: str, seeds: Sequence[int], *, lag: int = 30, updates: int = 0, rate: float = 1e-2) -> list[float]:
    r"""Measure the factor per step on sequences of ``recall``, a network for each seed.

    Args:
        name: One of the networks of ``ch02_long_lags``.
        seeds: Of weights and data.
        lag: Steps of a sequence.
        updates: Steps of gradient descent before measuring.
        rate: Their learning rate.
    """
    found = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = make(name, 1, lag)
        if updates:
            learn(model, TASKS["recall"], lag, rate, seed, updates=updates, every=updates)
        x, _ = tasks.recall(lag, 16, seed=0)
        layer: nn.Module = model.get_submodule("layer")
        found.append(factor(memory.gradient_by_lag(layer, x)))
    return found
