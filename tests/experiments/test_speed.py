"""The measuring is right; no test looks at a real clock."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_same
from rnn_tutorial.experiments import speed


class Clock:
    """A clock that moves only when a call says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def takes(self, *seconds):
        durations = iter(seconds)

        def call():
            self.now += next(durations)

        return call


def test_ratio_is_taken_round_by_round():
    clock = Clock()
    # the machine is three times slower in the second half, and a turn begins with a slow call: the ratio ignores both
    peer = clock.takes(70, 9, 70, 1, 70, 1, 70, 3, 70, 3, 70, 3)
    calls = {"peer": peer, "twice": clock.takes(1, 50, 1, 2, 1, 2, 1, 6, 1, 6, 1, 6)}
    found = speed.interleave(calls, "peer", rounds=5, warmup=1, clock=clock)
    assert found["peer"].median_s == 3
    assert found["twice"].ratio == 2
    assert found["peer"].ratio == 1
    assert found["twice"].lower_quartile_s <= 6 <= found["twice"].upper_quartile_s


@pytest.mark.parametrize("make", [rt.LSTM, rt.PeepholeLSTM])
@pytest.mark.parametrize("unbind", [False, True])
def test_usual_loop_is_the_layer(make, unbind):
    layer = make(3, 5, batch_first=True, dtype=torch.float64, backend="reference")
    loop = speed.UsualLoop(layer, unbind=unbind)
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    torch.testing.assert_close(loop(x)[0], layer(x)[0])
    gradients = [torch.autograd.grad(m(x)[0].sum(), list(layer.parameters())) for m in (loop, layer)]
    torch.testing.assert_close(*gradients)


def test_calls_do_what_they_say():
    layer, x = rt.LSTM(2, 3, batch_first=True), torch.randn(2, 4, 2)
    speed.inference(layer, x)()
    weight = layer.get_parameter("weight_hh_l0")
    assert weight.grad is None
    speed.training_step(layer, x)()
    once = weight.grad
    assert once is not None
    speed.training_step(layer, x)()
    torch.testing.assert_close(weight.grad, once)  # not added up


def test_kept_bytes_by_hand():
    w = torch.ones(10, requires_grad=True)
    x = torch.ones(10)
    assert speed.kept_bytes(lambda: (w * x).sum()) == 40  # x, to know the slope of w
    assert speed.kept_bytes(lambda: (w * x).sum() + (x[:5] * w[:5]).sum()) == 40  # the same memory once


def test_limits_are_positive_numbers():
    operations, bytes_read = speed.machine_limits(1000, seconds=0.01)
    assert operations > 0
    assert bytes_read > 0
    assert speed.step_operations(2, 3) == 2 * 2 * 4 * 3 * 3


def test_layers_agree_with_the_loop_they_are_compared_with():
    layer = rt.PeepholeLSTM(3, 5, batch_first=True, dtype=torch.float64)
    reference = rt.PeepholeLSTM(3, 5, batch_first=True, dtype=torch.float64, backend="reference")
    reference.load_state_dict(layer.state_dict())
    assert_same(layer, reference, torch.randn(9, 6, 3, dtype=torch.float64))


def test_the_usual_loop_over_films_is_the_conv_lstm():
    layer = rt.ConvLSTM(2, 3, (3, 5), batch_first=True)
    for name, parameter in layer.named_parameters():
        if "weight_c" in name:
            torch.nn.init.normal_(parameter)
    film = torch.rand(2, 4, 2, 6, 7)
    output, (h, c) = speed.UsualConvLoop(layer)(film)
    expected, (h_n, c_n) = layer(film)
    torch.testing.assert_close((output, h, c), (expected, h_n[0], c_n[0]))
