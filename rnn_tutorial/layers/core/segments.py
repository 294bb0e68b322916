r"""Masked steps and resets: each stretch of a sequence becomes a right-padded row of its own, and results go back.

Whatever a backend can do with ``lengths``, it can then do with gaps and new beginnings::

    sequence   x_1  x_2  x_3  x_4  x_5  x_6
    mask        1    1    0    1    1    1         row 0:  x_1  x_2   ·    length 2
    reset       0    0    0    1    0    0   ──▶   row 1:  x_4  x_5  x_6   length 3
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from .definition import Definition
from .recorded import hides_values
from .sequences import Sequences
from .types import State


class Segments(NamedTuple):
    r"""Where each step (t, b) of a batch of B sequences stands among the steps of R rows.

    Args:
        row: Its row, (T, B).
        before: Steps of this row before it that are not masked, (T, B): its own place, if it is not masked either.
        real: Whether it is one of the row's steps, (T, B): not masked, and not in the padding.
        inside: Whether it is not in the padding, (T, B).
        lengths: Steps of each row, (R,) int64 on the CPU; None where all have as many.
        size: (S, R), steps of the longest row and rows.
        ends: The first and the last row of each sequence, (B,) each; None where each has one row, as without ``reset``.
        fresh: Whether the first state of a sequence is set to 0, (B,).
        directions: 2 for a bidirectional layer, else 1.

    """

    row: Tensor
    before: Tensor
    real: Tensor
    inside: Tensor
    lengths: Tensor | None
    size: tuple[int, int]
    ends: tuple[Tensor, Tensor] | None
    fresh: Tensor
    directions: int

    @staticmethod
    def of(layer: Definition, sequences: Sequences, mask: Any, reset: Any) -> "Segments":
        """Check the caller's masks and find the rows.

        Raises:
            TypeError: They are no tensors of booleans.
            ValueError: Their shape is not that of the input's first axes; the input is packed; ``reset`` where PyTorch
                hides its values, because it compiles the call into one graph, exports, traces or maps it.
            RuntimeError: They are on another device.

        """
        x, steps, batch = sequences.tensor, sequences.steps, sequences.batch_size
        inside = torch.ones(batch, steps, dtype=torch.bool, device=x.device)
        if sequences.lengths is not None:
            inside = torch.arange(steps, device=x.device) < sequences.lengths.to(x.device)[:, None]
        # all of this is (B, T), one sequence after the other, and so are the rows
        real = inside if mask is None else _checked(layer, sequences, "mask", mask) & inside
        begins = torch.zeros_like(inside) if reset is None else _checked(layer, sequences, "reset", reset) & inside
        fresh = begins[:, 0]
        begins = torch.cat([torch.ones_like(begins[:, :1]), begins[:, 1:]], dim=1)
        rows = batch if reset is None else int(begins.sum())
        row = begins.flatten().cumsum(0) - 1
        one_or_none = real.flatten().long()
        of_each = torch.zeros(rows, dtype=torch.int64, device=x.device).index_add(0, row, one_or_none)
        before = one_or_none.cumsum(0) - one_or_none - (of_each.cumsum(0) - of_each)[row]
        row, before = row.view(batch, steps), before.view(batch, steps)
        lengths: Tensor | None = of_each.cpu()
        if not hides_values(real):
            steps = max([1, *of_each.tolist()])
            lengths = None if bool((of_each == steps).all()) else lengths
        ends = None if reset is None else (row[:, 0], row[:, -1])
        places = row.t(), before.t(), real.t(), inside.t()
        return Segments(*places, lengths, (steps, rows), ends, fresh, layer.num_directions)

    def rows(self, x: Tensor) -> Sequences:
        """Move the steps of each row to its left: (T, B, …) → (S, R, …)."""
        steps, rows = self.size
        nowhere = steps * rows  # a last place, cut off again, for what is in no row
        places = torch.where(self.real, self.before * rows + self.row, nowhere).flatten()
        moved = x.new_zeros(nowhere + 1, *x.shape[2:]).index_copy(0, places, x.flatten(0, 1))
        return Sequences(
            moved[:-1].view(steps, rows, *x.shape[2:]), None, self.lengths, False, batched=True, gave_packed=False
        )

    def first(self, state: State) -> State:
        """Return the rows' first states: a sequence's own where its run begins, and zeros, (L · D, R, H)."""
        if self.ends is None:
            return state
        first, last = self.ends

        def of_rows(s: Tensor, backward: bool) -> Tensor:
            fresh = self.fresh.view(-1, *[1] * (s.dim() - 1))
            own = s if backward else torch.where(fresh, 0, s)
            return s.new_zeros(self.size[1], *s.shape[1:]).index_copy(0, last if backward else first, own)

        return self._run_by_run(of_rows, state)

    def final(self, state: State) -> State:
        """Return the states in which the runs of whole sequences end, (L · D, B, H)."""
        if self.ends is None:
            return state
        first, last = self.ends
        return self._run_by_run(lambda s, backward: s.index_select(0, first if backward else last), state)

    def output(self, of_rows: Tensor) -> Tensor:
        """Move outputs back, (S, R, …) → (T, B, …); a masked step repeats the one before it, or, two-way, is 0."""
        after = self.before + self.real
        repeats = torch.where(self.inside, after, 0) if self.directions == 1 else torch.where(self.real, after, 0)
        return self._take(torch.cat([torch.zeros_like(of_rows[:1]), of_rows]), repeats)

    def every(self, of_rows: State, first: State) -> State:
        """Move the states of every step back, (L · D, S, R, H) → (L · D, T, B, H); a masked step keeps the state."""

        def of_steps(s: Tensor, start: Tensor, backward: bool) -> Tensor:
            start = start.to(s.dtype)[None]
            if backward:
                return self._take(torch.cat([s, start]), self.before)
            return self._take(torch.cat([start, s]), self.before + self.real)

        return self._run_by_run(of_steps, of_rows, first)

    def _take(self, of_rows: Tensor, steps: Tensor) -> Tensor:
        # of_rows[steps[t, b], row[t, b]]
        places = steps * self.size[1] + self.row
        return of_rows.flatten(0, 1).index_select(0, places.flatten()).unflatten(0, self.row.shape)

    def _run_by_run(self, change: Any, *states: State) -> State:
        # each state is a tensor (L · D, …), or a tuple of tensors where layers differ in width
        changed = []
        for parts in zip(*states, strict=True):
            runs = [change(*one, bool(k % self.directions)) for k, one in enumerate(zip(*parts, strict=True))]
            changed.append(torch.stack(runs) if isinstance(parts[0], Tensor) else tuple(runs))
        return tuple(changed)


def as_rows(
    layer: Definition, given: Sequences, state: State, mask: Any, reset: Any
) -> tuple["Segments | None", Sequences, State]:
    """Return the way back, if there is one to go, and what to run in place of a call's sequences and first state.

    Raises:
        TypeError, ValueError, RuntimeError: As for ``Segments.of``.

    """
    if mask is None and reset is None:
        return None, given, state
    segments = Segments.of(layer, given, mask, reset)
    return segments, segments.rows(given.tensor), segments.first(state)


def _checked(layer: Definition, sequences: Sequences, name: str, given: Any) -> Tensor:
    """Return a mask of the caller's as (B, T)."""
    if sequences.packed is not None:
        raise ValueError(f"{name}: a PackedSequence has no shape that it could have; give the padded batch and lengths")
    if not isinstance(given, Tensor):
        raise TypeError(f"{name} should be a tensor of booleans, got {type(given).__name__}: torch.tensor({name})")
    if given.dtype != torch.bool:
        raise TypeError(f"{name} should be boolean, got {given.dtype}: give {name} != 0, or {name}.bool()")
    steps, batch = sequences.steps, sequences.batch_size
    axes: tuple[str, ...] = ("batch", "time") if sequences.batch_first else ("time", "batch")
    shape: tuple[int, ...] = (batch, steps) if sequences.batch_first else (steps, batch)
    if not sequences.batched:
        axes, shape = ("time",), (steps,)
    if given.shape != shape:
        turned = f": transpose it, {name}.T" if given.shape == shape[::-1] else ""
        raise ValueError(
            f"{name} should have the shape of the input's first axes, ({', '.join(axes)}) = {shape}, "
            f"got {tuple(given.shape)}{turned}"
        )
    if given.device != sequences.tensor.device:
        device = sequences.tensor.device
        raise RuntimeError(f'{name} is on {given.device} and the input on {device}: move it, {name}.to("{device}")')
    if name == "reset" and hides_values(given):
        raise ValueError(
            f"{type(layer).__name__}: reset makes as many parts of the sequences as its values say, and PyTorch hides "
            "them where it compiles the call into one graph, exports, traces or maps it. Keep the call out of that, or "
            "run the layer over one part at a time"
        )
    if not sequences.batched:
        return given[None]
    return given if sequences.batch_first else given.t()
