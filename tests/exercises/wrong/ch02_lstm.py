"""Wrong answers to the exercises of chapter 2."""

import math
from typing import Any

import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments import gates


def started(ih: tuple[int, int], both: bool = False, cleared: bool = True) -> Any:
    """An LSTM with biases of 1 in some blocks of rows, perhaps in both vectors, or with the second as it was drawn."""
    lstm = rt.LSTM(24, 64)
    rows = slice(64 * ih[0], 64 * ih[1])
    with torch.no_grad():
        lstm.get_parameter("bias_ih_l0")[rows] = 1.0
        if cleared:
            lstm.get_parameter("bias_hh_l0")[rows] = 1.0 if both else 0.0
    return lstm


def by_hand(lstm: Any, **weights: tuple[float, float, float, float]) -> Any:
    """Set one unit's rows: weights of the two inputs, of the state, and the bias; all others are 0."""
    rows = getattr(lstm, "rows", "ifgo")
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.zero_()
        for gate, (first, second, state, bias) in weights.items():
            k = rows.index(gate)
            lstm.get_parameter("weight_ih_l0")[k] = torch.tensor([first, second])
            lstm.get_parameter("weight_hh_l0")[k] = state
            lstm.get_parameter("bias_ih_l0")[k] = bias
    return lstm


def counter(**weights: tuple[float, float, float, float]) -> Any:
    return by_hand(rt.LSTM(2, 1, batch_first=True), **weights)


def overwriting(**weights: tuple[float, float, float, float]) -> Any:
    return by_hand(gates.ChangedLSTM(2, 1, "no forget gate", batch_first=True), **weights)


def nearest(cost: Any, goal: Any) -> Any:
    return lambda F, H: min(range(1, H + 1), key=lambda h: abs(cost(F, h) - goal(F, H)))


ONE, AT_FIRST, AT_MARK = (0.0, 0.0, 0.0, 20.0), (40.0, 0.0, 0.0, -20.0), (0.0, 40.0, 0.0, -20.0)
UNLESS_SECOND = (0.0, -40.0, 0.0, 20.0)

WRONG: dict[str, list[Any]] = {
    "lstm-fooled": [
        started((0, 1)),
        started((1, 2), both=True),
        started((1, 2), cleared=False),
        started((2, 3)),
        started((0, 4)),
        rt.LSTM(24, 64),
    ],
    "lstm-count": [
        lambda F, H: H // 4,
        lambda F, H: H // 2,
        nearest(lambda F, h: 4 * h * (F + h + 1), lambda F, H: H * (F + H + 2)),  # one bias
        nearest(lambda F, h: 4 * h * h, lambda F, H: H * H),
        lambda F, H: 4 * H * (F + H + 2),  # the parameters, not the width
    ],
    "lstm-half-life": [
        lambda steps: 2 ** (-1 / steps),  # the gate, not its bias
        math.log,  # the biases by the lag: less than half is left
        lambda steps: -math.log(math.expm1(1 / steps)),  # 1/e is left
        lambda steps: 5.0,
    ],
    "lstm-noise": [
        lambda v, f, T: v * T,
        lambda v, f, T: v * sum(f**k for k in range(T)),
        lambda v, f, T: v / (1 - f**2 + 1e-9),  # where it ends
        lambda v, f, T: v * sum(f ** (2 * k) for k in range(T + 1)),
        lambda v, f, T: v * f ** (2 * T),
    ],
    "lstm-coupled": [
        counter(i=AT_FIRST, f=ONE, g=ONE),  # never begins again
        counter(i=ONE, f=UNLESS_SECOND, g=ONE),  # counts every step
        counter(i=AT_FIRST, f=(0.0, -4.0, 0.0, 2.0), g=ONE),  # leaks
        counter(f=UNLESS_SECOND, g=AT_FIRST),  # half of each
        counter(i=(40.0, -40.0, 0.0, -20.0), f=UNLESS_SECOND, g=ONE),  # overlooks what comes with the mark
    ],
    "lstm-overwrite": [
        overwriting(i=AT_MARK, g=(0.5, 0.0, 0.0, 0.0), o=ONE),  # adds the signs up
        overwriting(i=ONE, g=(0.5, 0.0, -1.0, 0.0), o=ONE),  # writes at every step
        overwriting(i=AT_MARK, g=(-0.5, 0.0, -1.0, 0.0), o=ONE),
        overwriting(i=AT_MARK, g=(0.5, 0.0, -1.0, 0.0), o=(0.0, 0.0, 0.0, -20.0)),  # shows nothing, so reads nothing
        by_hand(rt.LSTM(2, 1, batch_first=True), i=AT_MARK, f=UNLESS_SECOND, g=(1.0, 0.0, 0.0, 0.0), o=ONE),
    ],
    "lstm-adding": [
        lambda low, high: (high - low) ** 2 / 6,  # of a guess that ignores both
        lambda low, high: 1 / 12,
        lambda low, high: (high**3 - low**3) / (3 * (high - low)),  # nothing added for the first
        lambda low, high: ((high - low) / 2) ** 2,
        lambda low, high: (high - low) / 12**0.5,  # its root
    ],
}
