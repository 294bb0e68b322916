r"""How parameters start: PyTorch's uniform numbers, and the options that are known to help a long memory."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from .types import RecurrentInit


def draw(weights: Mapping[str, Tensor], H: int, recurrent_init: RecurrentInit, forget_bias: float | None) -> None:
    r"""Draw one layer's parameters from :math:`U(-b, b)`, in ``torch.nn``'s order; then what the options ask for.

    For dense layers :math:`b = 1/\sqrt{H}`, for convolutional ones :math:`1/\sqrt{C \cdot k}` with k cells of the
    recurrent kernel. Gains of layer normalisation start at 1.

    Args:
        weights: By short name.
        H: Units.
        recurrent_init: ``"uniform"`` or ``"orthogonal"``.
        forget_bias: Where the forget gate's bias starts; as all others if None.
    """
    fan = H * math.prod(weights["weight_hh"].shape[2:])
    for short, parameter in weights.items():
        if short.startswith("norm_"):
            nn.init.ones_(parameter)
        else:
            nn.init.uniform_(parameter, -1 / math.sqrt(fan), 1 / math.sqrt(fan))
    if recurrent_init == "orthogonal":
        orthogonal_by_gate(weights["weight_hh"], H)
    if forget_bias is not None:
        set_forget_bias(weights, H, forget_bias)


@torch.no_grad()
def orthogonal_by_gate(weight_hh: Tensor, hidden_size: int) -> None:
    """Make each gate's block orthogonal; of a convolution, the centre of the kernel, the rest 0 (Xiao et al., 2018)."""
    for block in weight_hh.split(hidden_size):
        dtype = torch.float32 if block.dtype.itemsize < 4 else block.dtype  # numbers of 16 bits are not factorised
        square = torch.empty(block.shape[:2], device=block.device, dtype=dtype)
        if block.dim() == 2:
            block.copy_(nn.init.orthogonal_(square))
            continue
        centre = tuple(size // 2 for size in block.shape[2:])
        block.zero_()
        block[(slice(None), slice(None), *centre)] = nn.init.orthogonal_(square)


@torch.no_grad()
def set_forget_bias(weights: Mapping[str, Tensor], hidden_size: int, value: float) -> None:
    """Let the forget gate, second of the four, start with the bias ``value``: in b_ih, with b_hh at 0."""
    forget = slice(hidden_size, 2 * hidden_size)
    weights["bias_ih"][forget] = value
    if "bias_hh" in weights:
        weights["bias_hh"][forget] = 0.0
