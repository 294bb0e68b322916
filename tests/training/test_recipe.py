"""A checkpoint is resumed by the run that wrote it and by no other, whatever the difference."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    StackDataset,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
)

import rnn_tutorial as rt
from rnn_tutorial.forecasting import Forecaster
from rnn_tutorial.training import CheckpointMismatchError, fit, per_epoch
from rnn_tutorial.training.recipe import UNCHECKED

from .conftest import assert_identical, network, pairs, weights
from .test_resume import newest

ROOT = Path(__file__).parents[2]
X = torch.randn(40, 4, generator=torch.Generator().manual_seed(0))
Y = X.sum(1, keepdim=True).sin()
BOUND = 0.5


def changed(tensor):
    other = tensor.clone()
    other.view(-1)[-1] = other.view(-1)[-1].nextafter(torch.tensor(9.0))  # the last bit of the last number
    return other


def seeded(seed):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(X, Y), batch_size=16, shuffle=True, generator=generator)


def stacked(x: Any) -> Any:
    return StackDataset(x, Y)  # type: ignore[arg-type]


def sampled(last):
    shares = torch.ones(40)
    shares[-1] = last
    return DataLoader(TensorDataset(X, Y), 16, sampler=WeightedRandomSampler(shares.tolist(), 40))


class Items(Dataset[Any]):
    """A dataset of one's own: what it holds and how it reads it."""

    def __init__(self, noise=0.1, last=0.0, reader=None):
        self.noise, self.table, self.names, self.reader = noise, np.array([1.0, 2.0, last]), ["a", "b"], reader

    def __len__(self):
        return 40

    def __getitem__(self, index):
        return X[index] + self.noise * self.table[index % 3], Y[index]


class Shifted(Items):
    def __getitem__(self, index):
        return X[index] - self.noise, Y[index]


Shifted.__qualname__ = Items.__qualname__  # as after an edit: the same name and another body


class Bounded(nn.Module):
    """A loss of one's own, with weights of its own."""

    weight: torch.Tensor

    def __init__(self, bound=0.5, weight=1.0):
        super().__init__()
        self.bound = bound
        self.register_buffer("weight", torch.tensor(weight))

    def forward(self, prediction, target):
        return self.weight * F.huber_loss(prediction, target, delta=self.bound)


class Activated(nn.Module):
    """What its ``repr`` does not show: a number and a function."""

    def __init__(self, factor=1.0, activation=torch.tanh):
        super().__init__()
        self.factor, self.activation, self.layer = factor, activation, nn.Linear(4, 1)

    def forward(self, x):
        return self.activation(self.factor * self.layer(x))


def made(build, *arguments, **options):
    torch.manual_seed(1)
    return build(*arguments, **options)


def closed_over(bound):
    return lambda prediction, target: F.huber_loss(prediction, target, delta=bound)


def stepwise(factor):
    return per_epoch(lambda optimizer, epochs: StepLR(optimizer, 1, factor))


def run(folder, model=None, train=None, valid=None, **options):
    settings: dict[str, Any] = {"loss": F.mse_loss, "epochs": 2, "batch_size": 16, "progress": False} | options
    model = network() if model is None else model
    return fit(model, TensorDataset(X, Y) if train is None else train, valid, checkpoint=folder, **settings)


WINDOWS = partial(rt.WindowDataset, np.sin(np.arange(90.0)), horizon=1)

DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "data": ({}, {"train": TensorDataset(changed(X), Y)}, r"training data\.tensors: content"),
    "targets": ({}, {"train": TensorDataset(X, changed(Y))}, r"training data\.tensors"),
    "order of items": ({}, {"train": TensorDataset(X.flip(0), Y.flip(0))}, r"training data\.tensors"),
    "validation": ({"valid": pairs(9, 1)}, {"valid": pairs(9, 2)}, r"validation data\.tensors"),
    "subset": (
        {"train": Subset(TensorDataset(X, Y), range(30))}, {"train": Subset(TensorDataset(X, Y), range(10, 40))},
        r"training data\.indices: range\(0, 30\) in the checkpoint, range\(10, 40\) now",
    ),
    "inner": (
        {"train": ConcatDataset([pairs(30), pairs(10)])}, {"train": ConcatDataset([pairs(30), pairs(10, 2)])},
        r"training data\.datasets",
    ),
    "stack": ({"train": stacked(X)}, {"train": stacked(changed(X))}, r"training data\.datasets"),
    "own data": ({"train": Items()}, {"train": Items(last=0.5)}, r"training data\.table"),
    "own number": ({"train": Items()}, {"train": Items(0.2)}, r"training data\.noise: 0\.1 in the .*, 0\.2 now"),
    "own code": ({"train": Items()}, {"train": Shifted()}, "code of training data"),
    "generator": ({"train": seeded(1)}, {"train": seeded(2)}, r"order of the training data\.generator"),
    "shuffled": (
        {"train": DataLoader(TensorDataset(X, Y), 16, shuffle=True)}, {"train": DataLoader(TensorDataset(X, Y), 16)},
        "order of the training data",
    ),
    "sampler": ({"train": sampled(1.0)}, {"train": sampled(0.5)}, r"order of the training data\.weights"),
    "last batch": (
        {"train": DataLoader(TensorDataset(X, Y), 16)}, {"train": DataLoader(TensorDataset(X, Y), 16, drop_last=True)},
        "batches of the training data",
    ),
    "huber": ({"loss": nn.HuberLoss()}, {"loss": nn.HuberLoss(delta=0.5)}, r"loss\.delta: 1\.0 in .*, 0\.5 now"),
    "smooth": ({"loss": nn.SmoothL1Loss(beta=1)}, {"loss": nn.SmoothL1Loss(beta=0.5)}, r"loss\.beta: 1 in"),
    "own loss": ({"loss": Bounded()}, {"loss": Bounded(bound=2.0)}, r"loss\.bound: 0\.5 in .*, 2\.0 now"),
    "loss's weights": ({"loss": Bounded()}, {"loss": Bounded(weight=2.0)}, "weights of loss"),
    "partial": (
        {"loss": partial(F.huber_loss, delta=1.0)}, {"loss": partial(F.huber_loss, delta=2.0)}, "loss: huber_loss",
    ),
    "lambda": (
        {"loss": lambda p, t: F.mse_loss(p, t)}, {"loss": lambda p, t: F.mse_loss(p, t) * 2}, "loss: content",
    ),
    "closure": ({"loss": closed_over(1.0)}, {"loss": closed_over(2.0)}, "loss: content"),
    "decay": (
        {"optimizer": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.1)},
        {"optimizer": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.2)}, "optimizer: content",
    ),
    "schedule": ({"schedule": stepwise(0.5)}, {"schedule": stepwise(0.1)}, "schedule: content"),
    "metric": (
        {"valid": pairs(9), "metrics": {"mae": lambda p, t: (p - t).abs().mean()}},
        {"valid": pairs(9), "metrics": {"mae": lambda p, t: (p - t).abs().max()}}, "mae: content",
    ),
    "model's number": (
        {"model": made(Activated)}, {"model": made(Activated, 2.0)}, r"model\.factor: 1\.0 in the .*, 2\.0 now",
    ),
    "model's function": (
        {"model": made(Activated)}, {"model": made(Activated, 1.0, torch.sigmoid)}, r"model\.activation",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_run_is_refused_by_what_differs(tmp_path, name):
    first, second, message = DIFFERENT[name]
    run(tmp_path, **first)
    with pytest.raises(CheckpointMismatchError, match=message) as caught:
        run(tmp_path, **second)
    assert "name another folder for this run" in str(caught.value)
    first = first | {"model": made(Activated)} if "model" in first else first
    assert len(run(tmp_path, **first)) == 2


def test_other_initial_weights_are_refused_with_the_cure(tmp_path):
    run(tmp_path)
    torch.manual_seed(2)
    other = nn.Sequential(nn.Linear(4, 12), nn.Tanh(), nn.Dropout(0.3), nn.Linear(12, 1))
    with pytest.raises(CheckpointMismatchError, match=r"initial weights: .*\n.*torch\.manual_seed"):
        run(tmp_path, other)


def test_windows_of_another_length_are_refused(tmp_path):
    def model():
        torch.manual_seed(1)
        return rt.ManyToOne(rt.GRU(1, 3, batch_first=True), 1)

    run(tmp_path, model(), WINDOWS(input_length=12))
    with pytest.raises(CheckpointMismatchError, match=r"training data\.input_length: 12 in the checkpoint, 13 now"):
        run(tmp_path, model(), WINDOWS(input_length=13))


def test_a_global_that_a_loss_reads_counts(tmp_path, monkeypatch):
    def loss(prediction, target):
        return F.huber_loss(prediction, target, delta=BOUND)

    run(tmp_path, loss=loss)
    monkeypatch.setitem(globals(), "BOUND", 0.25)
    with pytest.raises(CheckpointMismatchError, match="loss: content"):
        run(tmp_path, loss=loss)


@pytest.mark.parametrize("patience", [None, 5])
def test_a_model_that_the_run_has_trained_goes_on(tmp_path, patience):
    """As in a notebook, where a cell is run again with more epochs."""
    straight, model = network(), network()
    data: dict[str, Any] = {"valid": pairs(9, 7), "patience": patience, "lr": 0.5}
    run(None, straight, epochs=5, **data)
    run(tmp_path, model, epochs=3, **data)
    assert len(run(tmp_path, model, epochs=5, **data)) == 5
    assert_identical(weights(model), weights(straight))
    assert len(run(tmp_path, network(), epochs=5, **data)) == 5  # and one with the first weights still does


def test_what_cannot_be_checked_is_named(tmp_path):
    notes: list[float] = []

    def loss(prediction, target):
        notes.append(0.0)
        return F.mse_loss(prediction, target)

    with Path(__file__).open("rb") as reader:
        run(tmp_path, train=Items(reader=reader), loss=loss)
        recipe = (newest(tmp_path) / "recipe.json").read_text()
        assert f'"{UNCHECKED}": [\n  "loss, notes (list)"' in recipe
        assert "training data.reader (BufferedReader)" in recipe
        assert len(run(tmp_path, train=Items(reader=reader), loss=loss)) == 2  # the list has grown meanwhile


T = np.arange(400.0)
FORECASTS: dict[str, tuple[dict[str, Any], str]] = {
    "scale": ({"scale": "series"}, r"model\.reading"),
    "teacher": ({"teacher_forcing": 0.25}, r"model\.forced_steps"),
    "length": ({"input_length": 15}, "training data"),
    "stride": ({"stride": 6}, "training data"),
    "season": ({"seasons": (10,)}, "training data"),
    "seed": ({"seed": 1}, "initial weights"),
    "weight decay": ({"weight_decay": 0.5}, r"optimizer: AdamW\(weight_decay=0\.01\)"),
    "levels": ({"levels": (0.2, 0.8)}, "loss: content"),
}


@pytest.mark.parametrize("name", ["data", *FORECASTS])
def test_a_forecaster_does_not_take_over_anothers_training(tmp_path, name):
    common: dict[str, Any] = {"input_length": 12, "hidden_size": 3, "epochs": 2, "stride": 5, "output": "quantile"}
    common |= {"decoding": "recursive", "levels": (0.1, 0.9)}
    series = np.sin(T / 5) + T / 100
    Forecaster("gru", 4, **common).fit(series, checkpoint=tmp_path)
    changes, message = FORECASTS.get(name, ({}, "training data"))
    if name == "data":
        series = series + np.where(T == 300, 0.001, 0)
    with pytest.raises(CheckpointMismatchError, match=message):
        Forecaster("gru", 4, **(common | changes)).fit(series, checkpoint=tmp_path)


def test_the_next_process_finds_the_same_digests(tmp_path):
    """No address and no seed of hashes is in them."""
    program = (
        "import sys; from tests.training import test_recipe as t\n"
        "history = t.run(sys.argv[1], train=t.Items(), loss=t.closed_over(t.BOUND), epochs=int(sys.argv[2]))\n"
        "print(len(history))"
    )
    for epochs, seed in ((1, "1"), (3, "2")):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path), str(epochs)], cwd=ROOT, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.strip() == str(epochs)
