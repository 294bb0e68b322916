r"""Networks and recipes for MNIST by rows, compared in chapter 7; ``python -m benchmarks.mnist`` trains them.

The *article's* recipe is that of its program. The *tuned* one is what a practitioner adds today and takes fewer epochs:
every image is shifted by up to two pixels each time it is read, the learning rate rises and falls once, the forget gate
starts open, the gradient is clipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, TensorDataset

import rnn_tutorial as rt
from rnn_tutorial.experiments.ch07_rivals import RowTransformer, TemporalCNN

__all__ = ["NETWORKS", "RATES", "RECIPES", "Recipe", "Reordered", "Shifted", "misread", "network", "train"]


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: ``shift`` in pixels, ``options`` for :func:`rnn_tutorial.fit`.

    With ``permuted`` it reads the rows in an order drawn once, the same for every image, run and seed.
    """

    epochs: int
    shift: int
    forget_bias: float | None
    options: Mapping[str, Any]
    permuted: bool = False


RECIPES = {
    "article": Recipe(10, 0, None, {"lr": 1e-3, "clip_norm": None}),
    "tuned": Recipe(6, 2, 1.0, {"lr": 4e-3, "clip_norm": 1.0, "schedule": "onecycle"}),
}
RECIPES["permuted"] = replace(RECIPES["tuned"], permuted=True)
NetworkName = Literal["RNN", "GRU", "LSTM", "FC-LSTM", "dense", "CNN", "temporal CNN", "Transformer"]
LAYERS = {"RNN": rt.RNN, "GRU": rt.GRU, "LSTM": rt.LSTM, "FC-LSTM": rt.PeepholeLSTM}
NETWORKS: tuple[NetworkName, ...] = ("RNN", "GRU", "LSTM", "FC-LSTM", "dense", "CNN", "temporal CNN", "Transformer")
RATES = (1e-3, 2e-3, 4e-3)
"""Learning rates that ``python -m benchmarks.mnist_rates`` compares on images held back from training."""


class Shifted(Dataset[tuple[Tensor, Tensor]]):
    r"""Images moved by up to ``reach`` pixels in both directions, anew each time they are read; what comes in is black.

    The moves are drawn from torch's global generator, which :func:`rnn_tutorial.fit` seeds for every epoch.

    Args:
        images: (N, rows, columns).
        labels: (N,).
        reach: Largest move, in pixels.
    """

    batch_indexing = True

    def __init__(self, images: Tensor, labels: Tensor, reach: int) -> None:
        self.padded = nn.functional.pad(images, (reach, reach, reach, reach))
        self.labels, self.reach = labels, reach
        self.size = images.shape[1:]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int | Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return one image, or with a list of B indices a batch (B, rows, columns) of them, and the labels."""
        chosen = torch.as_tensor(index)
        down, right = torch.randint(0, 2 * self.reach + 1, (2, *chosen.shape))
        rows = (down[..., None] + torch.arange(self.size[0]))[..., :, None]
        columns = (right[..., None] + torch.arange(self.size[1]))[..., None, :]
        return self.padded[chosen[..., None, None], rows, columns], self.labels[chosen]


class Reordered(nn.Module):
    r"""A network that is given the rows of (B, T, F) in another order, which ``seed`` draws: (B, T, F) → its answer."""

    order: Tensor

    def __init__(self, model: nn.Module, rows: int = 28, seed: int = 0) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("order", torch.randperm(rows, generator=torch.Generator().manual_seed(seed)))

    def forward(self, x: Tensor) -> Tensor:
        """Reorder, and answer."""
        return self.model(x[:, self.order])


def network(name: NetworkName, forget_bias: float | None = None) -> nn.Module:
    """Return an untrained network that reads images (B, 28, 28): two layers of 128 units, or about as many numbers."""
    if name == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 270), nn.ReLU(), nn.Linear(270, 10))
    if name == "CNN":
        return nn.Sequential(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(64 * 49, 64), nn.ReLU(), nn.Linear(64, 10),
        )  # fmt: skip
    if name == "temporal CNN":
        return TemporalCNN(28, 149, steps=28, outputs=10)
    if name == "Transformer":
        return RowTransformer(28, steps=28, outputs=10)
    options = {"forget_bias": forget_bias} if name in ("LSTM", "FC-LSTM") else {}
    return rt.ManyToOne(LAYERS[name](28, 128, num_layers=2, batch_first=True, **options), 10)


def train(name: NetworkName, recipe: Recipe, images: Tensor, labels: Tensor, seed: int, **options: Any) -> nn.Module:
    r"""Train a network and return it.

    Args:
        name: One of ``NETWORKS``.
        recipe: One of ``RECIPES``, or your own.
        images: (N, 28, 28), from 0 to 1.
        labels: (N,).
        seed: Of the first weights, the order and the moves.
        options: For :func:`rnn_tutorial.fit`, such as ``checkpoint``.
    """
    torch.manual_seed(seed)
    model = network(name, recipe.forget_bias)
    if recipe.permuted:
        model = Reordered(model)
    data = Shifted(images, labels, recipe.shift) if recipe.shift else TensorDataset(images, labels)
    rt.fit(
        model,
        data,
        loss=nn.functional.cross_entropy,
        epochs=recipe.epochs,
        batch_size=128,
        seed=seed,
        **{**recipe.options, **options},
    )
    return model.cpu()


def misread(model: nn.Module, images: Tensor, labels: Tensor) -> list[int]:
    """Return the places of the images that a network reads wrongly."""
    wrong = rt.predict(model, images).argmax(dim=1) != labels
    return [int(place) for place in wrong.nonzero()[:, 0]]
