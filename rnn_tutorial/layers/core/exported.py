r"""The loop over time as one operator: ``torch.export`` for a number of steps that is known when the program is called.

An exported program is what a loop did: of a loop over T steps it has T copies of the step. PyTorch's ``scan`` is the
loop itself, with a layer's ``step`` for its body. It is a prototype of PyTorch's and has no public name.
"""

from typing import Any

import torch
from torch import Tensor

from .advance import advance
from .definition import Definition
from .types import State, Weights


def any_number_of_steps(x: Tensor) -> bool:
    """Whether the call is being exported for more than one T: x (T, B, …)."""
    if not torch.compiler.is_exporting():
        return False
    from torch.fx.experimental.symbolic_shapes import has_static_value  # it loads the compiler

    return not has_static_value(x.shape[0])


def scan(layer: Definition, x: Tensor, state: State, w: Weights, real: Tensor | None, backward: bool) -> State:
    """Run one layer in one direction as ``loop.scan`` does: x (T, B, …) → the states of every step, each (T, B, H)."""
    from torch._higher_order_ops import scan as loop

    def step(old: State, at_t: State) -> Any:  # the compiler evaluates annotations, and knows no tuple[...]
        new = advance(layer, at_t[0], old, w, *at_t[1:])
        # What goes on has the type of what came, which autocast may have changed; no tensor may be given out twice.
        return tuple(n.to(s.dtype) for n, s in zip(new, old, strict=True)), tuple(n.clone() for n in new)

    a = layer.input_map(x, w)
    first = tuple(_in_the_graph(s, a, w).contiguous() for s in state)
    _, states = loop(step, first, (a,) if real is None else (a, real), reverse=backward)
    return states


def _in_the_graph(first: Tensor, a: Tensor, w: Weights) -> Tensor:
    # PyTorch 2.8's scan hands a gradient from step to step only if the first state needs one, which zeros do not: so
    # the first state is computed from all that may need one, and has none of its values.
    sums = torch.stack([t.sum().to(first.dtype) for t in (a[0], *w.values())]).sum()
    return torch.where(torch.zeros((), dtype=torch.bool, device=first.device), sums, first)
