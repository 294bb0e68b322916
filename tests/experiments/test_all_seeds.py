"""Seeds trained side by side are those trained one after another; days come in the order that was asked for."""

from typing import Any

import numpy as np
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.experiments import all_seeds, demand, order
from tests.experiments.test_demand import task


def test_side_by_side_is_one_after_another():
    def make() -> nn.Module:
        return rt.ManyToOne(rt.RNN(24, 8, batch_first=True, backend="reference"), 24)

    schedule: dict[str, Any] = {"seeds": [3, 4], "days": 7, "epochs": 3, "stride": 5}
    together = all_seeds.train(make, task(), **schedule)
    alone = demand.train(lambda: rt.RNN(24, 8, batch_first=True), task(), **schedule)
    assert together.parameters == alone.parameters
    for ours, theirs in zip(together.forecasts, alone.forecasts, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)
    np.testing.assert_allclose(together.validation_mae, alone.validation_mae, rtol=1e-3)
    one, other = together.forecasts
    assert not np.allclose(one, other, rtol=1e-2)


def test_each_gradient_is_clipped_by_itself():
    networks = all_seeds.SideBySide(lambda: nn.Linear(3, 1), [0, 1])
    x = torch.stack([torch.full((1, 3), 10.0), torch.full((1, 3), 0.1)])
    networks(x).sum().backward()
    networks.clip(2.0)
    weight, bias = (networks.weights[name].grad for name in ("weight", "bias"))
    norms = [float(torch.cat([weight[k].flatten(), bias[k]]).norm()) for k in range(2)]
    np.testing.assert_allclose(norms, [2.0, (3 * 0.1**2 + 1) ** 0.5], rtol=1e-5)


def test_orders():
    x = torch.arange(7.0)[None, :, None].expand(3, 7, 2)
    assert torch.equal(order.Reordered(nn.Identity(), "backwards")(x)[0, :, 0], torch.arange(6.0, -1, -1))
    torch.manual_seed(0)
    mixed = order.Reordered(nn.Identity(), "random")(x)
    assert not torch.equal(mixed[0], mixed[1])
    assert torch.equal(mixed.sort(dim=1).values, x)


def test_a_dense_network_of_days_has_the_size_it_should():
    assert sum(p.numel() for p in order.dense(20).parameters()) == 336 * 20 + 20 + 20 * 24 + 24
    assert order.dense(20)(torch.zeros(2, 14, 24)).shape == (2, 24)


def test_a_random_order_is_trained_side_by_side():
    runs = all_seeds.train(
        lambda: order.Reordered(order.dense(4, days=7), "random"), task(), seeds=[0, 1], days=7, epochs=1, stride=24
    )
    assert np.isfinite(runs.validation_mae).all()
