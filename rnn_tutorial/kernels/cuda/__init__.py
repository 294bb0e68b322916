r"""Kernels for NVIDIA GPUs, compiled by Triton: one layer and one direction over whole sequences.

``lstm`` (peepholes included: cuDNN has none), ``gru`` and ``rnn`` are the recurrences and their ways back. While the
recurrent weights fit on the chip, one launch runs all steps of time; beyond, the same kernel runs a step a launch, and
cuBLAS takes the product. ``blocks`` has what the three share, ``limits`` says what can be run where, and ``scan`` makes
one differentiable function of it all.

Values and gradients are tested in Triton's interpreter, on the CPU, against the readable loop. **On a GPU nothing has
been timed yet**, so no layer takes this way by itself.

This package imports without Triton and without a GPU: ask ``supports`` before using ``Scan``.
"""

from .limits import Support, supports

try:
    from . import gru, lstm, rnn
    from .scan import Scan
except ImportError:  # no Triton: `supports` says so
    pass

__all__ = ["Scan", "Support", "gru", "lstm", "rnn", "supports"]
