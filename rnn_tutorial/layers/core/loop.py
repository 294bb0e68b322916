r"""The reference path: the loop over time that gives recurrent networks their name, for every layer and direction."""

from functools import partial

import torch
from torch import Tensor

from . import dropout, exported, fused, invariant, noise
from .advance import advance
from .definition import Definition
from .types import State, Weights

Runs = tuple[Tensor, ...] | Tensor
"""One tensor a run (layer and direction): stacked, or a tuple where layers differ in width."""


def run(
    layer: Definition,
    x: Tensor,
    lengths: Tensor | None,
    state: State,
    *,
    every: bool,
    by_kernel: bool,
    order: Tensor | None = None,
) -> tuple[Tensor, State, State]:
    """Run all layers: x (T, B, F) and the first states, ``s[k]`` (B, H) for run k.

    Returns the top layer's h (T, B, D · H), the final states (L · D, B, H) and, if ``every``, the states of every step
    (L · D, T, B, H), else nothing. ``order`` is that of the sequences in a packed batch, for dropout.
    """
    real = None if lengths is None else sequence_mask(lengths, x)
    if real is not None:  # what stands in the padding, even NaN, must touch neither values nor gradients
        x = torch.where(real, x, 0)
    # one sequence at a time, unless there is none
    alone = x.shape[1] > 0 and invariant.wanted()
    runs: list[State] = []
    ends: list[State] = []
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(layer.num_directions):
            first = tuple(s[len(runs)] for s in state)
            w, backward = layer.weights(number, direction), bool(direction)
            if by_kernel:
                readable = partial(scan, layer, real=real, backward=backward)
                if alone:
                    readable = partial(_alone, layer, lengths, backward)
                states, end = fused.scan(layer, x, first, w, lengths, backward, every, readable)
            elif alone:
                states, end = invariant.scan(layer, x, first, noise.drawn(layer, w, first[0]), lengths, backward)
            else:
                over_time = exported.scan if exported.any_number_of_steps(x) else scan
                states = over_time(layer, x, first, noise.drawn(layer, w, first[0]), real, backward)
                end = tuple(s[0 if backward else -1] for s in states)  # backward runs end at t = 1
            runs.append(states)
            ends.append(end)
            outputs.append(states[0] if real is None else torch.where(real, states[0], 0))
        x = torch.cat(outputs, dim=2) if len(outputs) > 1 else outputs[0]
        if number < layer.num_layers - 1:
            x = dropout.between(layer, x, real, order)
    if x is states[0] and by_kernel and x.requires_grad:  # the kernel's own, which its backward pass reads
        x = x.clone()
    final = tuple(_together(tensors) for tensors in zip(*ends, strict=True))
    return x, final, tuple(_together(tensors) for tensors in zip(*runs, strict=True)) if every else ()


def scan(
    layer: Definition, x: Tensor, state: State, w: Weights, real: Tensor | None = None, backward: bool = False
) -> State:
    """Run one layer in one direction: x (T, B, F) → the states of every step, each (T, B, H)."""
    # `unbind` once: indexing a[t] in the loop would make the backward pass quadratic in T,
    # because the gradient of each select is a tensor as large as all of `a`.
    a = layer.input_map(x, w).unbind(0)
    steps = range(len(a) - 1, -1, -1) if backward else range(len(a))
    states: list[State] = [()] * len(a)
    for t in steps:
        state = states[t] = advance(layer, a[t], state, w, None if real is None else real[t])
    return tuple(torch.stack(tensors) for tensors in zip(*states, strict=True))


def _alone(layer: Definition, lengths: Tensor | None, backward: bool, x: Tensor, state: State, w: Weights) -> State:
    return invariant.scan(layer, x, state, w, lengths, backward)[0]


def sequence_mask(lengths: Tensor, x: Tensor) -> Tensor:
    """Return (T, B, 1, …): True where step ``t`` belongs to sequence ``b``, False in its padding."""
    steps = torch.arange(x.shape[0], device=x.device)
    real = steps[:, None] < lengths.to(x.device)[None, :]
    return real.reshape(*real.shape, *[1] * (x.dim() - 2))


def _together(tensors: "list[Tensor] | tuple[Tensor, ...]") -> Runs:
    # a copy, even of one: who changes a state in place must not change the output, nor another state
    alike = all(t.shape == tensors[0].shape for t in tensors)
    return torch.stack(list(tensors)) if alike else tuple(t.clone() for t in tensors)
