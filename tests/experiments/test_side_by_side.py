"""Networks side by side in one wide layer are those of their seeds, alone."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.experiments.side_by_side import SideBySide, train

KINDS = [rt.RNN, rt.GRU, rt.LSTM, rt.PeepholeLSTM]
X = torch.linspace(-1, 1, 4 * 5 * 3).reshape(4, 5, 3)
SEEDS = [3, 8]


def side_by_side(kind):
    return SideBySide(lambda units: kind(3, units, batch_first=True), 6, SEEDS, 2)


class Alone(nn.Module):
    def __init__(self, kind, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.layer = kind(3, 6, batch_first=True, backend="reference")
        self.readout = nn.Linear(6, 2)

    def forward(self, x):
        return self.readout(self.layer(x)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_the_network_of_its_seed(kind):
    networks = side_by_side(kind)
    assert networks(X).shape == (2, 4, 5, 2)
    for k, seed in enumerate(SEEDS):
        torch.testing.assert_close(networks(X)[k], Alone(kind, seed)(X))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clip_norm", [1e-2, 10.0])
def test_training_side_by_side_is_training_alone(kind, clip_norm):
    networks = side_by_side(kind)
    train(networks, lambda _: networks(X).square().mean(dim=(1, 2, 3)), updates=4, lr=0.1, clip_norm=clip_norm)
    for k, seed in enumerate(SEEDS):
        alone = Alone(kind, seed)
        optimizer = torch.optim.Adam(alone.parameters(), lr=0.1)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4)
        for _ in range(4):
            optimizer.zero_grad()
            alone(X).square().mean().backward()
            nn.utils.clip_grad_norm_(alone.parameters(), clip_norm)
            optimizer.step()
            schedule.step()
        torch.testing.assert_close(networks(X)[k], alone(X), rtol=1e-3, atol=1e-4)


def test_no_unit_sees_another_network():
    networks = side_by_side(rt.LSTM)
    train(networks, lambda _: networks(X).square().mean(dim=(1, 2, 3)), updates=2, lr=0.1)
    blocks = networks.layer.weight_hh_l0.view(4, 2, 6, 2, 6)
    assert not blocks[:, 0, :, 1].any()
    assert not blocks[:, 1, :, 0].any()


def test_memory_is_an_lstms_cell_and_another_layers_state():
    for kind in (rt.LSTM, rt.GRU):
        networks, alone = side_by_side(kind), Alone(kind, SEEDS[1])
        kept = alone.layer(X, return_all_states=True)[2]
        torch.testing.assert_close(networks.memory(X)[1], (kept[1] if kind is rt.LSTM else kept)[0])


def test_keep_best_goes_back():
    networks = side_by_side(rt.GRU)
    seen = []

    def loss(_):
        losses = networks(X).square().mean(dim=(1, 2, 3))
        seen.append(losses.detach())
        return losses

    train(networks, loss, updates=12, lr=0.5, keep_best=True)  # too large a step: losses go up and down
    best = torch.stack(seen).amin(dim=0)
    assert not torch.equal(best, seen[-1])
    torch.testing.assert_close(networks(X).square().mean(dim=(1, 2, 3)), best)
