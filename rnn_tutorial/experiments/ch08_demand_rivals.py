r"""A temporal CNN and a Transformer in the LSTM's place on demand: same data, budget and tuning, nearly the same size.

Both are written as layers of the forecaster: they read (B, T, F), return an output for each step and what a second
layer needs to go on, which then runs over the steps ahead. Where an LSTM hands on its state, a temporal CNN hands on
the last inputs of its convolutions, and a Transformer all that it has read.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import LSTM

from .ch08_scoreboard import RECIPE, Problem, network
from .stateless import KERNEL, attend, layers_for, positions

RATES = (round(RECIPE["lr"] / 3, 5), RECIPE["lr"], 3 * RECIPE["lr"])
"""Learning rates to choose from: the recipe's, a third of it and three times as much."""


class CausalConvolutions(nn.Module):
    r"""Causal convolutions, dilated by 1, 2, 4, …, with residual connections (Bai, Kolter & Koltun, 2018).

    Args:
        features: F.
        width: Channels of each layer.
        steps: Steps back that the last layer sees, at least.

    Shape:
        (B, T, F) → (B, T, width) and the last :math:`2 \cdot 2^l` inputs of each layer l, (B, width, ·).

    References:
        S. Bai, J. Z. Kolter, V. Koltun (2018), "An empirical evaluation of generic convolutional and recurrent networks
        for sequence modeling", arXiv:1803.01271.

    Examples:
        >>> output, last_inputs = CausalConvolutions(3, 8, steps=20)(torch.zeros(4, 10, 3))
        >>> output.shape, [tuple(last.shape) for last in last_inputs]
        (torch.Size([4, 10, 8]), [(4, 8, 2), (4, 8, 4), (4, 8, 8), (4, 8, 16)])
    """

    def __init__(self, features: int, width: int, steps: int) -> None:
        super().__init__()
        self.embedding = nn.Linear(features, width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, KERNEL, dilation=2**layer) for layer in range(layers_for(steps))
        )

    def forward(self, x: Tensor, last_inputs: tuple[Tensor, ...] | None = None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Convolve, after the inputs that came before: zeros if there were none."""
        h = self.embedding(x).transpose(1, 2)
        handed_on = []
        for layer, convolution in enumerate(self.convolutions):
            reach = (KERNEL - 1) * 2**layer
            before = h.new_zeros(*h.shape[:2], reach) if last_inputs is None else last_inputs[layer]
            longer = torch.cat([before, h], dim=2)
            handed_on.append(longer[:, :, -reach:])
            h = h + torch.relu(convolution(longer))
        return h.transpose(1, 2), tuple(handed_on)


class AttentionLayer(nn.Module):
    r"""One layer of a Transformer's encoder (Vaswani et al., 2017), whose steps also look at what was read before.

    Args:
        features: F.
        width: Units of the feed-forward part.
        steps: Of all that is read, at most.
        size: Features inside, d.
        heads: Of attention.

    Shape:
        (B, T, F) → (B, T, d) and all steps read so far, (B, ·, d).

    References:
        A. Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762.

    Examples:
        >>> output, read = AttentionLayer(3, 16, steps=20)(torch.zeros(4, 10, 3))
        >>> output.shape, read.shape
        (torch.Size([4, 10, 24]), torch.Size([4, 10, 24]))
    """

    positions: Tensor

    def __init__(self, features: int, width: int, steps: int, *, size: int = 24, heads: int = 4) -> None:
        super().__init__()
        self.embedding = nn.Linear(features, size)
        self.encoder = nn.TransformerEncoderLayer(size, heads, width, dropout=0.0, batch_first=True)
        self.register_buffer("positions", positions(steps, size))

    def forward(self, x: Tensor, read: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Let each step look at all of these and at those read before."""
        first = 0 if read is None else read.shape[1]
        asking = self.embedding(x) + self.positions[first : first + x.shape[1]]
        h = attend(self.encoder, asking, asking if read is None else torch.cat([read, asking], dim=1))
        return h, h if read is None else torch.cat([read, h], dim=1)


def _lstm(features: int, width: int, steps: int) -> nn.Module:
    return LSTM(features, width, batch_first=True)


NETWORKS: Mapping[str, Callable[[int, int, int], nn.Module]] = {
    "LSTM": _lstm,
    "temporal CNN": CausalConvolutions,
    "Transformer": AttentionLayer,
}
"""By name, from features, width and steps.

:meta hide-value:
"""


def maker(name: str, problem: Problem, width: int) -> Callable[[int], nn.Module]:
    """Return what makes a layer of so many features that sees a day and the steps ahead."""
    return partial(_made, NETWORKS[name], width, problem.day + problem.horizon)


def _made(kind: Callable[[int, int, int], nn.Module], width: int, steps: int, features: int) -> nn.Module:
    return kind(features, width, steps)


def size(problem: Problem, name: str, width: int) -> int:
    """Return the parameters of a forecaster made of such layers."""
    # Columns of the clock depend on the length of the series: only a fit knows them, and one window is enough for it.
    one_window = network(problem, maker(name, problem, width), epochs=1, stride=len(problem.series))
    return one_window.fit(problem.series.part(0, problem.end)).parameters


def equal_width(problem: Problem, name: str, most: int = 200) -> int:
    """Return the width at which a network is as large as the LSTM of the problem, as nearly as widths allow."""
    if name == "LSTM":
        return problem.hidden_size
    wanted = size(problem, "LSTM", problem.hidden_size)

    @cache  # a size takes a fit, and the last two widths were tried on the way
    def larger_by(width: int) -> int:
        return size(problem, name, width) - wanted

    low, high = 1, most  # bisection: the size grows with the width
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if larger_by(middle) <= 0 else (low, middle)
    return min((low, high), key=lambda width: abs(larger_by(width)))
