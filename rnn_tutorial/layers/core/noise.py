r"""Noise inside the loop over time: zoneout, and dropout of the state and of its weights.

Each is an option that is off. No operator and no kernel knows them, so a call that needs one takes the readable loop.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .definition import Definition
from .types import State, Weights


def unsupported_reason(layer: Definition) -> str:
    """Say what of the call only the readable loop can do, after "cannot", or nothing."""
    if layer.zoneout:  # acts in evaluation as well
        return f"apply zoneout={layer.zoneout} from step to step"
    if layer.training:
        if layer.recurrent_dropout:
            return f"apply recurrent_dropout={layer.recurrent_dropout} from step to step, in training"
        if layer.weight_dropout:
            return f"apply weight_dropout={layer.weight_dropout} to weight_hh, in training"
    return ""


def described(layer: Definition) -> str:
    """Name a layer's class and what no operator or kernel has: gates of another kind."""
    hard = layer.gate_activation != "sigmoid"
    return type(layer).__name__ + (f" with gate_activation={layer.gate_activation!r}" if hard else "")


def drawn(layer: Definition, w: Weights, h: Tensor) -> Weights:
    r"""Return the weights of one run with all that a call draws once for it.

    Args:
        layer: Knows the probabilities, and whether it is in training; in evaluation nothing is drawn.
        w: Parameters of one layer and direction.
        h: Its first state, (B, H, …).

    Returns:
        ``w`` with weights dropped from ``weight_hh`` (Merity et al., 2018), and with ``mask_hh``, (B, gates, H, …):
        0 where a gate does not see a number of the state at any step, else 1 / (1 - p) (Gal & Ghahramani, 2016).

    """
    if not layer.training:
        return w
    if layer.weight_dropout:
        w = {**w, "weight_hh": F.dropout(w["weight_hh"], layer.weight_dropout)}
    if layer.recurrent_dropout:
        ones = h.new_ones(h.shape[0], layer.gates, *h.shape[1:])
        w = {**w, "mask_hh": F.dropout(ones, layer.recurrent_dropout)}
    return w


def zoned(layer: Definition, new: State, old: State) -> State:
    r"""Let numbers of the state keep their previous values: by chance in training, else their expectation.

    Krueger et al. (2017): :math:`h_t = d_t \odot h_{t-1} + (1 - d_t) \odot \tilde h_t`, with :math:`d_t` of zeros and
    ones drawn for every number and step; in evaluation :math:`d_t` is its mean.

    Args:
        layer: Knows the probabilities, and whether it is in training.
        new: What the step has made.
        old: The state before it.

    """
    chances = layer.zoneout if isinstance(layer.zoneout, tuple) else (layer.zoneout,) * len(new)
    pairs = zip(new, old, chances, strict=True)
    return tuple(_zoned(n, o.to(n.dtype), p, layer.training) if p else n for n, o, p in pairs)


def _zoned(new: Tensor, old: Tensor, p: float, training: bool) -> Tensor:
    if training:  # 16 bits would be too coarse for a probability
        return torch.where(torch.rand_like(new, dtype=torch.float32) < p, old, new)
    return p * old + (1 - p) * new
