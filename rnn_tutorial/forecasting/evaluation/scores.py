r"""The scores a table can hold, by the name of their column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .intervals import coverage, crps, interval_score, width
from .metrics import mae, mape, mase, repeats, rmse, smape

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    r"""What one seed of one forecaster is scored on.

    Args:
        truth: (O, horizon).
        forecast: (O, horizon).
        quantiles: (O, horizon, Q), or None.
        levels: Q levels of the quantiles.
        past: (T,), for MASE.
        season: For MASE.
    """

    truth: Array
    forecast: Array
    quantiles: Array | None
    levels: tuple[float, ...]
    past: Array
    season: int

    def step(self, k: int) -> "Case":
        """Return the same of one step ahead."""
        quantiles = None if self.quantiles is None else self.quantiles[:, k]
        return Case(self.truth[:, k], self.forecast[:, k], quantiles, self.levels, self.past, self.season)


def _crps(case: Case) -> float:
    return np.nan if case.quantiles is None else crps(case.truth, case.quantiles, case.levels)


def _coverage(case: Case) -> float:
    if case.quantiles is None or len(case.levels) < 2:
        return np.nan
    return coverage(case.truth, case.quantiles[..., 0], case.quantiles[..., -1])


def _width(case: Case) -> float:
    if case.quantiles is None or len(case.levels) < 2:
        return np.nan
    return width(case.truth, case.quantiles[..., 0], case.quantiles[..., -1])


def _interval_score(case: Case) -> float:
    if case.quantiles is None or len(case.levels) < 2:
        return np.nan
    nominal = case.levels[-1] - case.levels[0]
    return interval_score(case.truth, case.quantiles[..., 0], case.quantiles[..., -1], nominal)


def _mase(case: Case) -> float:
    # A past that repeats exactly has no unit to measure in.
    if repeats(case.past, case.season):
        return np.nan
    return mase(case.truth, case.forecast, case.past, case.season)


SCORES: Mapping[str, Callable[[Case], float]] = {
    "MAE": lambda case: mae(case.truth, case.forecast),
    "RMSE": lambda case: rmse(case.truth, case.forecast),
    "MASE": _mase,
    "sMAPE": lambda case: smape(case.truth, case.forecast),
    "MAPE": lambda case: mape(case.truth, case.forecast) if case.truth.all() else np.nan,
    "pinball": lambda case: _crps(case) / 2,
    "CRPS": _crps,
    "interval score": _interval_score,
    "coverage": _coverage,
    "width": _width,
}
"""Functions of a ``Case``, NaN where there is no score.

Interval score, coverage and width are those between the outermost levels.
"""

OTHER_COLUMNS = ("±", "nominal", "seeds", "parameters", "seconds", "copies")
IN_UNITS = ("MAE", "±", "RMSE", "CRPS", "pinball", "interval score", "width", "difference")
DIGITS = {"MASE": 2, "sMAPE": 2, "MAPE": 2, "coverage": 3, "nominal": 2, "seconds": 1, "p": 3, "rank": 1}


def check_columns(columns: Sequence[str], more: Sequence[str] = ()) -> None:
    """Refuse names that no column has."""
    known = [*SCORES, *more]
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise ValueError(f"there is no score {', '.join(map(repr, unknown))}: choose among {', '.join(known)}")


def as_html(table: "pd.DataFrame") -> str:
    """Return a table of scores as HTML: digits that can be read, thousands apart, nothing where there is no number."""
    import pandas as pd

    shown = table.copy()
    size = float(table["MAE"].min()) if "MAE" in table else np.inf
    in_units = 1 if size >= 1 or size == 0 else int(np.ceil(-np.log10(size))) + 1
    for column in shown.columns:
        digits = in_units if column in IN_UNITS else DIGITS.get(str(column))
        if digits is not None:
            shown[column] = shown[column].map(lambda value, d=digits: "" if pd.isna(value) else f"{value:.{d}f}")
        elif column == "parameters":
            shown[column] = shown[column].map("{:,}".format)
    with pd.option_context("display.html.use_mathjax", False):  # a $ in a name is a $
        return str(shown.to_html(border=0))
