r"""Kernels for NVIDIA GPUs, compiled by Triton: one layer and one direction over whole sequences.

``lstm`` (peepholes included: cuDNN has none), ``gru`` and ``rnn`` are the recurrences and their ways back. While the
recurrent weights fit on the chip, one launch runs all steps of time; beyond, the same kernel runs a step a launch,
cuBLAS takes the product, and ``graphs`` sends all steps at once. ``blocks`` has what they share, ``limits`` says what
can be run where, and ``scan`` makes one differentiable function of it all. For videos, ``conv_lstm`` has the gates of a
step and ``conv_scan`` the function.

Values and gradients are tested in Triton's interpreter, on the CPU, against the readable loop. **On a GPU nothing has
been timed yet**, so no layer takes this way by itself.

This package imports without Triton and without a GPU: ask ``supports`` before using ``Scan`` or ``ConvScan``.
"""

from .limits import Support, supports

try:
    from . import graphs, gru, lstm, rnn
    from .conv_scan import ConvScan
    from .scan import Scan
except ImportError:  # no Triton: `supports` says so
    pass

__all__ = ["ConvScan", "Scan", "Support", "graphs", "gru", "lstm", "rnn", "supports"]
