r"""Two networks without a state that could take an LSTM's place: a temporal CNN and one layer of a Transformer.

Both answer once, after the last step, and compute nothing but what that answer needs. (B, T, F) → (B, outputs).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from .stateless import KERNEL, attend, layers_for, positions


class TemporalCNN(nn.Module):
    r"""Causal convolutions, dilated by 1, 2, 4, …, with residual connections (Bai, Kolter & Koltun, 2018).

    Only the last step is read. Layer l then needs every :math:`2^l`-th of its inputs, counted from the last, so that a
    convolution with dilation :math:`2^l` is one with *stride* 2 on what the layer below has left.

    Args:
        features: F.
        width: Channels of each layer.
        steps: T, which the answer sees whole.
        outputs: Numbers to answer.

    References:
        S. Bai, J. Z. Kolter, V. Koltun (2018), "An empirical evaluation of generic convolutional and recurrent networks
        for sequence modeling", arXiv:1803.01271.

    Examples:
        >>> TemporalCNN(1, 8, steps=100)(torch.zeros(4, 100, 1)).shape
        torch.Size([4, 1])
    """

    def __init__(self, features: int, width: int, steps: int, outputs: int = 1) -> None:
        super().__init__()
        channels = [features] + [width] * layers_for(steps)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(before, after, KERNEL, stride=2) for before, after in pairwise(channels)
        )
        self.readout = nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve, halving the steps each time, and read the last."""
        h = x.transpose(1, 2)
        for convolution in self.convolutions:
            first = (h.shape[2] - 1) % 2  # outputs end at the last step, so they begin at step 0 or 1
            padded = nn.functional.pad(h, (KERNEL - 1 - first, 0))  # zeros before the start
            new = torch.relu(convolution(padded))
            below = h[:, :, first::2]
            h = new + below if below.shape[1] == new.shape[1] else new
        return self.readout(h[:, :, -1])


class TransformerReader(nn.Module):
    r"""One layer of a Transformer's encoder (Vaswani et al., 2017) over all steps, of which the last is read.

    The last step's answer needs one query, its own, and the keys and values of all steps: work and memory grow as T,
    not as T². Positions are the paper's sines and cosines.

    Args:
        features: F.
        width: Units of the feed-forward part.
        steps: T at most.
        outputs: Numbers to answer.
        size: Features inside, d.
        heads: Of attention.

    References:
        A. Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762.

    Examples:
        >>> TransformerReader(1, 32, steps=100)(torch.zeros(4, 100, 1)).shape
        torch.Size([4, 1])
    """

    positions: Tensor

    def __init__(
        self, features: int, width: int, steps: int, outputs: int = 1, *, size: int = 12, heads: int = 2
    ) -> None:
        super().__init__()
        self.embedding = nn.Linear(features, size)
        self.encoder = nn.TransformerEncoderLayer(size, heads, width, dropout=0.0, batch_first=True)
        self.readout = nn.Linear(size, outputs)
        self.register_buffer("positions", positions(steps, size))

    def forward(self, x: Tensor) -> Tensor:
        """Let the last step look at all steps, and read it."""
        x = self.embedding(x) + self.positions[-x.shape[1] :]
        return self.readout(attend(self.encoder, x[:, -1:], x)[:, 0])
