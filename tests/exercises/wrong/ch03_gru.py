"""Wrong answers to the exercises of chapter 3."""

import math
from typing import Any

import torch

import rnn_tutorial as rt


def gated(rows: slice, bias: float, also: float = 0.0) -> Any:
    gru = rt.GRU(1, 32, batch_first=True)
    with torch.no_grad():
        gru.get_parameter("bias_ih_l0")[rows] = bias
        gru.get_parameter("bias_hh_l0")[rows] = also
    return gru


def nearest(gru: int, lstm: int, biases: int) -> Any:
    def size(gates: int, features: int, units: int) -> int:
        return gates * (units * features + units * units + biases * units)

    def width(features: int, units: int) -> int:
        return min(range(1, 300), key=lambda n: abs(size(gru, features, n) - size(lstm, features, units)))

    return width


def is_diagonal(W: Any) -> bool:
    return torch.equal(W, torch.diag(W.diagonal()))


def counter(i: float = 20.0, f: float = 20.0, down: float = -1.0, readout: Any = (-1.0, 0.3), units: int = 1) -> Any:
    def make() -> Any:
        layer = rt.LSTM(2, units, batch_first=True)
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.zero_()
            # of the first unit; the candidate has no bias
            layer.get_parameter("bias_ih_l0")[::units] = torch.tensor([i, f, 0.0, 20.0])
            layer.get_parameter("weight_ih_l0")[2 * units] = torch.tensor([1.0, down])
        return layer, *readout

    return make


WRONG: dict[str, list[Any]] = {
    "gru-fooled": [
        gated(slice(32, 64), -5.0),
        gated(slice(0, 32), 5.0),  # the reset gate
        gated(slice(64, 96), 5.0),  # the candidate
        gated(slice(32, 64), 5.0, also=-5.0),  # the two biases add up
        gated(slice(32, 64), 500.0),  # keeps, and learns nothing
        rt.LSTM(1, 32, forget_bias=5.0),
    ],
    "gru-count": [
        lambda features, units: round(units * 4 / 3),  # as if the size grew with the width alone
        lambda features, units: round(units * math.sqrt(4 / 3)),  # as if with its square alone
        nearest(gru=3, lstm=4, biases=0),
        nearest(gru=2, lstm=4, biases=2),  # the candidate has weights as well
        lambda features, units: units,
    ],
    "gru-diagonal": [
        lambda W_hn, b_hn: is_diagonal(W_hn),  # forgets the bias
        lambda W_hn, b_hn: not b_hn.any(),
        lambda W_hn, b_hn: torch.equal(W_hn, W_hn.T) and not b_hn.any(),
        lambda W_hn, b_hn: not W_hn.any() and not b_hn.any(),
        lambda W_hn, b_hn: False,
        lambda W_hn, b_hn: torch.allclose(W_hn @ W_hn.T, torch.eye(len(W_hn)).double()) and not b_hn.any(),
    ],
    "gru-half": [
        lambda steps: -math.log(2 ** (-1 / steps) / (1 - 2 ** (-1 / steps))),  # the gate the wrong way round
        lambda steps: math.log(steps),
        lambda steps: math.log(max(steps - 1, 1e-9)),  # z = 1 - 1 / steps
        lambda steps: 2 ** (-1 / steps),  # the gate, and not its bias
        lambda steps: 5.0,
    ],
    "gru-bound": [
        lambda h_0: 1.0,
        abs,
        lambda h_0: abs(h_0) + 1,
        lambda h_0: max(h_0, 1.0),
        lambda h_0: math.inf,
    ],
    "gru-counter": [
        counter(i=0.0, f=0.0),  # gates half open: it forgets
        counter(f=5.0),  # nearly open is not enough for long strings
        counter(down=0.0),
        counter(readout=(-1.0, 0.9)),  # says the end one letter too early
        counter(readout=(1.0, -0.3)),
        counter(units=2),
        lambda: (rt.GRU(2, 1), -1.0, 0.3),
    ],
}
