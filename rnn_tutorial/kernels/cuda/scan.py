r"""The kernels as one differentiable function: a layer's one direction, over whole sequences.

What is the same for all steps of time is done for all at once, by cuBLAS: the input products before the loop, and the
weights' gradients, each a sum over steps and so one matrix product, after it. The kernels have the rest.
"""

from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .limits import supports


class Scan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c); ``network`` is one of this folder's modules.

    x (T, B, F), W_ih (G · H, F), W_hh (G · H, H), bias (G · H,) and ``extra``, the peepholes (3H,) of an LSTM or the
    inner bias (H,) of a GRU; h_0 and c_0 (B, H), c_0 (B, 0) for a network without; lengths (B,). Gives h and c of all
    steps, (T, B, H), and of the last; c of all steps only if ``every`` asks for it, and nothing for a backward pass
    unless ``back`` does.

    All tensors are on one GPU; all but c_0 and lengths have one type, float32, float16 or bfloat16. c is float32.
    ``supports`` says where this can run; under autocast it must not be called.
    """

    @staticmethod
    def forward(
        ctx: Any,
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
        W_hh, extra, lengths = W_hh.contiguous(), extra.contiguous(), lengths.to(x.device)
        h = x.new_empty(T + 1, *h_0.shape)
        c = x.new_empty(T + 1 if every or back else 2, *c_0.shape, dtype=torch.float32)
        h[first], c[first % len(c)] = h_0, c_0
        with torch.cuda.device_of(x):
            # a_t = W_ih x_t + b, all steps at once
            a = F.linear(x, W_ih, bias)
            kept = network.forward(reverse, relu, a, W_hh, extra, lengths, h, c, back)
        ctx.save_for_backward(x, W_ih, W_hh, extra, lengths, h, c, *kept)
        ctx.network, ctx.reverse, ctx.relu, ctx.type_of_c = network, reverse, relu, c_0.dtype
        ctx.set_materialize_grads(False)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        return h[inner], c[inner], h[T - first].clone(), c[(T - first) % len(c)].clone()

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass through time, then take the weights' gradients from all steps at once."""
        if torch.is_grad_enabled():  # create_graph=True: a result without a graph would pass for a constant
            raise RuntimeError('a kernel has no second derivatives; build the layer with backend="reference"')
        x, W_ih, W_hh, extra, lengths, h, c, *kept = ctx.saved_tensors
        into = dh, dc, dh_end, dc_end
        with torch.cuda.device_of(x):
            # of the input products, of W_hh h_{t-1} and of the rest
            da, dm, dextra, dh_0, dc_0 = ctx.network.backward(
                ctx.reverse, ctx.relu, W_hh, extra, lengths, h, c, kept, *into
            )
            flat, h_before = da.flatten(0, 1), h[1:] if ctx.reverse else h[:-1]
            # dW_hh = Σ_t da_t h_{t-1}^T
            dW_hh = dm.flatten(0, 1).t() @ h_before.flatten(0, 1)
            # dW_ih = Σ_t da_t x_t^T
            dW_ih = flat.t() @ x.flatten(0, 1)
            # dx_t = W_ih^T da_t
            dx = (flat @ W_ih).view_as(x) if ctx.needs_input_grad[5] else None
        weights = dW_ih, dW_hh, flat.sum(0), dextra.to(extra.dtype)
        return None, None, None, None, None, dx, *weights, dh_0, dc_0.to(ctx.type_of_c), None
