r"""What a network can say about a step ahead: one number, several quantiles, or a distribution.

The network gives n raw numbers a step, in units of the window (see ``scaling``). Each kind of output turns them into
its *parameters* :math:`\theta` in units of the series, scores these, and reads the median and any quantile from them.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from rnn_tutorial.forecasting.levels import check_levels
from rnn_tutorial.forecasting.types import Array

from .counts import NegativeBinomial

Loss = TypeVar("Loss", bound=Callable[..., Tensor])
SMALLEST = 1e-3  # of the standard deviation of the series: keeps a density finite where the network is sure


def over_known(loss: Loss) -> Loss:
    """Tell ``fit`` that the loss is the mean over targets that are not NaN: a batch with gaps weighs less."""
    loss.counted = lambda target: (~torch.isnan(target)).sum()  # type: ignore[attr-defined]
    return loss


class Output(Protocol):
    """What the network, the loss and the forecaster ask of a kind of output."""

    size: int
    usual_levels: tuple[float, ...]

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        """Raw (B, horizon, n), location and scale of the window (B, 1) → parameters in units of the series."""
        ...

    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        """Mean over the targets (B, horizon) that are there; NaN is not."""
        ...

    def point(self, parameters: Tensor) -> Tensor:
        """Return the median, (B, horizon)."""
        ...

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        """Parameters (O, horizon, n) → quantiles (O, horizon, Q), in the order of the levels."""
        ...


class Point:
    r"""One number a step, trained by the absolute error, so that it is the median: n = 1.

    Args:
        mean: Train by the squared error instead, so that it is the mean: the median of counts that are mostly zero is
            zero, whatever is to be expected.
    """

    size = 1
    usual_levels: tuple[float, ...] = ()

    def __init__(self, mean: bool = False) -> None:
        self.mean = mean

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        """Back from units of the window."""
        return location[..., None] + scale[..., None] * raw

    @over_known
    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        r""":math:`\overline{|y - \hat y|}`, or :math:`\overline{(y - \hat y)^2}` for the mean."""
        if self.mean:
            return mean_where_known(target, lambda y: (y - parameters[..., 0]).square())
        return mean_where_known(target, lambda y: (y - parameters[..., 0]).abs())

    def point(self, parameters: Tensor) -> Tensor:
        """Return the only number there is."""
        return parameters[..., 0]

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        """Refuse: a single number has no spread."""
        raise ValueError(
            'This forecaster gives one number a step: for quantiles build it with output="quantile", "gaussian", '
            '"student" or "negbinomial", or put intervals around it with Conformal.'
        )


class Quantiles:
    r"""One number for each of Q levels, trained by the pinball loss (Koenker and Bassett, 1978): n = Q.

    The numbers never cross, by construction: the median is free, and each further one is the last plus (above) or
    minus (below) a softplus, which is positive.

    Args:
        levels: Between 0 and 1, rising; 0.5 among them.
    """

    def __init__(self, levels: Sequence[float]) -> None:
        self.levels = tuple(levels)
        self.size, self.middle = len(self.levels), self.levels.index(0.5)
        self.usual_levels: tuple[float, ...] = (self.levels[0], self.levels[-1])

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        """Add the steps up, away from the median."""
        median = raw[..., self.middle : self.middle + 1]
        above = median + F.softplus(raw[..., self.middle + 1 :]).cumsum(dim=-1)
        below = median - F.softplus(raw[..., : self.middle].flip(-1)).cumsum(dim=-1)
        return location[..., None] + scale[..., None] * torch.cat([below.flip(-1), median, above], dim=-1)

    @over_known
    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        r"""Average :math:`2 \max(\tau e, (\tau - 1) e)`, :math:`e = y - \hat y_\tau`; the absolute error at 1/2."""
        levels = parameters.new_tensor(self.levels)

        def pinball(y: Tensor) -> Tensor:
            error = y[..., None] - parameters
            return 2 * torch.maximum(levels * error, (levels - 1) * error).mean(dim=-1)

        return mean_where_known(target, pinball)

    def point(self, parameters: Tensor) -> Tensor:
        """Return the level 1/2."""
        return parameters[..., self.middle]

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        """Read the levels trained; between two of them on the straight line, beyond them not at all."""
        lowest, highest = self.levels[0], self.levels[-1]
        if min(levels) < lowest - 1e-9 or max(levels) > highest + 1e-9:
            asked = ", ".join(f"{level:g}" for level in levels)
            raise ValueError(
                f"trained for levels {lowest:g} to {highest:g}, asked for {asked}: build the forecaster with "
                "levels= that reach as far"
            )
        places = np.interp(levels, self.levels, np.arange(self.size))
        left = np.minimum(places.astype(int), self.size - 2)
        share = places - left
        result: Array = parameters[..., left] * (1 - share) + parameters[..., left + 1] * share
        return result


class Gaussian:
    r"""Mean and standard deviation of a normal distribution, trained by likelihood (Salinas et al., 2020): n = 2."""

    size = 2
    usual_levels: tuple[float, ...] = (0.05, 0.95)

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        r""":math:`\mu = a + b\,r_1`, :math:`\sigma = b \operatorname{softplus}(r_2)`, in units of the series."""
        mean = location + scale * raw[..., 0]
        return torch.stack([mean, scale * F.softplus(raw[..., 1]) + SMALLEST], dim=-1)

    @over_known
    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        """Negative logarithm of the density."""
        mean, deviation = parameters.unbind(-1)
        return mean_where_known(target, lambda y: -torch.distributions.Normal(mean, deviation).log_prob(y))

    def point(self, parameters: Tensor) -> Tensor:
        """Return the mean, which is the median."""
        return parameters[..., 0]

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        r""":math:`\mu + \sigma\, \Phi^{-1}(\tau)`."""
        from scipy.special import ndtri

        mean, deviation = parameters[..., :1], parameters[..., 1:]
        result: Array = mean + deviation * ndtri(np.asarray(levels))
        return result


class StudentT:
    r"""Degrees of freedom, location and scale of Student's t, whose tails may be heavy: n = 3."""

    size = 3
    usual_levels: tuple[float, ...] = (0.05, 0.95)

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        r""":math:`\nu = 2 + \operatorname{softplus}(r_3)`, so that the variance is finite; the rest as for a normal."""
        middle = location + scale * raw[..., 0]
        return torch.stack([middle, scale * F.softplus(raw[..., 1]) + SMALLEST, 2 + F.softplus(raw[..., 2])], dim=-1)

    @over_known
    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        """Negative logarithm of the density."""
        middle, width, freedom = parameters.unbind(-1)
        return mean_where_known(target, lambda y: -torch.distributions.StudentT(freedom, middle, width).log_prob(y))

    def point(self, parameters: Tensor) -> Tensor:
        """Return the location, which is the median."""
        return parameters[..., 0]

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        r""":math:`\mu + s\, F_\nu^{-1}(\tau)`."""
        from scipy.special import stdtrit

        middle, width, freedom = (parameters[..., k : k + 1] for k in range(3))
        result: Array = middle + width * stdtrit(freedom, np.asarray(levels))
        return result


def mean_where_known(target: Tensor, loss: Any) -> Tensor:
    """Average an element-wise loss of the target over its entries that are not NaN."""
    known = ~torch.isnan(target)
    # A NaN that enters an operation stays in its gradient even if the result is thrown away: hence the 0 first.
    each = loss(torch.where(known, target, 0.0)) * known
    return each.sum() / known.sum().clamp(min=1)


Kind = Literal["point", "quantile", "gaussian", "student", "negbinomial"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def make_output(kind: Kind, levels: Sequence[float]) -> Output:
    """Return the kind of output of that name; the levels matter to ``"quantile"`` alone."""
    if kind not in KINDS:
        raise ValueError(f"output={kind!r}; expected one of {', '.join(map(repr, KINDS))}")
    if kind == "quantile":
        return Quantiles(check_levels((*levels, 0.5)))
    plain: dict[str, Output] = {"point": Point(), "gaussian": Gaussian(), "student": StudentT()}
    plain["negbinomial"] = NegativeBinomial()
    return plain[kind]
