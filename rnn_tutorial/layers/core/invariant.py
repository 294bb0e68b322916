r"""The same bits for a sequence, whatever stands beside it in the batch and wherever it stands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import torch
from torch import Tensor

from .advance import advance
from .definition import Definition
from .types import State, Weights

_inside: ContextVar[bool] = ContextVar("rnn_tutorial.batch_invariant", default=False)
_open = 0  # blocks of all threads: torch.compile watches a number, and no ContextVar
_counting = Lock()


@contextmanager
def batch_invariant() -> Iterator[None]:
    r"""Let every layer that is called in a block give a sequence the same bits in any batch.

    Rounding depends on the order of a sum. PyTorch chooses that order by the size of a product, and computes the last
    numbers of a tensor by other code than the rest: so the same sequence gives slightly other numbers in a batch of
    another size, or at another place in it. Neither ``torch.use_deterministic_algorithms``, which is about repeated
    runs, nor one thread, nor a fixed seed changes that. Inside the block it holds, bit for bit, that outputs and states
    of a sequence, and the gradients of its input and first state, do not depend on

    - the number of the other sequences, what they are, their lengths, and the sequence's own place among them;
    - the number of threads (of the backward pass: of a kernel. The loop's takes the threads that there are, and they
      matter where a step of one sequence is more than some ten thousand numbers);
    - the pieces of time in which the sequence is read, state handed on, as by :func:`in_chunks`.

    The gradients of weights are sums over the batch and not meant, nor are dropout's draws, nor second derivatives by
    pieces of time. A backward pass needs no block of its own. Bits are those of one machine and one version of PyTorch.

    On CPUs our kernels, with Numba, hold all that by themselves, and ``backend="auto"`` takes them whatever the size.
    Where there is none, and for ``backend="reference"``, the loop computes one sequence and one step at a time on one
    thread: as many times slower as there are sequences, but right for any step. ``python -m benchmarks.invariance``
    shows what both cost. What this package puts around a layer (:class:`ManyToOne`, :class:`CNNLSTM`,
    :class:`ConvLSTMForecaster`) does so, too; modules of ``torch.nn`` and coders of your own are left as they are.

    The block counts for the thread, or the task of asyncio, that entered it. As a decorator, ``@batch_invariant()``, it
    counts for a function.

    Raises:
        ValueError: At a layer's call: on another device than a CPU; by ``backend="native"``; inside one compiled graph,
            a trace or ``torch.func``'s transforms; without a kernel, under autocast.

    Examples:
        >>> from rnn_tutorial import GRU
        >>> layer, x = GRU(3, 16, batch_first=True), torch.randn(6, 7, 3)
        >>> with batch_invariant():
        ...     torch.equal(layer(x)[0][4:5], layer(x[4:5])[0])
        True
    """
    token = _inside.set(True)
    _count(1)
    try:
        yield
    finally:
        _count(-1)
        _inside.reset(token)


def _count(more: int) -> None:
    global _open
    with _counting:
        _open += more


def wanted() -> bool:
    """Whether the call stands in a block; while compiling, whether there is any."""
    return _open > 0 and (torch.compiler.is_compiling() or _inside.get())


def check(layer: Definition, x: Tensor) -> None:
    """Refuse what cannot be the same in any batch.

    Raises:
        ValueError: Says what, and what to do about it.

    """
    if not x.is_cpu:
        raise ValueError(
            f"rt.batch_invariant() holds on CPUs and the input is on {x.device}, where libraries choose products by "
            'the batch: leave the block, or move layer and input: .to("cpu")'
        )
    if layer.backend == "native":
        raise ValueError(
            'rt.batch_invariant() cannot hold with backend="native": PyTorch\'s operator chooses its products by the '
            'batch; use backend="auto", "fused" or "reference"'
        )
    _check_eager()


def _check_eager() -> None:
    transformed = torch._C._functorch.peek_interpreter_stack() is not None
    if torch.compiler.is_compiling() or transformed or torch.jit.is_tracing():
        raise ValueError(
            "rt.batch_invariant() cannot hold inside one compiled graph, a trace or torch.func's transforms, which "
            "put sequences together as they like: leave the block, or call the layer outside of them"
        )


def scan(
    layer: Definition, x: Tensor, state: State, w: Weights, lengths: Tensor | None, backward: bool
) -> tuple[State, State]:
    """Run one layer in one direction, one sequence and one step at a time: every step's states, and the last ones.

    Each step then has the same shapes in any batch, and PyTorch the same choice: x (T, B, F) → (T, B, H), (B, H).
    """
    steps = [len(x)] * x.shape[1] if lengths is None else lengths.tolist()
    alone = zip(*(s.split(1) for s in state), strict=True)
    weights = [{**w, "mask_hh": mask} for mask in w["mask_hh"].split(1)] if "mask_hh" in w else [w] * len(steps)
    with _one_thread():
        runs = [_run(layer, *one, backward) for one in zip(x.split(1, 1), alone, steps, weights, strict=True)]
    states, ends = zip(*runs, strict=True)
    return (
        tuple(torch.cat(of_all, 1) for of_all in zip(*states, strict=True)),
        tuple(torch.cat(of_all) for of_all in zip(*ends, strict=True)),
    )


def _run(layer: Definition, x: Tensor, state: State, steps: int, w: Weights, backward: bool) -> tuple[State, State]:
    # one sequence, (T, 1, F)
    inputs = x.split(1)
    states: list[State] = [()] * len(inputs)
    for t in range(len(inputs) - 1, -1, -1) if backward else range(len(inputs)):
        if t < steps:  # else over, or not begun: the sequence keeps its state
            a_t = layer.input_map(_Apart.apply(inputs[t]), w)[0]
            # the gradients of all that a step does with its state are added up before that of its output joins them
            state = advance(layer, a_t, tuple(_Apart.apply(s) for s in state), w)
        states[t] = state
    return tuple(torch.stack(of_all) for of_all in zip(*states, strict=True)), state


def by_row(call: Callable[[Tensor], Tensor], x: Tensor, axes: int = 1) -> Tensor:
    """Call on each row alone, in a block, else on all: x (N, …), rows along the first ``axes``, or one row (F,)."""
    if not wanted():
        return call(x)
    _check_eager()
    if x.dim() == 1:
        return by_row(call, x[None])[0]
    rows = x.flatten(0, axes - 1)
    if not len(rows):
        return call(x)
    with _one_thread():
        return torch.cat([call(_Apart.apply(row)) for row in rows.split(1)]).unflatten(0, x.shape[:axes])


class _Apart(torch.autograd.Function):
    """A copy in memory of its own, and of the gradient: a product may ask how a row lies there."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.clone(memory_format=torch.contiguous_format)

    @staticmethod
    def backward(ctx: Any, dx: Tensor) -> Tensor:
        return dx.clone(memory_format=torch.contiguous_format)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
