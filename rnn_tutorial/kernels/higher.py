r"""What a kernel's own backward pass cannot give: derivatives of derivatives, and many backward passes as one.

Both are asked for rarely, by a gradient penalty or a Jacobian. The readable loop, which is the kernels' definition,
runs once more and PyTorch differentiates it: slower, but by operations that can be differentiated and mapped in turn.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Loop = Callable[..., Sequence[Tensor | None]]
"""The readable loop: a kernel's differentiable inputs → all that the kernel gives, None where a network has none."""


def asked(into: Sequence[Tensor | None]) -> bool:
    """Whether a backward pass has to leave a graph, or gets gradients that stand for many or for a direction."""
    return (
        torch.is_grad_enabled()
        or torch._C._functorch.peek_interpreter_stack() is not None
        or torch.autograd.forward_ad._current_level >= 0
        or any(d is not None and torch._C._functorch.is_legacy_batchedtensor(d) for d in into)
    )


def gradients(
    loop: Loop, inputs: Sequence[Tensor | None], needed: Sequence[bool], into: Sequence[Tensor | None]
) -> list[Tensor | None]:
    """Return the gradient of each input that needs one, from the gradients ``into`` the outputs, None where none came.

    The inputs are the tensors that the kernel was given, so that the result's graph leads to where they came from.
    """
    again = torch.is_grad_enabled()
    device = next(d for d in into if d is not None).device.type
    with torch.enable_grad(), torch.autocast(device, enabled=False):
        # One input may come from another, as h_0 from a call with the same weights: aliases keep their paths apart.
        own = [t if t is None else t.view_as(t) for t in inputs]
        pairs = [(y, d) for y, d in zip(loop(*own), into, strict=True) if y is not None and d is not None]
        found = torch.autograd.grad(
            [y.to(d.dtype) for y, d in pairs],
            [t for t, need in zip(own, needed, strict=True) if need and t is not None],
            [d for _, d in pairs],
            create_graph=again,
            allow_unused=True,
        )
    rest = iter(found)
    return [next(rest) if need else None for need in needed]
