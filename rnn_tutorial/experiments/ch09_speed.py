r"""Where a recurrent layer's time goes, measured side by side, so that a machine that slows down slows all alike.

What may be said of a measurement depends on how well its rounds agree:

- A *ratio* is formed within each round, and its median is stated. It counts as too noisy to state if the half of the
  rounds in the middle (between the quartiles) spreads over more than :data:`NOISE_LIMIT` of the median.
- A *control* times one of the calls a second time in every round, as far from the first time as the round allows. A
  call compared with itself must come out at 1. If its quartiles are not within :data:`NOISE_LIMIT` of it, no ratio of
  these rounds is stated: the machine changes within a round, and agreement from round to round would prove nothing.
- A *direction* (faster, slower) is stated if about three quarters of the rounds agree on it, by more than the control
  has strayed from 1. A ratio too noisy for a number may be clear enough for a direction: between 3 and 5 is above 1.

The quartiles ignore what happens in less than a quarter of the rounds, however bad it is. What they cannot see is a
machine that is slowed down evenly all the time: seconds are then larger, and only ratios stay what they are.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from statistics import quantiles
from typing import Generic, Literal, TypeVar

import torch
from torch import Tensor, nn

from .ch09_usual import UsualConvLoop, UsualLoop
from .footprint import saved_for_backward as kept_bytes

__all__ = [
    "NOISE_LIMIT", "SIZES", "Ratio", "Side", "Timing", "Timings", "UsualConvLoop", "UsualLoop", "best_of", "control_of",
    "inference", "interleave", "kept_bytes", "kernel_limit", "limit_calls", "machine_limits", "ratio_of",
    "step_operations", "training_step",
]  # fmt: skip

SIZES = [(128, 28, 28, 128), (32, 100, 8, 64), (64, 50, 16, 256), (16, 512, 4, 32)]
"""(batch, steps, features, hidden): the article's, and three of other proportions."""

NOISE_LIMIT = 0.15
"""The widest spread, relative to what is measured, at which a number is stated."""

Name = TypeVar("Name", bound=Hashable)

Side = Literal["below", "above", "close", "noisy"]
"""On which side of a threshold a ratio is: clearly, not clearly though the rounds agree, or not to be told."""


@dataclass(frozen=True)
class Ratio:
    """Time of one call over that of another, round by round: median, quartiles, and what a control has shown.

    ``control`` is by how much a call strayed from itself in the same rounds, see :func:`control_of`.
    """

    median: float
    lower: float
    upper: float
    control: float = 0.0

    @property
    def spread(self) -> float:
        """The distance between the quartiles, as a part of the median."""
        return (self.upper - self.lower) / self.median

    @property
    def noisy(self) -> bool:
        """Whether rounds or control disagree by more than :data:`NOISE_LIMIT`; what is no number is noisy."""
        return not (self.spread <= NOISE_LIMIT and self.control <= NOISE_LIMIT)

    @property
    def stated(self) -> float | None:
        """The median, or ``None`` where it is too noisy to state."""
        return None if self.noisy else self.median

    def side(self, of: float = 1.0) -> Side:
        """Say on which side ``of`` a threshold both quartiles are, the control allowed for."""
        if self.lower / (1 + self.control) > of:
            return "above"
        if self.upper * (1 + self.control) < of:
            return "below"
        return "noisy" if self.noisy else "close"

    def scaled(self, by: float) -> "Ratio":
        """Return the ratio of rates in place of times, or of other amounts of work: all times a positive number."""
        return Ratio(by * self.median, by * self.lower, by * self.upper, self.control)


def ratio_of(ours: Sequence[float], theirs: Sequence[float], control: float = 0.0) -> Ratio:
    """Compare the seconds of two calls round by round (two rounds or more)."""
    low, middle, high = quantiles([a / b for a, b in zip(ours, theirs, strict=True)], n=4)
    return Ratio(middle, low, high, control)


def control_of(again: Sequence[float], first: Sequence[float]) -> float:
    """Return by how much the quartiles of a call's time over its own stray from 1: 0.1 for 1.1 or for 1 / 1.1."""
    found = ratio_of(again, first)
    return max(found.upper, 1 / found.lower) - 1


@dataclass(frozen=True)
class Timing:
    """Median seconds and its quartiles; median, quartiles and control of the ratio to the peer, round by round."""

    median_s: float
    lower_quartile_s: float
    upper_quartile_s: float
    ratio: float
    ratio_lower_quartile: float = nan
    ratio_upper_quartile: float = nan
    control: float = nan

    @property
    def stated_s(self) -> float | None:
        """The median seconds, or ``None`` where half of the rounds spread over more than :data:`NOISE_LIMIT` of it."""
        steady = self.upper_quartile_s - self.lower_quartile_s <= NOISE_LIMIT * self.median_s
        return self.median_s if steady else None

    def stated_rate(self, work: float) -> float | None:
        """Return so much work by the second, or ``None`` where the seconds are too noisy to state."""
        return None if self.stated_s is None else work / self.stated_s


class Timings(dict[Name, Timing], Generic[Name]):
    """What :func:`interleave` has measured: a :class:`Timing` for each call, and its rounds to compare any two.

    Attributes:
        seconds: Of each call, round by round.
        control: By how much the peer strayed from itself, see :func:`control_of`.
    """

    def __init__(self, seconds: Mapping[Name, Sequence[float]], peer: Name, again: Sequence[float]) -> None:
        self.seconds = {name: tuple(found) for name, found in seconds.items()}
        self.control = control_of(again, seconds[peer])
        super().__init__()
        for name, found in self.seconds.items():
            low, middle, high = quantiles(found, n=4)
            ratio = self.compare(name, peer)
            self[name] = Timing(middle, low, high, ratio.median, ratio.lower, ratio.upper, ratio.control)

    def compare(self, one: Name, other: Name) -> Ratio:
        """Return the time of one call over that of another, formed within each round."""
        return ratio_of(self.seconds[one], self.seconds[other], self.control)


def interleave(
    calls: Mapping[Name, Callable[[], object]],
    peer: Name,
    *,
    rounds: int = 50,
    warmup: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> Timings[Name]:
    """Time each call ``rounds`` times (2 or more) in turn, A B C A B C …, and compare with ``peer`` within each round.

    Each turn is two calls, of which the second counts: the first clears away what the others left behind, caches full
    of other data and threads that go on spinning in case there is more to do. The peer has a second turn at the far end
    of each round, the control.
    """
    turns = list(calls.values())
    at = 0 if 2 * list(calls).index(peer) >= len(turns) else len(turns)
    turns.insert(at, calls[peer])
    seconds: list[list[float]] = [[] for _ in turns]
    for _ in range(warmup + rounds):
        for call, found in zip(turns, seconds, strict=True):
            call()
            start = clock()
            call()
            found.append(clock() - start)
    counted = [found[warmup:] for found in seconds]
    again = counted.pop(at)
    return Timings(dict(zip(calls, counted, strict=True)), peer, again)


def training_step(layer: nn.Module, x: Tensor) -> Callable[[], None]:
    """Return a call that runs a layer forward and back, from the sum of its outputs."""

    def call() -> None:
        for parameter in layer.parameters():
            parameter.grad = None
        layer(x)[0].sum().backward()

    return call


def inference(layer: nn.Module, x: Tensor) -> Callable[[], None]:
    """Return a call that runs a layer without keeping anything for a backward pass."""

    def call() -> None:
        with torch.inference_mode():
            layer(x)

    return call


def step_operations(batch: int, hidden: int, gates: int = 4) -> float:
    """Return the multiplications and additions of W_hh h for one time step: 2 · B · gates · H · H."""
    return 2.0 * batch * gates * hidden * hidden


def limit_calls(numbers: int) -> dict[str, tuple[Callable[[], object], float]]:
    """Return calls that reach this machine's limits, each with its work, so that they can be timed among others.

    ``"PyTorch's product"`` multiplies large matrices and ``"our product"``, where Numba is installed, some that stay
    in the fastest cache, as our kernels do; their work is counted in operations. ``"reading"`` reads so many
    ``numbers`` of 32 bits again and again, as a layer reads its weights at every step: where they fit into a cache,
    from there. Its work is counted in bytes.
    """
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    again = torch.randn(numbers)
    calls: dict[str, tuple[Callable[[], object], float]] = {
        "PyTorch's product": (lambda: torch.mm(a, b), 2.0 * 1024**3),
        "reading": (lambda: [again.sum() for _ in range(10)], 10 * 4.0 * numbers),
    }
    ours = _our_product()
    return calls if ours is None else calls | {"our product": ours}


def machine_limits(numbers: int, seconds: float = 0.5) -> tuple[float, float]:
    """Measure this machine undisturbed: (operations a second of its best product, bytes a second of reading).

    Both are of :func:`limit_calls`, at their best in so many ``seconds``.
    """
    rates = {what: work / best_of(call, seconds) for what, (call, work) in limit_calls(numbers).items()}
    read = rates.pop("reading")
    return max(rates.values()), read


def kernel_limit(seconds: float) -> float:
    """Return the operations a second of our kernels' matrix product on all threads; 0 without Numba."""
    ours = _our_product()
    return 0.0 if ours is None else ours[1] / best_of(ours[0], seconds)


def _our_product() -> tuple[Callable[[], object], float] | None:
    """Return a call of our kernels' matrix product on all threads, and its operations; ``None`` without Numba."""
    try:
        from rnn_tutorial.kernels.cpu import products, rows
        from rnn_tutorial.kernels.cpu.simd import matrix
    except ImportError:
        return None
    threads, height, width, depth = torch.get_num_threads(), 256, 64, 64
    lanes = matrix.lanes_of(torch.float32)
    work = [
        (torch.zeros(height, width).numpy(), torch.randn(height, depth).numpy(), 0,
         matrix.panels(torch.randn(depth, width), 2).numpy(), depth, lanes)
        for _ in range(threads)
    ]  # fmt: skip

    def multiply(k: int) -> None:
        for _ in range(50):
            products.state_gradient(*work[k])

    return lambda: rows.on_threads(multiply, threads), threads * 50 * 2.0 * height * width * depth


def best_of(call: Callable[[], object], seconds: float) -> float:
    """Return the shortest time of a call repeated for about so many seconds: what the machine can do undisturbed."""
    found: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found) < 3:
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return min(found[1:])
