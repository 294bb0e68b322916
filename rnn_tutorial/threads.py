r"""How many threads a call takes: small networks compute on one unless more were asked for.

A second thread halves large products and does nothing for small ones, and where another program wants the core as well
the first waits for the second at every operation. ``benchmarks/threads.py`` measures both; chapter 9 shows what came
out.
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

THREADS_VARIABLE = "RNN_TUTORIAL_THREADS"
VARIABLES = (THREADS_VARIABLE, "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Of the environment, by which a number of threads is asked for."""

SMALL = 5e6
"""Multiplications in one step of time of a batch, up to which a call takes one thread."""

_at_import = torch.get_num_threads()


@contextmanager
def threads_for(model: nn.Module, batch: Any) -> Iterator[int]:
    r"""Let a block compute on as many threads as suit the model; afterwards there are as many as before.

    In this order: one, if the process is held to one; what the environment variable ``RNN_TUTORIAL_THREADS`` says; the
    present number, if it was asked for (``OMP_NUM_THREADS``, ``MKL_NUM_THREADS``, ``torch.set_num_threads``); one, if a
    step of time is small (see ``SMALL``); the present number.

    Args:
        model: On the CPU; on another device nothing is changed.
        batch: Of inputs: a tensor, or a collection whose first tensor is taken.

    Yields:
        The number of threads.

    Raises:
        ValueError: The variable holds no positive whole number.

    Examples:
        >>> with threads_for(torch.nn.Linear(4, 4), torch.zeros(8, 3, 4)) as count:
        ...     count == torch.get_num_threads()
        True
    """
    before = torch.get_num_threads()
    threads = wanted(model, batch)
    if threads != before:
        torch.set_num_threads(threads)
    try:
        yield threads
    finally:
        if threads != before:
            torch.set_num_threads(before)


@contextmanager
def threads_by_first_batch(model: nn.Module) -> Iterator[Callable[[Any], int]]:
    r"""Let the first batch of a loop decide, see ``threads_for``: it shows how much work a step of time is.

    Yields:
        A function to be called with each batch of inputs; it returns the number of threads.
    """
    chosen: list[int] = []
    with ExitStack() as until_the_end:

        def see(batch: Any) -> int:
            if not chosen:
                chosen.append(until_the_end.enter_context(threads_for(model, batch)))
            return chosen[0]

        yield see


def wanted(model: nn.Module, batch: Any) -> int:
    """Return the number of threads that suits a model and a batch, see ``threads_for``."""
    present, asked = torch.get_num_threads(), os.environ.get(THREADS_VARIABLE, "").strip()
    if asked and not (asked.isdecimal() and int(asked) > 0):
        raise ValueError(f"{THREADS_VARIABLE} is {asked!r}; expected a whole number of threads, such as 1")
    if present == 1 or any(parameter.device.type != "cpu" for parameter in model.parameters()):
        return present
    if asked:
        return int(asked)
    return 1 if not asked_for(present) and work_of_step(model, batch) <= SMALL else present


def asked_for(present: int) -> bool:
    """Say whether somebody chose this number of threads: a number that PyTorch would not have taken by itself."""
    if any(os.environ.get(name, "").strip() for name in VARIABLES[1:]):
        return True
    cores = {os.cpu_count() or 1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1}
    by_itself = cores | {count // 2 for count in cores}  # two threads of a core count once with some builds
    return present != _at_import or present not in by_itself


def work_of_step(model: nn.Module, batch: Any) -> float:
    r"""Return the multiplications of one step of time, about: weights × batch, and × pixels where inputs are frames.

    Args:
        model: Biases and other vectors do not count.
        batch: (B, T, C), or (B, T, C, H, W) or (B, C, H, W) with frames; a collection whose first tensor is taken.
    """
    weights = sum(parameter.numel() for parameter in model.parameters() if parameter.dim() > 1)
    x = first_tensor(batch)
    if x is None or x.dim() == 0:
        return math.inf  # nothing is known
    pixels = math.prod(x.shape[-2:]) if x.dim() > 3 else 1
    return float(weights * len(x) * pixels)


def first_tensor(batch: Any) -> Tensor | None:
    """Return the first tensor in a batch, however deep."""
    if isinstance(batch, Tensor):
        return batch
    parts = batch.values() if isinstance(batch, Mapping) else batch if isinstance(batch, list | tuple) else ()
    return next((found for part in parts if (found := first_tensor(part)) is not None), None)
