r"""Which way a call takes: PyTorch's operator, our kernel, or the readable loop; all three give the same numbers.

``auto`` takes the fastest that can do what the call asks. Where operator and kernel both can, which is faster has been
measured, by ``benchmarks/dense.py`` and ``benchmarks/films.py``; the book's chapter on speed shows its table.
"""

import torch

from rnn_tutorial import extras

from . import fused, fused_videos, invariant, native
from .autocast import under_autocast
from .definition import Definition
from .sequences import Sequences

SMALL_BATCH, FEW_UNITS = 8, 16
"""With less of either, PyTorch's LSTM is faster than our kernel, which works on whole tiles and on one core a tile."""

MANY_UNITS = 256
"""Beyond, weights are far away, and an answer for a few sequences is mostly spent on fetching them."""

LEAST_STEPS = {"rnn": (10, 40), "gru": (4, 20), "lstm": (28, 100)}
"""Small steps, in training and in inference, that make up for the tenths of a millisecond of preparing a kernel."""

LARGE = 4096
"""A step of so many numbers, sequences × units, is worth two small ones."""


def choose(layer: Definition, sequences: Sequences, every_state: bool) -> str:
    """Return "native", "fused" or "reference".

    Raises:
        ValueError: The layer names a backend that cannot do what the call needs.

    """
    if invariant.wanted():
        return _in_any_batch(layer, sequences)
    if layer.backend == "auto":
        return _fastest(layer, sequences, every_state)
    unsupported_reason = ""
    if layer.backend == "native":
        unsupported_reason = native.unsupported_reason(layer, sequences, every_state)
    elif layer.backend == "fused":
        unsupported_reason = fused.unsupported_reason(layer, sequences)
    _refuse(layer, unsupported_reason)
    return layer.backend


def _refuse(layer: Definition, unsupported_reason: str) -> None:
    if unsupported_reason == fused.NO_NUMBA:
        unsupported_reason += f" ({extras.install_line('fast')})"
    if unsupported_reason:
        raise ValueError(f'backend="{layer.backend}" cannot {unsupported_reason}; use backend="auto" or "reference"')


def _in_any_batch(layer: Definition, sequences: Sequences) -> str:
    # what is chosen must not depend on the batch either, nor on the steps or the threads
    invariant.check(layer, sequences.tensor)
    no_kernel = fused.unsupported_reason(layer, sequences)
    if layer.backend != "reference" and not no_kernel:
        return "fused"
    if layer.backend == "fused":
        _refuse(layer, no_kernel)
    if under_autocast(sequences.tensor):
        raise ValueError("rt.batch_invariant() cannot hold in the loop under autocast: leave one of the two blocks")
    return "reference"


def _fastest(layer: Definition, sequences: Sequences, every_state: bool) -> str:
    # A small call takes microseconds in all, so nothing is asked that the answer does not depend on.
    no_operator = bool(native.unsupported_reason(layer, sequences, every_state))
    if not no_operator and not _kernel_beats_operator(layer, sequences):
        return "native"
    no_kernel = fused.unsupported_reason(layer, sequences)
    if not no_kernel and (not layer.spatial_dims or _kernel_beats_loop(sequences)):
        return "fused"
    if not no_operator:
        return "native"
    if no_kernel == fused.NO_NUMBA:
        fused.hint()
    return "reference"


def _kernel_beats_operator(layer: Definition, sequences: Sequences) -> bool:
    if layer.kernel is None:
        return False
    batch, steps = sequences.batch_size, sequences.steps
    for_training, for_inference = LEAST_STEPS[layer.kernel]
    small_steps = steps * (1 + batch * layer.hidden_size / LARGE)
    if small_steps < for_training:
        return False
    if layer.kernel != "lstm":
        enough = batch >= SMALL_BATCH or layer.hidden_size <= MANY_UNITS
        return _training(layer, sequences) or (small_steps >= for_inference and enough)
    # PyTorch's operator is good at the LSTM, forward above all
    if batch < SMALL_BATCH or layer.hidden_size < FEW_UNITS:
        return False
    return _training(layer, sequences) or (steps >= for_inference and batch >= 2 * SMALL_BATCH)


def _kernel_beats_loop(videos: Sequences) -> bool:
    # a thread takes whole videos; one video on two threads was still faster, on more it was not timed
    if 2 * videos.batch_size < torch.get_num_threads():
        return False
    return videos.batch_size == 1 or not fused_videos.loop_multiplies_tiles(videos.tensor)


def _training(layer: Definition, sequences: Sequences) -> bool:
    return torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (sequences.tensor, *layer.flat_weights()))
