r"""Kernels for CPUs, compiled by Numba: one layer and one direction over whole sequences.

``simd`` has the CPU's vectors as values, their sigmoid and tanh, and matrix products whose results stay in registers.
``cells`` are the recurrences of LSTM, GRU and RNN, forward and back, on what ``objects`` describes; ``rows`` shares a
batch out to threads, and ``scan`` makes one differentiable function of it all.

For videos, ``conv.geometry`` lays out pictures, ``conv.direct``, ``conv.winograd`` and ``conv.squares`` are ways to
convolve them, of which ``conv.ways`` chooses; ``conv.lstm`` is the recurrence and ``conv.scan`` the function.
"""

from . import products
from .cells import gru, lstm, rnn
from .scan import Scan

__all__ = ["Scan", "gru", "load", "lstm", "rnn"]


def load() -> None:
    """Let Numba load the rest of itself, which it does at the first call of anything compiled: half of its start."""
    products.whole_tiles(1)
