"""Wrong answers to the exercises of chapter 1."""

import math
from typing import Any

import torch
from torch import Tensor, nn

import rnn_tutorial as rt


class Forecaster(nn.Module):
    """A forecaster whose way of reading is wrong."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way = way
        self.rnn = rt.RNN(24, 32, batch_first=way != "batch as time")
        self.readout, self.direct = nn.Linear(32, 24), nn.Linear(24, 24)

    def forward(self, x: Tensor) -> Tensor:
        if self.way == "last day":
            return self.direct(x[:, -1])
        if self.way == "mean of the days":
            return self.direct(x.mean(1))
        output = self.rnn(x)[0]
        chosen = (
            output[:, 0] if self.way == "first state" else output[-1] if self.way == "last example" else output[:, -1]
        )
        return self.readout(chosen)


def gradient(
    fade: bool = True, weights: bool = True, turned: bool = False, beside: str = "input", steps: int = 99
) -> Any:
    """The gradient of the input's weights, with something wrong."""

    def total(W_hh: Tensor, states: Tensor, x: Tensor, dL_dh: Tensor) -> Tensor:
        found = torch.zeros(W_hh.shape[0], x.shape[2], dtype=x.dtype)
        for back, t in enumerate(range(x.shape[1], 0, -1)):
            delta = dL_dh * (1 - states[:, t] ** 2) if fade else dL_dh
            read = {"input": x[:, t - 1], "state": states[:, t - 1, :2], "next": x[:, t % x.shape[1]]}[beside]
            if back < steps:
                found = found + delta.T @ read
            dL_dh = delta @ (W_hh.T if turned else W_hh) if weights else delta
        return found

    return total


def each_alone(gradients: list[Tensor], longest: float) -> list[Tensor]:
    return [g * min(1.0, longest / max(g.norm().item(), 1e-9)) for g in gradients]


def always(gradients: list[Tensor], longest: float) -> list[Tensor]:
    length = torch.cat([g.flatten() for g in gradients]).norm().clamp_min(1e-9)
    return [g * longest / length for g in gradients]


WRONG: dict[str, list[Any]] = {
    "rnn-fooled": [
        Forecaster("batch as time"),
        Forecaster("first state"),
        Forecaster("last day"),
        Forecaster("mean of the days"),
        Forecaster("last example"),
    ],
    "rnn-count": [
        lambda F, H, layers, directions: layers * directions * (H * F + H * H + 2 * H),
        lambda F, H, layers, directions: directions * (H * F + H * H + H),  # one bias
        lambda F, H, layers, directions: (  # a layer reads one direction of the layer below
            directions * (H * F + H * H + 2 * H) + (layers - 1) * directions * (2 * H * H + 2 * H)
        ),
        lambda F, H, layers, directions: H * F + H * H + 2 * H,
    ],
    "rnn-half-life": [
        lambda steps: math.exp(-1 / steps),  # 1/e is left
        lambda steps: 1 - 1 / (2 * steps),
        lambda steps: 0.5 ** (1 / (steps + 1)),
        lambda steps: 2 ** (-1 / 10),
        lambda steps: 0.5,
    ],
    "rnn-input-weights": [
        gradient(beside="state"),
        gradient(beside="next"),
        gradient(fade=False),
        gradient(weights=False),
        gradient(turned=True),
        gradient(steps=1),
    ],
    "rnn-reset": [
        lambda window, delay: 1 - delay / window,  # as if guesses were never right
        lambda window, delay: 0.75,
        lambda window, delay: 1 - (delay - 1) / (2 * window),
        lambda window, delay: 0.5 + delay / (2 * window),
    ],
    "rnn-clip": [
        each_alone,
        always,
        lambda gradients, longest: [g.clamp(-longest, longest) for g in gradients],
        lambda gradients, longest: gradients,
        lambda gradients, longest: None,
    ],
}
