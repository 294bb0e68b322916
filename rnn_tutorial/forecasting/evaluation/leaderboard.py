r"""Which method is the best over many series, and how sure is that? Skill and win rate, as fev-bench defines them."""

from typing import TYPE_CHECKING

import numpy as np

from rnn_tutorial.forecasting.types import Array

if TYPE_CHECKING:
    import pandas as pd

LIMITS = (0.01, 100.0)
"""A relative error counts as no smaller and no larger: one series cannot decide."""


def leaderboard(
    errors: "pd.DataFrame", baseline: str, *, level: float = 0.95, resamples: int = 1000, seed: int = 123
) -> "pd.DataFrame":
    r"""Compare methods by their errors on many series (Shchur et al., 2025).

    With :math:`r_{sm}` the error of method m on series s over that of the baseline, brought between 0.01 and 100,

    .. math::

        \mathrm{skill}_m = 1 - \Bigl(\prod_{s=1}^{S} r_{sm}\Bigr)^{1/S}, \qquad
        \mathrm{win\ rate}_m = \frac{1}{S(M-1)} \sum_{s} \sum_{n \ne m} [r_{sm} < r_{sn}] + \tfrac12 [r_{sm} = r_{sn}]

    Their intervals are quantiles over resamples, in each of which S series are drawn anew with replacement. They say
    what other series of the same kind might have shown; few series of one kind say little about others.

    Args:
        errors: A row for each series, a column for each method, 2 at least; all above 0.
        baseline: The method whose error is the unit.
        level: Of the intervals.
        resamples: How often series are drawn.
        seed: Of the draws.

    Returns:
        A row for each method, that of the highest win rate first: ``skill``, ``skill from``, ``skill to``,
        ``win rate``, ``win rate from``, ``win rate to``.

    Raises:
        ValueError: No such baseline, fewer than two methods, or errors that are missing or not above 0.

    References:
        O. Shchur et al. (2025), "fev-bench: A realistic benchmark for time series forecasting", arXiv:2509.26468.

    Examples:
        >>> import pandas as pd
        >>> errors = pd.DataFrame({"naive": [1.0, 2.0, 4.0], "GRU": [0.5, 1.0, 2.0]})
        >>> leaderboard(errors, "naive")[["skill", "win rate"]].round(2).loc["GRU"].tolist()
        [0.5, 1.0]
    """
    import pandas as pd

    table = errors.to_numpy(float)
    if baseline not in errors.columns or errors.shape[1] < 2:
        raise ValueError(
            f"{baseline!r} should be one of two methods or more, got {', '.join(map(str, errors.columns))}"
        )
    if not (np.isfinite(table).all() and (table > 0).all()):
        raise ValueError(
            "every method needs an error above 0 on every series: leave out those that it could not deal with"
        )
    if not 0 < level < 1:
        raise ValueError(f"the level is a probability between 0 and 1, e.g. 0.95, got {level}")
    logs, won = series_by_series(table, list(errors.columns).index(baseline))
    draws = np.random.default_rng(seed).integers(0, len(table), size=(resamples, len(table)))
    tails = [(1 - level) / 2, (1 + level) / 2]

    columns: dict[str, Array] = {}
    for name, each, mean in (("skill", logs, skill), ("win rate", won, win_rate)):
        low, high = np.quantile(mean(each[draws]), tails, axis=0)
        columns |= {name: mean(each), f"{name} from": low, f"{name} to": high}
    return pd.DataFrame(columns, index=errors.columns).sort_values("win rate", ascending=False, kind="stable")


def series_by_series(errors: Array, baseline: int) -> tuple[Array, Array]:
    r"""Return what each series says of each method, before it is averaged over series.

    Args:
        errors: Of S series by M methods, (..., S, M).
        baseline: The place of the method whose error is the unit.

    Returns:
        :math:`\ln r_{sm}`, and the share of the other methods that m wins against on s; both (..., S, M).
    """
    relative = np.clip(errors / errors[..., [baseline]], *LIMITS)
    a, b = relative[..., :, None], relative[..., None, :]
    against = (a < b) + 0.5 * (a == b)  # (..., S, M, M): whether m wins against n; against itself it ties
    return np.log(relative), (against.sum(axis=-1) - 0.5) / (errors.shape[-1] - 1)


def skill(logs: Array) -> Array:
    """Return 1 - the geometric mean over series, (..., M), of the logarithms of relative errors, (..., S, M)."""
    result: Array = 1 - np.exp(logs.mean(axis=-2))
    return result


def win_rate(won: Array) -> Array:
    """Return the mean over series, (..., M), of the shares that each wins, (..., S, M)."""
    mean: Array = won.mean(axis=-2)
    return mean
