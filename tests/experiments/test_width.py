"""Widths and learning rates: one cell is trained, and what is kept of all is read by the validation weeks."""

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.experiments import width
from tests.experiments.test_demand import task

ROWS = pd.DataFrame(
    {"width": w, "rate": rate, "validation": [error, error + 1], "test": [10 * error, 10 * error]}
    for w, rate, error in [(8, 0.005, 30.0), (8, 0.05, 40.0), (64, 0.005, 20.0), (64, 0.05, 24.0)]
)


def test_one_cell_is_trained():
    runs = width.train(task(), 4, 0.005, [0, 1], epochs=1, stride=24)
    assert runs.validation_mae.shape == (2,)
    assert np.isfinite(runs.validation_mae).all()


def test_the_best_is_chosen_on_the_validation_weeks():
    assert width.best(ROWS)[:2] == (64, 0.005)
    assert width.best(ROWS, 8)[:2] == (8, 0.005)
    assert width.on_test(ROWS, (8, 0.005), (64, 0.005)).mean == pytest.approx(50.0)


def test_how_much_a_choice_matters():
    by_width, by_rate = width.swing(ROWS)
    assert by_width == pytest.approx(100 * (30.5 / 20.5 - 1))
    assert by_rate == pytest.approx(100 * (24.5 / 20.5 - 1))


def test_board():
    board = width.board(ROWS)
    assert list(board.index) == [8, 64]
    assert list(board.columns) == [0.005, 0.05]
    np.testing.assert_allclose(board, [[30.5, 40.5], [20.5, 24.5]])
