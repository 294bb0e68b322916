r"""Sigmoid and tanh of a vector, to the last bit or two of float32 and float64, both from one exponential."""

import math
from typing import Any

from numba.extending import overload

from .vector import clamp, power_of_two, rounded

LOG2_E = 1.4426950408889634
LN_2_HIGH, LN_2_LOW = 0.693145751953125, 1.4286068203094172e-06  # their sum is ln 2; n · high is exact


def expm1(x: Any) -> Any:
    r"""Return :math:`e^x - 1`, accurate near 0 as well, for vectors in compiled code.

    With :math:`x = n \ln 2 + r` and :math:`|r| \le \ln 2 / 2` it is :math:`2^n (e^r - 1) + (2^n - 1)`.
    """
    raise TypeError("expm1 is for compiled code")


@overload(expm1)
def _expm1(x):
    number = x.dtype
    # beyond, e^x leaves the range of 2^n; and 1 / e^limit is denormal, in a kernel (``flush``) therefore 0
    limit = number(88.0 if number.bitwidth == 32 else 709.0)
    one, log2_e, high, low = number(1.0), number(LOG2_E), number(LN_2_HIGH), number(LN_2_LOW)
    # Taylor: e^r - 1 = r (1 + r (1/2! + r (1/3! + …)))
    terms = 7 if number.bitwidth == 32 else 13
    last = number(1 / math.factorial(terms))
    others = tuple(number(1 / math.factorial(k)) for k in range(terms - 1, 0, -1))

    def implementation(x):
        x = clamp(x, -limit, limit)
        n = rounded(x * log2_e)
        r = x - n * high - n * low
        series = r * last + others[0]
        for coefficient in others[1:]:
            series = series * r + coefficient
        scale = power_of_two(n)
        return scale * (series * r) + (scale - one)

    return implementation


def sigmoid(x: Any) -> Any:
    r"""Return :math:`1 / (1 + e^{-x})`, in a kernel exactly 0 where that is denormal, as for :math:`-\infty`."""
    raise TypeError("sigmoid is for compiled code")


@overload(sigmoid)
def _sigmoid(x):
    one, two, zero = x.dtype(1.0), x.dtype(2.0), x.dtype(0.0)
    return lambda x: one / (expm1(zero - x) + two)


def tanh(x: Any) -> Any:
    r"""Return :math:`\tanh x = (e^{2x} - 1) / (e^{2x} + 1)`."""
    raise TypeError("tanh is for compiled code")


@overload(tanh)
def _tanh(x):
    two = x.dtype(2.0)

    def implementation(x):
        e = expm1(x + x)
        return e / (e + two)

    return implementation
