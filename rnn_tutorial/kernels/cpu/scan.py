r"""The kernels as one differentiable function: a layer's one direction, over whole sequences."""

from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from rnn_tutorial.kernels import higher

from .objects import Gradients, How, Run, Sums, Weights
from .rows import on_threads, shares
from .simd.matrix import ROWS, gate_panels, lanes_of, panels


class Scan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c); ``network`` is one of the modules of ``cells``.

    x (T, B, F), W_ih (G · H, F), W_hh (G · H, H), bias (G · H,) and ``extra``, the peepholes (3H,) of an LSTM or the
    inner bias (H,) of a GRU; h_0 and c_0 (B, H); lengths (B,). Gives h and c of all steps, (T, B, H); c only if
    ``every`` asks for it, and nothing for a backward pass unless ``back`` does. ``loop`` computes the same from
    x … c_0, for ``higher`` derivatives. What is given shares its memory with what is kept: changed in
    place, it is an error in the backward pass.
    """

    @staticmethod
    def forward(
        ctx: Any,
        loop: higher.Loop,
        network: ModuleType,
        reverse: bool,
        relu: bool,
        every: bool,
        back: bool,
        x: Tensor,
        W_ih: Tensor,
        W_hh: Tensor,
        bias: Tensor,
        extra: Tensor,
        h_0: Tensor,
        c_0: Tensor,
        lengths: Tensor,
    ) -> Any:
        """Run the kernel on each thread's rows; keep what the backward pass needs only if there will be one."""
        T, B, F = x.shape
        H = h_0.shape[1]
        wide = torch.nn.functional.pad(x, (0, 0, 0, -B % ROWS)) if B % ROWS else x.contiguous()
        first = T if reverse else 0
        kept = x.new_empty(T if back else 0, B, network.KEPT * H)
        h, c = x.new_empty(T + 1, B, H), x.new_empty(T + 1 if every or back else 2, *c_0.shape)
        h[first], c[first % len(c)] = h_0, c_0
        W_x, W_h = (gate_panels(W, network.GATES, network.SPLIT) for W in (W_ih, W_hh))
        how = How(reverse, relu, lanes_of(x.dtype))
        weights = Weights(*arrays_of(W_x, W_h, bias, some(extra)))
        run = Run(*arrays_of(wide, lengths, h, c, kept))
        parts = shares(B, 2.0 * T * B * W_ih.shape[0] * (F + H))
        on_threads(lambda k: network.forward(*parts[k], how, weights, run), len(parts))
        ctx.save_for_backward(x, W_ih, W_hh, bias, extra, h_0, c_0, lengths, wide, h, c, kept)
        ctx.loop, ctx.network, ctx.how = loop, network, how
        ctx.set_materialize_grads(False)
        last = (T - first) % len(c)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        return tuple(part.detach() for part in (h[inner], c[inner], h[T - first], c[last]))  # no views, for autograd

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass; each thread sums its own rows' share of the weights' gradients."""
        *inputs, lengths, wide, h, c, kept = ctx.saved_tensors
        given = dh, dc, dh_end, dc_end
        if higher.asked(given):
            found = higher.gradients(ctx.loop, inputs, ctx.needs_input_grad[6:13], given)
            return *[None] * 6, *found, None
        x, W_ih, W_hh, bias, extra, _, _ = inputs
        T, _, F = x.shape
        (_, B, H), network, how = h.shape, ctx.network, ctx.how
        gates = network.GATES * H
        none = x.new_empty(0, B, H)
        into = [none if d is None else d.contiguous() for d in (dh, dc)]
        into += [torch.zeros_like(s[0]) if d is None else d.contiguous() for s, d in ((h, dh_end), (c, dc_end))]
        dx = x.new_empty(T if ctx.needs_input_grad[6] else 0, B, F)
        dh_0, dc_0 = torch.empty_like(h[0]), torch.empty_like(c[0])
        W_x, W_h = panels(W_ih, 1), panels(W_hh, 2)
        weights = Weights(*arrays_of(W_x, W_h, bias, some(extra)))
        run, gradients = Run(*arrays_of(wide, lengths, h, c, kept)), Gradients(*arrays_of(*into, dx, dh_0, dc_0))
        parts = shares(B, 4.0 * T * B * gates * (F + H))
        tall = -(-gates // ROWS) * ROWS
        shapes = (tall, W_x.shape[0] * how.lanes), (tall, W_h.shape[0] * 2 * how.lanes), (gates,), (len(extra),)
        sums = [x.new_zeros(len(parts), *shape) for shape in shapes]
        owns = [Sums(*arrays_of(*(some(total[k]) for total in sums))) for k in range(len(parts))]
        on_threads(lambda k: network.backward(*parts[k], how, weights, run, gradients, owns[k]), len(parts))
        dW_x, dW_h, db, dextra = (total.sum(0) if len(parts) > 1 else total[0] for total in sums)
        of_weights = dW_x[:gates, :F].contiguous(), dW_h[:gates, :H].contiguous(), db, dextra
        return *[None] * 6, dx if len(dx) else None, *of_weights, dh_0, dc_0, None


def arrays_of(*tensors: Tensor | None) -> list[Any]:
    """Return what the kernels work on: the same numbers as NumPy arrays, nothing copied."""
    return [t if t is None else (t.detach() if t.requires_grad else t).numpy() for t in tensors]


def some(extra: Tensor) -> Tensor | None:
    """Return None for no numbers at all: compiled code is told so by the type."""
    return extra if extra.numel() else None
