"""Parts of networks without a state: how far convolutions see, and attention from any steps to any others."""

import pytest
import torch
from torch import nn

from rnn_tutorial.experiments.stateless import attend, layers_for, positions


@pytest.mark.parametrize(("steps", "layers"), [(1, 1), (3, 1), (4, 2), (7, 2), (8, 3), (100, 6), (300, 8)])
def test_layers_see_all_steps(steps, layers):
    assert layers_for(steps) == layers
    assert 2 ** (layers + 1) - 1 >= steps


def test_attention_among_the_same_steps_is_the_layer_itself():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True).double()
    x = torch.randn(3, 10, 8, dtype=torch.float64)
    torch.testing.assert_close(attend(layer, x, x), layer(x))
    torch.testing.assert_close(attend(layer, x[:, 4:5], x), layer(x)[:, 4:5])


def test_positions_differ():
    found = positions(300, 12)
    assert found.shape == (300, 12)
    assert torch.cdist(found, found).fill_diagonal_(1).min() > 0.1
