"""Wrong answers to the exercises of chapter 7."""

import copy
from math import comb, sqrt
from typing import Any

import torch
from torch import nn

import rnn_tutorial as rt


class Reader(nn.Module):
    def __init__(self, read: Any, width: int = 128) -> None:
        super().__init__()
        self.layer = rt.LSTM(28, 64, batch_first=True, bidirectional=True)
        self.readout = nn.Linear(width, 10)
        self.read = read

    def forward(self, x: Any) -> Any:
        output, (h_n, _) = self.layer(x)
        return self.readout(self.read(output, h_n))


def read_until(first_row: int = 1, strict: bool = False, last: bool = False, never: bool = True) -> Any:
    def read(beliefs: Any, threshold: Any) -> Any:
        enough = beliefs.amax(dim=2) > threshold if strict else beliefs.amax(dim=2) >= threshold
        if never:
            enough[:, -1] = True
        stop = enough.int().argmax(dim=1)
        at = torch.full_like(stop, beliefs.shape[1] - 1) if last else stop
        return stop + first_row, beliefs.argmax(dim=2)[torch.arange(len(stop)), at]

    return read


def one_sided(only_one: int, only_other: int) -> float:
    n = only_one + only_other
    return sum(comb(n, k) for k in range(min(only_one, only_other) + 1)) / 2**n


def swapped(keep: str = "") -> Any:
    def twin(layer: Any) -> Any:
        weights, copied = layer.state_dict(), copy.deepcopy(layer)
        copied.load_state_dict(
            {
                name: weights[name.removesuffix("_reverse") if name.endswith("_reverse") else f"{name}_reverse"]
                if not keep or keep not in name
                else weights[name]
                for name in weights
            }
        )
        return copied

    return twin


def columns_flipped(layer: Any) -> Any:
    twin = copy.deepcopy(layer)
    with torch.no_grad():
        for name, weight in twin.named_parameters():
            if "weight_ih" in name:
                weight.copy_(weight.flip(1))
    return twin


WRONG: dict[str, list[Any]] = {
    "mnist-fooled": [
        Reader(lambda output, h_n: output[:, 0]),
        Reader(lambda output, h_n: output[:, 13]),
        Reader(lambda output, h_n: output.mean(dim=1)),
        Reader(lambda output, h_n: h_n[0], width=64),
        Reader(lambda output, h_n: torch.cat([h_n[0], h_n[0]], dim=-1)),
        rt.ManyToOne(rt.LSTM(28, 64, batch_first=True), 10),
    ],
    "mnist-count": [
        lambda f, h, layers, c: 4 * h * (f + h + 1) + (layers - 1) * 4 * h * (2 * h + 1) + h * c + c,  # one bias
        lambda f, h, layers, c: layers * 4 * h * (f + h + 2) + h * c + c,  # each layer reads the pixels
        lambda f, h, layers, c: 4 * h * (f + h + 2) + (layers - 1) * 4 * h * (2 * h + 2) + h * c,
        lambda f, h, layers, c: h * (f + h + 2) + (layers - 1) * h * (2 * h + 2) + h * c + c,  # one gate
    ],
    "mnist-early": [
        read_until(first_row=0),
        read_until(strict=True),
        read_until(last=True),
        read_until(never=False),
        lambda beliefs, threshold: read_until()(beliefs, threshold)[0],
    ],
    "mnist-interval": [
        lambda p, q: 1.96**2 * (p * (1 - p) + q * (1 - q)) / (q - p) ** 2,  # the interval of the difference
        lambda p, q: (1.645 * (sqrt(p * (1 - p)) + sqrt(q * (1 - q))) / (q - p)) ** 2,
        lambda p, q: (1.96 * sqrt(p * (1 - p)) / (q - p)) ** 2,  # one interval and the other's middle
        lambda p, q: 1.96 * (sqrt(p * (1 - p)) + sqrt(q * (1 - q))) / (q - p),
    ],
    "mnist-paired": [
        lambda a, b: one_sided(int((a & ~b).sum()), int((b & ~a).sum())),
        lambda a, b: min(1.0, 2 * one_sided(int(a.sum()), int(b.sum()))),  # those that both misread as well
        lambda a, b: 2 * one_sided(int((a & ~b).sum()), int((b & ~a).sum())),  # a probability above 1
        lambda a, b: float((a & ~b).sum() / (a ^ b).sum().clamp(min=1)),
    ],
    "mnist-upside-down": [
        lambda layer: layer,
        swapped(keep="bias"),
        swapped(keep="weight_hh"),
        columns_flipped,
        lambda layer: rt.LSTM(layer.input_size, layer.hidden_size, batch_first=True),
    ],
}
