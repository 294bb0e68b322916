r"""Dropout between two layers: the draws that ``torch.nn`` makes from a seed, for padded and for packed batches."""

import torch
from torch import Tensor

from .definition import Definition


def between(layer: Definition, x: Tensor, real: Tensor | None, order: Tensor | None) -> Tensor:
    """Drop outputs (T, B, H) on their way to the next layer.

    On a packed batch PyTorch draws a number for each unit of each step that is there, and none for the padding: step
    after step, the longest sequence first. So does this, so that a seed gives the same values by every backend.

    Args:
        layer: Knows how: ``layer.drop``.
        x: (T, B, H), or (T, B, C, S…).
        real: (T, B, 1, …), where a sequence has a step; None where all are T long.
        order: (B,), which sequence stands where in the packed form; None where there is no such form, or no dropout.

    """
    if real is None or order is None or layer.variational or _traced():
        return layer.drop(x)
    order = order.to(x.device)
    by_length = real.flatten(1)[:, order]  # (T, B)
    kept = x.new_zeros(x.shape)
    kept[by_length] = layer.drop(x.new_ones(int(by_length.sum()), *x.shape[2:]))
    return x * kept[:, order.argsort()]


def _traced() -> bool:
    # the number of draws depends on the lengths, which a compiled graph and torch.func must not look at
    return torch.compiler.is_compiling() or torch._C._functorch.peek_interpreter_stack() is not None
