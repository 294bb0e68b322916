r"""What every forecasting method here can do, networks included, and the checks that all of them share.

A forecast at origin o is made when ``values[:o]`` are known and speaks of ``values[o : o + horizon]``.
"""

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Covariates

Array = npt.NDArray[np.float64]
Origins = npt.NDArray[np.int64]


class Method(Protocol):
    """What every forecasting method here can do, networks included.

    One that reads covariates says ``takes_covariates = True`` and accepts a keyword ``covariates`` in both calls. One
    that gives quantiles has ``quantiles(values, origins, horizon, levels) -> (O, H, Q)``, and says
    ``gives_quantiles = False`` where it was built without. One that depends on chance has ``with_seed(seed)``, which
    returns an unfitted copy. The classic ones, to be beaten, say ``baseline = True``.

    Examples:
        >>> class Mean:  # of the training part, whatever came since: a method of one's own
        ...     name, parameters, baseline = "mean", 1, True
        ...     def fit(self, past):
        ...         self.mean = past.mean()
        ...         return self
        ...     def forecast(self, values, origins, horizon):
        ...         return np.full((len(origins), horizon), self.mean)
        >>> result = rt.backtest([Mean()], rt.load_series("sunspots"), horizon=11, progress=False)
        >>> result.best_baseline()
        'mean'
    """

    name: str
    parameters: int

    def fit(self, past: Array) -> Self:
        """Learn from the training part, (T,)."""
        ...

    def forecast(self, values: Array, origins: Origins, horizon: int) -> Array:
        """Return (len(origins), horizon), each row from the values before its origin alone."""
        ...


def check(values: Array, origins: Origins, horizon: int, needed: int) -> None:
    """Refuse values, origins or a horizon that no forecast can be made from."""
    if np.ndim(values) != 1:
        raise ValueError(f"values should be one series, shape (T,), got {np.shape(values)}")
    if horizon < 1:
        raise ValueError(f"the horizon should be at least 1 step, got {horizon}")
    if len(origins) == 0 or origins.min() < needed or origins.max() > len(values):
        shown = "none" if len(origins) == 0 else f"{origins.min()} to {origins.max()}"
        raise ValueError(f"origins should lie between {needed} and {len(values)}, got {shown}")
    if origins.dtype.kind not in "iu":
        raise TypeError(f"origins count steps, so they should be integers, got {origins.dtype}")
    check_finite(values[: origins.max()])


def check_past(past: Array, needed: int, purpose: str) -> None:
    """Refuse a training part that nothing can be learnt from."""
    if np.ndim(past) != 1:
        raise ValueError(f"the training part should be one series, shape (T,), got {np.shape(past)}")
    if len(past) < needed:
        raise ValueError(f"{len(past)} values are too few for {purpose}: at least {needed} are needed")
    check_finite(past)


def gives_quantiles(method: object) -> bool:
    """Whether a method forecasts quantiles, or points alone."""
    return hasattr(method, "quantiles") and bool(getattr(method, "gives_quantiles", True))


def check_fitted(forecaster: object, attribute: str) -> None:
    """Refuse to forecast before anything was learnt."""
    if not hasattr(forecaster, attribute):
        raise RuntimeError(f"this {type(forecaster).__name__} has learnt nothing yet: call fit(past) first")


def check_finite(values: Array) -> None:
    """Refuse gaps."""
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise ValueError(
            f"{len(bad)} values are NaN or infinite, the first at step {bad[0]}: fill or cut the gaps first"
        )


def check_covariates(covariates: Covariates | None, past_rows: int, known_rows: int) -> Covariates | None:
    """Refuse columns that end too early or hold gaps in the rows that are read; columns that do not exist are none.

    Args:
        covariates: Beside the series, row 0 beside its step 0.
        past_rows: Rows of the past columns that will be read.
        known_rows: Rows of the known columns that will be read.

    Raises:
        ValueError: Too few rows, NaN or infinite values.
    """
    if covariates is None or covariates.columns == (0, 0):
        return None
    for kind, table, rows in (("past", covariates.past, past_rows), ("known", covariates.known, known_rows)):
        if table.shape[1] == 0:
            continue
        if len(table) < rows:
            raise ValueError(f"the {kind} covariates have {len(table)} rows, {rows} are needed")
        bad = np.argwhere(~np.isfinite(table[:rows]))
        if len(bad):
            name = (covariates.past_names if kind == "past" else covariates.known_names)[bad[0][1]]
            raise ValueError(
                f"the {kind} covariate {name!r} is NaN or infinite at step {bad[0][0]}: fill the gap first"
            )
    return covariates
