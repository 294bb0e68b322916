r"""A series that nobody else's method can change: what a method is handed, so that rivals all see the same numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series


def own_copy(series: Series) -> Series:
    """Return the same series with memory of its own, which cannot be written to: values, covariates, seasons."""
    beside = series.covariates
    if beside is not None:
        beside = replace(beside, past=_frozen(beside.past), known=_frozen(beside.known))
    return replace(series, values=_frozen(series.values), covariates=beside, seasons=dict(series.seasons))


@contextmanager
def works_on_a_copy(name: str) -> Iterator[None]:
    """Say in words what NumPy means where a method writes into the series that it was handed."""
    try:
        yield
    except ValueError as error:
        if not str(error).endswith("is read-only"):
            raise
        raise ValueError(
            f"{name!r} changes the series that it was handed, which others read as well ({error}): let it work on a "
            "copy, series.values.copy()"
        ) from error


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy
