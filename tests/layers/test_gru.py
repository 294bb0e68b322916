"""What is particular to the GRU: two places for the reset gate, a gate that can be shut. Parity is in test_parity."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal


def test_a_shut_update_gate_keeps_its_first_memory_for_10_000_steps():
    layer = rt.GRU(1, 4, backend="reference")
    with torch.no_grad():
        w = layer.weights()
        w["weight_ih"][4:8] = 0
        w["weight_hh"][4:8] = 0
        w["bias_ih"][4:8] = 100.0  # z = 1 to the last bit
        h_0 = torch.randn(1, 1, 4)
        _, h_n = layer(torch.randn(10_000, 1, 1), h_0)
    assert torch.equal(h_n, h_0)


def test_reset_before_the_product_by_hand():
    layer = rt.GRU(3, 4, reset_after=False, dtype=torch.float64)
    w, x, h = layer.weights(), torch.randn(6, 2, 3, dtype=torch.float64), torch.zeros(2, 4, dtype=torch.float64)
    (W_ir, W_iz, W_in), (W_hr, W_hz, W_hn) = w["weight_ih"].chunk(3), w["weight_hh"].chunk(3)
    (b_ir, b_iz, b_in), (b_hr, b_hz, b_hn) = w["bias_ih"].chunk(3), w["bias_hh"].chunk(3)
    for x_t in x:
        r = torch.sigmoid(x_t @ W_ir.T + b_ir + h @ W_hr.T + b_hr)
        z = torch.sigmoid(x_t @ W_iz.T + b_iz + h @ W_hz.T + b_hz)
        n = torch.tanh(x_t @ W_in.T + b_in + (r * h) @ W_hn.T + b_hn)
        h = (1 - z) * n + z * h
    torch.testing.assert_close(layer(x)[1][0], h)


def test_the_two_places_agree_where_the_reset_gate_is_open_and_differ_elsewhere():
    after, before = rt.GRU(3, 4), rt.GRU(3, 4, reset_after=False)
    before.load_state_dict(after.state_dict())
    x = torch.randn(6, 2, 3)
    assert not torch.allclose(after(x)[0], before(x)[0], atol=1e-3)
    for layer in (after, before):
        with torch.no_grad():
            layer.weights()["bias_ih"][:4] = 100.0
    torch.testing.assert_close(after(x)[0], before(x)[0])


@pytest.mark.parametrize("reset_after", [True, False])
def test_checks_and_gradients(reset_after):
    layer = rt.GRU(2, 3, 2, batch_first=True, reset_after=reset_after, dtype=torch.float64, backend="reference")
    x = torch.randn(2, 4, 2, dtype=torch.float64, requires_grad=True)
    assert_causal(layer, x)
    assert_all_parameters_used(layer, x)
    assert torch.autograd.gradcheck(lambda x: layer(x)[0], (x,))
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], (x,))


def test_native_refuses_what_no_library_computes():
    with pytest.raises(ValueError, match="no operator for it"):
        rt.GRU(2, 3, reset_after=False, backend="native")(torch.randn(4, 1, 2))
    with pytest.raises(ValueError, match="only supported for LSTM"):
        rt.GRU(2, 3, proj_size=1)  # type: ignore[call-arg]
