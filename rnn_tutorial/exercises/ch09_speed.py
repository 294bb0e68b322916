r"""Checks of the exercises of chapter 9, speed."""

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import torch
from torch import Tensor

from .asking import exercise, near, number, require, same

Clock = Callable[[], float]


class Laptop:
    """A clock for functions, on a machine that compiles what it has not run before and gets slower as it warms up."""

    def __init__(self, compiling: float = 3.0, warming: float = 0.01) -> None:
        self.now, self.calls = 0.0, 0
        self.compiling, self.warming = compiling, warming

    def function(self, seconds: float = 1.0, compiled: bool = False) -> Callable[[], None]:
        """Return a function that takes so many seconds on a cold machine."""
        waits = [0.0 if compiled else self.compiling]

        def call() -> None:
            self.calls += 1
            self.now += seconds * (1 + self.warming * self.calls) + (waits.pop() if waits else 0.0)

        return call

    def clock(self) -> float:
        """Return the time."""
        return self.now


@exercise("speed-fooled")
def fooled(ratio_of: Any) -> str:
    r"""A function of two functions and a clock: the time of the second over that of the first, within 3 %."""
    # calls in turn leave the second one call's warming later: a hundredth at most
    for compiled, seconds, compiling in product((True, False), (1.0, 2.0, 0.25), (3.0, 30.0)):
        laptop = Laptop(compiling)
        old, new = laptop.function(1.0, compiled), laptop.function(seconds)
        hint = "how often is each compiled, and how warm is the machine when each runs?"
        before = "was used before" if compiled else "was never used"
        of = f"the ratio where the new version takes {seconds:g} s and the old one, which {before}, 1 s"
        near(ratio_of(old, new, laptop.clock), seconds, of, tolerance=0.03, hint=hint)
    return "equal functions have a ratio of 1, and unequal ones theirs, whatever compiling takes"


@exercise("speed-corner")
def corner(batch: Any) -> str:
    r"""A function of operations and bytes a second, and bytes a weight: the batch from which on a step is computing."""
    for operations, read, width in ((500e9, 40e9, 4), (500e9, 40e9, 2), (2e12, 50e9, 4), (60e12, 3e12, 1)):
        weights = 4 * 256**2
        reading, computing_one = width * weights / read, 2 * weights / operations  # seconds
        rates = f"{operations / 1e9:,.0f} billion operations and {read / 1e9:,.0f} billion bytes a second"
        of = f"the batch at {rates} with {width} bytes a weight"
        hint = "how long does reading take, and how long computing, for each sequence?"
        near(batch(operations, read, width), reading / computing_one, of, hint=hint)
    return "reading and computing take equally long there, on four machines"


@exercise("speed-chunks")
def chunks(steps: Any) -> str:
    r"""A function of steps in all and of what a step keeps, in states: the length of chunk that needs least memory."""
    for T, k in ((1024, 4), (1024, 1), (900, 9), (5000, 6), (200, 8)):
        s = number(steps(T, k), f"the chunk for T = {T} and k = {k}")
        require(1 <= s <= T, f"a chunk of {s:g} steps, of {T}")
        memory, least = T / s + k * s, min(T / s + k * s for s in range(1, T + 1))
        said = (
            f"T = {T}, k = {k}: chunks of {s:.4g} steps need {memory:.4g} states, and there is a length that needs less"
        )
        require(memory <= 1.01 * least, said)  # a rounded root is right, too
    return "no other length needs less, for five pairs of T and k"


PRODUCTS = ("Mm", "Addmm", "Bmm", "Baddbmm", "Mv", "Addmv", "Linear")
PLACES = ("Select", "Slice", "Index", "IndexSelect", "CopySlices")
"""Nodes of the graph that are matrix products, and those that read or write a place of a tensor."""


def _nodes(of: Tensor) -> Iterator[Any]:
    """Go through the graph that the backward pass would take."""
    waiting, seen = [of.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            yield node
            waiting += [before for before, _ in node.next_functions]


def _place(node: Any, numbers: int) -> bool:
    """Whether a node reads or writes a place of a tensor with so many numbers or more."""
    sizes = getattr(node, "_saved_self_sym_sizes", (numbers,))
    return _name(node) in PLACES and math.prod(sizes) >= numbers


def _name(node: Any) -> str:
    """Return what a node of the graph does: ``Mm`` of ``MmBackward0``, ``CopySlices`` of what C++ calls it."""
    return str(node.name()).removesuffix("Backward0").rpartition("::")[2]


@exercise("speed-hoist")
def hoist(states: Any) -> str:
    r"""A function of x (B, T, F), W_ih, W_hh and b: the states of a plain RNN (B, T, H), in T + 1 products at most."""
    for B, T, F, H in ((2, 12, 3, 4), (3, 30, 5, 2), (1, 7, 2, 6)):
        shapes = ((B, T, F), (H, F), (H, H), (H,))
        given = [torch.randn(shape, dtype=torch.float64).requires_grad_() for shape in shapes]
        x, W_ih, W_hh, b = given
        h, truth = x.new_zeros(B, H), []
        for t in range(T):
            h = torch.tanh(x[:, t] @ W_ih.T + h @ W_hh.T + b)
            truth.append(h)
        answer = states(*given)
        same(answer, torch.stack(truth, dim=1).detach(), f"the sequence of {T} states", 1e-9)
        require(isinstance(answer, Tensor) and answer.requires_grad, "the states have no gradient")
        nodes = list(_nodes(answer))
        products = sum(_name(node) in PRODUCTS for node in nodes)
        require(products <= T + 1, f"{T} steps take {products} products; which of them do not need the state?")
        places = sum(_place(node, B * T * min(F, H)) for node in nodes)
        said = f"{T} steps index a whole sequence {places} times, and each index has a gradient as large as all of it"
        require(places < 4, said)
    return "the same states, by one product for all inputs and one a step"


@exercise("speed-rounds")
def rounds(stated: Any) -> str:
    r"""A function of times, the other times and a limit: the median ratio, or None where its quartiles are too far."""
    # thirds, so that all ways to compute quartiles agree
    once, disturbed = [1.0] * 12, "two rounds of twelve are disturbed"
    high, small, crossed = (
        "ratios are 2.8, 3 and 3.2",
        "ratios are 0.46, 0.5 and 0.54",
        "times are 1 and 2 by turns, others 2 and 1",
    )
    cases: list[tuple[str, list[float], list[float], float, float | None]] = [
        (disturbed, [2.0] * 5 + [6.0] * 5 + [10.0] * 2, [1.0] * 5 + [3.0] * 5 + [1.0] * 2, 0.15, 2.0),
        ("both calls slow down together", [1.5 * 2**k for k in range(12)], [2.0**k for k in range(12)], 0.05, 1.5),
        (high, [2.8, 3.0, 3.2] * 4, once, 0.15, 3.0),
        (high, [2.8, 3.0, 3.2] * 4, once, 0.1, None),
        (small, [0.46, 0.5, 0.54] * 4, once, 0.15, None),
        (crossed, [1.0, 2.0] * 6, [2.0, 1.0] * 6, 0.15, None),
    ]
    for of, times, others, limit, truth in cases:
        found = stated(list(times), list(others), limit)
        where = f"where {of}, with a limit of {100 * limit:g} %"
        if truth is None:
            require(found is None, f"{where}, {found} is stated, and should not be: the ratios spread too far")
        else:
            require(found is not None, f"{where}, nothing is stated, though the middle half of the ratios agrees")
            near(found, truth, f"the ratio {where}")
    return "stated where the rounds agree, and only there"
