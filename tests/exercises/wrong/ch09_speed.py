"""Wrong answers to the exercises of chapter 9."""

from statistics import mean, median, quantiles
from typing import Any

import torch


def timed(call: Any, clock: Any) -> float:
    begin = clock()
    call()
    return float(clock() - begin)


def warm_but_in_blocks(old: Any, new: Any, clock: Any) -> float:
    spent = []
    for version in (old, new):
        version()
        spent.append(sum(timed(version, clock) for _ in range(5)))
    return spent[1] / spent[0]


def in_turn_but_cold(old: Any, new: Any, clock: Any) -> float:
    pairs = [(timed(old, clock), timed(new, clock)) for _ in range(5)]
    return sum(new for _, new in pairs) / sum(old for old, _ in pairs)


def best_of_blocks(old: Any, new: Any, clock: Any) -> float:
    best = [min(timed(version, clock) for _ in range(5)) for version in (old, new)]
    return best[1] / best[0]


def upside_down(old: Any, new: Any, clock: Any) -> float:
    old()
    new()
    return median(timed(old, clock) / timed(new, clock) for _ in range(5))


def states(hoisted: bool = True, unbind: bool = True, bias: bool = True, start: float = 0.0) -> Any:
    def run(x: Any, W_ih: Any, W_hh: Any, b: Any) -> Any:
        sequence = x @ W_ih.T + b if hoisted else x
        parts = sequence.unbind(1) if unbind else [sequence[:, t] for t in range(x.shape[1])]
        h, found = x.new_full((len(x), len(b)), start), []
        for part in parts:
            a = part if hoisted else part @ W_ih.T + (b if bias else 0)
            h = torch.tanh(a + h @ W_hh.T)
            found.append(h)
        return torch.stack(found, dim=1)

    return run


def stated(of: Any, spread: Any) -> Any:
    def state(times: Any, others: Any, limit: float) -> Any:
        ratios = [a / b for a, b in zip(times, others, strict=True)]
        return of(times, others, ratios) if spread(times, others, ratios) <= limit else None

    return state


def middle_half(values: Any) -> float:
    low, mid, high = quantiles(values)
    return (high - low) / mid


def of_ratios(times: Any, others: Any, ratios: Any) -> float:
    return median(ratios)


WRONG: dict[str, list[Any]] = {
    "speed-fooled": [
        warm_but_in_blocks,
        in_turn_but_cold,
        best_of_blocks,
        upside_down,
        lambda old, new, clock: 1.0,
    ],
    "speed-corner": [
        lambda operations, read, width: width * operations / read,  # an operation a weight
        lambda operations, read, width: operations / read / 2,  # an operation a byte
        lambda operations, read, width: 2 * read / (width * operations),
        lambda operations, read, width: 2 * operations / read,  # 32 bits whatever the weights have
        lambda operations, read, width: 25,
    ],
    "speed-chunks": [
        lambda T, k: T**0.5,
        lambda T, k: T / k,
        lambda T, k: (T * k) ** 0.5,
        lambda T, k: T**0.5 / k,
        lambda T, k: 16,
    ],
    "speed-hoist": [
        states(hoisted=False),
        states(unbind=False),
        states(hoisted=False, unbind=False),
        states(hoisted=False, bias=False),
        states(start=1.0),
        lambda x, W_ih, W_hh, b: torch.tanh(x @ W_ih.T + b),
    ],
    "speed-rounds": [
        stated(lambda times, others, ratios: median(times) / median(others), lambda t, o, r: middle_half(r)),
        stated(lambda times, others, ratios: mean(ratios), lambda t, o, r: middle_half(r)),
        stated(of_ratios, lambda t, o, r: max(middle_half(t), middle_half(o))),
        stated(of_ratios, lambda t, o, r: (max(r) - min(r)) / median(r)),
        stated(of_ratios, lambda t, o, r: middle_half(r) * median(r)),  # not as a share
        stated(of_ratios, lambda t, o, r: middle_half(r) / 2),
    ],
}
