r"""A convolution in whichever way: compiled code knows the way by its type, and holds no other.

Each of these functions is that of the same name in the way's module, ``direct``, ``pairs`` or ``squares``. A picture is
convolved some lines at a time, ``top`` … ``end``::

    scratch = workspace(way, …)
    end = end_of_block(way, top)
    prepare(way, scratch, picture, kernel, top, end, lanes)       for these lines, and then each of them:
    convolve(way, scratch, z, wide, to, picture, kernel, top, end, line, column, n, lanes)

and so is the gradient of the kernel summed up, from ``workspace_back``: ``seen = prepare_sum(way, …)`` once a picture,
then ``add_gradient`` for lines up to ``end_of_sum``.
"""

from types import ModuleType
from typing import Any

from numba.extending import overload

from . import direct, pairs, squares, ways

KERNELS: dict[type[ways.Way], ModuleType] = {ways.Direct: direct, ways.Pairs: pairs, ways.Squares: squares}


def _by_way(name: str) -> Any:
    def function(way, *arguments):
        raise TypeError(f"{name} is for compiled code")

    # Where it is strict, Numba compares signatures: this one is the way's own. Inline, for a call a line would cost
    # more than some of the lines: all arrays of the way are handed over one by one.
    @overload(function, strict=False, inline="always")
    def _of_way(way, *arguments):
        return getattr(KERNELS[way.instance_class], name).py_func

    return function


workspace = _by_way("workspace")
end_of_block = _by_way("end_of_block")
prepare = _by_way("prepare")
convolve = _by_way("convolve")

workspace_back = _by_way("workspace_back")
prepare_sum = _by_way("prepare_sum")
end_of_sum = _by_way("end_of_sum")
add_gradient = _by_way("add_gradient")
