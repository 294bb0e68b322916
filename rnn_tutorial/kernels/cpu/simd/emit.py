r"""Pieces of LLVM's code that kernels are written with: addresses, vectors of one number, rounding to 16 bits."""

from typing import Any

from llvmlite import ir
from numba.core import cgutils

INT32, INT64 = ir.IntType(32), ir.IntType(64)


def address(context: Any, builder: ir.IRBuilder, array: Any, value: Any, index: Any) -> Any:
    """Return the address of element ``index`` of a contiguous array, counted through all its axes."""
    data = cgutils.create_struct_proxy(array)(context, builder, value).data
    return builder.gep(data, [index])


def splat(builder: ir.IRBuilder, vector: ir.VectorType, number: Any) -> Any:
    """Return a vector that holds ``number`` in every lane."""
    nothing = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nothing, number, INT32(0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(INT32, vector.count), [0] * vector.count))


def rounded_bits(builder: ir.IRBuilder, value: Any) -> Any:
    """Return a vector of float32 as 16 bits each, rounded to nearest, ties to even; NaN stays NaN."""
    count = value.type.count
    whole = ir.VectorType(INT32, count)

    def same(number: int) -> Any:
        return ir.Constant(whole, [number] * count)

    bits = builder.bitcast(value, whole)
    upper = builder.lshr(bits, same(16))
    nearest = builder.lshr(builder.add(bits, builder.add(same(0x7FFF), builder.and_(upper, same(1)))), same(16))
    unordered = builder.fcmp_unordered("uno", value, value)
    return builder.trunc(
        builder.select(unordered, builder.or_(upper, same(0x40)), nearest), ir.VectorType(ir.IntType(16), count)
    )
