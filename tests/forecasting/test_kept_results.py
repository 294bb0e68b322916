"""The folder of a backtest: looked at before anything is computed, one backtest at a time, every file its own job's."""

import json
import random
import shutil
from concurrent.futures import BrokenExecutor

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import StorageError
from rnn_tutorial.forecasting import Drift, Method, Persistence
from rnn_tutorial.forecasting.evaluation import parallel
from tests.training.test_checkpoint_on_disk import holder_of

from .test_backtest import Seen, run


class NeverAsked(Method):
    """Fails when it is fitted: nothing may be computed before the folder is known to be good."""

    name = "never asked"

    def learn(self, series):
        raise AssertionError("it was fitted")

    def points(self, series, origins, horizon):
        raise AssertionError


def results(folder):
    return sorted(folder.glob("*.npz"))


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/folder"])
def test_a_folder_that_cannot_be_had_is_refused_at_the_start(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match=r"folder='.*' cannot hold results: .*; name a folder"):
        run([NeverAsked()], folder=tmp_path / where)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_second_backtest_is_refused_at_the_start_and_a_dead_one_blocks_nobody(tmp_path):
    with holder_of(tmp_path) as process:
        try:
            with pytest.raises(RuntimeError, match=rf"in use by process {process.pid} on .*another folder"):
                run([NeverAsked()], folder=tmp_path)
        finally:
            process.kill()
    run([Persistence()], folder=tmp_path)
    assert len(results(tmp_path)) == 2


@pytest.mark.parametrize(
    ("said", "how"), [("The exit codes of the workers are {SIGKILL(-9)}", r" \{SIGKILL\(-9\)\}"), ("", "")]
)
def test_a_dead_worker_is_named(monkeypatch, said, how):
    """Real ones die in tests/faults."""

    def died(*_):
        raise BrokenExecutor(said)

    monkeypatch.setattr(parallel._WithBar, "__call__", died)
    with pytest.raises(RuntimeError, match=rf"worked on the 2 jobs died{how}: it was killed, .* n_jobs=1 for one"):
        run([Drift()])


def test_results_that_were_swapped_are_refused(tmp_path):
    run([Seen(), Drift()], folder=tmp_path)
    first, *_, last = results(tmp_path)
    shutil.move(first, tmp_path / "aside")
    shutil.move(last, first)
    shutil.move(tmp_path / "aside", last)
    with pytest.raises(ValueError, match=r"holds the result of another job \(.* on toy.*\): files were swapped"):
        run([Seen(), Drift()], folder=tmp_path)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_result_is_refused_or_the_same(tmp_path, seed):
    expected = run([Drift()], folder=tmp_path, folds=1).board().entries["drift"].forecasts[0]
    draw, (path,) = random.Random(seed), results(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    path.write_bytes(damaged)
    try:
        found = run([Drift()], folder=tmp_path, folds=1).board().entries["drift"].forecasts[0]
    except ValueError as error:
        assert "delete it, and the job is done anew" in str(error)  # noqa: PT017 -- either is right
    else:
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, about: arrays.update(forecast=arrays["forecast"][:-1]),
        lambda arrays, about: arrays.update(forecast=arrays["forecast"] * np.nan),
        lambda arrays, about: arrays.update(forecast=arrays["forecast"].astype(np.int8)),
        lambda arrays, about: arrays.update(quantiles=arrays["forecast"]),
        lambda arrays, about: about.update(seconds="soon"),
        lambda arrays, about: about.update(parameters=None),
    ],
)
def test_a_result_that_was_written_anew_with_something_else(tmp_path, change):
    run([Drift()], folder=tmp_path, folds=1)
    (path,) = results(tmp_path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file if name != "about"}
        about = json.loads(str(file["about"]))
    change(arrays, about)
    np.savez(path, about=np.array(json.dumps(about)), **arrays)
    with pytest.raises(ValueError, match="is not the result of a backtest's job: delete it"):
        run([Drift()], folder=tmp_path, folds=1)


def test_what_a_killed_backtest_leaves_does_no_harm(tmp_path):
    whole = run([Drift()], folder=tmp_path / "a").table()
    run([Drift()], folder=tmp_path / "b", folds=1, test=10)
    (tmp_path / "b" / f".{'0' * 64}.npz.abcdefgh.unfinished").write_bytes(b"half")
    found = run([Drift()], folder=tmp_path / "b").table()
    pd.testing.assert_frame_equal(found.drop(columns="seconds"), whole.drop(columns="seconds"))
