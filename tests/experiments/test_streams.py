"""Endless streams: windows join, states are handed on as said, and cuts stop gradients where they should."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments import streams


def test_windows_join_and_echo_what_came_before():
    pieces = list(streams.windows([2, 5], [0, 1], count=4, window=5, rows=3))
    bits = torch.cat([x for x, _ in pieces], dim=2)
    echoes = torch.cat([echo for _, echo in pieces], dim=2)
    assert bits.shape == echoes.shape == (2, 3, 20)
    assert set(bits.unique().tolist()) == {-1.0, 1.0}
    for n, delay in enumerate((2, 5)):
        assert torch.equal(echoes[n, :, delay:], bits[n, :, :-delay])
    assert not torch.equal(bits[0], bits[1])


def test_a_delay_longer_than_the_window_is_refused():
    with pytest.raises(ValueError, match=r"at most the window's 5 steps, got 6"):
        next(streams.windows([1, 6], [0, 1], count=1, window=5, rows=1))


def test_each_network_is_the_layer_of_its_seed():
    networks = streams.Echo([0, 1], hidden_size=4)
    x, h = torch.randn(2, 3, 6), torch.randn(2, 3, 4)
    logits, last = networks(x, h)
    for n in range(2):
        layer = rt.RNN(1, 4, batch_first=True)
        layer.load_state_dict({
            "weight_ih_l0": networks.W_ih[n].T, "weight_hh_l0": networks.W_hh[n].T, "bias_ih_l0": networks.b[n, 0],
            "bias_hh_l0": torch.zeros(4),
        })  # fmt: skip
        output, end = layer(x[n, :, :, None], h[n][None])
        torch.testing.assert_close(last[n], end[0])
        torch.testing.assert_close(logits[n], (output @ networks.W_out[n] + networks.b_out[n])[..., 0])


@pytest.mark.parametrize(("cut", "reached"), [(0, 0), (2, 4), (3, 3), (6, 0)])
def test_no_gradient_crosses_a_cut(cut, reached):
    x, h = torch.randn(1, 2, 6, requires_grad=True), torch.randn(1, 2, 4, requires_grad=True)
    logits, _ = streams.Echo([0], hidden_size=4)(x, h, cut)
    slope = torch.autograd.grad(logits[0, :, -1].sum(), (x, h), allow_unused=True)
    assert ((slope[0] != 0).all(dim=(0, 1)) == (torch.arange(6) >= reached)).all()
    assert (slope[1] is None or not slope[1].any()) == bool(cut)


def test_the_echo_is_learnt_only_where_gradient_and_state_reach():
    learnt = streams.learn([1, 4], [0, 1], window=5, updates=250, rows=8, hidden_size=16, lr=0.02)
    assert learnt.shape == (2, 2)
    assert learnt.min() > 0.9
    forgotten = streams.learn([4], [0, 1], window=5, updates=250, rows=8, hidden_size=16, lr=0.02, handing="reset")
    assert forgotten.max() < 0.7  # four of five echoes are a guess: 0.6
    mixed = streams.learn([4], [0, 1], window=5, updates=250, rows=8, hidden_size=16, lr=0.02, handing="shuffled")
    assert mixed.max() < 0.8
