r"""MNIST by rows: what an accuracy is worth, and what an LSTM knows after each row of a digit."""

from dataclasses import replace

import torch
from scipy import stats
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.data.datasets.mnist import Images, load_mnist
from rnn_tutorial.training import fit


def load() -> Images:
    """Return MNIST or, where it cannot be had, the stand-in digits brought to the same 28 x 28 pixels."""
    data = load_mnist()
    if data.is_mnist:
        return data

    def enlarged(images: Tensor) -> Tensor:
        return nn.functional.interpolate(images[:, None].float(), (28, 28), mode="bilinear")[:, 0].round().byte()

    return replace(data, train_images=enlarged(data.train_images), test_images=enlarged(data.test_images))


def interval(correct: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval for a share, in per cent: what an accuracy on ``total`` images is worth."""
    bounds = stats.binomtest(correct, total).proportion_ci(level, method="wilson")
    return 100 * float(bounds.low), 100 * float(bounds.high)


def states_by_row(layer: nn.Module, images: Tensor, batch_size: int = 1000) -> Tensor:
    """Return the last layer's state after each row: images (N, T, F) → (N, T, H)."""
    with torch.no_grad():
        return torch.cat([layer(batch)[0] for batch in images.split(batch_size)])


class RowReadouts(nn.Module):
    """One linear readout for each row: states (N, T, H) → logits (N, T, classes)."""

    def __init__(self, rows: int, hidden_size: int, classes: int = 10) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(rows, hidden_size, classes))
        self.bias = nn.Parameter(torch.zeros(rows, 1, classes))

    def forward(self, states: Tensor) -> Tensor:
        """Apply readout t to the state after row t."""
        return torch.baddbmm(self.bias, states.transpose(0, 1), self.weight).transpose(0, 1)


def fit_row_readouts(states: Tensor, labels: Tensor, *, epochs: int = 6, seed: int = 0) -> RowReadouts:
    """Train a readout for each row on states (N, T, H) that stay as they are: what could be told after that row?"""
    rows, hidden_size = states.shape[1:]

    def loss(logits: Tensor, classes: Tensor) -> Tensor:
        return nn.functional.cross_entropy(logits.flatten(0, 1), classes.repeat_interleave(rows))

    readouts = RowReadouts(rows, hidden_size)
    fit(
        readouts,
        TensorDataset(states, labels),
        loss=loss,
        epochs=epochs,
        batch_size=128,
        lr=1e-2,
        schedule="onecycle",
        clip_norm=None,
        seed=seed,
        progress=False,
    )
    return readouts.cpu()


def pixel_accuracy_by_row(
    train_images: Tensor, train_labels: Tensor, images: Tensor, labels: Tensor, penalty: float = 10.0
) -> Tensor:
    r"""Classify by a ridge regression on the pixels of the rows seen so far, no network at all.

    Args:
        train_images: (N, T, F) to fit on.
        train_labels: (N,).
        images: (M, T, F) to judge on.
        labels: (M,).
        penalty: Weight of the squared coefficients.

    Returns:
        Accuracy after each row, (T,).
    """
    rows, columns = train_images.shape[1:]
    X, X_new = train_images.flatten(1).double(), images.flatten(1).double()
    Y = nn.functional.one_hot(train_labels, 10).double()
    mean = X.mean(dim=0)
    X, X_new = X - mean, X_new - mean
    gram = X.T @ X + penalty * torch.eye(X.shape[1], dtype=torch.float64)
    moments = X.T @ (Y - Y.mean(dim=0))
    accuracies = []
    for seen in range(columns, rows * columns + 1, columns):
        weights = torch.linalg.solve(gram[:seen, :seen], moments[:seen])
        guess = (X_new[:, :seen] @ weights + Y.mean(dim=0)).argmax(dim=1)
        accuracies.append((guess == labels).double().mean())
    return torch.stack(accuracies)


def row_sensitivity(model: nn.Module, images: Tensor) -> Tensor:
    r"""Measure :math:`\|\partial y_k / \partial x_t\|`, k the class with the largest logit: (N, T, F) → (N, T)."""
    x = images.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x).amax(dim=1).sum(), x)
    return gradient.norm(dim=2)


def gates(layer: nn.Module, x: Tensor, number: int) -> dict[str, Tensor]:
    r"""Recover the gates of one layer of an LSTM from its states.

    Args:
        layer: ``rt.LSTM``, batch first, one direction.
        x: (B, T, F).
        number: The layer, 0 for the lowest.

    Returns:
        ``i``, ``f``, ``g``, ``o`` and the cell ``c``, each (B, T, H).
    """
    with torch.no_grad():
        _, _, (h, c) = layer(x, return_all_states=True)
        below = x if number == 0 else h[number - 1]
        before = torch.cat([torch.zeros_like(h[number][:, :1]), h[number][:, :-1]], dim=1)
        w = {name: getattr(layer, f"{name}_l{number}") for name in ("weight_ih", "bias_ih", "weight_hh", "bias_hh")}
        stacked = nn.functional.linear(below, w["weight_ih"], w["bias_ih"])
        stacked = stacked + nn.functional.linear(before, w["weight_hh"], w["bias_hh"])
        i, f, g, o = stacked.chunk(4, dim=2)
        return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid(), "c": c[number]}
