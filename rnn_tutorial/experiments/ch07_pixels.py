r"""MNIST pixel by pixel: 784 steps of one number each, a test of long memory that Le, Jaitly & Hinton (2015) proposed.

``python -m benchmarks.mnist_pixels`` trains the two networks, chapter 7 shows what it kept.
"""

from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

import rnn_tutorial as rt
from rnn_tutorial.experiments.ch02_long_lags import start_for_lag

__all__ = ["EPOCHS", "NETWORKS", "STEPS", "UNITS", "as_pixels", "network", "right", "train"]

STEPS = 28 * 28
UNITS, EPOCHS = 64, 8
NetworkName = Literal["LSTM", "GRU"]
NETWORKS: dict[NetworkName, type[nn.Module]] = {"LSTM": rt.LSTM, "GRU": rt.GRU}


def as_pixels(images: Tensor) -> Tensor:
    """Return images (N, rows, columns) as sequences of single pixels, row after row: (N, rows · columns, 1)."""
    return images.flatten(1).unsqueeze(2)


def network(name: NetworkName, units: int = UNITS) -> rt.ManyToOne:
    """Return an untrained network of one layer whose gates start with time scales of up to 784 steps, by chapter 2."""
    layer = NETWORKS[name](1, units, batch_first=True)
    start_for_lag(layer, STEPS)
    return rt.ManyToOne(layer, 10)


def right(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the share of images that are read correctly, in per cent: scores (N, 10), labels (N,)."""
    return 100 * (scores.argmax(dim=1) == labels).double().mean()


def train(
    name: NetworkName,
    images: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    units: int = UNITS,
    checkpoint: Path | None = None,
) -> tuple[rt.ManyToOne, rt.History]:
    r"""Train a network with one learning rate throughout, so that a run that is stopped early is a shorter run.

    The test images are read after every epoch, and nothing is chosen by what comes out.

    Args:
        name: One of ``NETWORKS``.
        images: (N, 28, 28), from 0 to 1, and their labels (N,).
        test: The same, to judge on.
        seed: Of the first weights and the order.
        epochs: Passes over the images.
        units: H.
        checkpoint: Folder from which an interrupted run goes on.

    Returns:
        The network, and a row an epoch: ``right`` is the accuracy on the test images in per cent.
    """
    torch.manual_seed(seed)
    model = network(name, units)
    history = rt.fit(
        model,
        TensorDataset(as_pixels(images[0]), images[1]),
        TensorDataset(as_pixels(test[0]), test[1]),
        loss=nn.functional.cross_entropy,
        metrics={"right": right},
        epochs=epochs,
        batch_size=128,
        lr=1e-3,
        clip_norm=1.0,
        seed=seed,
        checkpoint=checkpoint,
        progress=False,
    )
    return model, history
