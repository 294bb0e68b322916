"""PeepholeLSTM: the lineage from LSTM, the equations by hand, and every option of the LSTM."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal, assert_same
from tests.sampled import examples

OPTIONS = {
    "num_layers": st.integers(1, 3),
    "bias": st.booleans(),
    "batch_first": st.booleans(),
    "bidirectional": st.booleans(),
    "proj_size": st.integers(0, 2),
}


class ZeroPeepholes(rt.PeepholeLSTM):
    """An LSTM in a peephole LSTM's clothes, with the LSTM's parameters only."""

    def parameter_shapes(self, features, H):
        return rt.LSTM.parameter_shapes(self, features, H)


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(st.fixed_dictionaries(OPTIONS), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(0, 999))
def test_with_peepholes_at_zero_it_is_the_lstm(options, features, steps, batch, seed):
    torch.manual_seed(seed)
    theirs = nn.LSTM(features, 3, dtype=torch.float64, **options)
    shape = (batch, steps, features) if options["batch_first"] else (steps, batch, features)
    x = torch.randn(shape, dtype=torch.float64)
    bare = ZeroPeepholes(features, 3, dtype=torch.float64, **options)
    bare.load_state_dict(theirs.state_dict())
    assert_same(bare, theirs, x, rtol=1e-9, atol=1e-11)
    ours = rt.PeepholeLSTM(features, 3, dtype=torch.float64, **options)
    missing, unexpected = ours.load_state_dict(theirs.state_dict(), strict=False)
    assert unexpected == []
    assert {name.split("_l")[0] for name in missing} == {"weight_ci", "weight_cf", "weight_co"}
    with torch.no_grad():
        for name in missing:
            ours.get_parameter(name).zero_()
    torch.testing.assert_close(ours(x), theirs(x))


def by_hand(layer, x):
    """Equations of the docstring, one unit's gate at a time."""
    w = layer.weights()
    H = layer.hidden_size
    h, c = torch.zeros(x.shape[1], H, dtype=x.dtype), torch.zeros(x.shape[1], H, dtype=x.dtype)
    for x_t in x:
        z = x_t @ w["weight_ih"].T + w["bias_ih"] + h @ w["weight_hh"].T + w["bias_hh"]
        i = torch.sigmoid(z[:, :H] + w["weight_ci"] * c)
        f = torch.sigmoid(z[:, H : 2 * H] + w["weight_cf"] * c)
        new = f * c + i * torch.tanh(z[:, 2 * H : 3 * H])
        o = torch.sigmoid(z[:, 3 * H :] + w["weight_co"] * new)
        h, c = o * torch.tanh(new), new
    return h, c


def test_equations_by_hand_with_gradients():
    layer = rt.PeepholeLSTM(3, 4, dtype=torch.float64)
    x = torch.randn(7, 2, 3, dtype=torch.float64)
    h, c = by_hand(layer, x)
    _, (h_n, c_n) = layer(x)
    torch.testing.assert_close((h_n[0], c_n[0]), (h, c))
    ours = torch.autograd.grad(h_n.sum() + c_n.square().sum(), list(layer.parameters()))
    hand = torch.autograd.grad(h.sum() + c.square().sum(), list(layer.parameters()))
    torch.testing.assert_close(ours, hand)


def test_the_output_gate_sees_the_new_cell():
    """From zero states, with nothing but the cell open, h_1 depends on w_co only if o_1 sees c_1."""
    layer = rt.PeepholeLSTM(1, 1)
    _, (h, _) = layer(torch.ones(1, 1, 1))
    assert torch.autograd.grad(h.sum(), layer.weights()["weight_co"])[0].abs() > 0


def test_gates_see_their_own_cell_only():
    layer = rt.PeepholeLSTM(2, 3, dtype=torch.float64)
    with torch.no_grad():
        layer.weights()["weight_hh"].zero_()  # the peepholes are then the only way from the old state
    c_0 = torch.randn(1, 1, 3, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(
        lambda c: layer(torch.ones(1, 1, 2, dtype=torch.float64), (torch.zeros_like(c), c))[1][1].flatten(), c_0
    )
    matrix = jacobian.reshape(3, 3)
    assert not matrix[~torch.eye(3, dtype=torch.bool)].any()
    assert matrix.diagonal().all()


def test_checks_double_backward_and_lengths():
    layer = rt.PeepholeLSTM(2, 3, 2, bidirectional=True, batch_first=True, proj_size=2, dtype=torch.float64)
    x = torch.randn(3, 5, 2, dtype=torch.float64, requires_grad=True)
    assert_all_parameters_used(layer, x)
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], (x[:1, :3].detach().requires_grad_(),))
    output, (h_n, c_n) = layer(x, lengths=[2, 5, 3])
    for b, length in enumerate([2, 5, 3]):
        alone, (h, c) = layer(x[b, :length])
        torch.testing.assert_close(output[b, :length], alone)
        torch.testing.assert_close((h_n[:, b], c_n[:, b]), (h, c))
    one_way = rt.PeepholeLSTM(2, 3, batch_first=True, dtype=torch.float64)
    assert_causal(one_way, x.detach())


def test_native_says_that_there_is_none():
    with pytest.raises(ValueError, match="no operator for it"):
        rt.PeepholeLSTM(2, 3, backend="native")(torch.randn(4, 1, 2))


def test_peepholes_stay_parameters_when_the_layer_moves():
    """A `.to()` inside a constructor makes a peephole that no optimiser sees: a known bug of other packages."""
    for layer in (rt.PeepholeLSTM(2, 3), rt.ConvLSTM(2, 3, 3)):
        moved = layer.to(torch.float64).to("meta")
        assert {"weight_ci_l0", "weight_cf_l0", "weight_co_l0"} <= set(dict(moved.named_parameters()))
        assert all(p.is_leaf and p.is_meta and p.requires_grad for p in moved.parameters())
