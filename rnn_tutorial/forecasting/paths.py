r"""Whole futures, drawn from quantiles of single steps and from how the errors of one forecast hang together.

Quantiles say how far off each step may be, not that a day which begins too high mostly stays too high. What is summed
over a day, or reached at its peak, depends on just that. Ranks carry it over: where an earlier forecast had its largest
errors at all steps, so does the path that is made after it (the Schaake shuffle: Clark et al., 2004; ensemble copula
coupling: Schefzik et al., 2013).
"""

import numpy as np

from .types import Array, Origins

FINEST = 0.005
"""Level of the outermost quantile that a path is drawn from, where the method gives any."""
LEVELS = 39
"""Levels at which a method is asked; between them quantiles lie on straight lines."""
MOST_ERRORS = 500
"""Last forecasts of the past whose errors are looked at."""
LEAST_ERRORS = 10
"""So many there have to be: fewer say nothing of how steps hang together."""


def levels_between(lowest: float, highest: float) -> tuple[float, ...]:
    """Return the levels to ask for, evenly spaced, both ends and the middle among them."""
    half = np.linspace(max(lowest, 1 - highest), 0.5, LEVELS // 2 + 1)
    return tuple(float(level) for level in np.round([*half, *(1 - half[-2::-1])], 12))


def coupled_paths(levels: tuple[float, ...], quantiles: Array, errors: Array, n: int, seed: int) -> Array:
    r"""Draw paths whose steps have these quantiles, and which hang together over the steps as these errors do.

    Path i follows the errors of one earlier forecast, o, drawn by chance. With :math:`r_{ok}` the rank of its error k
    steps ahead among all M of that step, it takes at step k the quantile of level

    .. math:: u_{ik} = (r_{ok} - v_i) / M, \qquad v_i \sim U(0, 1)

    so that each :math:`u_{\cdot k}` is uniform and each step has the distribution that was forecast. Between two levels
    the quantile lies on a straight line; beyond the outermost ones on a line in :math:`\Phi^{-1}(u)`, as if the tail
    were normal.

    Args:
        levels: L, rising.
        quantiles: (H, L).
        errors: Truth less forecast of M earlier forecasts, (M, H).
        n: Paths.
        seed: Of the draws.

    Returns:
        (n, H).

    Raises:
        ValueError: Too few errors.

    References:
        M. Clark, S. Gangopadhyay, L. Hay, B. Rajagopalan, R. Wilby (2004), "The Schaake shuffle: a method for
        reconstructing space-time variability in forecasted precipitation and temperature fields", *Journal of
        Hydrometeorology* 5, 243-262; R. Schefzik, T. L. Thorarinsdottir, T. Gneiting (2013), "Uncertainty
        quantification in complex simulation models using ensemble copula coupling", *Statistical Science* 28, 616-640.

    Examples:
        >>> together = np.arange(20.0)[:, None] * [1.0, 1.0]  # both steps too low, or both too high
        >>> quantiles = np.array([[-1.0, 0.0, 1.0], [9.0, 10.0, 11.0]])
        >>> paths = coupled_paths((0.25, 0.5, 0.75), quantiles, together, 50, seed=0)
        >>> paths.shape, bool(np.allclose(paths[:, 1] - paths[:, 0], 10))
        ((50, 2), True)
    """
    errors = errors[np.isfinite(errors).all(axis=1)]
    if len(errors) < LEAST_ERRORS:
        raise ValueError(
            f"the errors of {len(errors)} earlier forecasts do not tell how steps hang together: at least "
            f"{LEAST_ERRORS} are needed, so give a longer series or a shorter horizon"
        )
    generator = np.random.default_rng(seed)
    # r_ok, from 1 to M; forecasts with equal errors in an order of chance
    ties = generator.random(errors.shape)
    ranks = np.lexsort((ties, errors), axis=0).argsort(axis=0) + 1
    drawn = _evenly(len(errors), n, generator)
    u = (ranks[drawn] - generator.random((n, 1))) / len(errors)
    paths: Array = np.column_stack([_quantile_at(u[:, k], levels, row) for k, row in enumerate(quantiles)])
    counts = bool(np.all(quantiles == np.round(quantiles)))  # a path of counts is of counts
    return np.round(paths) if counts else paths


def _evenly(number: int, n: int, generator: np.random.Generator) -> Origins:
    # Each of the forecasts as often as any other, as far as n allows.
    rounds = [generator.permutation(number) for _ in range(-(-n // number))]
    return np.concatenate(rounds)[:n]


def _quantile_at(u: Array, levels: tuple[float, ...], row: Array) -> Array:
    from scipy.special import ndtri

    z, places = ndtri(u), ndtri(np.asarray(levels))
    found: Array = np.interp(u, levels, row)
    for end, inner, beyond in ((0, 1, u < levels[0]), (-1, -2, u > levels[-1])):
        slope = (row[end] - row[inner]) / (places[end] - places[inner])
        found[beyond] = row[end] + slope * (z[beyond] - places[end])
    return found
