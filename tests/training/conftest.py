import matplotlib as mpl
import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _on_the_cpu(monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")


def network(dropout=0.3):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(4, 12), nn.Tanh(), nn.Dropout(dropout), nn.Linear(12, 1))


def pairs(items=70, seed=0):
    x = torch.randn(items, 4, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(x, (x.sum(1, keepdim=True) / 2).sin())


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def assert_identical(first, second):
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert torch.equal(value, second[name]), name


def without_time(history):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in history.rows]
