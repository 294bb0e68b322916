r"""One step as every loop over time takes it: the network's equations, then what is no equation of a network."""

import torch
from torch import Tensor

from . import noise
from .definition import Definition
from .types import State, Weights


def advance(layer: Definition, a_t: Tensor, state: State, w: Weights, real: Tensor | None = None) -> State:
    """Take the layer's step from a mapped input (B, …), finish it, and apply zoneout if the layer has any.

    ``real`` (B, 1, …) is False where a sequence is over or, backwards, not begun: it keeps its state.
    """
    new = layer.finish(layer.step(a_t, state, w), a_t, w)
    if layer.zoneout:
        new = noise.zoned(layer, new, state)
    if real is not None:
        new = tuple(torch.where(real, n, s.to(n.dtype)) for n, s in zip(new, state, strict=True))
    return new
