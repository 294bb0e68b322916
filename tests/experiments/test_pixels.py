"""Digits pixel by pixel: the order of the pixels, the start of the gates, and the row of a run that is kept."""

import json
import math
from pathlib import Path

import pytest
import torch

import rnn_tutorial as rt
from benchmarks import mnist_pixels
from rnn_tutorial.experiments import ch07_pixels as pixels


def test_pixels_come_row_after_row():
    images = torch.arange(2 * 28 * 28.0).reshape(2, 28, 28)
    sequences = pixels.as_pixels(images)
    assert sequences.shape == (2, pixels.STEPS, 1)
    assert torch.equal(sequences[1, :, 0], images[1].reshape(-1))


@pytest.mark.parametrize("name", pixels.NETWORKS)
def test_gates_start_with_time_scales_up_to_the_length(name):
    torch.manual_seed(0)
    layer = pixels.network(name, units=200).layer
    kept = layer.get_parameter("bias_ih_l0").detach()[200:400]  # the forget gate's rows, or the update gate's
    assert 0 <= kept.min() < kept.max() <= math.log(pixels.STEPS - 1)
    assert kept.exp().mean() == pytest.approx(pixels.STEPS / 2, rel=0.15)


def test_share_of_right_answers():
    scores = torch.eye(4)[torch.tensor([0, 1, 2, 2])]
    assert pixels.right(scores, torch.tensor([0, 1, 2, 3])) == 75


def test_a_short_run_has_a_row_an_epoch(monkeypatch):
    monkeypatch.setattr(pixels, "as_pixels", lambda images: images.flatten(1)[:, :5, None])  # five of the 784
    data = torch.rand(8, 28, 28), torch.arange(8)
    model, history = pixels.train("GRU", data, data, epochs=2, units=4)
    assert isinstance(model, rt.ManyToOne)
    assert [row["epoch"] for row in history.rows] == [1, 2]
    assert all(0 <= row["right"] <= 100 for row in history.rows)


def test_a_longer_run_takes_the_place_of_a_shorter_one(tmp_path: Path):
    out = tmp_path / "pixels.json"
    epochs = [{"epoch": k, "train_loss": 1.0, "right": 10.0 * k, "seconds": 2.0} for k in (1, 2, 3)]
    mnist_pixels.keep(out, "LSTM", rt.History(epochs[:2]))
    mnist_pixels.keep(out, "GRU", rt.History(epochs[:1]))
    mnist_pixels.keep(out, "LSTM", rt.History(epochs))
    rows = {row["network"]: row for row in json.loads(out.read_text(encoding="utf-8"))["rows"]}
    assert rows["LSTM"]["right (%)"] == [10.0, 20.0, 30.0]
    assert rows["GRU"]["seconds"] == 2
