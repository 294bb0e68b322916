"""The experiments behind chapter 1, run small, against values known otherwise."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.experiments import footprint
from rnn_tutorial.experiments import memory as memory


def test_gradient_by_lag_of_a_network_we_can_do_by_hand():
    layer = rt.RNN(1, 1, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
        layer.get_parameter("weight_ih_l0").fill_(1.0)
        layer.get_parameter("weight_hh_l0").fill_(0.5)
    curve = memory.gradient_by_lag(layer, torch.zeros(3, 6, 1, dtype=torch.float64))  # tanh'(0) = 1
    torch.testing.assert_close(curve, 0.5 ** torch.arange(6, dtype=torch.float64))


def test_gradient_by_lag_is_the_norm_of_the_jacobian():
    layer = rt.RNN(2, 3, batch_first=True, dtype=torch.float64)
    x = torch.randn(1, 4, 2, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda x: layer(x)[0][0, -1], x)  # (3, 1, 4, 2)
    expected = jacobian[:, 0].square().sum(dim=(0, 2)).sqrt().flip(0)
    torch.testing.assert_close(memory.gradient_by_lag(layer, x), expected)


@pytest.mark.parametrize("shared", [True, False])
def test_gradients_shrink_below_scale_one(shared):
    small = memory.backpropagate(0.5, shared=shared)
    assert small.factor == pytest.approx(0.5, rel=0.1)
    assert small.norms.shape == (50,)


class Blind(nn.Module):
    """A layer that skips the first step, the one to remember."""

    batch_first, hidden_size = True, 16

    def __init__(self) -> None:
        super().__init__()
        self.layer = rt.RNN(1, 16, batch_first=True, backend="reference")

    def forward(self, x):
        return self.layer(x[:, 1:])


def test_recall_is_learnt_over_a_short_lag_and_impossible_without_the_first_step():
    def make(**options):
        return rt.RNN(1, 16, batch_first=True, backend="reference", **options)

    found = memory.recall_accuracies(
        [make, lambda: make(recurrent_init="orthogonal")], 3, [0, 1], updates=150, rate=1e-2
    )
    assert [len(accuracies) for accuracies in found] == [2, 2]
    assert min(map(min, found)) > 0.95
    ((blind,),) = memory.recall_accuracies([Blind], 3, [0], updates=100, rate=1e-2)
    assert blind < 0.6


def test_saved_bytes_of_a_computation_we_can_count():
    x = torch.randn(100, requires_grad=True)
    assert footprint.saved_for_backward(lambda: x * 2) == 0  # a constant factor needs nothing
    assert footprint.saved_for_backward(lambda: x.exp(), ignore=(x,)) == 400  # the result, 100 float32
    assert footprint.saved_for_backward(lambda: (x**2) + (x**3), ignore=(x,)) <= 800
    y = torch.randn(100)
    assert footprint.saved_for_backward(lambda: (x * y).sum()) == 400  # y, to know the slope of x
    assert footprint.saved_for_backward(lambda: (x * y).sum() + (y[:50] * x[:50]).sum()) == 400  # the same memory once


def test_longer_sequences_keep_more():
    model = rt.ManyToOne(rt.RNN(1, 8, batch_first=True), 1)
    short, long = (footprint.training_footprint(model, torch.randn(4, T, 1), repeats=1) for T in (10, 40))
    assert 3 < long.saved_bytes / short.saved_bytes < 5
    assert long.parameters == 8 + 64 + 16 + 9


def test_rivals_have_equal_size_and_do_not_peek():
    rivals = footprint.rivals_of_equal_size(24)
    sizes = [footprint.count_parameters(net) for net in rivals.values()]
    assert max(sizes) / min(sizes) < 1.05
    x = torch.randn(2, 24, 1, requires_grad=True)
    assert {net(x).shape for net in rivals.values()} == {(2, 24)}


def test_rivals_of_equal_width_have_one_layer_and_keep_what_can_be_counted():
    rivals = footprint.rivals_of_equal_width(20, width=8)
    assert {net(torch.randn(2, 20, 1)).shape for net in rivals.values()} == {(2, 24)}
    x = torch.randn(2, 20, 1)
    dense = rivals["dense"]
    assert footprint.saved_for_backward(lambda: dense(x), (x, *dense.parameters())) == 4 * 2 * 8  # the ReLU's output
    table = footprint.footprint_table((10, 20), batch=2)
    assert list(table.columns) == ["10 steps", "20 steps"]
    for way in ("equal parameters", "equal width"):
        for name in ("RNN", "CNN"):
            few, more = table.loc[[(way, name)]].to_numpy()[0]
            assert more > few


def test_starts():
    identity = memory.started("relu", "identity")
    assert torch.equal(identity.get_parameter("weight_hh_l0"), torch.eye(32))
    orthogonal = memory.started("tanh", "orthogonal").get_parameter("weight_hh_l0")
    torch.testing.assert_close(orthogonal @ orthogonal.T, torch.eye(32))
    with pytest.raises(ValueError, match="got 'zero'"):
        memory.started("tanh", "zero")
