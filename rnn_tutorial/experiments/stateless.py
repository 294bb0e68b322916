r"""What networks without a state are made of: how far dilated convolutions see, positions, one layer of attention."""

import math

import torch
from torch import Tensor, nn

KERNEL = 3
"""Steps that one convolution sees."""


def layers_for(steps: int) -> int:
    r"""Return how many convolutions of three steps, each twice as far apart, see ``steps`` steps back.

    Layer l looks 0, 1 and 2 times :math:`2^l` steps back, so that L layers see :math:`1 + 2 (2^L - 1)` steps.

    Examples:
        >>> layers_for(3), layers_for(4), layers_for(100)
        (1, 2, 6)
    """
    return max(1, math.ceil(math.log2(steps + 1)) - 1)


def positions(steps: int, size: int) -> Tensor:
    r"""Return sines and cosines of the step's number, of wavelengths from 2π to 20,000π: (steps, size)."""
    frequency = 10_000.0 ** (-torch.arange(0, size, 2) / size)
    angle = torch.arange(steps)[:, None] * frequency
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)


def attend(layer: nn.TransformerEncoderLayer, asking: Tensor, read: Tensor) -> Tensor:
    r"""Let some steps look at others by the weights of one layer of a Transformer's encoder.

    With the same steps on both sides this is what the layer itself computes (Vaswani et al., 2017): each part adds to
    what it reads, and the sum is normalised.

    Args:
        layer: Batch first, normalised afterwards (``norm_first=False``), with ReLU and without dropout.
        asking: (B, Q, d) steps that look.
        read: (B, K, d) steps that are looked at.

    Returns:
        (B, Q, d).

    References:
        A. Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762.
    """
    h: Tensor = layer.norm1(asking + layer.self_attn(asking, read, read, need_weights=False)[0])
    h = layer.norm2(h + layer.linear2(torch.relu(layer.linear1(h))))
    return h
