r"""Matrix products inside kernels: a few rows times a narrow panel, its results held in registers all the time.

``tile`` computes C = A B for R rows and V vectors of columns. The R · V running sums never leave the registers; for
each k it loads V vectors of B and R numbers of A and does R · V multiply-adds. With 8 rows and 2 vectors that is ten
loads for sixteen multiply-adds, so arithmetic is the limit and not memory.
"""

from typing import Any

import torch
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from torch import Tensor

from .bfloat import multiply_add
from .emit import INT32, INT64, address, splat
from .vector import CONTRACT, Vector, llvm_vector, register_bytes

ROWS = 8 if register_bytes() == 64 else 4
"""Rows R of a tile: AVX-512 has 32 registers, its predecessors 16."""


def lanes_of(dtype: torch.dtype) -> int:
    """Return how many numbers a vector holds."""
    return register_bytes() // dtype.itemsize


def panels(matrix: Tensor, vectors: int) -> Tensor:
    """Cut (K, N) into panels of ``vectors`` vectors of columns, (N / width, K, width), the last one padded with 0."""
    K, N = matrix.shape
    width = vectors * lanes_of(matrix.dtype)
    count = -(-N // width)
    padded = torch.nn.functional.pad(matrix, (0, count * width - N)) if N % width else matrix
    # always a copy: NumPy fixes the size of a tensor's memory, and FSDP frees that of weights between calls
    return padded.reshape(K, count, width).transpose(0, 1).clone(memory_format=torch.contiguous_format)


def gate_panels(weight: Tensor, gates: int, split: int) -> Tensor:
    """Cut W (gates · H, K) into panels for the way forward: ``split`` for each vector of units, their gates together.

    Returns (units / lanes · split, K, gates / split · lanes).
    """
    H, K, lanes = weight.shape[0] // gates, weight.shape[1], lanes_of(weight.dtype)
    blocks = -(-H // lanes)
    by_gate = weight.view(gates, H, K)
    if H % lanes:
        by_gate = torch.nn.functional.pad(by_gate, (0, 0, 0, blocks * lanes - H))
    rows = by_gate.view(split, gates // split, blocks, lanes, K).permute(2, 0, 1, 3, 4)
    in_order = rows.reshape(blocks * split, gates // split * lanes, K).transpose(1, 2)
    return in_order.clone(memory_format=torch.contiguous_format)  # as in `panels`


def tile_of(vectors: int, *, add: bool = False, rows: int = ROWS) -> Any:
    r"""Make ``tile(c, at_c, row_c, a, at_a, row_a, column_a, b, at_b, row_b, K)`` for so many vectors of columns.

    It computes C = A B, or C += A B with ``add``. ``at_…`` is the first element, ``row_…`` the distance between rows
    and ``column_a`` that between A's columns, so that A may be a transpose. Where A and B hold integers, these are the
    bits of pairs of numbers (``bfloat``), and K counts pairs.
    """

    @intrinsic
    def tile(typing, c, at_c, row_c, a, at_a, row_a, column_a, b, at_b, row_b, K):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            return tile_code(context, builder, signature, (*args[:5], None, None, *args[5:]), vectors, add, rows)

        numbers = [types.intp] * 3
        return types.void(c, types.intp, types.intp, a, *numbers, b, *numbers), generate

    return tile


def tile_sum_of(vectors: int, *, rows: int = ROWS) -> Any:
    r"""Make ``tile(c, at_c, row_c, a, at_a, ways, way, row_a, column_a, b, at_b, row_b, K)``: C = Σ A B.

    Each A begins a number of ``ways`` times ``way`` after ``at_a``; the Bs follow each other.
    """

    @intrinsic
    def tile(typing, c, at_c, row_c, a, at_a, ways, way, row_a, column_a, b, at_b, row_b, K):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            return tile_code(context, builder, signature, args, vectors, False, rows)

        numbers = [types.intp] * 3
        return types.void(c, types.intp, types.intp, a, types.intp, ways, *numbers, b, *numbers), generate

    return tile


def tile_code(
    context: Any, builder: ir.IRBuilder, signature: Any, args: Any, vectors: int, add: bool, rows: int
) -> Any:
    """Write the code of a tile: R = ``rows`` by V = ``vectors`` sums, stored once all products are in."""
    C, at_c, row_c, A, at_a, ways, way, row_a, column_a, B, at_b, row_b, K = args
    c, a = signature.args[0], signature.args[3]
    b = signature.args[-4]
    kind = llvm_vector(Vector(c.dtype))
    bytes_each = c.dtype.bitwidth // 8
    in_pairs = isinstance(a.dtype, types.Integer)
    whole = ir.VectorType(INT32, kind.count)
    to_c = address(context, builder, c, C, at_c)
    to_a = address(context, builder, a, A, at_a)
    to_b = address(context, builder, b, B, at_b)

    def vector_at(start: Any, offset: Any, v: int) -> Any:
        where = builder.gep(start, [builder.add(offset, INT64(v * kind.count))])
        return builder.bitcast(where, kind.as_pointer())

    def multiply(to_a: Any, to_b: Any) -> None:
        # for every k: V vectors of B, R numbers of A, R · V multiply-adds
        with cgutils.for_range(builder, K) as loop:
            along_b = builder.mul(loop.index, row_b)
            along_a = builder.mul(loop.index, column_a)
            b_k = [builder.load(vector_at(to_b, along_b, v), align=bytes_each) for v in range(vectors)]
            for r in range(rows):
                offset = builder.add(builder.mul(row_a, INT64(r)), along_a)
                if in_pairs:
                    pair = builder.load(builder.bitcast(builder.gep(to_a, [offset]), INT32.as_pointer()), align=2)
                    for v in range(vectors):
                        pairs = builder.bitcast(b_k[v], whole)
                        total = multiply_add(builder, builder.load(sums[r][v]), pair, pairs)
                        builder.store(total, sums[r][v])
                    continue
                a_rk = splat(builder, kind, builder.load(builder.gep(to_a, [offset])))
                for v in range(vectors):
                    product = builder.fmul(a_rk, b_k[v], flags=CONTRACT)
                    builder.store(builder.fadd(product, builder.load(sums[r][v]), flags=CONTRACT), sums[r][v])

    places = [[vector_at(to_c, builder.mul(row_c, INT64(r)), v) for v in range(vectors)] for r in range(rows)]
    # they live in registers: the compiler sees that no one else knows their addresses
    sums = [[cgutils.alloca_once(builder, kind) for _ in range(vectors)] for _ in range(rows)]
    for r in range(rows):
        for v in range(vectors):
            start = builder.load(places[r][v], align=bytes_each) if add else ir.Constant(kind, None)
            builder.store(start, sums[r][v])
    if ways is None:
        multiply(to_a, to_b)
    else:
        of_ways = cgutils.create_struct_proxy(signature.args[5])(context, builder, ways)
        with cgutils.for_range(builder, of_ways.nitems) as each:
            further = builder.mul(builder.load(builder.gep(of_ways.data, [each.index])), way)
            panel = builder.gep(to_b, [builder.mul(each.index, builder.mul(K, row_b))])
            multiply(builder.gep(to_a, [further]), panel)
    for r in range(rows):
        for v in range(vectors):
            builder.store(builder.load(sums[r][v]), places[r][v], align=bytes_each)
    return context.get_dummy_value()
