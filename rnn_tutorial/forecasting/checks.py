r"""What forecasting methods refuse before they learn or forecast, whichever they are."""

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series

from .types import Origins


def check_same_start(series: Series, fitted: Series, name: str) -> None:
    """Refuse a dated series that begins elsewhere, for a method that counts steps from the first one."""
    if series.has_clock and fitted.has_clock and series.index[0] != fitted.index[0]:
        raise ValueError(
            f"the series begins at {series.index[0]}, that of the fit at {fitted.index[0]}: {name!r} counts steps from "
            "the first one, so hand it the series from there on"
        )


def whole_origins(origins: npt.ArrayLike) -> Origins:
    """Refuse origins that are no whole numbers or not one after the other."""
    at = np.asarray(origins)
    if at.ndim != 1:
        raise ValueError(f"origins should be several in a row, shape (O,), got {at.shape}")
    if at.size and at.dtype.kind not in "iu":
        raise TypeError(f"origins count steps, so they should be integers, got {at.dtype}")
    return at.astype(np.int64)


def check_length(series: Series, needed: int, purpose: str) -> None:
    """Refuse a training part that nothing can be learnt from."""
    if len(series) < needed:
        raise ValueError(f"{len(series)} values are too few for {purpose}: at least {needed} are needed")


def check_fitted(forecaster: object, attribute: str) -> None:
    """Refuse to forecast before anything was learnt."""
    if not hasattr(forecaster, attribute):
        raise RuntimeError(f"this {type(forecaster).__name__} has learnt nothing yet: call fit(series) first")
