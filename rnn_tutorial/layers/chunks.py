r"""Long sequences in pieces: the state goes on from one to the next, and training keeps less in memory."""

from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from .core.base import Recurrent
from .core.types import Gradient, S


def in_chunks(
    layer: Recurrent[S], input: Tensor, hx: S | None = None, *, steps: int, gradient: Gradient = "exact"
) -> tuple[Tensor, S]:
    r"""Run ``layer`` over ``input`` in chunks of ``steps`` time steps, each starting from the last one's final state.

    Training over T steps keeps what every step has computed, because the backward pass needs it. In chunks it keeps

    - with ``gradient="exact"`` the states between chunks only, and computes a chunk once more when the backward pass
      comes to it (activation checkpointing: Chen et al., 2016, arXiv:1604.06174): memory of T / steps + steps steps
      instead of T, for one forward pass more;
    - with ``gradient="truncated"`` everything still, but no gradient crosses from a chunk to the one before (truncated
      backpropagation through time: Williams & Peng, 1990). It saves memory if each chunk has a loss of its own: call
      this with a chunk at a time, ``backward()``, and hand on the state it returns.

    Args:
        layer: Any recurrent layer that runs forwards only.
        input: As for the layer: (T, B, F), or (B, T, F) if ``batch_first``, or (T, F).
        hx: First state, as for the layer; zeros if not given.
        steps: Steps of a chunk, 1 or more; the last may be shorter.
        gradient: ``"exact"`` or ``"truncated"``.

    Returns:
        ``output, state`` as from the layer itself, with the same values.

    Raises:
        ValueError: A bidirectional layer, which needs the end first; ``steps`` below 1; an unknown ``gradient``.

    Examples:
        >>> from rnn_tutorial import LSTM
        >>> layer = LSTM(3, 5, batch_first=True)
        >>> output, (h_n, c_n) = in_chunks(layer, torch.randn(2, 1000, 3), steps=100)
        >>> output.shape
        torch.Size([2, 1000, 5])
    """
    if layer.bidirectional:
        raise ValueError("a bidirectional layer reads from both ends and cannot run in chunks of time")
    if steps < 1:
        raise ValueError(f"steps should be 1 or more, got {steps}")
    if gradient not in ("exact", "truncated"):
        raise ValueError(f'gradient should be "exact" or "truncated", got {gradient!r}')
    batched = input.dim() == 3 + layer.spatial_dims
    time = 1 if layer.batch_first and batched else 0
    outputs = []
    state: Any = hx
    for chunk in input.split(steps, dim=time):
        if gradient == "exact":
            output, state = checkpoint(layer, chunk, state, use_reentrant=False)
        else:
            output, state = layer(chunk, state)
            state = _cut(state)
        outputs.append(output)
    return torch.cat(outputs, dim=time), state


def _cut(state: Any) -> Any:
    return state.detach() if isinstance(state, Tensor) else tuple(_cut(part) for part in state)
