"""A worker of a backtest that dies: an error that says so, no half result kept, and the rest by the same call."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnn_tutorial as rt
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method
from rnn_tutorial.forecasting.evaluation import jobs

from .conftest import Tally, seeds

if sys.platform != "linux":
    pytest.skip("processes are killed on Linux alone", allow_module_level=True)

FAMILY = "workers"
METHODS, FOLDS = 4, 3
SERIES = Series.of(10 + np.sin(np.arange(80.0)))
MOMENTS = ["fit", "forecast", "write"]


class Dies(Method):
    r"""Persistence with an own step, whose process is killed once.

    Args:
        step: Added to the last value.
        moment: When it dies: in the fit, in the forecast, or before the result gets its name.
        steps: Of the training part with which it dies.
        once: A path, as a text: what lies there is no part of the result. Where a file is, it has died already.
    """

    name = "dies once"

    def __init__(self, step: float, moment: str = "", steps: int = 0, once: str = "") -> None:
        self.step, self.moment, self.steps, self.once = step, moment, steps, once

    def die(self, moment: str, steps: int) -> None:
        """Be killed, if this is the moment."""
        if (moment, steps) != (self.moment, self.steps) or Path(self.once).exists():
            return
        Path(self.once).touch()
        os.kill(os.getpid(), signal.SIGKILL)

    def learn(self, series: Series) -> None:
        self.seen = len(series)
        self.die("fit", self.seen)

    def points(self, series: Series, origins: Any, horizon: int) -> Any:
        self.die("forecast", self.seen)
        if self.moment == "write" and self.seen == self.steps and not Path(self.once).exists():
            os.replace = lambda *_: self.die("write", self.seen)
        return np.repeat(series.values[origins - 1][:, None], horizon, axis=1) + self.step


def forecasts_of(methods: dict[str, Method], folder: Path | None, n_jobs: int) -> dict[str, Any]:
    result = rt.backtest(methods, SERIES, horizon=2, folds=FOLDS, test=8, folder=folder, n_jobs=n_jobs, progress=False)
    return {name: entry.forecasts[0].tolist() for name, entry in result.board().entries.items()}


@pytest.mark.parametrize("seed", seeds(sample=1, full=6))
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_that_dies(
    moment: str, seed: int, drawn: Callable[..., np.random.Generator], tally: Tally, tmp_path: Path
):
    rng = drawn(seed, MOMENTS.index(moment))
    fatal, fold = int(rng.integers(METHODS)), int(rng.integers(FOLDS))
    steps = len(SERIES) - 8 * (FOLDS - fold)
    methods: dict[str, Method] = {str(k): Dies(float(k)) for k in range(METHODS)}
    expected = forecasts_of(methods, None, 1)
    methods[str(fatal)] = Dies(float(fatal), moment, steps, str(tmp_path / "died"))
    folder = tmp_path / "kept"
    with tally(f"{moment}, seed {seed}, method {fatal}, fold {fold}", RuntimeError, words="process .* died.*SIGKILL"):
        forecasts_of(methods, folder, 2)
    assert (tmp_path / "died").exists()
    with tally(f"{moment}, seed {seed}, again"):
        kept = {path: path.read_bytes() for path in folder.glob("*.npz")}
        assert len(kept) < METHODS * FOLDS
        for path in kept:
            assert np.isfinite(jobs.read(path).forecast).all()
            with np.load(path) as file:
                assert f'"{fatal} on {SERIES.name}, fold {fold + 1}"' not in str(file["about"])
        assert forecasts_of(methods, folder, 2) == expected
        assert len([*folder.glob("*.npz")]) == METHODS * FOLDS
        assert {path: path.read_bytes() for path in kept} == kept  # not done twice: each notes its seconds
