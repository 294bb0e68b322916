"""Wrong answers to the exercises of chapter 4."""

from copy import deepcopy
from typing import Any

import torch
from torch import nn

import rnn_tutorial as rt


class Peeping(rt.LSTM):
    """The colleague's network with any start of its peephole, seen by the forget gate or by the input gate."""

    def __init__(self, start: Any, gate: str = "f") -> None:
        super().__init__(24, 32, batch_first=True, backend="reference")
        self.peephole = start
        self.gate = gate

    def step(self, a_t: Any, state: Any, w: Any) -> Any:
        h, c = state
        i, f, g, o = (a_t + self.state_map(h, w)).chunk(4, dim=1)
        i = torch.sigmoid(i + (self.peephole * c if self.gate == "i" else 0))
        f = torch.sigmoid(f + (self.peephole * c if self.gate == "f" else 0))
        c = f * c + i * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


def graft(zero: Any = ("ci", "cf", "co"), load: bool = True, train: bool = True) -> Any:
    def grafted(lstm: Any) -> Any:
        new = rt.PeepholeLSTM(lstm.input_size, lstm.hidden_size, batch_first=lstm.batch_first)
        if load:
            new.load_state_dict(lstm.state_dict(), strict=False)
        for name in zero:
            with torch.no_grad():
                new.get_parameter(f"weight_{name}_l0").zero_().requires_grad_(train)
        return new

    return grafted


def clock(half: float = 0.5, forget: bool = True, only: int = 0, kind: Any = rt.PeepholeLSTM) -> Any:
    def make(N: int) -> Any:
        cell = kind(1, 1, batch_first=True, dtype=torch.float64)
        climb = 1.5 / (only or N)
        threshold, steepness = 1.5 - half * climb, 40 / climb
        with torch.no_grad():
            for parameter in cell.parameters():
                parameter.zero_()
            cell.bias_ih_l0[0] = 40.0
            cell.bias_ih_l0[2] = torch.atanh(torch.tensor(min(climb, 0.999)))
            cell.bias_ih_l0[1] = steepness * threshold if forget else 40.0
            cell.bias_ih_l0[3] = -steepness * threshold
            if kind is rt.PeepholeLSTM:
                cell.weight_cf_l0[0] = -steepness if forget else 0.0
                cell.weight_co_l0[0] = steepness
        return cell

    return make


def zeroed_and_kept(layer: Any, score: Any) -> Any:
    found = {}
    for name in ("weight_ci_l0", "weight_cf_l0", "weight_co_l0"):
        with torch.no_grad():
            layer.get_parameter(name).zero_()
        found[name] = score(layer)
    return found


def all_at_once(layer: Any, score: Any) -> Any:
    copied = deepcopy(layer)
    zeroed_and_kept(copied, score)
    return dict.fromkeys(("weight_ci_l0", "weight_cf_l0", "weight_co_l0"), score(copied))


def restored_at_the_end(layer: Any, score: Any) -> Any:
    return zeroed_and_kept(deepcopy(layer), score)


def restored_inexactly(layer: Any, score: Any) -> Any:
    found = {}
    for name in ("weight_ci_l0", "weight_cf_l0", "weight_co_l0"):
        copied = deepcopy(layer)
        with torch.no_grad():
            copied.get_parameter(name).zero_()
            found[name] = score(copied)
            layer.get_parameter(name).add_(0.1)
    return found


def worth(layer: Any, score: Any) -> Any:
    before, found = score(layer), {}
    for name in ("weight_ci_l0", "weight_cf_l0", "weight_co_l0"):
        copied = deepcopy(layer)
        with torch.no_grad():
            copied.get_parameter(name).zero_()
        found[name] = before - score(copied)
    return found


WRONG: dict[str, list[Any]] = {
    "fc-lstm-fooled": [
        Peeping(nn.Parameter(torch.randn(32)) * 0.1),
        Peeping(torch.randn(32) * 0.1),  # nothing complains, and nothing learns
        Peeping(nn.Parameter(torch.randn(32))),  # no longer small
        Peeping(nn.Parameter(torch.randn(1) * 0.1)),  # one peephole for all units
        Peeping(nn.Parameter(torch.randn(32) * 0.1), gate="i"),
        rt.LSTM(24, 32, batch_first=True),  # no peephole, no bug
    ],
    "fc-lstm-count": [
        lambda F, H: (4 * H * (F + H + 1) + 3 * H, 4 * H * (F + H + 1) + 3 * H * H),  # one bias
        lambda F, H: (4 * H * (F + H + 2) + 4 * H, 4 * H * (F + H + 2) + 4 * H * H),  # one for the candidate
        lambda F, H: (4 * H * (F + H + 2) + 3, 4 * H * (F + H + 2) + 3 * H),  # one for a gate
        lambda F, H: (4 * H * (F + H + 2) + 3 * H, 4 * H * (F + H + 2) + 3 * H + 3 * H * H),
        lambda F, H: 4 * H * (F + H + 2) + 3 * H,
    ],
    "fc-lstm-graft": [
        graft(zero=()),
        graft(zero=("ci", "cf")),
        graft(load=False),
        graft(train=False),
        lambda lstm: lstm,
    ],
    "fc-lstm-clock": [
        clock(half=-0.5),  # a step too late
        clock(half=1.5),  # a step too early
        clock(forget=False),  # does not begin anew
        clock(only=5),
        clock(kind=rt.LSTM),
    ],
    "fc-lstm-blind": [
        lambda c_0, f, i, g, steps: c_0 + steps * i * g,
        lambda c_0, f, i, g, steps: i * g * (1 - f**steps) / (1 - f),  # from an empty cell alone
        lambda c_0, f, i, g, steps: f**steps * c_0 + i * g * (1 - f ** (steps + 1)) / (1 - f),
        lambda c_0, f, i, g, steps: f * c_0 + i * g,
        lambda c_0, f, i, g, steps: i * g / (1 - f),  # where it goes, and not where it is
    ],
    "fc-lstm-which": [zeroed_and_kept, all_at_once, restored_at_the_end, restored_inexactly, worth],
}
