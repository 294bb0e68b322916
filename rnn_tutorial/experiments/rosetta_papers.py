r"""The networks as their papers print them: a function for each, weights by the gate's letter."""

from collections.abc import Callable

import torch
from torch import Tensor, sigmoid, tanh
from torch.nn.functional import conv2d

from rnn_tutorial.convert.gates import OURS
from rnn_tutorial.layers.core.base import Recurrent

Product = Callable[[Tensor, Tensor], Tensor]


class Gates:
    r"""The parameters of a layer by gate: ``W["f"]`` from the input, ``U["f"]`` from the state, ``b["f"]``.

    The two biases are added up: papers print one, or none.
    """

    def __init__(self, layer: Recurrent) -> None:
        w = {name: p.detach() for name, p in layer.weights().items()}
        bias = w["bias_ih"] + w.get("bias_hh", 0.0)
        self.W, self.U, self.b = (
            dict(zip(OURS[layer.gates], rows.chunk(layer.gates), strict=True))
            for rows in (w["weight_ih"], w["weight_hh"], bias)
        )
        self.P = {name.removeprefix("weight_c"): p for name, p in w.items() if name.startswith("weight_c")}


def hochreiter1997(x: Tensor, gates: Gates) -> Tensor:
    r"""Hochreiter & Schmidhuber: no forget gate, and two squashing functions of their own; x is (T, B, F)."""
    W, U, b = gates.W, gates.U, gates.b
    h = c = x.new_zeros(x.shape[1], len(b["i"]))
    outputs = []
    for x_t in x:
        i, o = (sigmoid(x_t @ W[k].T + h @ U[k].T + b[k]) for k in "io")
        # c_t = c_{t-1} + i_t g(a_t),   g(a) = 4 σ(a) - 2, between -2 and 2
        c = c + i * (4 * sigmoid(x_t @ W["g"].T + h @ U["g"].T + b["g"]) - 2)
        # h_t = o_t h(c_t),   h(c) = 2 σ(c) - 1, between -1 and 1
        h = o * (2 * sigmoid(c) - 1)
        outputs.append(h)
    return torch.stack(outputs)


def cho2014(x: Tensor, gates: Gates) -> Tensor:
    r"""Cho et al., as printed at EMNLP."""
    return gru(x, gates, lambda z, h, n: z * h + (1 - z) * n)


def chung2014(x: Tensor, gates: Gates) -> Tensor:
    r"""Chung et al.: the same letters, the update gate the other way round."""
    return gru(x, gates, lambda z, h, n: (1 - z) * h + z * n)


def gru(x: Tensor, gates: Gates, mix: Callable[..., Tensor]) -> Tensor:
    """Run the equations that both papers have in common."""
    W, U, b = gates.W, gates.U, gates.b
    h = x.new_zeros(x.shape[1], len(b["r"]))
    outputs = []
    for x_t in x:
        r, z = (sigmoid(x_t @ W[k].T + h @ U[k].T + b[k]) for k in "rz")
        # the reset gate stands before the product: U (r ⊙ h)
        n = tanh(x_t @ W["n"].T + (r * h) @ U["n"].T + b["n"])
        h = mix(z, h, n)
        outputs.append(h)
    return torch.stack(outputs)


def graves2013(x: Tensor, gates: Gates, output_sees: str = "new") -> Tensor:
    r"""Graves, equations 7 to 11: matrix products, and peepholes that are vectors.

    With ``output_sees="old"`` the output gate peeps at the cell before it is updated, which no paper means.
    """
    return peephole_lstm(x, gates, lambda v, W: v @ W.T, lambda p: p, output_sees)


def shi2015(x: Tensor, gates: Gates) -> Tensor:
    r"""Shi et al., equation 3: the same with convolutions; x is (T, B, C, height, width)."""
    return peephole_lstm(x, gates, lambda v, W: conv2d(v, W, padding="same"), lambda p: p.view(-1, 1, 1))


def peephole_lstm(
    x: Tensor, gates: Gates, times: Product, spread: Callable[[Tensor], Tensor], output_sees: str = "new"
) -> Tensor:
    """Run the peephole LSTM for any product."""
    W, U, P = gates.W, gates.U, {k: spread(p) for k, p in gates.P.items()}
    b = {k: spread(bias) for k, bias in gates.b.items()}
    h = c = torch.zeros_like(times(x[0], W["i"]))
    outputs = []
    for x_t in x:
        a = {k: times(x_t, W[k]) + times(h, U[k]) + b[k] for k in "ifgo"}
        i, f = sigmoid(a["i"] + P["i"] * c), sigmoid(a["f"] + P["f"] * c)
        old, c = c, f * c + i * tanh(a["g"])
        o = sigmoid(a["o"] + P["o"] * (c if output_sees == "new" else old))
        h = o * tanh(c)
        outputs.append(h)
    return torch.stack(outputs)
