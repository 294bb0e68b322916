"""What is measured inside the network is what it says."""

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.data.errors import DataError
from rnn_tutorial.experiments import ch07_mnist as mnist


def test_interval_is_wilsons():
    # by hand for 8 of 10, z = 1.96: centre (0.8 + z²/20) / (1 + z²/10), half-width z √(0.16/10 + z²/400) / (1 + z²/10)
    low, high = mnist.interval(8, 10)
    assert (low, high) == pytest.approx((49.02, 94.33), abs=0.01)
    low, high = mnist.interval(10, 10)
    assert low < 75
    assert high == pytest.approx(100)


def test_states_by_row_end_with_the_final_state(model):
    x = torch.rand(7, 28, 28)
    states = mnist.states_by_row(model.layer, x, batch_size=3)
    assert states.shape == (7, 28, 16)
    torch.testing.assert_close(model.readout(states[:, -1]), model(x))


def test_row_readouts_keep_rows_apart():
    readouts = mnist.RowReadouts(3, 4, classes=2)
    nn.init.normal_(readouts.weight)
    nn.init.normal_(readouts.bias)
    states = torch.randn(5, 3, 4)
    for t in range(3):
        expected = states[:, t] @ readouts.weight[t] + readouts.bias[t]
        torch.testing.assert_close(readouts(states)[:, t], expected)


def test_row_readouts_find_the_row_where_the_class_appears():
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10, (600,), generator=generator)
    states = torch.randn(600, 3, 10, generator=generator)
    states[:, 2] = nn.functional.one_hot(labels, 10).float()
    right = (mnist.fit_row_readouts(states, labels)(states).argmax(dim=2) == labels[:, None]).double().mean(dim=0)
    assert right[2] == 1
    assert right[:2].max() < 0.5


def test_pixels_tell_nothing_before_they_are_seen(images):
    train, test = images.train_images.float() / 255, images.test_images.float() / 255
    by_row = mnist.pixel_accuracy_by_row(train, images.train_labels, test, images.test_labels)
    assert by_row[:4].max() < 0.4  # ink begins in row 5
    assert by_row[4:].min() == 1


def test_row_sensitivity_is_the_derivative(model):
    model = model.double()
    x = torch.rand(1, 28, 28, dtype=torch.float64)
    sensitivity = mnist.row_sensitivity(model, x)
    assert sensitivity.shape == (1, 28)
    k, step, row = model(x).argmax(), 1e-6, 20
    slopes = []
    for column in range(28):
        up, down = x.clone(), x.clone()
        up[0, row, column] += step
        down[0, row, column] -= step
        slopes.append((model(up)[0, k] - model(down)[0, k]) / (2 * step))
    torch.testing.assert_close(sensitivity[0, row], torch.stack(slopes).norm(), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("number", [0, 1])
def test_gates_rebuild_the_cell_and_the_state(model, number):
    x = torch.rand(3, 6, 28)
    gate = mnist.gates(model.layer, x, number)
    _, _, (h, _) = model.layer(x, return_all_states=True)
    before = torch.cat([torch.zeros(3, 1, 16), gate["c"][:, :-1]], dim=1)
    torch.testing.assert_close(gate["c"], gate["f"] * before + gate["i"] * gate["g"])
    torch.testing.assert_close(h[number], gate["o"] * gate["c"].tanh())


def test_load_brings_the_stand_in_to_the_same_size(monkeypatch):
    monkeypatch.setattr(mnist, "load_mnist", lambda: rt.load_mnist(sources=["digits"]))
    data = mnist.load()
    assert not data.is_mnist
    assert data.train_images.shape[1:] == data.test_images.shape[1:] == (28, 28)
    assert data.train_images.dtype == torch.uint8
    assert data.train_images.max() > 200


def test_load_hands_on_what_went_wrong(monkeypatch):
    def nothing():
        raise DataError("nothing there")

    monkeypatch.setattr(mnist, "load_mnist", nothing)
    with pytest.raises(DataError, match="nothing there"):
        mnist.load()
