r"""Denormal numbers, those below the smallest of full precision, are 0 to kernels: many CPUs take far longer for them.

A thread's mode says so, one register of the CPU. Compiled code can read and write it, and who sets it puts it back: the
mode is the caller's (``torch.set_flush_denormal``). It is neither read nor written where the CPU is of another kind.
"""

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from rnn_tutorial.kernels.cpu.jit import jit

from .emit import INT32, INT64

KIND = llvm.get_process_triple().split("-")[0]
"""Of the CPU, as LLVM calls it."""

BITS = {"x86_64": 1 << 15 | 1 << 6, "aarch64": 1 << 24, "arm64": 1 << 24}.get(KIND, 0)
"""That make results and operands 0: FTZ and DAZ of MXCSR, or FZ of FPCR."""

POINTER = ir.IntType(8).as_pointer()


def read(builder: ir.IRBuilder, kind: str) -> Any:
    """Write the code that reads the mode, 64 bits."""
    if kind == "x86_64":
        place = cgutils.alloca_once(builder, INT32)
        function = ir.FunctionType(ir.VoidType(), [POINTER])
        stmxcsr = cgutils.get_or_insert_function(builder.module, function, "llvm.x86.sse.stmxcsr")
        builder.call(stmxcsr, [builder.bitcast(place, POINTER)])
        return builder.zext(builder.load(place), INT64)
    get = cgutils.get_or_insert_function(builder.module, ir.FunctionType(INT64, []), "llvm.aarch64.get.fpcr")
    return builder.call(get, [])


def write(builder: ir.IRBuilder, kind: str, mode: Any) -> None:
    """Write the code that sets it."""
    if kind == "x86_64":
        place = cgutils.alloca_once_value(builder, builder.trunc(mode, INT32))
        function = ir.FunctionType(ir.VoidType(), [POINTER])
        ldmxcsr = cgutils.get_or_insert_function(builder.module, function, "llvm.x86.sse.ldmxcsr")
        builder.call(ldmxcsr, [builder.bitcast(place, POINTER)])
        return
    function = ir.FunctionType(ir.VoidType(), [INT64])
    builder.call(cgutils.get_or_insert_function(builder.module, function, "llvm.aarch64.set.fpcr"), [mode])


@intrinsic
def _swap(typing, bits):
    # the mode becomes the present one and `bits`; gives what it was
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        before = read(builder, KIND)
        write(builder, KIND, builder.or_(before, args[0]))
        return before

    return types.int64(types.int64), generate


@intrinsic
def _put(typing, mode):
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write(builder, KIND, args[0])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@jit
def begin(bits):
    """Take denormal numbers for 0 in this thread; return the mode that was."""
    return _swap(bits)


@jit
def end(mode):
    """Put a thread's mode back."""
    _put(mode)


def without_denormals(work: Callable[[int], None], share: int) -> None:
    """Call ``work(share)`` in a thread that takes denormal numbers for 0, and leave the thread as it was."""
    if not BITS:
        return work(share)
    before = begin(BITS)
    try:
        work(share)
    finally:
        end(before)
