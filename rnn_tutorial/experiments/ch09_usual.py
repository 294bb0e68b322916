r"""Recurrent layers as they are usually written by hand: what a fast one is to be compared with."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class UsualLoop(nn.Module):
    r"""An LSTM as it is usually written by hand: at each step one piece of the input, two products, four gates.

    Args:
        layer: The LSTM or peephole LSTM (one layer, batch first) whose weights it borrows, and whose results it gives.
        unbind: Take the sequence apart once, and not by ``x[:, t]`` in the loop.
    """

    def __init__(self, layer: Any, *, unbind: bool = False) -> None:
        super().__init__()
        self.layer, self.unbind = layer, unbind

    def forward(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(B, T, F) → ``output, (h, c)``, (B, T, H) and (B, H)."""
        w = self.layer.weights()
        h = c = x.new_zeros(len(x), self.layer.hidden_size)
        taken = x.unbind(1) if self.unbind else None
        outputs = []
        for t in range(x.shape[1]):
            x_t = x[:, t] if taken is None else taken[t]
            z = F.linear(x_t, w["weight_ih"], w["bias_ih"]) + F.linear(h, w["weight_hh"], w["bias_hh"])
            h, c = _gates(z, c, w)
            outputs.append(h)
        return torch.stack(outputs, dim=1), (h, c)


class UsualConvLoop(nn.Module):
    r"""A ConvLSTM as it is usually written by hand: at each step one convolution of [x, h], four gates.

    Args:
        layer: The ConvLSTM (one layer, batch first, frames with two axes) whose weights it borrows.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(B, T, C, S, S) → ``output, (h, c)``, (B, T, H, S, S) and (B, H, S, S)."""
        w = self.layer.weights()
        kernel = torch.cat([w["weight_ih"], w["weight_hh"]], dim=1)
        h = c = x.new_zeros(len(x), self.layer.hidden_size, *x.shape[3:])
        around = [size // 2 for size in self.layer.kernel_size]
        outputs = []
        for t in range(x.shape[1]):
            z = F.conv2d(torch.cat([x[:, t], h], dim=1), kernel, w["bias_ih"], padding=around)
            h, c = _gates(z, c, w)
            outputs.append(h)
        return torch.stack(outputs, dim=1), (h, c)


def _gates(z: Tensor, c: Tensor, w: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    holes = [w.get(f"weight_c{gate}", 0.0) for gate in "ifo"]
    i, f, g, o = z.chunk(4, dim=1)
    i, f = torch.sigmoid(i + holes[0] * c), torch.sigmoid(f + holes[1] * c)
    c = f * c + i * torch.tanh(g)
    return torch.sigmoid(o + holes[2] * c) * torch.tanh(c), c
