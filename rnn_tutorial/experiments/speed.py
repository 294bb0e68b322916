r"""Where a recurrent layer's time goes, measured side by side, so that a machine that slows down slows all alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

import torch
from torch import Tensor, nn

from .usual import UsualConvLoop, UsualLoop

__all__ = [
    "SIZES", "Timing", "UsualConvLoop", "UsualLoop", "best_of", "inference", "interleave", "kept_bytes", "kernel_limit",
    "machine_limits", "step_operations", "training_step",
]  # fmt: skip

SIZES = [(128, 28, 28, 128), (32, 100, 8, 64), (64, 50, 16, 256), (16, 512, 4, 32)]
"""(batch, steps, features, hidden): the article's, and three of other proportions."""


@dataclass(frozen=True)
class Timing:
    """Median seconds, its quartiles, and the median of the round-by-round ratio to the peer (1.0 for the peer)."""

    median_s: float
    lower_quartile_s: float
    upper_quartile_s: float
    ratio: float


def interleave(
    calls: Mapping[str, Callable[[], object]],
    peer: str,
    *,
    rounds: int = 50,
    warmup: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Timing]:
    """Time each call ``rounds`` times in turn, A B C A B C …, and compare with ``peer`` within each round.

    Each turn is two calls, of which the second counts: the first clears away what the others left behind, caches full
    of other data and threads that go on spinning in case there is more to do.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(warmup + rounds):
        for name, call in calls.items():
            call()
            start = clock()
            call()
            seconds[name].append(clock() - start)
    measured = {name: found[warmup:] for name, found in seconds.items()}
    result = {}
    for name, found in measured.items():
        low, middle, high = quantiles(found, n=4)
        ratio = median(a / b for a, b in zip(found, measured[peer], strict=True))
        result[name] = Timing(middle, low, high, ratio)
    return result


def training_step(layer: nn.Module, x: Tensor) -> Callable[[], None]:
    """Return a call that runs a layer forward and back, from the sum of its outputs."""

    def call() -> None:
        for parameter in layer.parameters():
            parameter.grad = None
        layer(x)[0].sum().backward()

    return call


def inference(layer: nn.Module, x: Tensor) -> Callable[[], None]:
    """Return a call that runs a layer without keeping anything for a way back."""

    def call() -> None:
        with torch.inference_mode():
            layer(x)

    return call


def kept_bytes(call: Callable[[], Tensor]) -> int:
    """Return how many bytes the graph of ``call``'s result keeps for the way back, each piece of memory once."""
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = call()  # held until after the count: nothing is freed and nothing counted twice
    total = sum(kept.values())
    del result
    return total


def step_operations(batch: int, hidden: int, gates: int = 4) -> float:
    """Return the multiplications and additions of W_hh h for one time step: 2 · B · gates · H · H."""
    return 2.0 * batch * gates * hidden * hidden


def machine_limits(numbers: int, seconds: float = 0.5) -> tuple[float, float]:
    """Measure this machine: (operations a second of its best matrix product, bytes a second of reading).

    The product is PyTorch's on large matrices or, where Numba is installed and that is faster, our kernels' on matrices
    that stay in the fastest cache. What is read is so many ``numbers`` of 32 bits again and again, as a layer reads its
    weights at every step: where they fit into a cache, from there.
    """
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    operations = 2 * 1024**3 / best_of(lambda: torch.mm(a, b), seconds)
    again = torch.randn(numbers)
    return max(operations, kernel_limit(seconds)), 4 * numbers / best_of(again.sum, seconds)


def kernel_limit(seconds: float) -> float:
    """Return the operations a second of our kernels' matrix product on all threads; 0 without Numba."""
    try:
        from rnn_tutorial.kernels.cpu import matrix, products, rows
    except ImportError:
        return 0.0
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

    return threads * 50 * 2.0 * height * width * depth / best_of(lambda: rows.on_threads(multiply, threads), seconds)


def best_of(call: Callable[[], object], seconds: float) -> float:
    """Return the shortest time of a call repeated for about so many seconds: what the machine can do undisturbed."""
    found: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found) < 3:
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return min(found[1:])
