r"""The article's sample program as printed, and how far it gets today."""

import ast
import contextlib
import io
import traceback
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, TensorDataset

from rnn_tutorial.data.datasets.mnist import Images

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


def run(source: str, data: Images, *, train: int = 12_800, test: int = 1_000) -> Outcome:
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


def _items(images: Tensor, labels: Tensor, count: int) -> Dataset[Any]:
    """``count`` pairs as torchvision's MNIST with ``ToTensor`` gives them: (1, 28, 28) in [0, 1], and an integer."""
    chosen = torch.arange(count) % len(images)
    return TensorDataset(images[chosen].float().div_(255)[:, None], labels[chosen])
