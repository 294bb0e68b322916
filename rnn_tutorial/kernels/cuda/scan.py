r"""The kernels as one differentiable function: a layer's one direction, over whole sequences.

What is the same for all steps of time is done for all at once, by cuBLAS: the input products before the loop, and the
weights' gradients, each a sum over steps and so one matrix product, after it. The kernels have the rest.
"""

from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from rnn_tutorial.kernels import higher

from .limits import supports


class Scan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c); ``network`` is one of this folder's modules.

    x (T, B, F), W_ih (G · H, F), W_hh (G · H, H), bias (G · H,) and ``extra``, the peepholes (3H,) of an LSTM or the
    inner bias (H,) of a GRU; h_0 and c_0 (B, H), c_0 (B, 0) for a network without; lengths (B,). Gives h and c of all
    steps, (T, B, H), and of the last; c of all steps only if ``every`` asks for it, and nothing for a backward pass
    unless ``back`` does. ``loop`` computes the same from x … c_0, for ``higher`` derivatives. What is given shares its
    memory with what is kept: changed in place, it is an error in the backward pass.

    All tensors are on one GPU; all but c_0 and lengths have one type, float32, float16 or bfloat16. c is float32.
    ``supports`` says where this can run; under autocast it must not be called.
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
        """Run the kernel; keep what the backward pass needs only if there will be one."""
        if not (answer := supports(x.device, x.dtype)):
            raise RuntimeError(f"cannot run: {answer.reason}")
        T = len(x)
        first = T if reverse else 0
        lengths = lengths.to(x.device)
        h = x.new_empty(T + 1, *h_0.shape)
        c = x.new_empty(T + 1 if every or back else 2, *c_0.shape, dtype=torch.float32)
        h[first], c[first % len(c)] = h_0, c_0
        with torch.cuda.device_of(x):
            # a_t = W_ih x_t + b, all steps at once
            a = F.linear(x, W_ih, bias)
            kept = network.forward(reverse, relu, a, W_hh.contiguous(), extra.contiguous(), lengths, h, c, back)
        ctx.save_for_backward(x, W_ih, W_hh, bias, extra, h_0, c_0, lengths, h, c, *kept)
        ctx.loop, ctx.network, ctx.reverse, ctx.relu = loop, network, reverse, relu
        ctx.set_materialize_grads(False)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        last = (T - first) % len(c)
        return tuple(part.detach() for part in (h[inner], c[inner], h[T - first], c[last]))  # no views, for autograd

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass through time, then take the weights' gradients from all steps at once."""
        x, W_ih, W_hh, bias, extra, h_0, c_0, lengths, h, c, *kept = ctx.saved_tensors
        into = dh, dc, dh_end, dc_end
        if higher.asked(into):
            inputs = x, W_ih, W_hh, bias, extra, h_0, c_0
            found = higher.gradients(ctx.loop, inputs, ctx.needs_input_grad[6:13], into)
            return *[None] * 6, *found, None
        with torch.cuda.device_of(x):
            # of the input products, of W_hh h_{t-1} and of the rest
            da, dm, dextra, dh_0, dc_0 = ctx.network.backward(
                ctx.reverse, ctx.relu, W_hh.contiguous(), extra.contiguous(), lengths, h, c, kept, *into
            )
            flat, h_before = da.flatten(0, 1), h[1:] if ctx.reverse else h[:-1]
            # dW_hh = Σ_t da_t h_{t-1}^T
            dW_hh = dm.flatten(0, 1).t() @ h_before.flatten(0, 1)
            # dW_ih = Σ_t da_t x_t^T
            dW_ih = flat.t() @ x.flatten(0, 1)
            # dx_t = W_ih^T da_t
            dx = (flat @ W_ih).view_as(x) if ctx.needs_input_grad[6] else None
        weights = dW_ih, dW_hh, flat.sum(0), dextra.to(extra.dtype)
        return *[None] * 6, dx, *weights, dh_0, dc_0.to(c_0.dtype), None
