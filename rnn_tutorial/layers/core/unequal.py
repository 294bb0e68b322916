r"""PyTorch's operators over many rows of unequal lengths, with little padding and without packing.

On CPUs the operators for packed sequences take a step at a time, and on the way back each step costs as much as the
whole batch has memory. So the steps that the same rows have are one call of the operator for full batches::

    row 0:  x_1  x_2  x_3 │ x_4 │ x_5
    row 1:  x_1  x_2  x_3 │ x_4 │            three calls: of three rows, of two, of one
    row 2:  x_1  x_2  x_3 │     │

A call is worth its cost where it leaves out many rows, or gives a final state that is asked for; other rows go on, over
padding that no one reads.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from . import native
from .definition import Definition
from .recorded import hides_values
from .sequences import Sequences
from .types import State

Operator = Callable[[Tensor, State], tuple[Tensor, State]]
"""x (T, B, F) and first states (L, B, H) → output (T, B, H) and final states, one direction."""

Cut = tuple[int, int]
"""The step at which a call ends, and how many rows go on."""


def can_run(layer: Definition, sequences: Sequences) -> bool:
    """Whether there is a way back, worth more calls, and rows whose lengths may be read, without dropout for all."""
    x, lengths = sequences.tensor, sequences.lengths
    if lengths is None or x.device.type != "cpu" or not torch.is_grad_enabled() or hides_values(x):
        return False
    return bool(lengths.any()) and not (layer.training and layer.dropout > 0 and layer.num_layers > 1)


def run(layer: Definition, sequences: Sequences, state: State, kept: Tensor | None) -> tuple[Tensor, State]:
    """Run all layers: returns the output, (T, R, D · H), and final states, each (L · D, R, H).

    Final states are right for the rows ``kept``, None for all. In the padding, the output is anything finite.
    """
    x, lengths = sequences.tensor, sequences.lengths
    assert lengths is not None
    by_length = lengths.sort(descending=True)
    order, ends = by_length.indices, by_length.values.tolist()
    cuts = _cuts(ends, set(ends if kept is None else lengths[kept].tolist()))
    x, state = x.index_select(1, order), tuple(s.index_select(1, order) for s in state)
    if layer.num_directions == 1:
        output, final = _forward(native.one_way(layer, 0, layer.num_layers), x, ends, cuts, state)
    else:
        output, final = _two_ways(layer, x, ends, cuts, state)
    back = order.argsort()
    return output.index_select(1, back), tuple(s.index_select(1, back) for s in final)


def _two_ways(layer: Definition, x: Tensor, ends: list[int], cuts: list[Cut], state: State) -> tuple[Tensor, State]:
    """Run layer by layer, and backward each sequence's own steps turned round."""
    turned, finals = _turned(x, ends), []
    for k in range(0, 2 * layer.num_layers, 2):
        ahead, final = _forward(native.one_way(layer, k, 1), x, ends, cuts, tuple(s[k : k + 1] for s in state))
        first = tuple(s[k + 1 : k + 2] for s in state)
        back, final_back = _forward(native.one_way(layer, k + 1, 1), _take(x, turned), ends, cuts, first)
        x = torch.cat([ahead, _take(back, turned)], dim=2)
        finals += [final, final_back]
    return x, tuple(torch.cat(tensors) for tensors in zip(*finals, strict=True))


def _cuts(ends: list[int], needed: set[int]) -> list[Cut]:
    """Cut where a state is needed, or a quarter of the rows is over, or all are."""
    cuts, running = [], len(ends)
    for end in sorted(set(ends) - {0}):
        left = sum(other > end for other in ends)
        if end in needed or left <= 0.75 * running:
            cuts.append((end, left))
            running = left
    return cuts


def _forward(operator: Operator, x: Tensor, ends: list[int], cuts: list[Cut], state: State) -> tuple[Tensor, State]:
    """Run rows, the longest first; each keeps the state in which its last call left it."""
    running = len(ends) - ends.count(0)
    outputs: list[Tensor] = []
    finals = [tuple(s[:, running:] for s in state)]  # of rows without a step
    until = [end for end, _ in cuts]
    steps = [end - begin for begin, end in zip([0, *until], until, strict=False)]
    # `split` once: the gradient of each slice would be a tensor as large as all of `x`
    for (_, left), part in zip(cuts, x[: until[-1]].split(steps), strict=True):
        output, state = operator(part[:, :running], tuple(s[:, :running].contiguous() for s in state))
        outputs.append(torch.nn.functional.pad(output, (0, 0, 0, len(ends) - running)))
        running = left
        finals.insert(0, tuple(s[:, running:] for s in state))
    finals[-1] = tuple(s.to(n.dtype) for s, n in zip(finals[-1], state, strict=True))
    return torch.cat(outputs), tuple(torch.cat(tensors, dim=1) for tensors in zip(*finals, strict=True))


def _turned(x: Tensor, ends: list[int]) -> Tensor:
    # where in (T · B) the steps of each sequence are from its last to its first, padding staying where it is
    steps, lengths = torch.arange(len(x), device=x.device)[:, None], torch.tensor(ends, device=x.device)
    turned = torch.where(steps < lengths, lengths - 1 - steps, steps)
    return turned * len(ends) + torch.arange(len(ends), device=x.device)


def _take(x: Tensor, places: Tensor) -> Tensor:
    return x.flatten(0, 1).index_select(0, places.flatten()).view_as(x)
