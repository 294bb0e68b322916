r"""CUDA graphs for loops over time: hundreds of launches, sent once and then repeated by one.

Where the recurrent weights do not fit on the chip, and in videos, each step is a product and a launch, and sending them
takes longer than running them. A graph is such a loop as the GPU has seen it once, with the addresses it worked on. So
each has tensors of its own: a call copies into them, replays, and copies out what was written.

A loop runs as it is the first time its sizes are seen, which also compiles its kernels, and is captured the second
time, so that sizes that never come back cost nothing. The graphs used last are kept.

The bookkeeping is tested on the CPU, with a stand-in for the graph. **No graph has run on a GPU yet.**
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

Loop = Callable[..., None]

KEPT = 16
"""Graphs that are kept: each holds the tensors of one loop, of one layer's size."""

enabled = True
"""Whether loops become graphs at all."""


class Captured(NamedTuple):
    """A loop's own tensors and the call that runs it on them."""

    tensors: list[Tensor | None]
    replay: Callable[[], None]


_known: OrderedDict[Hashable, Captured | None] = OrderedDict()  # None: seen once
_lock = threading.Lock()


def run(loop: Loop, kind: Hashable, read: Sequence[Tensor | None], written: Sequence[Tensor]) -> None:
    """Call ``loop(*read, *written)``, or replay it.

    ``loop`` reads all and changes nothing but ``written``, in place. Two loops with tensors of the same shapes and
    types must do the same if their ``kind`` is the same: it names all that they were made from.
    """
    tensors = [*read, *written]
    if not enabled or not on_gpu(written[0]):
        return loop(*tensors)
    shapes = tuple(None if t is None else (t.shape, t.dtype, t.device) for t in tensors)
    key = kind, shapes, settings(written[0])
    with _lock:  # what is copied in by one thread must not meet another's
        if key not in _known:
            _remember(key, None)
            return loop(*tensors)
        known = _known[key]
        if known is None:
            # a call in inference mode may capture what one outside of it replays
            with torch.inference_mode(False), torch.no_grad():
                own = [None if t is None else t.clone(memory_format=torch.contiguous_format) for t in tensors]
                known = Captured(own, capture(lambda: loop(*own)))
        _remember(key, known)
        for mine, given in zip(known.tensors, tensors, strict=True):
            if mine is not None and given is not None:
                mine.copy_(given)
        known.replay()
        for mine, given in zip(known.tensors[len(read) :], written, strict=True):
            given.copy_(mine)  # type: ignore[arg-type]  # what is written is never None
    return None


def on_gpu(tensor: Tensor) -> bool:
    """Whether work on a tensor can be captured, and is not being captured by someone else already."""
    return tensor.is_cuda and not torch.cuda.is_current_stream_capturing()


def settings(tensor: Tensor) -> Hashable:
    """Return what else decides how a loop runs: the stream it is sent to, and how products may be rounded."""
    stream = torch.cuda.current_stream(tensor.device).cuda_stream if tensor.is_cuda else 0
    of_cudnn = torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic
    return stream, torch.get_float32_matmul_precision(), torch.are_deterministic_algorithms_enabled(), of_cudnn


def capture(work: Callable[[], None]) -> Callable[[], None]:
    """Return a call that repeats on the GPU what ``work`` sends to it; nothing of it is run yet."""
    graph = torch.cuda.CUDAGraph()
    # a stream of this GPU: PyTorch's own for captures is of the first one that was used. Other threads may go on using
    # the GPU, as those that load data do
    with torch.cuda.graph(graph, stream=torch.cuda.Stream(), capture_error_mode="thread_local"):
        work()
    return graph.replay


def forget() -> None:
    """Give back the memory of all graphs."""
    with _lock:
        _known.clear()


def _remember(key: Hashable, captured: Captured | None) -> None:
    _known[key] = captured
    _known.move_to_end(key)
    while len(_known) > KEPT:
        _known.popitem(last=False)
