r"""The ConvLSTM's kernel as one differentiable function: a layer's one direction, over whole films."""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from . import conv_lstm
from .bfloat import pairs_of
from .matrix import ROWS, gate_panels, lanes_of, panels
from .rows import on_threads, shares
from .scan import arrays_of


@dataclass(frozen=True)
class Geometry:
    r"""Where pixels and the cells of a kernel lie in a picture with a frame of zeros, counted in pixels.

    ``area``: pixels with the frame. ``lines``: the first pixel that each line's kernels cover; ``size``: pixels of a
    line. ``centre``: from there to the pixel itself. ``cells``: from there to each cell of the kernel. ``taps`` and
    ``merged``: the same by rows of the kernel, where a row's cells follow each other.
    """

    area: int
    lines: npt.NDArray[np.int64]
    size: int
    centre: int
    cells: npt.NDArray[np.int64]
    taps: npt.NDArray[np.int64]
    merged: int

    @classmethod
    def of(cls, sizes: tuple[int, ...], kernel: tuple[int, ...], dilation: tuple[int, ...]) -> "Geometry":
        """Lay out pictures of so many pixels along each axis for a kernel of odd sizes."""
        around = [d * (k // 2) for d, k in zip(dilation, kernel, strict=True)]
        framed = [s + 2 * a for s, a in zip(sizes, around, strict=True)]
        strides = [prod(framed[axis + 1 :]) for axis in range(len(framed))]

        def places(counts: tuple[int, ...], steps: tuple[int, ...]) -> npt.NDArray[np.int64]:
            along = [range(0, count * step, step) for count, step in zip(counts, steps, strict=True)]
            return np.array([sum(map(int.__mul__, at, strides)) for at in product(*along)], dtype=np.int64)

        ones = (1,) * len(sizes)
        cells = places(kernel, dilation)
        merged = kernel[-1] if dilation[-1] == 1 else 1
        return cls(
            area=prod(framed),
            lines=places((*sizes[:-1], 1), ones),
            size=sizes[-1],
            centre=sum(map(int.__mul__, around, strides)),
            cells=cells,
            taps=cells[::merged],
            merged=merged,
        )


class ConvScan(torch.autograd.Function):
    """(x, weights, first state) → (h, c, last h, last c), all with the pixels before the channels.

    x (T, B, P, F), W (4H, H + F, kernel…) over [h, x], bias (4H,), peepholes (1, 3H) or (P, 3H), h_0 and c_0 (B, P, H),
    lengths (B,). Gives h and c of all steps, (T, B, P, H); c only if ``every`` asks for it, and nothing for a way back
    unless ``back`` does. With ``half``, what is multiplied is rounded to bfloat16 first; sums and cells are not.
    """

    @staticmethod
    def forward(
        ctx: Any,
        geometry: Geometry,
        reverse: bool,
        every: bool,
        back: bool,
        half: bool,
        x: Tensor,
        W: Tensor,
        bias: Tensor,
        peep: Tensor,
        h_0: Tensor,
        c_0: Tensor,
        lengths: Tensor,
    ) -> Any:
        """Run the kernel on each thread's films; keep what the way back needs only if there will be one."""
        T, B, P, _ = x.shape
        H, g, lanes = h_0.shape[2], geometry, lanes_of(x.dtype)
        x = x.contiguous()
        first = T if reverse else 0
        kept = x.new_empty(T if back else 0, B, P, conv_lstm.KEPT * H)
        h, c = x.new_empty(T + 1, B, P, H), x.new_empty(T + 1 if every or back else 2, B, P, H)
        h[first], c[first % len(c)] = h_0, c_0
        by_cell = _even(W.flatten(2), half).transpose(1, 2).flatten(1)  # (4H, cells · C)
        arrays = arrays_of(
            _blank(x, half), x, _panels(gate_panels(by_cell, 4, 2), half), bias, peep, lengths, h, c, kept
        )
        where = (reverse, lanes, g.area, g.lines, g.size, g.centre, g.taps, g.merged, 1 + half)
        parts = shares(B, 2.0 * T * B * P * W.numel(), tile=1)
        on_threads(lambda k: conv_lstm.forward(*parts[k], *where, *arrays), len(parts))
        ctx.save_for_backward(x, W, peep, lengths, h, c, kept)
        ctx.geometry, ctx.reverse, ctx.half = geometry, reverse, half
        ctx.set_materialize_grads(False)
        last = (T - first) % len(c)
        inner = slice(0, T) if reverse else slice(1, T + 1)
        return h[inner], c[inner], h[T - first].clone(), c[last].clone()

    @staticmethod
    def backward(ctx: Any, dh: Tensor | None, dc: Tensor | None, dh_end: Tensor | None, dc_end: Tensor | None) -> Any:
        """Run the way back; each thread sums its own films' share of the weights' gradients."""
        if torch.is_grad_enabled():  # create_graph=True: a result without a graph would pass for a constant
            raise RuntimeError('a kernel has no second derivatives; build the layer with backend="reference"')
        x, W, peep, lengths, h, c, kept = ctx.saved_tensors
        g, (T, B, P, F), H = ctx.geometry, x.shape, h.shape[3]
        lanes, half = lanes_of(x.dtype), ctx.half
        C = H + F + (half and (H + F) % 2)
        none = x.new_empty(0, B, P, H)
        into = [none if d is None else d.contiguous() for d in (dh, dc)]
        into += [torch.zeros_like(s[0]) if d is None else d.contiguous() for s, d in ((h, dh_end), (c, dc_end))]
        dx = x.new_empty(T if ctx.needs_input_grad[5] else 0, B, P, F)
        dh_0, dc_0 = torch.empty_like(h[0]), torch.empty_like(c[0])
        W_back = _panels(panels(W.flatten(2).permute(2, 0, 1).flatten(0, 1), 2), half)  # (cells · 4H, C), in panels
        back_taps = 2 * g.centre - g.cells
        shared = arrays_of(_blank(x, half), x, W_back, peep, lengths, h, c, kept, *into, dx, dh_0, dc_0)
        parts = shares(B, 4.0 * T * B * P * W.numel(), tile=1)
        tall, wide = -(-4 * H // ROWS) * ROWS, -(-g.merged * C // (2 * lanes)) * 2 * lanes
        sums = [x.new_zeros(len(parts), *shape) for shape in ((len(g.taps), tall, wide), (4 * H,), peep.shape)]
        owns = [arrays_of(*(total[k] for total in sums)) for k in range(len(parts))]
        where = (ctx.reverse, lanes, g.area, g.lines, g.size, g.centre, g.taps, g.merged, 1 + half, back_taps)
        on_threads(lambda k: conv_lstm.backward(*parts[k], *where, *shared, *owns[k]), len(parts))
        dW, db, dpeep = (total.sum(0) if len(parts) > 1 else total[0] for total in sums)
        by_cell = dW[:, : 4 * H, : g.merged * C].unflatten(2, (g.merged, C))[..., : H + F]
        dW = by_cell.permute(1, 3, 0, 2).reshape(W.shape)
        return None, None, None, None, None, dx if len(dx) else None, dW, db, dpeep, dh_0, dc_0, None


def _even(weight: Tensor, half: bool) -> Tensor:
    # (4H, C, cells): pairs of channels must not end in the next pixel
    return torch.nn.functional.pad(weight, (0, 0, 0, 1)) if half and weight.shape[1] % 2 else weight


def _panels(panels: Tensor, half: bool) -> Tensor:
    return pairs_of(panels).view(torch.uint32) if half else panels


def _blank(x: Tensor, half: bool) -> Tensor:
    return x.new_empty(0, dtype=torch.uint16 if half else x.dtype)
