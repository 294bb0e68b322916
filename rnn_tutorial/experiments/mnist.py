r"""MNIST by rows: how far the article's program gets today, and what an LSTM knows after each row of a digit."""

import ast
import contextlib
import io
import traceback
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import torch
from scipy import stats
from torch import Tensor, nn
from torch.utils.data import Dataset, TensorDataset

from rnn_tutorial.data.mnist import Images, load_mnist
from rnn_tutorial.training import fit

# The article's sample, on one line there, with its line breaks put back and its comments translated.
PROGRAM = """\
import torch
import torch.nn as nn
import torch.optim as optim
from torch.autograd import Variable
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor
from torch.utils.data import DataLoader

# prepare the data
train_dataset = MNIST(root='./data', train=True, transform=ToTensor(), download=True)
test_dataset = MNIST(root='./data', train=False, transform=ToTensor())
train_loader = DataLoader(train_dataset, batch_size=128, shuffle=True)
test_loader = DataLoader(test_dataset, batch_size=128, shuffle=False)

# build the model
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers, num_classes):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        h0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size)).cuda()
        c0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size)).cuda()
        out, _ = self.lstm(x, (h0, c0))
        out = self.fc(out[:, -1, :])
        return out

model = RNN(28, 128, 2, 10).cuda()

# loss and optimizer
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)

# train the model
num_epochs = 10
for epoch in range(num_epochs):
    for i, (images, labels) in enumerate(train_loader):
        images = Variable(images.view(-1, 28, 28)).cuda()
        labels = Variable(labels).cuda()
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        if (i+1) % 100 == 0:
            print('Epoch [%d/%d], Iter [%d/%d] Loss: %.4f'
                  % (epoch+1, num_epochs, i+1, len(train_dataset)//128, loss.data[0]))

# evaluate the model
correct = 0
total = 0
for images, labels in test_loader:
    images = Variable(images.view(-1, 28, 28)).cuda()
    outputs = model(images)
    _, predicted = torch.max(outputs.data, 1)
    total += labels.size(0)
    correct += (predicted.cpu() == labels).sum()
print('Accuracy of the model on the 10000 test images: %d %%' % (100 * correct / total))
"""  # the end of the article's program


def load() -> Images:
    """Return MNIST or, where it cannot be had, the stand-in digits brought to the same 28 x 28 pixels."""
    data = load_mnist()
    if data.is_mnist:
        return data

    def enlarged(images: Tensor) -> Tensor:
        return nn.functional.interpolate(images[:, None].float(), (28, 28), mode="bilinear")[:, 0].round().byte()

    return replace(data, train_images=enlarged(data.train_images), test_images=enlarged(data.test_images))


def line_of(text: str) -> int:
    """Return the number of the first line of the program that holds ``text``; the first line is 1."""
    for number, line in enumerate(PROGRAM.splitlines(), 1):
        if text in line:
            return number
    raise ValueError(f"the program has no line with {text!r}")


@dataclass(frozen=True)
class Outcome:
    r"""How far a program got.

    Args:
        printed: The lines it printed.
        line: The number of the line it stopped at, ``None`` if it reached its end.
        error: Type and message of what stopped it.
        names: Its variables at that moment.
    """

    printed: list[str]
    line: int | None = None
    error: str | None = None
    names: dict[str, Any] = field(default_factory=dict, repr=False)


def run_program(source: str, data: Images, *, train: int = 12_800, test: int = 1_000) -> Outcome:
    r"""Execute a program's text; where it downloads MNIST, it is handed some of the images of ``data`` instead.

    Args:
        source: The article's program, or a changed version of it.
        data: Images of 28 x 28 pixels.
        train: How many training images the program finds; taken again from the start if there are fewer.
        test: How many test images it finds.
    """

    def stand_in(root: str, train: bool, transform: Any = None, download: bool = False) -> Dataset[Any]:
        return training if train else testing

    training = _items(data.train_images, data.train_labels, train)
    testing = _items(data.test_images, data.test_labels, test)
    printed = io.StringIO()
    names: dict[str, Any] = {"__name__": "article"}
    line: int | None = None
    message: str | None = None
    with mock.patch("torchvision.datasets.MNIST", stand_in), contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "<article>", "exec"), names)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            line = [frame.lineno for frame in frames if frame.filename == "<article>"][-1]
            message = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
    return Outcome(printed.getvalue().splitlines(), line, message, names)


def printed_class() -> type[nn.Module]:
    """Return the article's class ``RNN`` as printed, but for ``.cuda()``, which ties it to one kind of machine."""
    node = next(node for node in ast.parse(PROGRAM).body if isinstance(node, ast.ClassDef))
    text = ast.get_source_segment(PROGRAM, node)
    assert text is not None
    names: dict[str, Any] = {"torch": torch, "nn": nn, "Variable": torch.autograd.Variable}
    exec(text.replace(".cuda()", ""), names)
    made: type[nn.Module] = names["RNN"]
    return made


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


def _items(images: Tensor, labels: Tensor, count: int) -> Dataset[Any]:
    """``count`` pairs as torchvision's MNIST with ``ToTensor`` gives them: (1, 28, 28) in [0, 1], and an integer."""
    chosen = torch.arange(count) % len(images)
    return TensorDataset(images[chosen].float().div_(255)[:, None], labels[chosen])
