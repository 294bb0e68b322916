import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.checks import (
    assert_all_parameters_used,
    assert_causal,
    assert_examples_independent,
    assert_same,
)


class Conv(nn.Module):
    """A convolution over time, (B, T, F) to (B, T, O), that pads left (causal) or on both sides."""

    def __init__(self, left: int, right: int) -> None:
        super().__init__()
        self.pad, self.conv = nn.ConstantPad1d((left, right), 0.0), nn.Conv1d(2, 3, 1 + left + right)

    def forward(self, x):
        return self.conv(self.pad(x.transpose(1, 2))).transpose(1, 2)


def test_causal():
    x = torch.randn(2, 6, 2)
    assert_causal(Conv(2, 0), x)
    with pytest.raises(AssertionError, match="step 0 depends on the input at step 1"):
        assert_causal(Conv(1, 1), x)
    with pytest.raises(ValueError, match="expected 6 output steps"):
        assert_causal(lambda x: x.sum(1), x)


def test_causal_in_time_major_order():
    leaky = Conv(1, 1)
    with pytest.raises(AssertionError, match="not causal"):
        assert_causal(lambda x: leaky(x.transpose(0, 1)).transpose(0, 1), torch.randn(6, 2, 2), time_dim=0)


def test_same_compares_values_and_gradients():
    a, b = nn.Linear(3, 2), nn.Linear(3, 2)
    x = torch.randn(4, 3)
    with pytest.raises(AssertionError, match="output"):
        assert_same(a, b, x)
    b.load_state_dict(a.state_dict())
    assert_same(a, b, x)

    class WrongGradient(nn.Linear):
        def forward(self, x):
            return super().forward(x).detach() + 0 * super().forward(x)

    c = WrongGradient(3, 2)
    c.load_state_dict(a.state_dict())
    with pytest.raises(AssertionError, match="grad"):
        assert_same(a, c, x)


def test_unused_and_unregistered_parameters():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.forgotten = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x):
            return self.used(x)

    with pytest.raises(AssertionError, match=r"forgotten\.weight, forgotten\.bias"):
        assert_all_parameters_used(Model(), torch.randn(3, 2))

    class Peephole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = nn.Parameter(torch.zeros(2)) * 1  # what `.cuda()` makes of a parameter

        def forward(self, x):
            return x * self.w

    with pytest.raises(AssertionError, match="not registered parameters: w"):
        assert_all_parameters_used(Peephole(), torch.randn(3, 2))


def test_examples_independent():
    x = torch.randn(3, 5, 2)
    assert_examples_independent(rt.RNN(2, 4, batch_first=True), x)
    with pytest.raises(AssertionError, match="output 1 depends on input 0"):
        assert_examples_independent(rt.RNN(2, 4), x)
    with pytest.raises(ValueError, match="expected 3 outputs"):
        assert_examples_independent(lambda x: x.sum(0), x)
