"""The mean of a loss does not depend on the batch size, whatever targets it leaves out."""

import functools
import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from rnn_tutorial.forecasting.neural.outputs import KINDS, make_output
from rnn_tutorial.training import NonFiniteLossError, evaluate, fit

from .conftest import assert_identical, weights

WEIGHT = torch.tensor([0.5, 2.0, 1.0])


class Steps(nn.Module):
    """Scores of three classes for every step, classes second as the losses want them: (B, T, 4) → (B, 3, T)."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.readout = nn.Linear(4, 3)

    def forward(self, x):
        return self.readout(x).movedim(-1, 1)


class LogSteps(Steps):
    def forward(self, x):
        return super().forward(x).log_softmax(1)


def padded(ignored, rows=16, steps=6):
    """Sequences of classes of every length, of 0 as well: two rows next to each other have no target at all."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(rows, steps, 4, generator=draw)
    y = torch.randint(3, (rows, steps), generator=draw)
    lengths = torch.randint(1, steps + 1, (rows,), generator=draw)
    lengths[2:4] = 0
    return TensorDataset(x, torch.where(torch.arange(steps) < lengths[:, None], y, ignored))


class Everything(nn.CrossEntropyLoss):
    """A loss of the user's that inherits which targets count."""

    def forward(self, input, target):
        return super().forward(input.movedim(1, -1).flatten(0, 1), target.flatten())


LOSSES: dict[str, Any] = {
    "plain": (Steps, nn.CrossEntropyLoss(), -100),
    "another": (Steps, nn.CrossEntropyLoss(ignore_index=7), 7),
    "a class": (Steps, nn.CrossEntropyLoss(ignore_index=0), 0),
    "weights": (Steps, nn.CrossEntropyLoss(weight=WEIGHT), -100),
    "weight of 0": (Steps, nn.CrossEntropyLoss(weight=torch.tensor([0.0, 2.0, 1.0])), 0),
    "smoothed": (Steps, nn.CrossEntropyLoss(weight=WEIGHT, ignore_index=-1, label_smoothing=0.1), -1),
    "inherited": (Steps, Everything(ignore_index=9), 9),
    "likelihood": (LogSteps, nn.NLLLoss(weight=WEIGHT, ignore_index=5), 5),
    "function": (Steps, F.cross_entropy, -100),
    "other function": (LogSteps, F.nll_loss, -100),
    "partial": (Steps, functools.partial(F.cross_entropy, ignore_index=4, weight=WEIGHT), 4),
}


@pytest.mark.parametrize("batch_size", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("name", LOSSES)
def test_ignored_targets_do_not_count(name, batch_size):
    kind, loss, ignored = LOSSES[name]
    model, data = kind(), padded(ignored)
    x, y = data.tensors
    whole = loss(model(x), y).item()
    assert evaluate(model, data, loss=loss, batch_size=batch_size) == {"loss": pytest.approx(whole, rel=1e-5)}


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("name", LOSSES)
def test_the_epochs_of_a_training_are_means_over_targets(name, batch_size):
    kind, loss, ignored = LOSSES[name]
    model, data = kind(), padded(ignored)
    x, y = data.tensors
    whole = loss(model(x), y).item()
    # A rate so small that all batches see the same weights.
    history = fit(model, data, data, loss=loss, epochs=1, batch_size=batch_size, lr=1e-9, progress=False)
    assert history.rows[0]["train_loss"] == pytest.approx(whole, rel=1e-5)
    assert history.rows[0]["valid_loss"] == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_without_targets_moves_nothing(name):
    kind, loss, ignored = LOSSES[name]
    model, data = kind(), padded(ignored)
    both = TensorDataset(data.tensors[0][:4], data.tensors[1][:4])
    first = TensorDataset(data.tensors[0][:2], data.tensors[1][:2])
    options: dict[str, Any] = {"loss": loss, "epochs": 1, "batch_size": 2, "shuffle": False, "progress": False}
    options["optimizer"] = functools.partial(torch.optim.SGD)  # without momentum
    fit(model, both, **options)
    other = kind()
    fit(other, first, **options)
    assert_identical(weights(model), weights(other))


def test_no_target_at_all_is_said():
    x = torch.randn(4, 6, 4)
    nothing = TensorDataset(x, torch.full((4, 6), -100))
    with pytest.raises(ValueError, match="counts no target of data: all are left out, by ignore_index"):
        evaluate(Steps(), nothing, loss=nn.CrossEntropyLoss())
    with pytest.raises(ValueError, match="counts no target of train"):
        fit(Steps(), nothing, loss=nn.CrossEntropyLoss(), epochs=1, progress=False)


def test_a_loss_that_is_not_finite_is_still_found():
    data = padded(-100)
    data.tensors[0][5] = math.nan
    assert math.isnan(evaluate(Steps(), data, loss=nn.CrossEntropyLoss(), batch_size=2)["loss"])
    with pytest.raises(NonFiniteLossError):
        fit(Steps(), data, loss=nn.CrossEntropyLoss(), epochs=1, batch_size=2, progress=False)


def test_patience_follows_the_mean_over_targets():
    """The best epoch is the one of the whole validation set's loss, not of the mean of its batches' losses."""
    valid, loss = padded(-100), nn.CrossEntropyLoss()
    model = Steps()
    history = fit(
        model, padded(-100, rows=9), valid, loss=loss, epochs=6, batch_size=3, lr=0.3, patience=6,
        metrics={"whole": loss}, progress=False,
    )  # fmt: skip
    seen = [row["whole"] for row in history.rows]
    assert [row["valid_loss"] for row in history.rows] == pytest.approx(seen, rel=1e-5)
    assert loss(model(valid.tensors[0]), valid.tensors[1]).item() == pytest.approx(min(seen), rel=1e-5)


def test_probabilities_of_classes_count_by_positions():
    x = torch.randn(7, 6, 4)
    data, loss, model = TensorDataset(x, torch.rand(7, 3, 6).softmax(1)), nn.CrossEntropyLoss(weight=WEIGHT), Steps()
    whole = loss(model(x), data.tensors[1]).item()
    assert evaluate(model, data, loss=loss, batch_size=2)["loss"] == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize("loss", [nn.MSELoss(), F.l1_loss, nn.BCEWithLogitsLoss(), nn.CrossEntropyLoss()])
def test_batches_of_other_lengths_count_by_elements(loss):
    """Batches padded to their own longest sequence: a row of a long batch is more elements than one of a short."""
    draw, classes = torch.Generator().manual_seed(3), isinstance(loss, nn.CrossEntropyLoss)
    model, values = Steps(), []
    items: Any = []
    for rows, steps in ((4, 2), (4, 9), (1, 5)):
        x = torch.randn(rows, steps, 4, generator=draw)
        y = torch.randint(3, (rows, steps)) if classes else torch.rand(rows, 3, steps, generator=draw)
        targets = y.numel()
        items.append((x, y))
        values.append((loss(model(x), y).item(), targets))
    whole = sum(value * targets for value, targets in values) / sum(targets for _, targets in values)
    assert evaluate(model, DataLoader(items, batch_size=None), loss=loss)["loss"] == pytest.approx(whole, rel=1e-6)


class Masked:
    """The mean over what is not NaN, which it tells."""

    def __call__(self, prediction, target):
        known = ~target.isnan()
        return (prediction - target)[known].square().mean()

    def counted(self, target):
        return (~target.isnan()).sum()


def test_a_loss_of_ones_own_counts_by_rows_or_tells():
    x = torch.randn(6, 4)
    y = torch.randn(6, 5)
    y[1, 1:], y[2:4] = math.nan, math.nan
    data, model = TensorDataset(x, y), nn.Linear(4, 5)
    whole = (model(x) - y)[~y.isnan()].square().mean().item()
    for batch_size in (1, 2, 4, 6):
        assert evaluate(model, data, loss=Masked(), batch_size=batch_size)["loss"] == pytest.approx(whole, rel=1e-5)
    for counted in (Masked.counted, lambda self, target: int((~target.isnan()).sum())):
        kind = type("Own", (Masked,), {"counted": counted})
        history = fit(model, data, data, loss=kind(), epochs=1, batch_size=2, lr=1e-9, progress=False, shuffle=False)
        assert history.rows[0]["train_loss"] == pytest.approx(whole, rel=1e-5)
        assert history.rows[0]["valid_loss"] == pytest.approx(whole, rel=1e-5)
    by_rows = evaluate(model, TensorDataset(x[:2], y[:2]), loss=Masked().__call__, batch_size=1)["loss"]
    each = [Masked()(model(x[k : k + 1]), y[k : k + 1]).item() for k in (0, 1)]
    assert by_rows == pytest.approx(sum(each) / 2, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_forecasters_losses_count_known_targets(kind):
    output = make_output(kind, (0.1, 0.9))
    draw = torch.Generator().manual_seed(4)
    raw, y = torch.randn(8, 5, output.size, generator=draw), torch.randn(8, 5, generator=draw)
    y[torch.rand(8, 5, generator=draw) < 0.4] = math.nan
    parameters = output.parameters(raw, torch.zeros(8, 1), torch.ones(8, 1))
    whole = output.loss(parameters, y).item()
    for batch_size in (1, 3, 8):
        found = evaluate(nn.Identity(), TensorDataset(parameters, y), loss=output.loss, batch_size=batch_size)
        assert found["loss"] == pytest.approx(whole, rel=1e-5)


def test_ordinary_losses_are_weighed_by_rows_to_the_last_bit():
    torch.manual_seed(0)
    x, y = torch.randn(10, 4), torch.randn(10, 3)
    model = nn.Linear(4, 3)
    for loss in (nn.MSELoss(), F.l1_loss, nn.CrossEntropyLoss()):
        target = y.argmax(1) if isinstance(loss, nn.CrossEntropyLoss) else y
        batches = list(zip(x.split(4), target.split(4), strict=True))
        expected = sum(loss(model(a), b).item() * len(b) for a, b in batches) / 10
        assert evaluate(model, TensorDataset(x, target), loss=loss, batch_size=4)["loss"] == expected
