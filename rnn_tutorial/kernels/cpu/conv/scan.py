r"""The ConvLSTM's kernel as one differentiable function: a layer's one direction, over whole videos."""

from typing import Any

import torch
from torch import Tensor

from rnn_tutorial.kernels import higher
from rnn_tutorial.kernels.cpu.objects import ConvSums, ConvWeights, Gradients, How, Run, Way
from rnn_tutorial.kernels.cpu.rows import on_threads, shares
from rnn_tutorial.kernels.cpu.scan import arrays_of, some
from rnn_tutorial.kernels.cpu.simd.bfloat import pairs_of
from rnn_tutorial.kernels.cpu.simd.matrix import ROWS, gate_panels, lanes_of, panels

from . import lstm as conv_lstm
from . import squares as conv_squares
from . import ways
from . import winograd as conv_winograd
from .geometry import Geometry


class ConvScan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c), all with the pixels before the channels.

    x (T, B, P, F), W_hh (4H, H, kernel…), W_ih (4H, F, kernel…) or None where F is 0, bias (4H,), peepholes (3, H, 1),
    (3, H, P) or none (3, H, 0), h_0 and c_0 (B, P, H), lengths (B,). Gives h and c of all steps, (T, B, P, H); c only
    if ``every`` asks for it, and nothing for a backward pass unless ``back`` does. With ``half``, what is multiplied is
    rounded to bfloat16 first; sums and cells are not. ``loop`` computes the same from x … c_0, for ``higher``
    derivatives. What is given shares its memory with what is kept: changed in place, it is an error in the backward
    pass.
    """

    @staticmethod
    def forward(
        ctx: Any,
        loop: higher.Loop,
        geometry: Geometry,
        reverse: bool,
        every: bool,
        back: bool,
        half: bool,
        x: Tensor,
        W_hh: Tensor,
        W_ih: Tensor | None,
        bias: Tensor,
        holes: Tensor,
        h_0: Tensor,
        c_0: Tensor,
        lengths: Tensor,
    ) -> Any:
        """Run the kernel on each thread's videos; keep what the backward pass needs only if there will be one."""
        T, B, P, _ = x.shape
        H, g, lanes = h_0.shape[2], geometry, lanes_of(x.dtype)
        W, peep, wide = _of_both(W_hh, W_ih), _by_pixel(holes), x.contiguous()
        first = T if reverse else 0
        kept = x.new_empty(T if back else 0, B, P, conv_lstm.KEPT * H)
        h, c = x.new_empty(T + 1, B, P, H), x.new_empty(T + 1 if every or back else 2, B, P, H)
        h[first], c[first % len(c)] = h_0, c_0
        by = ways.DIRECT if half else ways.fastest(g, W.shape[1], T * B)
        # (4H, K): what each gate of each unit sums up
        if by == ways.SQUARES_OF_FOUR:
            in_order = conv_squares.of_outputs(_by_plane(W))
        else:
            fewer = by == ways.PAIRS
            in_order = conv_winograd.of_outputs(_by_row(W)) if fewer else _even(W.flatten(2), half).mT.flatten(1)
        how, way = How(reverse, False, lanes), Way(g, by, 1 + half, *arrays_of(_blank(x, half)))
        weights = ConvWeights(*arrays_of(_panels(gate_panels(in_order, 4, 2), half), bias, some(peep)))
        run = Run(*arrays_of(wide, lengths, h, c, kept))
        parts = shares(B, 2.0 * T * B * P * W.numel(), tile=1)
        on_threads(lambda k: conv_lstm.forward(*parts[k], how, way, weights, run), len(parts))
        ctx.save_for_backward(x, W_hh, W_ih, bias, holes, h_0, c_0, lengths, wide, h, c, kept)
        ctx.loop, ctx.how, ctx.way, ctx.half = loop, how, way, half
        ctx.set_materialize_grads(False)
        last = (T - first) % len(c)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        return tuple(part.detach() for part in (h[inner], c[inner], h[T - first], c[last]))  # no views, for autograd

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the backward pass; each thread sums its own videos' share of the weights' gradients."""
        *inputs, lengths, wide, h, c, kept = ctx.saved_tensors
        given = dh, dc, dh_end, dc_end
        if higher.asked(given):
            found = higher.gradients(ctx.loop, inputs, ctx.needs_input_grad[6:13], given)
            return *[None] * 6, *found, None
        x, W_hh, W_ih, bias, holes, _, _ = inputs
        W, peep = _of_both(W_hh, W_ih), _by_pixel(holes)
        (T, B, P, F), H, half = x.shape, h.shape[3], ctx.half
        lanes, g, by = ctx.how.lanes, ctx.way.g, ctx.way.by
        C = H + F + (half and (H + F) % 2)
        none = x.new_empty(0, B, P, H)
        into = [none if d is None else d.contiguous() for d in (dh, dc)]
        into += [torch.zeros_like(s[0]) if d is None else d.contiguous() for s, d in ((h, dh_end), (c, dc_end))]
        dx = x.new_empty(T if ctx.needs_input_grad[6] else 0, B, P, F)
        dh_0, dc_0 = torch.empty_like(h[0]), torch.empty_like(c[0])
        shape: tuple[int, ...]
        if by == ways.SQUARES_OF_FOUR:
            in_order = conv_squares.of_outputs(_by_plane(W).flip(3, 4).transpose(0, 1)).t()  # (K, C)
            count = conv_squares.products_of.py_func(g)
            shape = count, -(-4 * H // (2 * lanes)), _whole(C, ROWS), 2 * lanes
        elif by == ways.PAIRS:
            in_order = conv_winograd.of_outputs(_by_row(W).flip(3).transpose(0, 1)).t()  # (K, C)
            # a tile of dW is some channels by two vectors of gates
            products = len(g.rows) * conv_winograd.pieces_of.py_func(g.merged)
            shape = products, _whole(C, ROWS), _whole(4 * H, 2 * lanes)
        else:
            in_order = W.flatten(2).permute(2, 0, 1).flatten(0, 1)  # (cells · 4H, C)
            shape = len(g.rows), _whole(4 * H, ROWS), _whole(g.merged * C, 2 * lanes)
        W_back = _panels(panels(in_order, 2), half)
        weights = ConvWeights(*arrays_of(W_back, bias, some(peep)))
        run, gradients = Run(*arrays_of(wide, lengths, h, c, kept)), Gradients(*arrays_of(*into, dx, dh_0, dc_0))
        parts = shares(B, 4.0 * T * B * P * W.numel(), tile=1)
        sums = [x.new_zeros(len(parts), *size) for size in (shape, (4 * H,), peep.shape)]
        owns = [ConvSums(*arrays_of(*(some(total[k]) for total in sums))) for k in range(len(parts))]
        on_threads(
            lambda k: conv_lstm.backward(*parts[k], ctx.how, ctx.way, weights, run, gradients, owns[k]), len(parts)
        )
        dW, db, dpeep = (total.sum(0) if len(parts) > 1 else total[0] for total in sums)
        if by == ways.SQUARES_OF_FOUR:
            by_row = conv_squares.weights_gradient(dW, len(g.others), (g.down, g.merged))[: 4 * H, :C]
        elif by == ways.PAIRS:
            of_products = dW[:, :C, : 4 * H].unflatten(0, (len(g.rows), -1))
            by_row = conv_winograd.weights_gradient(of_products.permute(3, 2, 0, 1))  # (4H, C, rows, cells)
        else:
            by_row = dW[:, : 4 * H, : g.merged * C].unflatten(2, (g.merged, C))[..., : H + F].permute(1, 3, 0, 2)
        dW = by_row.reshape(W.shape)
        of_weights = dW[:, :H].contiguous(), None if W_ih is None else dW[:, H:].contiguous()
        dholes = dpeep.t().contiguous().view_as(holes)
        return *[None] * 6, dx if len(dx) else None, *of_weights, db, dholes, dh_0, dc_0, None


def _of_both(W_hh: Tensor, W_ih: Tensor | None) -> Tensor:
    # over [h, x]: one convolution of both
    return W_hh if W_ih is None else torch.cat([W_hh, W_ih], dim=1)


def _by_pixel(holes: Tensor) -> Tensor:
    # (3, H, P) → (P, 3H)
    return holes.flatten(0, 1).t().contiguous()


def _by_row(W: Tensor) -> Tensor:
    # (4H, C, kernel…) → (4H, C, rows of the kernel, cells of a row)
    return W.flatten(2).unflatten(2, (-1, W.shape[-1]))


def _by_plane(W: Tensor) -> Tensor:
    # (4H, C, kernel…) → (4H, C, planes of the kernel, rows, cells)
    return W.flatten(2).unflatten(2, (-1, *W.shape[-2:]))


def _whole(numbers: int, of: int) -> int:
    return -(-numbers // of) * of


def _even(weight: Tensor, half: bool) -> Tensor:
    # (4H, C, cells): pairs of channels must not end in the next pixel
    return torch.nn.functional.pad(weight, (0, 0, 0, 1)) if half and weight.shape[1] % 2 else weight


def _panels(panels: Tensor, half: bool) -> Tensor:
    return pairs_of(panels).view(torch.uint32) if half else panels


def _blank(x: Tensor, half: bool) -> Tensor:
    return x.new_empty(0, dtype=torch.uint16 if half else x.dtype)
