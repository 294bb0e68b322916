"""Modules put into eval mode before a training stay there; a model that is in eval mode as a whole trains."""

from typing import Any

import pytest
import torch
from torch import nn

from rnn_tutorial.training import CheckpointMismatchError, evaluate, fit, predict

from .conftest import assert_identical, pairs, weights

OPTIONS: dict[str, Any] = {"loss": nn.MSELoss(), "epochs": 3, "batch_size": 16, "lr": 0.05, "progress": False}


def normed():
    torch.manual_seed(1)
    inner = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), inner, nn.Linear(8, 1))


def modes(model):
    return [module.training for module in model.modules()]


def watched(model):
    """Keep the mode of each of the model's modules at each of its calls with a graph, that is: in training."""
    seen = []

    def look(module, args):
        if torch.is_grad_enabled():
            seen.append(modes(module))

    model.register_forward_pre_hook(look)
    return seen


@pytest.mark.parametrize("valid", [None, pairs(20, seed=2)])
def test_frozen_norm_keeps_its_means_in_every_epoch(valid):
    model = normed().train()
    model[1].eval()
    before, at_start = modes(model), weights(model)
    seen = watched(model)
    fit(model, pairs(), valid, **OPTIONS)
    assert len(seen) == 15
    assert all(one == before for one in seen)
    assert modes(model) == before
    after = weights(model)
    for name in ("1.running_mean", "1.running_var", "1.num_batches_tracked"):
        assert torch.equal(after[name], at_start[name])
    assert not torch.equal(after["1.weight"], at_start["1.weight"])  # eval mode does not freeze parameters
    assert int(after["3.1.num_batches_tracked"]) == 15


def test_a_part_of_a_frozen_block_may_train():
    model = normed().train()
    model[3].eval()
    model[3][1].train()
    before, seen = modes(model), watched(model)
    fit(model, pairs(), pairs(20, seed=2), **OPTIONS)
    assert all(one == before for one in seen)
    assert modes(model) == before


@pytest.mark.parametrize("use", [None, predict, lambda model, data: evaluate(model, data, loss=nn.MSELoss())])
def test_a_model_in_eval_mode_trains_as_a_whole(use):
    model, other = normed().eval(), normed().train()
    if use is not None:
        use(model, pairs(5))
    seen = watched(model)
    fit(model, pairs(), pairs(20, seed=2), **OPTIONS)
    fit(other, pairs(), pairs(20, seed=2), **OPTIONS)
    assert all(all(one) for one in seen)
    assert not any(modes(model))
    assert_identical(weights(model), weights(other))


def test_a_model_used_between_two_trainings_trains_as_before():
    model, other = normed(), normed()
    for one in (model, other):
        one[1].eval()
        fit(one, pairs(), **OPTIONS)
        if one is model:
            predict(model, pairs(5))
            evaluate(model, pairs(5), loss=nn.MSELoss())
        fit(one, pairs(), **OPTIONS)
    assert_identical(weights(model), weights(other))
    assert int(model[1].num_batches_tracked) == 0


def test_early_stopping_and_an_error_bring_the_modes_back():
    model = normed().train()
    model[1].eval()
    before, means = modes(model), model[1].running_mean.clone()
    fit(model, pairs(), pairs(20, seed=2), **OPTIONS | {"epochs": 8, "patience": 1, "lr": 0.3})
    assert modes(model) == before
    with pytest.raises(RuntimeError):
        fit(model, torch.utils.data.TensorDataset(torch.zeros(4, 5), torch.zeros(4, 1)), **OPTIONS)
    assert modes(model) == before
    assert torch.equal(model[1].running_mean, means)


def test_a_resumed_training_has_the_same_modes(tmp_path):
    straight, resumed = normed().train(), normed().train()
    straight[1].eval()
    fit(straight, pairs(), pairs(20, seed=2), **OPTIONS)
    resumed[1].eval()
    fit(resumed, pairs(), pairs(20, seed=2), **OPTIONS | {"epochs": 1}, checkpoint=tmp_path)
    with pytest.raises(CheckpointMismatchError, match=r"kept in eval mode: \['1'\] in the checkpoint, nothing now"):
        fit(normed(), pairs(), pairs(20, seed=2), **OPTIONS, checkpoint=tmp_path)
    fresh = normed().train()
    fresh[1].eval()
    fit(fresh, pairs(), pairs(20, seed=2), **OPTIONS, checkpoint=tmp_path)
    assert_identical(weights(straight), weights(fresh))
