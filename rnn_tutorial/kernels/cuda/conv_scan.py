r"""The ConvLSTM's recurrence as one differentiable function: one layer, one direction, over whole videos.

At each step cuDNN convolves the state and one launch does the rest (``conv_lstm``); all steps are one graph
(``graphs``). The recurrent weights' gradient is a sum over steps, and so one convolution over all of them after the
loop.

Values and gradients are tested in Triton's interpreter, on the CPU. **On a GPU nothing has been timed yet.**
"""

from typing import Any

import torch
from torch import Tensor

from rnn_tutorial.kernels import higher

from . import conv_lstm, graphs
from .blocks import copy_or_zeros, steps
from .limits import supports


class ConvScan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c).

    x (T, B, F, S…); W_ih (4H, F, k…), None where F is 0; W_hh (4H, H, k…), every k odd; bias (4H,); peep (3, H, 1) or
    (3, H, pixels), or None; h_0 and c_0 (B, H, S…); lengths (B,). Gives h and c of all steps, (T, B, H, S…), and of the
    last; c of all steps only if ``every`` asks for it, and nothing for a backward pass unless ``back`` does. ``loop``
    computes the same from x … c_0, for ``higher`` derivatives. What lies outside a video is 0. What is given shares its
    memory with what is kept: changed in place, it is an error in the backward pass.

    All tensors are on one GPU; all but c_0 and lengths have one type, float32, float16 or bfloat16. c is float32.
    ``supports`` says where this can run; under autocast it must not be called.
    """

    @staticmethod
    def forward(
        ctx: Any,
        loop: higher.Loop,
        reverse: bool,
        dilation: tuple[int, ...],
        every: bool,
        back: bool,
        x: Tensor,
        W_ih: Tensor | None,
        W_hh: Tensor,
        bias: Tensor,
        peep: Tensor | None,
        h_0: Tensor,
        c_0: Tensor,
        lengths: Tensor,
    ) -> Any:
        """Run the steps; keep what the backward pass needs only if there will be one."""
        if not (answer := supports(x.device, x.dtype)):
            raise RuntimeError(f"cannot run: {answer.reason}")
        T = len(x)
        first = T if reverse else 0
        lengths = lengths.to(x.device)
        h = x.new_empty(T + 1, *h_0.shape)
        c = x.new_empty(T + 1 if every or back else 2, *c_0.shape, dtype=torch.float32)
        h[first], c[first % len(c)] = h_0, c_0
        with torch.cuda.device_of(x):
            # a_t = W_ih * x_t + b, all steps at once; the steps write over it what they keep
            a = _input_map(x, W_ih, bias, dilation)
            kind = reverse, dilation, back
            read = W_hh, None if peep is None else peep.contiguous(), lengths
            graphs.run(_loop(*kind), ("videos", kind), read, (a, h, c))
        ctx.save_for_backward(x, W_ih, W_hh, bias, peep, h_0, c_0, lengths, a, h, c)
        ctx.loop, ctx.reverse, ctx.dilation = loop, reverse, dilation
        ctx.set_materialize_grads(False)
        inner, last = slice(0, T) if reverse else slice(1, T + 1), (T - first) % len(c)
        return tuple(part.detach() for part in (h[inner], c[inner], h[T - first], c[last]))  # no views, for autograd

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass through time, then take the weights' gradients from all steps at once."""
        *inputs, lengths, kept, h, c = ctx.saved_tensors
        given = dh, dc, dh_end, dc_end
        if higher.asked(given):
            found = higher.gradients(ctx.loop, inputs, ctx.needs_input_grad[5:12], given)
            return *[None] * 5, *found, None
        x, W_ih, W_hh, _, peep, _, c_0 = inputs
        peep = None if peep is None else peep.contiguous()
        same = _same(W_hh, ctx.dilation)
        da, dh_t, dc_t = torch.empty_like(kept), copy_or_zeros(dh_end, h[0]), copy_or_zeros(dc_end, c[0])
        dh, dc = (d if d is None else d.contiguous() for d in (dh, dc))
        h_before, c_before, c_after = (h[1:], c[1:], c[:-1]) if ctx.reverse else (h[:-1], c[:-1], c[1:])
        with torch.cuda.device_of(kept):
            kind = ctx.reverse, ctx.dilation
            read = kept, W_hh, peep, lengths, h, c, dh, dc
            graphs.run(_loop_back(*kind), ("videos back", kind), read, (da, dh_t, dc_t))
            # dW_hh = Σ_t da_t * h_{t-1}
            flat = da.flatten(0, 1)
            dW_hh = _convolution_back(flat, h_before.flatten(0, 1), W_hh, same, weight=True)
            dx = dW_ih = None
            if W_ih is not None:
                # dW_ih = Σ_t da_t * x_t, dx_t = W_ih^T * da_t
                of_input = flat, x.flatten(0, 1), W_ih, _same(W_ih, ctx.dilation)
                dW_ih = _convolution_back(*of_input, weight=True)
                dx = _convolution_back(*of_input, weight=False).view_as(x) if ctx.needs_input_grad[5] else None
            dpeep = None if peep is None else _peephole_gradients(da, c_before, c_after, peep)
        db = flat.flatten(2).sum((0, 2))
        return *[None] * 5, dx, dW_ih, dW_hh, db, dpeep, dh_t, dc_t.to(c_0.dtype), None


def _input_map(x: Tensor, W_ih: Tensor | None, bias: Tensor, dilation: tuple[int, ...]) -> Tensor:
    # (T, B, F, S…) → (T, B, 4H, S…); without an input the bias alone
    if W_ih is None:
        places = x.shape[3:]
        return x.new_zeros(*x.shape[:2], len(bias), *places) + bias.view(-1, *[1] * len(places))
    a = torch.convolution(x.flatten(0, 1), W_ih, bias, *_same(W_ih, dilation))
    return a.unflatten(0, x.shape[:2]).contiguous()


def _loop(reverse: bool, dilation: tuple[int, ...], back: bool) -> graphs.Loop:
    def loop(W_hh: Tensor, peep: Tensor | None, lengths: Tensor, a: Tensor, h: Tensor, c: Tensor) -> None:
        for t in steps(len(a), reverse):
            # W_hh * h_{t-1}
            h_before = h[t + 1 if reverse else t]
            products = torch.convolution(h_before, W_hh, None, *_same(W_hh, dilation)).contiguous()
            conv_lstm.forward(t, reverse, a, products, peep, lengths, h, c, back)

    return loop


def _loop_back(reverse: bool, dilation: tuple[int, ...]) -> graphs.Loop:
    def loop(
        kept: Tensor, W_hh: Tensor, peep: Tensor | None, lengths: Tensor, h: Tensor, c: Tensor,
        dh: Tensor | None, dc: Tensor | None, da: Tensor, dh_t: Tensor, dc_t: Tensor,
    ) -> None:  # fmt: skip
        h_before = h[1:] if reverse else h[:-1]
        for t in steps(len(kept), not reverse):
            conv_lstm.backward(t, reverse, kept, peep, lengths, c, dh, dc, da, dh_t, dc_t)
            # h_{t-1} goes into all four gates: dh_{t-1} = W_hh^T * da_t
            dh_t += _convolution_back(da[t], h_before[t], W_hh, _same(W_hh, dilation), weight=False)

    return loop


def _same(W: Tensor, dilation: tuple[int, ...]) -> tuple[Any, ...]:
    # stride, padding, dilation and the rest of a convolution that keeps a picture's size
    around = [d * (k // 2) for d, k in zip(dilation, W.shape[2:], strict=True)]
    return [1] * len(around), around, list(dilation), False, [0] * len(around), 1


def _convolution_back(dy: Tensor, x: Tensor, W: Tensor, same: tuple[Any, ...], *, weight: bool) -> Tensor:
    # of y = W * x: the gradient of W, or of x
    found = torch.ops.aten.convolution_backward(dy, x, W, None, *same, [not weight, weight, False])
    return found[1] if weight else found[0]


def _peephole_gradients(da: Tensor, c_before: Tensor, c_after: Tensor, peep: Tensor) -> Tensor:
    # dw_ci = Σ da_i ⊙ c_{t-1}, and so dw_cf; dw_co = Σ da_o ⊙ c_t: over steps and videos, and pixels if by channel
    over = (0, 1, 3) if peep.shape[2] == 1 else (0, 1)
    i, f, _, o = (gate.flatten(3).float() for gate in da.chunk(4, dim=2))
    before, after = c_before.flatten(3), c_after.flatten(3)
    sums = [(gate * cell).sum(over) for gate, cell in ((i, before), (f, before), (o, after))]
    return torch.stack(sums).view_as(peep).to(peep.dtype)
