r"""Vectors of a CPU's own width as values of Numba code: as many numbers as one instruction handles, 16 at best.

Compilers vectorise a loop only after they have proven that its arrays do not overlap, which costs more than the work
where a loop is short. Kernels therefore say what is meant: ``load`` a vector, add, multiply, ``store`` it::

    c = load(f, at, n) * load(c_old, at, n) + load(i, at, n) * load(g, at, n)

``n`` numbers are real; beyond them a load gives 0 and a store writes nothing, so no array needs padding.
"""

import operator
from collections.abc import Callable
from functools import cache
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

from .emit import INT32, INT64, address, rounded_bits, splat

CONTRACT = ("contract",)  # a·b + c may become one instruction; nothing else of "fast math", so NaN stays NaN


@cache
def register_bytes() -> int:
    """Return the size of this CPU's vector registers: 64 bytes with AVX-512, 32 with AVX, else 16."""
    features = llvm.get_host_cpu_features()
    return 64 if features.get("avx512f") else 32 if features.get("avx") else 16


class Vector(types.Type):
    """The Numba type: ``lanes`` numbers of ``dtype``."""

    def __init__(self, dtype: types.Float) -> None:
        self.dtype = dtype
        self.lanes = register_bytes() * 8 // dtype.bitwidth
        super().__init__(f"Vector({dtype}, {self.lanes})")


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, vector: Vector) -> None:
        super().__init__(manager, vector, llvm_vector(vector))


def llvm_vector(vector: Vector) -> ir.VectorType:
    """Return LLVM's type for it."""
    return ir.VectorType(ir.FloatType() if vector.dtype == types.float32 else ir.DoubleType(), vector.lanes)


def _masked(builder: ir.IRBuilder, vector: ir.VectorType, n: Any) -> Any:
    # counted in 32 bits where numbers have no more: one comparison is enough for all lanes
    wide = isinstance(vector.element, ir.DoubleType)
    lanes = ir.VectorType(INT64 if wide else INT32, vector.count)
    number = n if wide else builder.trunc(n, INT32)
    return builder.icmp_signed("<", ir.Constant(lanes, list(range(vector.count))), splat(builder, lanes, number))


@intrinsic
def load(typing, array, index, n):
    """Read ``n`` numbers of a contiguous array from element ``index`` on; 0 in the other lanes.

    Those of an array of uint16 are bfloat16, which are the upper halves of float32.
    """
    short = array.dtype == types.uint16
    vector = Vector(types.float32 if short else array.dtype)

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        result, bits = llvm_vector(vector), array.dtype.bitwidth
        kind = ir.VectorType(ir.IntType(bits), vector.lanes) if short else result
        where = builder.bitcast(address(context, builder, array, args[0], args[1]), kind.as_pointer())
        mask = _masked(builder, kind, args[2])
        name = f"llvm.masked.load.v{kind.count}{'i' if short else 'f'}{bits}.p0"
        shape = ir.FunctionType(kind, [kind.as_pointer(), INT32, mask.type, kind])
        function = cgutils.get_or_insert_function(builder.module, shape, name)
        value = builder.call(function, [where, INT32(bits // 8), mask, ir.Constant(kind, None)])
        if not short:
            return value
        whole = ir.VectorType(INT32, vector.lanes)
        upper = builder.shl(builder.zext(value, whole), ir.Constant(whole, [16] * vector.lanes))
        return builder.bitcast(upper, result)

    return vector(array, types.intp, types.intp), generate


@intrinsic
def store(typing, array, index, n, value):
    """Write the first ``n`` lanes of ``value`` to a contiguous array, from element ``index`` on.

    An array of uint16 gets them rounded to bfloat16.
    """

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        bits, lanes, letter = array.dtype.bitwidth, args[3], "f"
        if array.dtype == types.uint16:
            lanes, letter = rounded_bits(builder, lanes), "i"
        kind = lanes.type
        where = builder.bitcast(address(context, builder, array, args[0], args[1]), kind.as_pointer())
        # nearly all vectors are whole, and some CPUs store a part of one in the time of a dozen
        is_whole = builder.icmp_signed(">=", args[2], INT64(kind.count))
        with builder.if_else(is_whole, likely=True) as (whole, part):
            with whole:
                builder.store(lanes, where, align=bits // 8)
            with part:
                mask = _masked(builder, kind, args[2])
                name = f"llvm.masked.store.v{kind.count}{letter}{bits}.p0"
                shape = ir.FunctionType(ir.VoidType(), [kind, kind.as_pointer(), INT32, mask.type])
                function = cgutils.get_or_insert_function(builder.module, shape, name)
                builder.call(function, [lanes, where, INT32(bits // 8), mask])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, value), generate


@intrinsic
def zeros(typing, like):
    """Return a vector of zeros."""
    return like(like), lambda context, builder, signature, args: ir.Constant(llvm_vector(like), None)


def _arithmetic(symbol: Callable[..., Any], instruction: str) -> None:
    @intrinsic
    def apply(typing, left, right):
        vector = left if isinstance(left, Vector) else right
        number = vector.dtype

        def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            kind = llvm_vector(vector)
            sides = [
                value if isinstance(of, Vector) else splat(builder, kind, value)
                for of, value in zip(signature.args, args, strict=True)
            ]
            return getattr(builder, instruction)(*sides, flags=CONTRACT)

        sides = [side if isinstance(side, Vector) else number for side in (left, right)]
        return vector(*sides), generate

    @overload(symbol)
    def operation(left, right):
        if isinstance(left, Vector) or isinstance(right, Vector):
            return lambda left, right: apply(left, right)
        return None


for _symbol, _instruction in {
    operator.add: "fadd",
    operator.sub: "fsub",
    operator.mul: "fmul",
    operator.truediv: "fdiv",
}.items():
    _arithmetic(_symbol, _instruction)


@intrinsic
def clamp(typing, value, low, high):
    """Cut to low … high; NaN stays NaN, because a comparison with it is false."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kind = llvm_vector(value)
        low, high = (splat(builder, kind, arg) for arg in args[1:])
        raised = builder.select(builder.fcmp_ordered("<", args[0], low), low, args[0])
        return builder.select(builder.fcmp_ordered(">", raised, high), high, raised)

    return value(value, value.dtype, value.dtype), generate


@intrinsic
def rounded(typing, value):
    """Round each lane to the nearest whole number."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kind = llvm_vector(value)
        name = f"llvm.rint.v{kind.count}f{value.dtype.bitwidth}"
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), name)
        return builder.call(function, args)

    return value(value), generate


@intrinsic
def power_of_two(typing, value):
    r"""Return :math:`2^n` for whole n: n goes where a floating-point number keeps its exponent."""
    bits, fraction = value.dtype.bitwidth, {32: 23, 64: 52}[value.dtype.bitwidth]

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kind = llvm_vector(value)
        whole = ir.VectorType(ir.IntType(bits), kind.count)
        bias = ir.Constant(whole, [2 ** (bits - fraction - 2) - 1] * kind.count)
        shift = ir.Constant(whole, [fraction] * kind.count)
        return builder.bitcast(builder.shl(builder.add(builder.fptosi(args[0], whole), bias), shift), kind)

    return value(value), generate


@intrinsic
def unless_off(typing, value, unit):
    """Return the value in the lanes whose unit is not 0 or below, also where that is NaN; 0 in the others."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        zero = ir.Constant(llvm_vector(value), None)
        return builder.select(builder.fcmp_ordered("<=", args[1], zero), zero, args[0])

    return value(value, unit), generate
