r"""The repairs of the article's program: what is printed, what it becomes, and what is the matter with it."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tutorial.experiments.ch07_article import PROGRAM

__all__ = ["KINDS", "REPAIRS", "Repair", "repair", "where"]

KINDS = {
    "stops": "today's PyTorch ends the program here, everywhere or where there is no GPU",
    "misleads": "what is printed is not what the reader takes it for",
    "trap": "harmless in this program, wrong after a usual change",
    "old": "changes nothing; it only looks strange today",
}
"""What can be the matter with a line."""


class Repair(NamedTuple):
    """Text of the program, the text in its place, one of ``KINDS``, and what is the matter with the old text."""

    printed: str
    replacement: str
    kind: str
    matter: str


REPAIRS = (
    Repair(
        "import torch\n",
        "import torch\n\ntorch.manual_seed(0)\n",
        "misleads",
        "no seed is set, so that the printed accuracy cannot be found a second time",
    ),
    Repair(
        "from torch.autograd import Variable\n",
        "",
        "old",
        "Variable does nothing since PyTorch 0.4 (2018)",
    ),
    Repair(
        "class RNN(nn.Module)",
        "class RowReader(nn.Module)",
        "old",
        "it is an LSTM, not the network that is called RNN",
    ),
    Repair(
        "super(RNN, self).__init__()",
        "super().__init__()",
        "old",
        "spelled for Python 2, and one more place to rename",
    ),
    Repair(
        """        h0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size)).cuda()
        c0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size)).cuda()
        out, _ = self.lstm(x, (h0, c0))
""",
        "        _, (h_n, c_n) = self.lstm(x)\n",
        "stops",
        "zeros are the default; spelled out they fix device (no GPU: it stops) and number type",
    ),
    Repair(
        "        out = self.fc(out[:, -1, :])\n        return out\n",
        "        return self.fc(h_n[-1])\n",
        "trap",
        "the last step is the last state only in one direction and without padding (see Fooled?)",
    ),
    Repair(
        "model = RNN(28, 128, 2, 10).cuda()",
        "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nmodel = RowReader(28, 128, 2, 10).to(device)",
        "stops",
        "without a GPU it stops",
    ),
    Repair(
        "    for i, (images, labels) in enumerate(train_loader):\n",
        "    model.train()\n    sum_of_losses = 0\n    for images, labels in train_loader:\n",
        "trap",
        "the mode is the one that ran before: after an evaluation with eval(), dropout would stay off",
    ),
    Repair(
        """        images = Variable(images.view(-1, 28, 28)).cuda()
        labels = Variable(labels).cuda()
        optimizer""",
        "        images, labels = images.squeeze(1).to(device), labels.to(device)\n        optimizer",
        "stops",
        "without a GPU it stops; view(-1, …) would also accept images of another size and mix them up",
    ),
    Repair(
        """        if (i+1) % 100 == 0:
            print('Epoch [%d/%d], Iter [%d/%d] Loss: %.4f'
                  % (epoch+1, num_epochs, i+1, len(train_dataset)//128, loss.data[0]))
""",
        """        sum_of_losses += loss.item() * len(labels)
    print(f'Epoch {epoch+1}/{num_epochs}: mean loss {sum_of_losses / len(train_dataset):.4f}')
""",
        "stops",
        "data[0] stops the program everywhere; 468 is not the number of batches, and one batch's loss is no measure",
    ),
    Repair(
        """for images, labels in test_loader:
    images = Variable(images.view(-1, 28, 28)).cuda()
    outputs = model(images)
    _, predicted = torch.max(outputs.data, 1)
    total += labels.size(0)
    correct += (predicted.cpu() == labels).sum()
""",
        """model.eval()
with torch.no_grad():
    for images, labels in test_loader:
        predicted = model(images.squeeze(1).to(device)).argmax(dim=1).cpu()
        total += len(labels)
        correct += (predicted == labels).sum().item()
""",
        "trap",
        "no eval(): with dropout or batch normalisation the accuracy would be wrong; no no_grad(): memory for nothing; "
        "correct is a tensor, which PyTorch before 1.5 divided without a remainder",
    ),
    Repair(
        "print('Accuracy of the model on the 10000 test images: %d %%' % (100 * correct / total))",
        "print(f'Accuracy of the model on {total} test images: {100 * correct / total:.2f} %')",
        "misleads",
        "%d cuts 98.97 to 98; 10000 is typed, not counted",
    ),
)


def where(repair: Repair) -> tuple[int, int]:
    """Return the first and the last line of the program, from 1, that a repair replaces."""
    first = PROGRAM[: PROGRAM.index(repair.printed)].count("\n") + 1
    return first, first + repair.printed.strip("\n").count("\n")


def repair(program: str = PROGRAM, repairs: Sequence[Repair] = REPAIRS) -> str:
    """Return a program with every repair made.

    Raises:
        ValueError: Some text that is to be replaced does not occur exactly once.

    """
    for one in repairs:
        if program.count(one.printed) != 1:
            raise ValueError(f"the program has this text {program.count(one.printed)} times: {one.printed!r}")
        program = program.replace(one.printed, one.replacement)
    return program
