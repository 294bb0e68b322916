"""Saved files that were changed, with the checksums that belong to the change: refused, or what they say is usable."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Drift, Forecaster, RidgeOnLags
from rnn_tutorial.forecasting.neural.saving import FORMAT, checksum
from rnn_tutorial.training import CheckpointError, CheckpointMismatchError, NonFiniteLossError
from rnn_tutorial.training.checkpoint import CHECKSUMS, STATE, seal
from tests.training.conftest import network, pairs

from .conftest import Tally, little_memory, seeds
from .test_csv import cut, flip, insert

FAMILY = "saved files"
CASES = 15
SERIES = 10 + np.sin(np.arange(160.0) / 24 * 2 * np.pi) + 0.1 * np.random.default_rng(0).standard_normal(160)
ODD: list[Any] = [
    None, True, -1, 0, 1, 3, 10**6, 10**12, 10**30, 0.5, -1e308, float("nan"), float("inf"), "", "x", "2024-01-01",
    "gru", "1e3", [], {}, [1, 2], [[1]], {"a": 1},
]  # fmt: skip
Draw = np.random.Generator


def one_of(rng: Draw, things: Any) -> Any:
    return things[int(rng.integers(len(things)))]


def change_inside(rng: Draw, thing: Any) -> None:
    """Change one entry, somewhere below a dictionary or list: put something odd there, or take it away."""
    keys = list(thing) if isinstance(thing, dict) else list(range(len(thing)))
    if not keys:
        return
    key = one_of(rng, keys)
    if isinstance(thing[key], dict | list) and thing[key] and rng.random() < 0.8:
        change_inside(rng, thing[key])
    elif isinstance(thing[key], torch.Tensor):
        thing[key] = changed_tensor(rng, thing[key])
    elif rng.random() < 0.2:
        del thing[key]
    else:
        thing[key] = one_of(rng, ODD)


def changed_tensor(rng: Draw, value: torch.Tensor) -> torch.Tensor:
    how: list[Callable[[], torch.Tensor]] = [
        lambda: value.reshape(-1)[:-1].clone(),
        lambda: value[None].clone(),
        lambda: value.reshape(-1).clone(),
        lambda: value.double(),
        lambda: value.to(torch.int8),
        lambda: torch.full_like(value, one_of(rng, [float("nan"), float("inf"), 1e30, 0.0])),
        lambda: torch.zeros(0),
        lambda: torch.zeros(7, 3),
    ]
    return one_of(rng, how)()


def change_bytes(rng: Draw, path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(one_of(rng, [flip, flip, cut, insert])(rng, data))


def change_tensors(rng: Draw, tensors: dict[str, torch.Tensor]) -> None:
    name = one_of(rng, sorted(tensors))
    what = rng.random()
    if what < 0.15:
        del tensors[name]
    elif what < 0.3:
        tensors[f"{name}.more"] = tensors[name].clone()
    else:
        tensors[name] = changed_tensor(rng, tensors[name])


def plain() -> Forecaster:
    """Numbers without dates."""
    return Forecaster("rnn", 2, input_length=6, hidden_size=3, epochs=1, stride=20).fit(SERIES)


def dated() -> Forecaster:
    """Time stamps of a zone, a calendar, a season, columns of both kinds, quantiles."""
    beside = Covariates(np.sin(np.arange(160.0))[:, None], np.cos(np.arange(164.0))[:, None], ("wind",), ("price",))
    index = pd.date_range("2024-03-30", periods=160, freq="h")
    series = Series("load", SERIES, index, "MW", covariates=beside, zone="Europe/Berlin")
    made = Forecaster(
        "gru", 2, input_length=6, seasons=(24,), hidden_size=3, epochs=1, stride=20, scale="ratio", output="quantile",
        missing="mask",
    )  # fmt: skip
    return made.fit(series)


@pytest.fixture(scope="module")
def forecasters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("saved")
    for make in (plain, dated):
        make().save(folder / make.__name__)
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize("seed", seeds(sample=2, full=60))
@pytest.mark.parametrize("kind", ["plain", "dated"])
def test_forecasters(
    kind: str, seed: int, drawn: Callable[..., Draw], tally: Tally, forecasters: dict[str, Path], tmp_path: Path,
    monkeypatch: Any,
):  # fmt: skip
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")
    path = tmp_path / "changed.safetensors"
    for case in range(CASES):
        rng = drawn(seed, case)
        shutil.copy(forecasters[kind], path)
        if rng.random() < 0.25:
            change_bytes(rng, path)
        else:
            with safe_open(path, framework="pt") as file:
                about = json.loads(file.metadata()[FORMAT])
            tensors, config = load_file(path), json.loads(about["config"])
            if rng.random() < 0.3:
                change_tensors(rng, tensors)
            else:
                change_inside(rng, config)
            about["config"] = json.dumps(config)
            about["sha256"] = checksum(about["config"], tensors)
            save_file(tensors, path, {FORMAT: json.dumps(about)})
        with tally(f"{kind}, seed {seed}, case {case}", ValueError), little_memory():
            found = Forecaster.load(path)
            assert len(found.predict().point) == found.horizon


COURSES: dict[str, dict[str, Any]] = {"no schedule": {}, "onecycle": {"schedule": "onecycle", "optimizer": "sgd"}}


def train(folder: Path, course: str) -> rt.training.History:
    return rt.fit(
        network(), pairs(20), pairs(9, seed=7), loss=nn.MSELoss(), epochs=2, batch_size=16, patience=9,
        progress=False, checkpoint=folder, **COURSES[course],
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The first of two epochs."""
    folder = tmp_path_factory.mktemp("checkpoint")
    for course in COURSES:
        train(folder / course, course)
        shutil.rmtree(folder / course / "epoch-00002")
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize("seed", seeds(sample=2, full=60))
@pytest.mark.parametrize("course", COURSES)
def test_checkpoints(
    course: str, seed: int, drawn: Callable[..., Draw], tally: Tally, checkpoints: dict[str, Path], tmp_path: Path,
    monkeypatch: Any,
):  # fmt: skip
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")
    for case in range(CASES):
        rng = drawn(seed, case)
        folder = tmp_path / str(case)
        shutil.copytree(checkpoints[course], folder)
        (epoch,) = folder.glob("epoch-*")
        path = one_of(rng, sorted(path for path in epoch.iterdir() if path.name != CHECKSUMS))
        if rng.random() < 0.25:
            change_bytes(rng, path)
        elif path.suffix == ".json":
            content = json.loads(path.read_text(encoding="utf-8"))
            change_inside(rng, content)
            path.write_text(json.dumps(content), encoding="utf-8")
        elif path.name == STATE:
            state = torch.load(path, weights_only=True)
            change_inside(rng, state)
            torch.save(state, path)
        else:
            tensors = load_file(path)
            change_tensors(rng, tensors)
            save_file(tensors, path)
        seal(epoch)
        about = f"{course}, seed {seed}, case {case}: {path.name}"
        with (
            tally(about, CheckpointError, CheckpointMismatchError, NonFiniteLossError),
            little_memory(),
        ):
            assert len(train(folder, course)) == 2


def backtested(folder: Path) -> dict[str, Any]:
    series = Series.of(SERIES)
    result = rt.backtest([Drift(), RidgeOnLags(6, 3)], series, horizon=3, test=12, folder=folder, progress=False)
    assert np.isfinite(result.table()[["MAE", "RMSE"]].to_numpy()).all()
    return {name: entry.forecasts[0] for name, entry in result.board().entries.items()}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "kept"
    backtested(folder)
    return folder


@pytest.mark.parametrize("seed", seeds(sample=2, full=60))
def test_kept_results(seed: int, drawn: Callable[..., Draw], tally: Tally, kept: Path, tmp_path: Path):
    straight = backtested(kept)
    for case in range(CASES):
        rng = drawn(seed, case)
        folder = tmp_path / str(case)
        shutil.copytree(kept, folder)
        path = one_of(rng, sorted(folder.glob("*.npz")))
        if rng.random() < 0.3:
            change_bytes(rng, path)
        else:
            with np.load(path) as file:
                arrays = {name: torch.from_numpy(file[name]) for name in file if name != "about"}
                about = json.loads(str(file["about"]))
            if rng.random() < 0.5:
                change_tensors(rng, arrays)
            else:
                change_inside(rng, about)
            contents = {name: value.numpy() for name, value in arrays.items()}
            one_of(rng, [np.savez, np.savez_compressed])(path, about=np.array(json.dumps(about)), **contents)
        with tally(f"seed {seed}, case {case}", ValueError), little_memory():
            found = backtested(folder)
            assert {name: value.shape for name, value in found.items()} == {
                name: value.shape for name, value in straight.items()
            }
