r"""The columns beside a series, for methods that read them all or none at all."""

import numpy as np

from rnn_tutorial.data import Covariates, Series


def covariates_of(series: Series, past_rows: int, known_rows: int, name: str) -> Covariates:
    """Return the columns that a method reads; refuse those that end too early or hold gaps in the rows that are read.

    Args:
        series: Row 0 of its covariates stands beside its step 0.
        past_rows: Rows of the past columns that will be read.
        known_rows: Rows of the known columns that will be read.
        name: Of the method.

    Raises:
        ValueError: No columns, too few rows, NaN or infinite values.
    """
    covariates = series.covariates
    if covariates is None or covariates.columns == (0, 0):
        raise ValueError(
            f"{name!r} reads covariates, and the series has none: give it some, Series.of(values, covariates=...), or "
            "take use_covariates=False"
        )
    for kind, table, rows in (("past", covariates.past, past_rows), ("known", covariates.known, known_rows)):
        if table.shape[1] == 0:
            continue
        if len(table) < rows:
            raise ValueError(f"the {kind} covariates have {len(table)} rows, {rows} are needed")
        bad = np.argwhere(~np.isfinite(table[:rows]))
        if len(bad):
            column = (covariates.past_names if kind == "past" else covariates.known_names)[bad[0][1]]
            raise ValueError(
                f"the {kind} covariate {column!r} is NaN or infinite at step {bad[0][0]}: fill the gap first"
            )
    return covariates
