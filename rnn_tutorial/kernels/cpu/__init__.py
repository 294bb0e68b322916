r"""Kernels for CPUs, compiled by Numba: one layer and one direction over whole sequences.

``vector`` has the CPU's vectors as values, ``functions`` their sigmoid and tanh, ``matrix`` products whose results stay
in registers. ``lstm``, ``gru`` and ``rnn`` are the recurrences and their ways back; ``rows`` shares a batch out to
threads, and ``scan`` makes one differentiable function of it all.

For videos, ``conv_geometry`` lays out pictures, ``conv_direct`` and ``conv_winograd`` are two ways to convolve them,
``conv_lstm`` is the recurrence and ``conv_scan`` the function.
"""

from . import products
from .cells import gru, lstm, rnn
from .scan import Scan

__all__ = ["Scan", "gru", "load", "lstm", "rnn"]


def load() -> None:
    """Let Numba load the rest of itself, which it does at the first call of anything compiled: half of its start."""
    products.whole_tiles(1)
