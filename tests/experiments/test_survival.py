"""What survives of a gradient: predictions near the state 0 are what automatic differentiation says."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments import ch02_survival as survival


@pytest.mark.parametrize("bias", [0.0, 1.0])
def test_the_jacobian_of_a_cell_near_zero_is_the_one_derived(bias):
    H = 12
    layer = rt.LSTM(1, H, dtype=torch.float64)
    with torch.no_grad():
        for gate, value in zip("ifgo", (0.0, bias, 0.0, 0.0), strict=True):
            place = "ifgo".index(gate) * H
            layer.get_parameter("bias_ih_l0")[place : place + H] = value
            layer.get_parameter("bias_hh_l0")[place : place + H] = 0.0

    def step(c):
        _, (_, new) = layer(torch.zeros(1, 1, dtype=torch.float64), (0.5 * c.tanh()[None], c[None]))
        return new[0]

    jacobian = torch.autograd.functional.jacobian(step, torch.zeros(H, dtype=torch.float64))
    f, _ = survival.predicted(bias)
    eye = torch.eye(H, dtype=torch.float64)
    torch.testing.assert_close(jacobian, f * eye + layer.get_parameter("weight_hh_l0")[2 * H : 3 * H] / 4)


def test_the_radius_of_the_default_start_is_that_of_the_circular_law():
    torch.manual_seed(0)
    H = 500
    W = rt.RNN(1, H).get_parameter("weight_hh_l0").detach()
    assert torch.linalg.eigvals(W).abs().max().item() == pytest.approx(survival.RADIUS, rel=0.08)


def test_factors_of_networks_at_their_start():
    (plain,) = survival.factors("RNN, default start", [0], lag=24)
    (gated,) = survival.factors("LSTM, default start", [0], lag=24)
    (kept,) = survival.factors("LSTM, forget bias 1", [0], lag=24)
    assert plain == pytest.approx(survival.RADIUS, rel=0.15)
    assert gated == pytest.approx(survival.predicted(0.0)[1], rel=0.1)
    assert kept == pytest.approx(survival.predicted(1.0)[1], rel=0.1)


def test_the_radius_of_a_plain_network_is_that_of_its_matrix():
    torch.manual_seed(0)
    layer = rt.RNN(1, 10, bias=False)
    expected = torch.linalg.eigvals(layer.get_parameter("weight_hh_l0").detach()).abs().max().item()
    assert survival.radius(layer) == pytest.approx(expected, rel=1e-4)


def test_the_radius_of_an_lstm_held_open_is_its_forget_gate():
    layer = rt.LSTM(1, 4)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.get_parameter("bias_ih_l0")[4:8] = 2.0
    assert survival.radius(layer) == pytest.approx(torch.tensor(2.0).sigmoid().item(), rel=1e-4)


def test_training_moves_the_radius_of_a_plain_network():
    (before,) = survival.radii("RNN, default start", [0], lag=10)
    (after,) = survival.radii("RNN, default start", [0], lag=10, updates=40)
    assert before == pytest.approx(survival.RADIUS, rel=0.15)
    assert after > 1.5 * before
