"""The interval task asks what it says, and can be learnt."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments import ch04_timing as timing


def test_interval_task_has_two_pulses_and_their_distance():
    x, y = timing.interval_task(200, seed=0).tensors
    assert x.shape == (200, 36, 1)
    assert torch.equal(x.sum(dim=(1, 2)), torch.full((200,), 2.0))
    places = x[:, :, 0].nonzero()[:, 1].reshape(200, 2)
    torch.testing.assert_close(y[:, 0], (places[:, 1] - places[:, 0] - 15) / 10)
    assert (y.min(), y.max()) == (-1, 1)
    assert len(places[:, 0].unique()) == 10
    assert not x[:, -1].any()


def test_errors_are_in_steps():
    assert timing.in_steps(torch.tensor([2.0, 0.0])) == 10
    assert timing.guessing_error() == pytest.approx(110 / 21)


def test_an_lstm_learns_it():
    def make():
        return rt.LSTM(1, 8, batch_first=True, forget_bias=2.0)

    error, model = timing.interval_error(make, seed=0, epochs=15)
    assert error < 0.5 * timing.guessing_error()
    assert isinstance(model.layer, rt.LSTM)
