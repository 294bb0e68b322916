r"""Long sequences in pieces: the state goes on from one to the next, and training keeps less in memory."""

from typing import Any, overload

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence
from torch.utils.checkpoint import checkpoint

from rnn_tutorial.validate import whole

from .core.base import Recurrent, unwrap
from .core.segments import as_rows
from .core.sequences import Sequences
from .core.state import initial_state
from .core.types import Gradient, S, State


@overload
def in_chunks(
    layer: Recurrent[S],
    input: Tensor,
    hx: S | None = None,
    *,
    steps: int,
    gradient: Gradient = "exact",
    lengths: Tensor | list[int] | None = None,
    mask: Tensor | None = None,
    reset: Tensor | None = None,
) -> tuple[Tensor, S]: ...


@overload
def in_chunks(
    layer: Recurrent[S],
    input: PackedSequence,
    hx: S | None = None,
    *,
    steps: int,
    gradient: Gradient = "exact",
    lengths: None = None,
) -> tuple[PackedSequence, S]: ...


def in_chunks(
    layer: Recurrent[S],
    input: Tensor | PackedSequence,
    hx: S | None = None,
    *,
    steps: int,
    gradient: Gradient = "exact",
    lengths: Tensor | list[int] | None = None,
    mask: Tensor | None = None,
    reset: Tensor | None = None,
) -> tuple[Any, Any]:
    r"""Run ``layer`` over ``input`` in chunks of ``steps`` time steps, each starting from the last one's final state.

    Training over T steps keeps what every step has computed, because the backward pass needs it. In chunks it keeps

    - with ``gradient="exact"`` the states between chunks only, and computes a chunk once more when the backward pass
      comes to it (activation checkpointing: Chen et al., 2016, arXiv:1604.06174): memory of T / steps + steps steps
      instead of T, for one forward pass more;
    - with ``gradient="truncated"`` everything still, but no gradient crosses from a chunk to the one before (truncated
      backpropagation through time: Williams & Peng, 1990). It saves memory if each chunk has a loss of its own: call
      this with a chunk at a time, ``backward()``, and hand on the state it returns.

    Sequences that have ended take no part in the chunks that follow: their state stays what it was. A mask that serves
    all steps of a call (``variational``, ``recurrent_dropout``, ``weight_dropout``) is drawn anew for each chunk.

    Args:
        layer: Any recurrent layer of this package that runs forwards only; one of ``torch.nn`` becomes such a layer by
            ``rt.convert.from_torch``.
        input: As for the layer: (T, B, F), or (B, T, F) if ``batch_first``, or (T, F), or a PackedSequence.
        hx: First state, as for the layer; zeros if not given.
        steps: Steps of a chunk, 1 or more; the last may be shorter.
        gradient: ``"exact"`` or ``"truncated"``.
        lengths: (B,) valid steps of right-padded sequences, as for the layer.
        mask: Steps that are not passed over, as for the layer; a chunk then counts these.
        reset: Steps before which the state is set to 0, as for the layer; a chunk then counts from there.

    Returns:
        ``output, state`` as from the layer itself, with the same values.

    Raises:
        TypeError: Not a layer of this package; ``steps`` that are no whole number; what the layer itself refuses.
        ValueError: A bidirectional layer, which needs the end first; ``steps`` below 1; an unknown ``gradient``; what
            the layer itself refuses.

    Examples:
        >>> from rnn_tutorial import LSTM
        >>> layer = LSTM(3, 5, batch_first=True)
        >>> output, (h_n, c_n) = in_chunks(layer, torch.randn(2, 1000, 3), steps=100)
        >>> output.shape
        torch.Size([2, 1000, 5])
    """
    _check(layer, gradient)
    steps = whole("steps", steps)
    given = Sequences.of(layer, input, lengths)
    segments, sequences, state = as_rows(layer, given, initial_state(layer, given, hx), mask, reset)
    x, of_each = sequences.as_padded()
    outputs: list[Tensor] = []
    for start in range(0, len(x), steps):
        left = None if of_each is None else of_each - start
        output, state = _run_some(layer, x[start : start + steps], state, left, gradient, outputs)
        outputs.append(output)
    whole_output = torch.cat(outputs)
    if segments is not None:
        whole_output, state = segments.output(whole_output), segments.final(state)
    return given.restore_output(whole_output), unwrap(given.restore_states(state))


def _check(layer: Any, gradient: str) -> None:
    if not hasattr(layer, "state_names"):  # a compiled layer is of another class and has all that ours has
        raise TypeError(
            f"in_chunks runs the recurrent layers of rnn_tutorial, got {type(layer).__module__}.{type(layer).__name__}"
            ". A layer of torch.nn becomes one of them by rt.convert.from_torch(layer)"
        )
    if layer.bidirectional:
        raise ValueError("a bidirectional layer reads from both ends and cannot run in chunks of time")
    if gradient not in ("exact", "truncated"):
        raise ValueError(f'gradient should be "exact" or "truncated", got {gradient!r}')


def _run_some(
    layer: Any, chunk: Tensor, state: State, left: Tensor | None, gradient: Gradient, before: list[Tensor]
) -> tuple[Tensor, State]:
    """Run those sequences of a chunk (T, B, …) that have steps ``left``, (B,); the others' outputs are 0."""
    steps, batch = chunk.shape[:2]
    if left is None or bool((left >= steps).all()):
        return _run(layer, chunk, state, None, gradient)
    some = (left > 0).nonzero().squeeze(1)
    lengths = left[some].clamp(max=steps)
    if len(some) == batch:
        return _run(layer, chunk, state, lengths, gradient)
    if not len(some) and not before:  # nobody has a step: the layer knows what comes of it
        return _run(layer, chunk, state, left, gradient)
    if not len(some):
        return before[0].new_zeros(steps, *before[0].shape[1:]), state
    where = some.to(chunk.device)
    output, new = _run(layer, chunk.index_select(1, where), _of_some(state, where), lengths, gradient)
    whole_output = output.new_zeros(steps, batch, *output.shape[2:]).index_copy(1, where, output)
    return whole_output, _with_some(state, where, new)


def _run(layer: Any, chunk: Tensor, state: State, lengths: Tensor | None, gradient: Gradient) -> tuple[Tensor, State]:
    """Run a time-major chunk: the output, time-major, and the final state as a tuple."""
    given = chunk.transpose(0, 1) if layer.batch_first else chunk
    if gradient == "exact":
        output, final = checkpoint(layer, given, unwrap(state), lengths=lengths, use_reentrant=False)
    else:
        output, final = layer(given, unwrap(state), lengths=lengths)
        final = _cut(final)
    final = final if len(state) > 1 else (final,)
    return output.transpose(0, 1) if layer.batch_first else output, final


# A state holds a tensor (L · D, B, H) for each name, or a tuple of tensors (B, H) where layers differ in width.


def _of_some(state: State, where: Tensor) -> State:
    return tuple(
        tuple(one.index_select(0, where) for one in s) if isinstance(s, tuple) else s.index_select(1, where)
        for s in state
    )


def _with_some(state: State, where: Tensor, new: State) -> State:
    return tuple(
        tuple(old.index_copy(0, where, one) for old, one in zip(s, n, strict=True))
        if isinstance(s, tuple)
        else s.index_copy(1, where, n)
        for s, n in zip(state, new, strict=True)
    )


def _cut(state: Any) -> Any:
    return state.detach() if isinstance(state, Tensor) else tuple(_cut(part) for part in state)
