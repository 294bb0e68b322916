r"""A batch on several cores: threads that share out its rows and never wait for each other before the end."""

import ctypes
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from .simd.flush import without_denormals
from .simd.matrix import ROWS

LEAST_WORK = 2e6
"""Operations that are worth another thread: waking one takes as long as these."""


def shares(batch: int, operations: float, tile: int = ROWS) -> list[tuple[int, int]]:
    """Cut the rows of a batch into (first, last) for each thread, at whole tiles, as even as these allow."""
    tiles = -(-batch // tile)
    threads = max(1, min(torch.get_num_threads(), tiles, int(operations / LEAST_WORK)))
    cuts = [min(tiles * k // threads * tile, batch) for k in range(threads + 1)]
    return list(pairwise(cuts))


def on_threads(work: Callable[[int], None], count: int) -> None:
    """Call ``work(0)`` … ``work(count - 1)`` on several threads at once; compiled kernels give up Python's lock.

    Denormal numbers are 0 meanwhile, see ``simd.flush``.

    Where PyTorch runs on OpenMP these are PyTorch's own threads. Others would wait for their cores: OpenMP's threads go
    on spinning for milliseconds after each of PyTorch's operations, in case another follows.
    """
    if count == 1:
        return without_denormals(work, 0)
    waiting, failures = deque(range(count)), deque[BaseException]()

    def take(_: object = None) -> None:
        # As many shares as there are: the runtime may give fewer threads than asked for.
        while True:
            try:
                share = waiting.popleft()
            except IndexError:  # none is left
                return
            try:
                without_denormals(work, share)
            except BaseException as failure:  # must not cross the C code between here and the caller
                failures.append(failure)

    parallel = _openmp()
    if _forked or parallel is None:
        _on_pool(take, 1 if _forked else count)
    else:
        parallel(_CALLBACK(take), None, count, 0)
    if failures:
        raise failures[0]


_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@cache
def _openmp() -> Any:
    """Return ``GOMP_parallel(function, data, threads, flags)`` of the library that came with PyTorch, or None."""
    for path in sorted((Path(torch.__file__).parent / "lib").glob("lib*omp*")):
        function = getattr(ctypes.CDLL(str(path)), "GOMP_parallel", None)
        if function is not None:
            function.argtypes = [_CALLBACK, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
            function.restype = None
            return function
    return None


def _on_pool(take: Callable[[], None], count: int) -> None:
    others = [_pool(count - 1).submit(take) for _ in range(count - 1)] if count > 1 else []
    take()
    for other in others:
        other.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=threads, thread_name_prefix="rnn_tutorial")


_forked = False


def _after_fork() -> None:
    # A forked child has no threads but its first; asking the parent's for help would wait for ever.
    global _forked
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
