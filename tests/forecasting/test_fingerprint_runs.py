"""The digest of a method is the same in every run, and in every process of one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method, SeasonalNaive, backtest
from rnn_tutorial.forecasting.evaluation.fingerprint import PACKAGE, ROOMS


def ran(arguments: list[str], **variables: str) -> str:
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | variables
    done = subprocess.run([sys.executable, *arguments], env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


PROGRAM = """
import sys
import numpy as np, torch
from rnn_tutorial.forecasting import Forecaster, Hybrid, Method, RidgeOnLags, SeasonalNaive
from rnn_tutorial.forecasting.evaluation.fingerprint import fingerprint
SETTINGS = {"b": {3, 1, 2}, "a": frozenset("xyz")}
class Own(Method):
    name = "own"
    kinds = {"x", "y", "z"}
    def learn(self, series): self.k = sorted(SETTINGS["a"])
    def points(self, series, origins, horizon): return np.zeros((len(origins), horizon))
print(fingerprint(Own(), SeasonalNaive(3), Hybrid(SeasonalNaive(3), Forecaster("gru", 2)), RidgeOnLags(3, 2), SETTINGS))
print(*sorted(sys.modules))
"""


@pytest.fixture(scope="module")
def runs() -> list[str]:
    """What two processes print, whose hashes begin elsewhere."""
    return [ran(["-c", PROGRAM], PYTHONHASHSEED=seed) for seed in ("1", "2")]


def test_the_same_in_every_run(runs: list[str]):
    assert len({printed.split()[0] for printed in runs}) == 1


class Local(Method):
    """Pickled by its name for a worker."""

    name, kinds = "local", ("a", "b")

    def learn(self, series: Series) -> None:
        self.first = series.values[0]

    def points(self, series: Series, origins: Any, horizon: int) -> Any:
        return np.full((len(origins), horizon), self.first)


def test_workers_find_the_results_of_one_process_and_the_other_way_round(tmp_path: Path):
    series = Series.of(np.arange(40.0) % 7)
    for n_jobs in (1, 2):
        backtest([Local(), SeasonalNaive(7)], series, 2, progress=False, folder=tmp_path, n_jobs=n_jobs)
    assert len(list(tmp_path.glob("*.npz"))) == 2


SCRIPT = """
import sys
from dataclasses import dataclass
from pathlib import Path
import numpy as np
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting import Method, backtest
ALPHA = np.arange(3.0)
@dataclass
class Options:
    a: int = 1
def helper(x): return x + ALPHA.sum() + Options().a
class Base(Method):
    widths = [1, 2]
class Own(Base):
    name, options = "own", Options(3)
    def __init__(self, f=lambda x: x * ALPHA[1]): self.f = f
    def learn(self, series): self.first = helper(1.0) + self.f(1)
    def points(self, series, origins, horizon): return np.full((len(origins), horizon), self.first)
if __name__ == "__main__":
    for n_jobs in (1, 2):
        backtest([Own()], Series.of(np.arange(40.0) % 7), 2, progress=False, folder=sys.argv[1], n_jobs=n_jobs)
        print(len(list(Path(sys.argv[1]).glob("*.npz"))))
"""


def test_workers_know_what_a_script_defines_by_the_same_digest(tmp_path: Path):
    (tmp_path / "script.py").write_text(SCRIPT)
    assert ran([str(tmp_path / "script.py"), str(tmp_path / "kept")]).split() == ["1", "1"]


def test_every_room_that_digests_and_forecasts_use_is_part_of_the_package_s_code(runs: list[str]):
    rooms = {name.split(".")[1] for name in runs[0].split() if name.startswith("rnn_tutorial.")}
    assert {"forecasting", "training", "layers"} <= rooms
    assert {room for room in rooms if (PACKAGE / room).is_dir()} <= {*ROOMS}
