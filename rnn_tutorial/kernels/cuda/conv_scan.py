r"""The ConvLSTM's recurrence as one differentiable function: one layer, one direction, over whole videos.

At each step cuDNN convolves the state and one launch does the rest (``conv_lstm``); all steps are one graph
(``graphs``). The recurrent weights' gradient is a sum over steps, and so one convolution over all of them after the
loop.

Values and gradients are tested in Triton's interpreter, on the CPU. **On a GPU nothing has been timed yet.**
"""

from typing import Any

import torch
from torch import Tensor

from . import conv_lstm, graphs
from .blocks import copy_or_zeros, steps
from .limits import supports


class ConvScan(torch.autograd.Function):
    """(a, recurrent weights, first state) → (h, c, last h, last c).

    a (T, B, 4H, S…) = W_ih * x + b, which is overwritten: no one else may need it; W_hh (4H, H, k…), every k odd; peep
    (3, H, 1) or (3, H, pixels), or None; h_0 and c_0 (B, H, S…); lengths (B,). Gives h and c of all steps,
    (T, B, H, S…), and of the last; c of all steps only if ``every`` asks for it, and nothing for a backward pass unless
    ``back`` does. What lies outside a video is 0.

    All tensors are on one GPU; all but c_0 and lengths have one type, float32, float16 or bfloat16. c is float32.
    ``supports`` says where this can run; under autocast it must not be called.
    """

    @staticmethod
    def forward(
        ctx: Any,
        reverse: bool,
        dilation: tuple[int, ...],
        every: bool,
        back: bool,
        a: Tensor,
        W_hh: Tensor,
        peep: Tensor | None,
        h_0: Tensor,
        c_0: Tensor,
        lengths: Tensor,
    ) -> Any:
        """Run the steps; keep what the backward pass needs only if there will be one."""
        if not (answer := supports(a.device, a.dtype)):
            raise RuntimeError(f"cannot run: {answer.reason}")
        T = len(a)
        first = T if reverse else 0
        a, lengths = a.contiguous(), lengths.to(a.device)
        peep = None if peep is None else peep.contiguous()
        h = a.new_empty(T + 1, *h_0.shape)
        c = a.new_empty(T + 1 if every or back else 2, *c_0.shape, dtype=torch.float32)
        h[first], c[first % len(c)] = h_0, c_0
        with torch.cuda.device_of(a):
            kind = reverse, dilation, back
            graphs.run(_loop(*kind), ("videos", kind), (W_hh, peep, lengths), (a, h, c))
        ctx.save_for_backward(a, W_hh, peep, lengths, h, c)
        ctx.reverse, ctx.dilation, ctx.type_of_c = reverse, dilation, c_0.dtype
        ctx.set_materialize_grads(False)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        return h[inner], c[inner], h[T - first].clone(), c[(T - first) % len(c)].clone()

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass through time, then take the weights' gradients from all steps at once."""
        if torch.is_grad_enabled():  # create_graph=True: a result without a graph would pass for a constant
            raise RuntimeError('a kernel has no second derivatives; build the layer with backend="reference"')
        kept, W_hh, peep, lengths, h, c = ctx.saved_tensors
        same = _same(W_hh, ctx.dilation)
        da, dh_t, dc_t = torch.empty_like(kept), copy_or_zeros(dh_end, h[0]), copy_or_zeros(dc_end, c[0])
        dh, dc = (d if d is None else d.contiguous() for d in (dh, dc))
        h_before, c_before, c_after = (h[1:], c[1:], c[:-1]) if ctx.reverse else (h[:-1], c[:-1], c[1:])
        with torch.cuda.device_of(kept):
            kind = ctx.reverse, ctx.dilation
            read = kept, W_hh, peep, lengths, h, c, dh, dc
            graphs.run(_loop_back(*kind), ("videos back", kind), read, (da, dh_t, dc_t))
            # dW_hh = Σ_t da_t * h_{t-1}
            dW_hh = _convolution_back(da.flatten(0, 1), h_before.flatten(0, 1), W_hh, same, weight=True)
            dpeep = None if peep is None else _peephole_gradients(da, c_before, c_after, peep)
        return None, None, None, None, da, dW_hh, dpeep, dh_t, dc_t.to(ctx.type_of_c), None


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
