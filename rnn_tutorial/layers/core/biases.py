r"""What our kernels take of a layer beside its two matrices, and the way back to the names that ``step`` knows.

They take one bias (G · H,) and ``extra``: an LSTM's peepholes (3H,), a GRU's inner bias (H,), or nothing, (0,).
"""

import torch
from torch import Tensor

from .types import Weights

PEEPHOLES = ("weight_ci", "weight_cf", "weight_co")


def _lstm(w: Weights) -> tuple[Tensor, Tensor]:
    if PEEPHOLES[0] in w:
        return _sum(w), torch.cat([w[name] for name in PEEPHOLES])
    # 0 times an infinite cell is NaN, so a CPU's kernel gets none at all; a GPU's multiplies by zeros
    W_hh = w["weight_hh"]
    return _sum(w), W_hh.new_zeros(3 * W_hh.shape[1]) if W_hh.is_cuda else W_hh.new_empty(0)


def _gru(w: Weights) -> tuple[Tensor, Tensor]:
    # b_hn stands inside the reset gate's product, the others can be added up. Both are copies: NumPy, which the kernels
    # read through, fixes the size of a tensor's memory, and FSDP frees that of parameters between calls.
    H = w["weight_hh"].shape[1]
    if "bias_hh" not in w:
        return _sum(w), w["weight_hh"].new_zeros(H)
    outside = torch.cat([w["bias_hh"][: 2 * H], torch.zeros_like(w["bias_hh"][2 * H :])])
    return w["bias_ih"] + outside, w["bias_hh"][2 * H :].clone()


def _rnn(w: Weights) -> tuple[Tensor, Tensor]:
    return _sum(w), w["weight_hh"].new_empty(0)


TAKEN = {"lstm": _lstm, "gru": _gru, "rnn": _rnn}
"""(bias, extra) of a layer's weights, by kernel."""


def _sum(w: Weights) -> Tensor:
    if "bias_ih" not in w:
        return w["weight_hh"].new_zeros(len(w["weight_hh"]))
    # b_ih + b_hh; the gradients of `+` would be one tensor, and who scales both in place would scale it twice
    return torch.sub(w["bias_ih"], w["bias_hh"], alpha=-1)


def named(kernel: str, bias: Tensor, extra: Tensor) -> Weights:
    """Return what ``step`` has to know for the same result; what it does not ask for does no harm."""
    if kernel == "lstm" and len(extra):
        return {"bias_ih": bias, **dict(zip(PEEPHOLES, extra.chunk(3), strict=True))}
    if kernel == "gru":
        return {"bias_ih": bias, "bias_hh": torch.cat([extra.new_zeros(2 * len(extra)), extra])}
    return {"bias_ih": bias}
