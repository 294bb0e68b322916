r"""The network of a hybrid: it reads past errors of the statistical method and says by how much to correct the next."""

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from rnn_tutorial.forecasting.neural import training
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.neural.outputs import Point
from rnn_tutorial.forecasting.neural.recurrent import Layer
from rnn_tutorial.forecasting.types import Array
from rnn_tutorial.training import History


class Correction(nn.Module):
    r"""From errors (B, length, C) to a correction (B, horizon, 1), by the last output of a recurrent layer.

    The linear map starts at zero: before training nothing is corrected.

    Args:
        like: Whose layer, sizes and horizon to take.
        columns: C.
    """

    def __init__(self, like: Forecaster, columns: int) -> None:
        super().__init__()
        self.layer = Layer(like.layer, columns, like.hidden_size, like.num_layers)
        self.head = nn.Linear(self.layer.width, like.horizon)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, errors: Tensor) -> Tensor:
        """Read the errors, oldest first."""
        outputs, _ = self.layer(errors)
        correction: Tensor = self.head(outputs[:, -1])
        return correction[..., None]


def learn_correction(
    like: Forecaster, inputs: Array, targets: Array, stride: int, progress: bool
) -> tuple[Correction, History]:
    r"""Train a correction; with patience, until it no longer gets better on the last tenth of the windows.

    Args:
        like: Whose layer, sizes, seed and way of training to take.
        inputs: Errors (N, length, C), in the order of time.
        targets: (N, horizon).
        stride: Steps from one window to the next.
        progress: Whether to show a progress bar.

    Raises:
        ValueError: Too few windows to watch some of them.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(like.seed)
        correction = Correction(like, inputs.shape[2])
    count = len(inputs)
    learnt, watched = slice(0, count), None
    if like.patience:
        first = count - -(-count // 10)
        # The next window begins ``stride`` steps later, its targets last as long as the horizon: none is in both parts.
        learnt, watched = slice(0, first + 1 - -(-like.horizon // stride)), slice(first, count)
        if learnt.stop < 1:
            raise ValueError(
                f"{count} windows of errors are too few to keep the last tenth for patience to watch, with targets of "
                f"{like.horizon} steps: give a longer series, a smaller burn_in, or no patience"
            )

    def pairs(part: slice) -> TensorDataset:
        return TensorDataset(*(torch.tensor(table[part], dtype=torch.float32) for table in (inputs, targets)))

    valid = None if watched is None else pairs(watched)
    history = training.run(
        correction, pairs(learnt), valid, Point().loss, like.recipe, seed=like.seed, progress=progress
    )
    return correction, history
