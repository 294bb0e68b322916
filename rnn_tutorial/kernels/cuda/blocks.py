r"""What the kernels share: blocks of rows and units, the squashing functions, and how a kernel is started."""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from .limits import interpreted, padded

INTERPRETED = tl.constexpr(interpreted())

ROWS = 16
"""Rows of the batch in one program: the fewest that a matrix product on tensor cores takes."""
UNITS = 128
"""Units in one program where the product is done elsewhere, and a unit need not see the others."""


@triton.jit
def sigmoid(x):
    r"""Return :math:`1 / (1 + e^{-x})`; the exponent is never positive, so nothing overflows."""
    e = tl.exp(-tl.abs(x))
    # σ(x) = 1 / (1 + e^-x) = e^x / (1 + e^x)
    return tl.where(x < 0, e, 1.0) / (1.0 + e)


@triton.jit
def tanh(x):
    r"""Return :math:`\tanh x`, odd by construction and accurate near 0 as well; NaN only for NaN."""
    size = tl.abs(x)
    e = tl.exp(-2.0 * size)
    # tanh |x| = (1 - e^-2|x|) / (1 + e^-2|x|): the exponent is never positive, so this is never inf / inf
    far = (1.0 - e) / (1.0 + e)
    # near 0 the difference would cancel: tanh x = x (1 - x²/3 + 2x⁴/15 - 17x⁶/315 + …)
    q = tl.minimum(size, 1.0) * tl.minimum(size, 1.0)
    near = size * (1.0 + q * (-1.0 / 3.0 + q * (2.0 / 15.0 - q * (17.0 / 315.0))))
    y = tl.where(size < 0.2, near, far)
    return tl.where(x < 0, -y, y)


@triton.jit
def read(p, at, inside):
    """Read a block as float32, with zeros outside."""
    return tl.load(p + at, mask=inside, other=0.0).to(tl.float32)


@triton.jit
def write(p, at, inside, value):
    """Write a block in the type of what stands there."""
    tl.store(p + at, value.to(p.dtype.element_ty), mask=inside)


@triton.jit
def read_4(p, at, H, inside):
    """Read a unit's four gates, H apart."""
    return read(p, at, inside), read(p, at + H, inside), read(p, at + 2 * H, inside), read(p, at + 3 * H, inside)


@triton.jit
def write_3(p, at, H, inside, first, second, third):
    """Write a unit's three gates, H apart."""
    write(p, at, inside, first)
    write(p, at + H, inside, second)
    write(p, at + 2 * H, inside, third)


@triton.jit
def read_gate(W, gate, H, UNITS: tl.constexpr):
    """Read one gate's recurrent weights (H, H), padded with zeros: rows are its units, columns those of h."""
    row, column = tl.arange(0, UNITS)[:, None], tl.arange(0, UNITS)[None, :]
    return tl.load(W + (gate * H + row) * H + column, mask=(row < H) & (column < H), other=0.0)


@triton.jit
def plus_product(z, x, W, PRECISION: tl.constexpr):
    """Return z + x W, summed up in float32."""
    if INTERPRETED:  # the interpreter's own product takes the bits of bfloat16 for integers
        return tl.dot(x.to(tl.float32), W.to(tl.float32), z)
    else:
        return tl.dot(x, W, z, input_precision=PRECISION)


@triton.jit
def rows_and_units(ROWS: tl.constexpr, UNITS: tl.constexpr):
    """Return this program's rows (ROWS, 1), with 64 bits since T · B · 4H may need them, and units (1, UNITS)."""
    b = (tl.program_id(0) * ROWS + tl.arange(0, ROWS)).to(tl.int64)
    u = tl.program_id(1) * UNITS + tl.arange(0, UNITS)
    return b[:, None], u[None, :]


def grid(B: int, H: int, whole: bool) -> tuple[int, int]:
    """Return the number of programs over rows and over units: one of the latter where it must see all of h."""
    return triton.cdiv(B, ROWS), 1 if whole else triton.cdiv(H, UNITS)


def options(H: int, whole: bool) -> dict[str, Any]:
    """Return a launch's sizes, and the precision of its products: float32 keeps its digits unless PyTorch's need not.

    ``tf32x3`` adds up three products of shorter numbers: as good as float32, and still on tensor cores.
    """
    wide = padded(H) if whole else min(UNITS, padded(H))
    exact = torch.get_float32_matmul_precision() == "highest"
    return {
        "PRECISION": "tf32x3" if exact else "tf32",
        "ROWS": ROWS,
        "UNITS": wide,
        "num_warps": 8 if wide >= 64 else 4,
        "enable_fp_fusion": True,  # x · y + z with one rounding
        "num_stages": 1,  # more would keep later steps' inputs on the chip, where the weights are
    }


def steps(T: int, reverse: bool) -> range:
    """Return the order of time."""
    return range(T - 1, -1, -1) if reverse else range(T)


def copy_or_zeros(d: Tensor | None, like: Tensor) -> Tensor:
    """Return a gradient to write on, or zeros where none came in."""
    return torch.zeros_like(like) if d is None else d.clone(memory_format=torch.contiguous_format)
