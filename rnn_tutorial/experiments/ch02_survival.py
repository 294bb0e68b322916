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


def factors(name: str, seeds: Sequence[int], *, lag: int = 30) -> list[float]:
    r"""Measure the factor per step of new networks on sequences of ``recall``, one for each seed.

    Args:
        name: One of the networks of ``ch02_long_lags``.
        seeds: Of the weights.
        lag: Steps of a sequence.
    """
    x, _ = tasks.recall(lag, 16, seed=0)
    found = []
    for seed in seeds:
        torch.manual_seed(seed)
        found.append(factor(memory.gradient_by_lag(make(name, 1, lag).get_submodule("layer"), x)))
    return found


def radius(layer: nn.Module) -> float:
    r"""Return the spectral radius of a step's Jacobian at the state 0, without input.

    The largest absolute eigenvalue of :math:`\partial s_t / \partial s_{t-1}`, where the state s is h, or h above c.
    Below 1 the state 0 pulls: whatever was stored fades. Above 1 it repels, and a state can stay away from it for ever.

    Args:
        layer: A recurrent layer of one layer and direction.
    """
    H = layer.get_parameter("weight_hh_l0").shape[1]
    states = len(layer.state_names)  # type: ignore[arg-type]

    def step(state: Tensor) -> Tensor:
        parts = tuple(state.reshape(states, 1, H))
        _, new = layer(torch.zeros(1, 1), parts if states > 1 else parts[0])
        return torch.cat(new if states > 1 else [new], dim=1)[0]

    jacobian = torch.autograd.functional.jacobian(step, torch.zeros(states * H))
    return float(torch.linalg.eigvals(jacobian).abs().max())


def radii(name: str, seeds: Sequence[int], *, lag: int = 30, updates: int = 0, rate: float = 1e-2) -> list[float]:
    r"""Return the spectral radius of networks after some updates on ``recall``, one for each seed.

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
        found.append(radius(model.get_submodule("layer")))
    return found
