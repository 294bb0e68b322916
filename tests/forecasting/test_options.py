"""Every option of the forecaster makes a difference, reaches the copy with another seed, and survives a file."""

import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Forecaster

DAY, H = 4, 4
STEPS = np.arange(DAY * 50)
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + np.random.default_rng(0).normal(0, 2, len(STEPS))
INDEX = pd.date_range("2024-01-01", periods=len(STEPS), freq="6h")
SERIES = Series("toy", VALUES, INDEX, "kW", {"day": DAY}, "made here", "none")

OTHER: dict[str, Any] = {
    "input_length": 9,
    "hidden_size": 5,
    "num_layers": 2,
    "decoding": "recursive",
    "teacher_forcing": 0.25,
    "scale": "centre",
    "output": "quantile",
    "levels": (0.2, 0.5, 0.9),
    "seasons": (DAY, 7 * DAY),
    "calendar": False,
    "missing": "mask",
    "epochs": 3,
    "min_steps": 9,
    "lr": 0.02,
    "batch_size": 16,
    "weight_decay": 0.2,
    "clip_norm": 0.01,
    "stride": 3,
    "patience": 1,
    "seed": 4,
    "name": "mine",
}
QUICK: dict[str, Any] = {"seasons": (DAY,), "hidden_size": 4, "epochs": 2, "batch_size": 32}
ONLY_WITH: dict[str, dict[str, Any]] = {
    "teacher_forcing": {"decoding": "recursive"},
    "levels": {"output": "quantile"},
    "patience": {"lr": 0.2, "epochs": 8},
    "min_steps": {"epochs": None, "stride": 40, "min_steps": 40},
}


def forecast(**options):
    return Forecaster("gru", H, **(QUICK | options)).fit(SERIES).predict()


def test_no_option_is_left_out_here():
    """All have another value than by default."""
    defaults = {
        k: v.default for k, v in inspect.signature(Forecaster).parameters.items() if k not in ("layer", "horizon")
    }
    assert set(defaults) == set(OTHER)
    assert not [name for name, value in defaults.items() if OTHER[name] == value]


@pytest.mark.parametrize("option", sorted({*OTHER} - {"name", "patience"}))
def test_every_option_makes_a_difference(option):
    beside = ONLY_WITH.get(option, {})
    one, other = forecast(**beside), forecast(**(beside | {option: OTHER[option]}))
    assert not np.allclose(one.point, other.point, rtol=1e-7, atol=0)
    assert option != "levels" or list(other.quantiles) == [0.2, 0.9]


def test_patience_ends_a_training_that_gets_worse():
    def epochs(patience):
        options = QUICK | {"lr": 0.3, "epochs": 12, "patience": patience}
        history = Forecaster("gru", H, **options).fit(SERIES, valid=5 * DAY).history
        return [row["valid_loss"] for row in history.rows]

    whole, short = epochs(None), epochs(1)
    assert len(whole) == 12
    assert short == whole[: len(short)]
    assert short[-1] >= min(short[:-1])  # the first that is no better is the last
    assert all(np.diff(short[:-1]) < 0)


def test_all_options_survive_a_file_and_another_seed(tmp_path):
    before = Forecaster("gru", H, **OTHER)
    assert before.get_params() == {"layer": "gru", "horizon": H} | OTHER
    assert before.with_seed(7).get_params() == before.get_params() | {"seed": 7}
    before.fit(SERIES, valid=3 * DAY).save(tmp_path / "a")
    after = Forecaster.load(tmp_path / "a")
    assert after.get_params() == before.get_params()
    assert after.recipe == before.recipe
    one, other = (forecaster.predict(levels=(0.3, 0.9)) for forecaster in (before, after))
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame(), check_freq=False)
    assert (other.name, other.unit, other.method) == ("toy", "kW", "mine")
    new = Series("toy", VALUES[:40], pd.date_range(INDEX[-1], periods=41, freq="6h")[1:], "kW", {}, "", "none")
    starts = [forecaster.update(new, epochs=1).predict().index[0] for forecaster in (before, after)]
    assert starts[0] == starts[1] == new.index[-1] + pd.Timedelta("6h")
