r"""Peepholes, or none: which, compiled code knows by the type, ``None`` or an array."""

from numba import types
from numba.extending import overload

from rnn_tutorial.kernels.cpu.products import add
from rnn_tutorial.kernels.cpu.simd.vector import load


def plus_hole(z, peep, at, n, c):
    """Z + w ⊙ c, or z alone without peepholes: an infinite cell times a weight of 0 would be NaN."""


def add_hole(dpeep, at, n, dz, c):
    """Dw += dz ⊙ c, or nothing without peepholes."""


@overload(plus_hole)
def _plus_hole(z, peep, at, n, c):
    if isinstance(peep, types.NoneType):
        return lambda z, peep, at, n, c: z
    return lambda z, peep, at, n, c: z + load(peep, at, n) * c


@overload(add_hole)
def _add_hole(dpeep, at, n, dz, c):
    if isinstance(dpeep, types.NoneType):
        return lambda dpeep, at, n, dz, c: None
    return lambda dpeep, at, n, dz, c: add(dpeep, at, n, dz * c)


def pixel_of(peep):
    """Return how many numbers of (P, 3H) or (1, 3H) lie between those of two pixels."""


@overload(pixel_of)
def _pixel_of(peep):
    if isinstance(peep, types.NoneType):
        return lambda peep: 0
    return lambda peep: peep.shape[1] if len(peep) > 1 else 0
