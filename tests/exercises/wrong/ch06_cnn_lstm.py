"""Wrong answers to the exercises of chapter 6."""

from typing import Any

import torch
from torch import nn

import rnn_tutorial as rt


def encoding(encode: Any) -> Any:
    class Mine(rt.CNNLSTM):
        def encode(self, frames: Any) -> Any:
            return encode(self, frames)

    return Mine((1, 6, 6), 5, code_size=8, channels=(8, 8))


def swapped(net: Any, frames: Any) -> Any:
    B, T = frames.shape[:2]
    return net.encoder(frames.transpose(0, 1).reshape(T * B, 1, 6, 6)).reshape(B, T, 8)


def time_first(net: Any, frames: Any) -> Any:
    B, T = frames.shape[:2]
    return net.encoder(frames.transpose(0, 1).reshape(T * B, 1, 6, 6)).reshape(T, B, 8)


def swapped_behind(net: Any, frames: Any) -> Any:
    B, T = frames.shape[:2]
    return net.encoder(frames.flatten(0, 1)).reshape(T, B, 8).transpose(0, 1)


def backwards(net: Any, frames: Any) -> Any:
    return rt.CNNLSTM.encode(net, frames.flip(1))


def centred(net: Any, frames: Any) -> Any:
    return rt.CNNLSTM.encode(net, frames - frames.mean(dim=0))


def parts(halved: Any = lambda side: -(-side // 4), bias: int = 1, lstm_biases: int = 2, both: int = 2) -> Any:
    def found(side: int) -> Any:
        convolutions = (8 * 9 + 8) + (16 * 8 * 9 + 16) + (16 * 8 * 9 + 8) + (8 * 9 + 1)
        pixels = 16 * halved(side) ** 2
        matrices = 2 * 64 * pixels + bias * (64 + pixels) if both == 2 else 64 * pixels + 64
        return convolutions, matrices, 4 * 96 * (64 + 96 + lstm_biases), 96 * 64 + bias * 64

    return found


def roll(carry: bool = True, cut: bool = True, cut_fed: bool = True, reread: bool = False, skip: int = 0) -> Any:
    def roll_out(net: Any, frames: Any, ahead: int) -> Any:
        output, state = net(frames)
        fed, drawn = output[:, -1:], []
        for _ in range(ahead + skip):
            fed = fed.clamp(0, 1) if cut_fed else fed
            drawn.append(fed.clamp(0, 1) if cut else fed)
            frames = torch.cat([frames, fed], dim=1)
            output, state = net(frames if reread else fed, state if carry else None)
            fed = output[:, -1:]
        return torch.cat(drawn[skip:], dim=1)

    return roll_out


def told(rule: Any, *, backwards: bool = True) -> Any:
    def paddings(side: int, times: int) -> Any:
        found = []
        for _ in range(times):
            found.append(rule(side))
            side = (side + 1) // 2
        return found[::-1] if backwards else found

    return paddings


class Place(nn.Module):
    def __init__(self, side: int, rows: float = 1.0, columns: float = 1.0) -> None:
        super().__init__()
        self.side, self.rows, self.columns = side, rows, columns

    def forward(self, frames: Any) -> Any:
        steps = torch.arange(self.side).float()
        row, column = frames.sum(dim=(1, 3)) @ steps, frames.sum(dim=(1, 2)) @ steps
        return torch.stack([self.rows * row, self.columns * column], dim=1)


class Draw(nn.Module):
    def __init__(self, side: int, order: Any = (0, 1), width: float = 1e-3) -> None:
        super().__init__()
        self.side, self.order, self.width = side, order, width

    def forward(self, z: Any) -> Any:
        steps = torch.arange(self.side).float()
        near = [torch.exp(-((z[:, k, None] - steps) ** 2) / self.width) for k in self.order]
        return (near[0][:, :, None] * near[1][:, None, :])[:, None]


class Linear(nn.Module):
    """The best that a linear coder can do: it keeps two frames of all, or a mean."""

    def __init__(self, side: int, *, back: bool, two: bool = True) -> None:
        super().__init__()
        keep = torch.eye(side * side)[:2] if two else torch.full((2, side * side), 1 / side)
        self.register_buffer("map", keep if back else keep.T)
        self.side, self.back = side, back

    def forward(self, x: Any) -> Any:
        y = x.flatten(1) @ self.map
        return y.view(-1, 1, self.side, self.side) if self.back else y


WRONG: dict[str, list[Any]] = {
    "cnnlstm-fooled": [encoding(e) for e in (swapped, time_first, swapped_behind, backwards, centred)],
    "cnnlstm-count": [
        parts(halved=lambda side: side // 4),  # right where 4 divides the side
        parts(halved=lambda side: side / 2),
        parts(bias=0),
        parts(lstm_biases=1),
        parts(both=1),  # the encoder's matrix alone
    ],
    "cnnlstm-rollout": [
        roll(carry=False),
        roll(cut=False, cut_fed=False),
        roll(cut_fed=False),  # shows frames that are cut, and reads others
        roll(reread=True),  # reads all frames again, behind a state that has read them
        roll(skip=1),
        lambda net, frames, ahead: net(frames)[0][:, -1:].clamp(0, 1).expand(-1, ahead, -1, -1, -1),
        lambda net, frames, ahead: net(frames)[0][:, -ahead:].clamp(0, 1),
    ],
    "cnnlstm-sizes": [
        lambda side, times: [1] * times,
        told(lambda side: side % 2),
        told(lambda side: 1 - side % 2, backwards=False),
        lambda side, times: [1 - side % 2] * times,
        lambda side, times: [0] * times,
    ],
    "cnnlstm-place": [
        lambda side: (Place(side), Draw(side, order=(1, 0))),
        lambda side: (Place(side), Draw(side, width=1.0)),  # a blur
        lambda side: (Place(side, columns=0.0), Draw(side)),
        lambda side: (Linear(side, back=False), Linear(side, back=True)),
        lambda side: (Linear(side, back=False, two=False), Linear(side, back=True, two=False)),
        lambda side: (nn.Flatten(), nn.Unflatten(1, (1, side, side))),
    ],
}
