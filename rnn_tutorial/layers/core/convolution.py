r"""A convolution that keeps the size and the place of a picture, along 1, 2 or 3 axes."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from rnn_tutorial.validate import whole

from .types import PADDING_MODES

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


def convolve(x: Tensor, kernel: Tensor, bias: Tensor | None, dilation: tuple[int, ...], padding_mode: str) -> Tensor:
    r"""Return kernel ∗ x + bias, as large as x.

    Args:
        x: (N, C, *S).
        kernel: (K, C, *k), every k odd.
        bias: (K,) or None.
        dilation: Steps between a kernel's cells, one an axis.
        padding_mode: What lies outside: ``"zeros"``, ``"circular"``, ``"reflect"`` or ``"replicate"``.

    """
    convolution: Any = CONVOLUTIONS[kernel.dim() - 2]
    around = [d * (k // 2) for d, k in zip(dilation, kernel.shape[2:], strict=True)]
    if padding_mode == "zeros":
        return convolution(x, kernel, bias, padding=around, dilation=dilation)
    both_sides = [size for size in reversed(around) for _ in range(2)]
    return convolution(F.pad(x, both_sides, padding_mode), kernel, bias, dilation=dilation)


def check_options(spatial_dims: int, padding_mode: str, peephole: str | None, image_size: Any) -> None:
    """Refuse options of a ConvLSTM that mean nothing.

    Raises:
        ValueError: Names what was given and what there is.
    """
    if spatial_dims not in CONVOLUTIONS:
        raise ValueError(f"spatial_dims should be 1, 2 or 3, got {spatial_dims!r}")
    if padding_mode not in PADDING_MODES:
        raise ValueError(f"padding_mode should be one of {', '.join(PADDING_MODES)}, got {padding_mode!r}")
    if peephole not in ("channel", "position", None):
        raise ValueError(f'peephole should be "channel", "position" or None, got {peephole!r}')
    if peephole == "position" and image_size is None:
        raise ValueError('peephole="position" has a weight for every pixel: give image_size')


def per_axis(name: str, value: int | Sequence[int], axes: int) -> tuple[int, ...]:
    """Return one size an axis.

    Raises:
        TypeError: One that is no whole number.
        ValueError: Another number of sizes, or one below 1.
    """
    sizes = tuple(whole(name, size) for size in (value if isinstance(value, Iterable) else (value,) * axes))
    if len(sizes) != axes:
        raise ValueError(f"{name} should be one or {axes} whole numbers, got {value!r}")
    return sizes


def odd(name: str, value: int | Sequence[int], axes: int) -> tuple[int, ...]:
    """Return one odd size an axis.

    Raises:
        TypeError, ValueError: As :func:`per_axis`; an even size.
    """
    sizes = per_axis(name, value, axes)
    if any(size % 2 == 0 for size in sizes):
        raise ValueError(f"{name} should be odd, so that a state keeps its size and its place, got {value!r}")
    return sizes
