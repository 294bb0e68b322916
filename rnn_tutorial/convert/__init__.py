r"""Weights to and from PyTorch, Keras and ONNX: the same network, laid out the way each of them wants it.

======== ============ ================= ============================ ==========================================
Library  LSTM         GRU               Matrices                     Biases
======== ============ ================= ============================ ==========================================
here     i, f, g, o   r, z, n           (gates · H, features)        two, ``bias_ih`` and ``bias_hh``
PyTorch  i, f, g, o   r, z, n           (gates · H, features)        two
Keras    i, f, c, o   z, r, h           (features, gates · H)        one; (2, 3H) for ``GRU(reset_after=True)``
ONNX     i, o, f, c   z, r, h           (D, gates · H, features)     two in one row, (D, 2 · gates · H)
======== ============ ================= ============================ ==========================================

The letters name the same gates (g and c are the LSTM's candidate, n and h the GRU's), and ONNX stacks its peepholes
as i, o, f. Of two biases that are only ever added, Keras keeps the sum: it comes back as ``bias_ih``, with
``bias_hh`` at 0, so that a forget bias of 1 counts once and not twice.

Functions named ``to_…`` return copies; functions named ``from_…`` with a ``layer`` write into it, and into all of
it or nothing: shapes are checked first. For a library that is not here, :func:`reorder_gates` does the main part.
"""

from typing import TYPE_CHECKING

from rnn_tutorial.lazy import suggesting

from .gates import reorder_gates
from .keras_weights import from_keras, to_keras
from .onnx_weights import from_onnx, to_onnx
from .torch_layers import from_torch, to_torch
from .variants import add_peepholes, flip_update_gate

__all__ = [
    "add_peepholes",
    "flip_update_gate",
    "from_keras",
    "from_onnx",
    "from_torch",
    "reorder_gates",
    "to_keras",
    "to_onnx",
    "to_torch",
]

if not TYPE_CHECKING:  # a checker that saw it would take every name for known
    __getattr__ = suggesting(__name__, __all__)
