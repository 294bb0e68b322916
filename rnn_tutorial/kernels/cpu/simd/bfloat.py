r"""Products of numbers of 16 bits (bfloat16), two at a time, with sums of 32 bits, on CPUs that can.

One instruction multiplies pairs and adds both products: twice the arithmetic of float32. Numba knows no such type, so
an array of uint16 holds the bits of single numbers, and one of uint32 those of pairs.
"""

from functools import cache
from typing import Any

import llvmlite.binding as llvm
import torch
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from torch import Tensor

from .emit import INT32, address, splat

llvm.initialize_native_asmparser()  # the instruction below is written as such


@cache
def supported() -> bool:
    """Whether this CPU has the instruction."""
    return bool(llvm.get_host_cpu_features().get("avx512bf16"))


@cache
def tiles() -> bool:
    """Whether this CPU multiplies whole tiles too (AMX): PyTorch's convolutions use that, no kernel here does."""
    return bool(llvm.get_host_cpu_features().get("amx-bf16"))


def pairs_of(panels: Tensor) -> Tensor:
    """Round panels (…, K, width) to 16 bits and put rows 2k and 2k + 1 side by side: (…, K / 2, width) of 32 bits."""
    rows = panels.to(torch.bfloat16).view(torch.int16).unflatten(-2, (-1, 2))
    return rows.transpose(-1, -2).contiguous().view(torch.int32).squeeze(-1)


def multiply_add(builder: ir.IRBuilder, total: Any, pair: Any, pairs: Any) -> Any:
    """Add to each lane of ``total`` the two products of a ``pair`` with that lane's ``pairs``."""
    both = splat(builder, pairs.type, pair)
    kind = ir.FunctionType(total.type, [total.type, pairs.type, pairs.type])
    return builder.asm(kind, "vdpbf16ps $3, $2, $0", "=v,0,v,v", [total, both, pairs], False)


@intrinsic
def _join(typing, target, at, source, low, high):
    # target[at + k] = source[low + k] and, in the upper half, source[high + k], for a vector of k
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        short, long = ir.VectorType(ir.IntType(16), 16), ir.VectorType(INT32, 16)

        def half(index: Any) -> Any:
            where = builder.bitcast(address(context, builder, source, args[2], index), short.as_pointer())
            return builder.zext(builder.load(where, align=2), long)

        value = builder.or_(half(args[3]), builder.shl(half(args[4]), ir.Constant(long, [16] * 16)))
        where = builder.bitcast(address(context, builder, target, args[0], args[1]), long.as_pointer())
        builder.store(value, where, align=4)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp, types.intp), generate


def paired(array: Any, scratch: Any, distance: Any) -> Any:
    """Pair each number with the one ``distance`` further on, in ``scratch``; numbers of 32 bits stay alone."""
    raise TypeError("paired is for compiled code")


@overload(paired)
def _paired(array, scratch, distance):
    if array.dtype != types.uint16:
        return lambda array, scratch, distance: array

    def implementation(array, scratch, distance):
        for e in range(0, len(array) - distance - 15, 16):
            _join(scratch, e, array, e, e + distance)
        return scratch

    return implementation
