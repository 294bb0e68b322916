r"""The forms in which sequences arrive (batched or not, batch first or not, padded or packed) and results go back."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from . import checks
from .definition import Definition
from .types import State


class Sequences(NamedTuple):
    r"""A batch of sequences in time-major form, with the memory of how it came.

    Args:
        tensor: The padded batch, (T, B, F), or the data of the packed one, (steps of all, F).
        packed: PyTorch's packed form, or None where the batch is padded.
        lengths: Valid steps of each sequence, (B,) int64 on the CPU; None where all are T long.
        batch_first: Give outputs back as (B, T, …).
        batched: False if the caller passed one sequence without a batch dimension.
        gave_packed: The caller passed a PackedSequence and gets one back.

    """

    tensor: Tensor
    packed: PackedSequence | None
    lengths: Tensor | None
    batch_first: bool
    batched: bool
    gave_packed: bool

    @staticmethod
    def of(layer: Definition, input: Tensor | PackedSequence, lengths: Tensor | list[int] | None) -> "Sequences":
        """Check the caller's input and bring it into time-major form."""
        if isinstance(input, PackedSequence):
            checks.check_packed(layer, input, lengths)
            return Sequences(input.data, input, None, layer.batch_first, batched=True, gave_packed=True)
        checks.check_input(layer, input)
        batched = input.dim() == 3 + layer.spatial_dims
        if not batched:
            padded = input.unsqueeze(1)
        else:
            padded = input.transpose(0, 1) if layer.batch_first else input
        checked = checks.check_lengths(lengths, padded.shape[0], padded.shape[1])
        return Sequences(padded, None, checked, layer.batch_first, batched, gave_packed=False)

    @property
    def batch_size(self) -> int:
        """Number of sequences."""
        return self.tensor.shape[1] if self.packed is None else int(self.packed.batch_sizes[0])

    @property
    def steps(self) -> int:
        """Time steps of the longest sequence."""
        return self.tensor.shape[0] if self.packed is None else len(self.packed.batch_sizes)

    def as_padded(self) -> tuple[Tensor, Tensor | None]:
        """Return ((T, B, F), lengths): what the reference loop reads."""
        if self.packed is None:
            return self.tensor, self.lengths
        padded, lengths = pad_packed_sequence(self.packed)
        return padded, lengths

    def as_packed(self) -> PackedSequence | None:
        """Return the packed form that PyTorch's operators read, or None where every sequence is T long."""
        if self.packed is None and self.lengths is not None and self.batch_size:  # nothing cannot be packed
            return pack_padded_sequence(self.tensor, self.lengths, enforce_sorted=False)
        return self.packed

    @property
    def order(self) -> Tensor | None:
        """Which sequence stands where in the packed form, (B,); None where there is no such form."""
        if self.packed is not None:
            given = self.packed.sorted_indices
            return torch.arange(self.batch_size) if given is None else given
        return None if self.lengths is None else self.lengths.sort(descending=True).indices

    def restore_output(self, output: Tensor | PackedSequence) -> Tensor | PackedSequence:
        """Give the output, (T, B, …) or packed, the form of the caller's input."""
        if self.gave_packed and self.packed is not None:
            if isinstance(output, PackedSequence):
                return output
            return _pack_like(self.packed, output)
        if isinstance(output, PackedSequence):  # the operator ran packed because of `lengths`
            output, _ = pad_packed_sequence(output, total_length=self.steps)
        if not self.batched:
            return output.squeeze(1)
        return output.transpose(0, 1) if self.batch_first else output

    def restore_states(self, states: State) -> State:
        """(L · D, B, H) each, without the batch dimension where the caller gave none."""
        if self.batched:
            return states
        # where layers differ in width, a tuple of one tensor a run, (B, H)
        return tuple(tuple(s.squeeze(0) for s in h) if isinstance(h, tuple) else h.squeeze(1) for h in states)

    def restore_every_state(self, states: Tensor | tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
        """(L · D, T, B, H) → (L · D, B, T, H) for batch-first layers; (L · D, T, H) without a batch."""
        if isinstance(states, tuple):  # one a run, (T, B, H)
            return tuple(self.restore_every_state(s[None])[0] for s in states)
        if not self.batched:
            return states.squeeze(2)
        return states.transpose(1, 2) if self.batch_first else states


def _pack_like(like: PackedSequence, padded: Tensor) -> PackedSequence:
    # The steps of `padded` in the very order of `like`, so that the two can be compared element by element.
    order = like.sorted_indices
    by_length = padded if order is None else padded.index_select(1, order)
    data = torch.cat([by_length[t, :size] for t, size in enumerate(like.batch_sizes.tolist())])
    return PackedSequence(data, like.batch_sizes, like.sorted_indices, like.unsorted_indices)
