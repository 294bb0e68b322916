"""Many small things one after the other: memory that is taken is given back."""

import gc
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.data import read_series
from rnn_tutorial.forecasting import Drift, Forecaster, RidgeOnLags

from .conftest import FULL, Tally

FAMILY = "soak"
SERIES = 10 + np.sin(np.arange(120.0) / 12 * 2 * np.pi) + 0.1 * np.random.default_rng(0).standard_normal(120)
TABLE = "time,load\n" + "".join(f"2024-01-{day:02},{day % 7}\n" for day in range(1, 32))
MOST = 2**25
"""Bytes by which all rounds together may make the process larger: a leak of a table or network a round takes more."""


def forecaster() -> None:
    model = Forecaster("gru", 2, input_length=6, hidden_size=4, epochs=1, stride=9).fit(SERIES)
    assert np.isfinite(model.predict().point).all()


def layer() -> None:
    layer = rt.LSTM(3, 8)
    output, _ = layer(torch.randn(50, 2, 3))
    output.sum().backward()
    assert torch.isfinite(output).all()


def file() -> None:
    assert len(read_series(io.StringIO(TABLE), "time", "load")) == 31


def backtest() -> None:
    series = rt.data.Series.of(SERIES)
    rt.backtest([Drift(), RidgeOnLags(6, 2)], series, horizon=2, test=12, progress=False)


def resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what tests before have left open
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not say how large a process is")
@pytest.mark.parametrize(
    ("work", "sample", "full"), [(forecaster, 30, 400), (layer, 300, 4000), (file, 100, 2000), (backtest, 20, 200)]
)
def test_memory_is_given_back(work: Callable[[], None], sample: int, full: int, tally: Tally, monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")
    rounds = full if FULL else sample
    for _ in range(rounds // 5):  # what is loaded and kept for good, such as kernels
        work()
    gc.collect()
    before = resident()
    for number in range(rounds):
        with tally(f"{work.__name__}, round {number}"):
            work()
    gc.collect()
    growth = resident() - before
    tally.notes[f"KB per {work.__name__}"] = growth / 1024 / rounds
    assert growth < MOST
