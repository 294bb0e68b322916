r"""Which way a call takes: PyTorch's operator, our kernel, or the readable loop; all three give the same numbers.

``auto`` takes the fastest that can do what the call asks. Where operator and kernel both can, which is faster has been
measured, by ``benchmarks/dense.py`` and ``benchmarks/films.py``; the book's chapter on speed shows its table.
"""

from typing import TYPE_CHECKING

import torch

from . import fused, native

if TYPE_CHECKING:
    from .base import Recurrent
    from .sequences import Sequences

SMALL_BATCH = 8
"""Kernels work on whole tiles of rows; with fewer sequences than a tile has they do more than is needed."""

LONG = 100
"""Steps over which the few tenths of a millisecond that it takes to prepare a kernel's call do not count."""


def choose(layer: "Recurrent", sequences: "Sequences", every_state: bool) -> str:
    """Return "native", "fused" or "reference".

    Raises:
        ValueError: The layer names a backend that cannot do what the call needs.

    """
    if layer.backend == "reference":
        return "reference"
    obstacles = {
        "native": native.obstacle(layer, sequences, every_state),
        "fused": fused.obstacle(layer, sequences),
    }
    if layer.backend in obstacles:
        if obstacle := obstacles[layer.backend]:
            raise ValueError(f'backend="{layer.backend}" cannot {obstacle}; use backend="auto" or "reference"')
        return layer.backend
    if not obstacles["fused"] and _kernel_is_faster(layer, sequences, alone=bool(obstacles["native"])):
        return "fused"
    if not obstacles["native"]:
        return "native"
    if obstacles["fused"] == fused.NO_NUMBA:
        fused.hint()
    return "reference"


def _kernel_is_faster(layer: "Recurrent", sequences: "Sequences", alone: bool) -> bool:
    if (
        layer.spatial_dims
    ):  # a thread takes whole films; one film on two threads was still faster, on more it was not timed
        return 2 * sequences.batch_size >= torch.get_num_threads()
    if alone:
        return True
    training = torch.is_grad_enabled() and any(
        tensor.requires_grad for tensor in (sequences.tensor, *layer.parameters())
    )
    batch = sequences.batch_size
    if layer.kernel != "lstm":
        return training or batch >= SMALL_BATCH
    # PyTorch's operator is good at the LSTM, forward above all
    return batch >= SMALL_BATCH if training else batch >= 2 * SMALL_BATCH and sequences.steps >= LONG
