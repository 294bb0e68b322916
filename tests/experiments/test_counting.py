"""Strings of counted letters, and what counts as reading them right."""

from typing import Any

import pytest
import torch

from rnn_tutorial.experiments import counting


def test_strings():
    x, ends, asked = counting.strings(2, [1, 3])
    assert x.shape == (2, 6, 2)
    assert "".join("ab"[k] for k in x[1].argmax(dim=1)) == "aaabbb"
    assert x[0].sum(dim=1).tolist() == [1, 1, 0, 0, 0, 0]
    assert ends.tolist() == [[0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    assert asked.tolist() == [[0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1]]


def test_strings_of_three_letters_ask_for_both_ends():
    x, ends, asked = counting.strings(3, [2])
    assert x[0].argmax(dim=1).tolist() == [0, 0, 1, 1, 2, 2]
    assert ends[0].tolist() == [0, 0, 0, 1, 0, 1]
    assert asked[0].tolist() == [0, 0, 1, 1, 1, 1]


class Counters:
    """Networks that count up to a limit, and no further."""

    def __init__(self, limits):
        self.limits = limits

    def __call__(self, x):
        answers = []
        for limit in self.limits:
            level = x[..., 0].cumsum(1).clamp(max=limit) - x[..., 1].cumsum(1)
            answers.append(0.5 - level - 1000 * x[..., 0])
        return torch.stack(answers)[..., None]


def test_reach_is_the_last_n_before_the_first_mistake():
    networks: Any = Counters([7, 30, 0])
    assert counting.reaches(networks, longest=20) == [7, 20, 1]  # a single b is always the last


def test_an_lstm_learns_short_strings():
    networks = counting.train_counters("LSTM", [0], updates=150, learnt=3, lr=3e-2)
    assert counting.reaches(networks, longest=4)[0] >= 3
    assert counting.memory_over(networks, 4).shape == (1, 8, counting.UNITS)


@pytest.mark.parametrize("kind", counting.MAKERS)
def test_every_network_can_be_trained(kind):
    networks = counting.train_counters(kind, [0, 1], letters=3, updates=1, learnt=3)
    assert len(counting.reaches(networks, letters=3, longest=2)) == 2


def test_networks_that_keep_start_with_open_gates():
    for name, gate in (("GRU, keeping", 1), ("LSTM, keeping", 1)):
        layer = counting.MAKERS[name](2, 4)
        bias = layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")
        torch.testing.assert_close(bias.view(-1, 4)[gate], torch.full((4,), counting.KEEPING))
