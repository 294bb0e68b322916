r"""A distribution for counts: whole numbers from zero on, whose variance may be larger than their mean."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from rnn_tutorial.forecasting.types import Array

SMALLEST = 1e-4  # of mean and dispersion: keeps logarithms finite where the network is sure


class NegativeBinomial:
    r"""Mean and dispersion of a negative binomial distribution, trained by likelihood (Salinas et al., 2020): n = 2.

    In terms of its mean :math:`\mu` and dispersion :math:`\alpha`,

    .. math::

        P(y) = \frac{\Gamma(y + 1/\alpha)}{\Gamma(1/\alpha)\, y!} \left(\frac{1}{1 + \alpha\mu}\right)^{1/\alpha}
        \left(\frac{\alpha\mu}{1 + \alpha\mu}\right)^y, \qquad
        \mathrm{E}\,y = \mu, \quad \mathrm{Var}\,y = \mu + \alpha\mu^2

    which is SciPy's ``nbinom(1/α, 1/(1 + αμ))`` and, for α → 0, Poisson's. Its point forecast is the mean: the median
    of rare counts is zero whatever is to be expected. Quantiles are counts.

    Args:
        mean: Of the series, m, and
        deviation: its standard deviation, s: the parameters are of counts, while target and forecast are in units of
            the series, :math:`(y - m)/s`.
    """

    size = 2
    usual_levels: tuple[float, ...] = (0.05, 0.95)

    def __init__(self, mean: float = 0.0, deviation: float = 1.0) -> None:
        self.mean, self.deviation = mean, deviation

    def parameters(self, raw: Tensor, location: Tensor, scale: Tensor) -> Tensor:
        r""":math:`\mu = s \operatorname{softplus}(a + b\,r_1 + m/s)`, :math:`\alpha = \operatorname{softplus}(r_2)`."""
        level = location + scale * raw[..., 0] + self.mean / self.deviation  # counts in units of s
        mean = self.deviation * F.softplus(level) + SMALLEST
        return torch.stack([mean, F.softplus(raw[..., 1]) + SMALLEST], dim=-1)

    def loss(self, parameters: Tensor, target: Tensor) -> Tensor:
        """Negative logarithm of the probability; in float64, for the gammas of large numbers nearly cancel."""
        known = ~torch.isnan(target)
        precise = torch.float32 if parameters.device.type == "mps" else torch.float64
        mean, dispersion = parameters.to(precise).unbind(-1)
        # A NaN that enters an operation stays in its gradient even if the result is thrown away: hence the 0 first.
        y = torch.round(torch.where(known, target, 0.0).to(precise) * self.deviation + self.mean).clamp(min=0)
        law = torch.distributions.NegativeBinomial(
            1 / dispersion, logits=torch.log(dispersion * mean), validate_args=False
        )
        each = -law.log_prob(y) * known
        return (each.sum() / known.sum().clamp(min=1)).to(parameters.dtype)

    loss.counted = lambda target: (~torch.isnan(target)).sum()  # type: ignore[attr-defined]  # a batch with gaps weighs less

    def point(self, parameters: Tensor) -> Tensor:
        """Return the mean, in units of the series."""
        return (parameters[..., 0] - self.mean) / self.deviation

    def quantiles(self, parameters: Array, levels: Sequence[float]) -> Array:
        """Return the smallest counts whose probability of not being exceeded is the level, in units of the series."""
        from scipy.stats import nbinom

        mean, dispersion = parameters[..., :1], parameters[..., 1:]
        counts = nbinom.ppf(np.asarray(levels), 1 / dispersion, 1 / (1 + dispersion * mean))
        result: Array = (counts - self.mean) / self.deviation
        return result


def check_counts(values: Array) -> None:
    r"""Refuse what are no counts.

    Raises:
        ValueError: Values below zero, or between two whole numbers.
    """
    known = values[~np.isnan(values)]
    wrong = known[(known < 0) | (known != np.round(known))]
    if len(wrong):
        raise ValueError(f'output="negbinomial" is for counts, 0, 1, 2 …, and the series has a value of {wrong[0]:g}')
