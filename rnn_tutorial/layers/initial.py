r"""How parameters start: PyTorch's uniform numbers, and the options that are known to help a long memory."""

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from .base import Recurrent


def draw(layer: "Recurrent") -> None:
    r"""Draw every parameter from :math:`U(-b, b)`, in ``torch.nn``'s order; then what the options ask for.

    For dense layers :math:`b = 1/\sqrt{H}`, for convolutional ones :math:`1/\sqrt{C \cdot k}` with k cells of the
    recurrent kernel. Gains of layer normalisation start at 1.
    """
    for number, names in enumerate(layer.weight_names):
        weights = {short: layer.get_parameter(full) for short, full in names.items()}
        H = layer.hidden_of(number // layer.num_directions)
        fan = H * math.prod(weights["weight_hh"].shape[2:])
        for short, parameter in weights.items():
            if short.startswith("norm_"):
                nn.init.ones_(parameter)
            else:
                nn.init.uniform_(parameter, -1 / math.sqrt(fan), 1 / math.sqrt(fan))
        if layer.recurrent_init == "orthogonal":
            orthogonal_by_gate(weights["weight_hh"], H)
        if layer.forget_bias is not None:
            set_forget_bias(weights, H, layer.forget_bias)


@torch.no_grad()
def orthogonal_by_gate(weight_hh: Tensor, hidden_size: int) -> None:
    """Make each gate's block orthogonal; of a convolution, the centre of the kernel, the rest 0 (Xiao et al., 2018)."""
    for block in weight_hh.split(hidden_size):
        if block.dim() == 2:
            nn.init.orthogonal_(block)
            continue
        centre = tuple(size // 2 for size in block.shape[2:])
        block.zero_()
        square = torch.empty(block.shape[:2], device=block.device, dtype=block.dtype)
        block[(slice(None), slice(None), *centre)] = nn.init.orthogonal_(square)


@torch.no_grad()
def set_forget_bias(weights: dict[str, nn.Parameter], hidden_size: int, value: float) -> None:
    """Let the forget gate, second of the four, start with the bias ``value``: in b_ih, with b_hh at 0."""
    forget = slice(hidden_size, 2 * hidden_size)
    weights["bias_ih"][forget] = value
    if "bias_hh" in weights:
        weights["bias_hh"][forget] = 0.0
