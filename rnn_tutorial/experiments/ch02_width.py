r"""Chapter 2: how an LSTM's error on the demand depends on its width and on its learning rate.

``python -m benchmarks.width`` trains the networks of the grid and keeps their errors; the chapter draws them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rnn_tutorial.experiments import ch01_all_seeds as all_seeds
from rnn_tutorial.experiments import demand
from rnn_tutorial.experiments.verdicts import Effect, ratio
from rnn_tutorial.forecasting import ForecastTask
from rnn_tutorial.layers import LSTM, ManyToOne

__all__ = ["RATES", "WIDTHS", "Cell", "best", "board", "cells", "on_test", "swing", "train"]

WIDTHS = (8, 16, 32, 64, 128)
"""Units H."""
RATES = (0.0005, 0.0016, 0.005, 0.016, 0.05)
"""Largest learning rates of the one-cycle schedule, a factor of about √10 apart; the recipe's is in the middle."""


def train(
    task: ForecastTask, width: int, rate: float, seeds: Sequence[int], *, epochs: int, stride: int
) -> demand.Runs:
    """Train an LSTM of one width with one learning rate, all seeds side by side, by the recipe otherwise."""
    return all_seeds.train(
        lambda: ManyToOne(LSTM(demand.HOURS, width, batch_first=True, backend="reference"), demand.HOURS),
        task,
        seeds=seeds,
        epochs=epochs,
        stride=stride,
        lr=rate,
    )


class Cell(NamedTuple):
    """One width and learning rate: errors in kW, one number a seed."""

    width: int
    rate: float
    validation: np.ndarray
    test: np.ndarray


def cells(rows: pd.DataFrame) -> dict[tuple[int, float], Cell]:
    """Return what was kept, by width and learning rate."""
    return {
        (int(row["width"]), float(row["rate"])): Cell(
            int(row["width"]), float(row["rate"]), np.array(row["validation"]), np.array(row["test"])
        )
        for _, row in rows.iterrows()
    }


def best(rows: pd.DataFrame, width: int | None = None) -> Cell:
    """Return the cell with the smallest mean error on the validation weeks, of one width or of all."""
    mine = [cell for cell in cells(rows).values() if width is None or cell.width == width]
    return min(mine, key=lambda cell: float(cell.validation.mean()))


def on_test(rows: pd.DataFrame, ours: tuple[int, float], theirs: tuple[int, float]) -> Effect:
    """Return by how many per cent the test error of one width and rate is larger than another's, seed by seed."""
    found = cells(rows)
    return ratio(found[ours].test, found[theirs].test)


def swing(rows: pd.DataFrame) -> tuple[float, float]:
    r"""Return how much a choice matters: the largest mean validation error over the smallest, in per cent more.

    Returns:
        Over the widths, each with its best learning rate; and over the learning rates, each with its best width.
    """
    errors = board(rows)
    return _more(errors.min(axis="columns").tolist()), _more(errors.min(axis="index").tolist())


def _more(errors: Sequence[float]) -> float:
    return 100 * (max(errors) / min(errors) - 1)


def board(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table of mean validation errors in kW, a row a width, a column a learning rate."""
    errors = rows.assign(error=[float(np.mean(found)) for found in rows["validation"]])
    table = errors.pivot_table(index="width", columns="rate", values="error")
    return table.rename_axis(index="units", columns="learning rate")
