"""Images that are quickly learnt, and a small network to read them."""

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.data.datasets.mnist import Images


@pytest.fixture(scope="module")
def images():
    """Bars instead of digits: class k has ink in column 2k alone, so that they are quickly learnt."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10, (400,), generator=generator)
    pictures = torch.zeros(400, 28, 28, dtype=torch.uint8)
    pictures[torch.arange(400), 4:24, 2 * labels] = 255
    return Images(pictures[:300], labels[:300], pictures[300:], labels[300:], "bars", is_mnist=False)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return rt.ManyToOne(rt.LSTM(28, 16, num_layers=2, batch_first=True), 10)
