r"""What a call refuses of its input: ``torch.nn``'s own errors, and clearer ones where it has none."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from .autocast import under_autocast
from .definition import Definition
from .recorded import hides_values

AXES = {1: ["width"], 2: ["height", "width"], 3: ["depth", "height", "width"]}


def check_input(layer: Definition, input: Tensor) -> None:
    """Refuse a wrong rank, dtype, device, feature count, or an empty sequence.

    Raises:
        ValueError: Rank other than that of one sequence or a batch, or a dtype other than the weights'.
        RuntimeError: Another device or number of features, or no time steps.

    """
    name = type(layer).__name__
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}: Expected input to be a Tensor or a PackedSequence, got {type(input).__name__}")
    alone, shape = 2 + layer.spatial_dims, input.shape
    if len(shape) not in (alone, alone + 1):
        order = "batch, time" if layer.batch_first else "time, batch"
        step = ", ".join(["channels", *AXES[layer.spatial_dims]]) if layer.spatial_dims else "features"
        raise ValueError(
            f"{name}: Expected input to be {alone}D or {alone + 1}D, got {input.dim()}D instead: "
            f"shape {tuple(input.shape)}. Give (time, {step}) for one sequence or ({order}, {step}) for a batch"
        )
    _check_values(layer, input, shape[-1 - layer.spatial_dims])
    if shape[1 if layer.batch_first and len(shape) > alone else 0] == 0:
        raise RuntimeError(
            f"{name}: Expected sequence length to be larger than 0 in RNN, got input {tuple(input.shape)}: "
            "give one step or more of each sequence"
        )


def check_packed(layer: Definition, packed: PackedSequence, lengths: Any) -> None:
    """Refuse a PackedSequence of the wrong width, dtype or device, or one with lengths given twice."""
    if lengths is not None:
        raise ValueError("lengths: a PackedSequence already knows its lengths; give one or the other")
    check_data(layer, packed.data, 2 + layer.spatial_dims)


def check_data(layer: Definition, data: Tensor, rank: int) -> None:
    """Refuse steps, one after another or side by side, of another rank, width, dtype or device."""
    if data.dim() != rank:
        raise RuntimeError(f"input must have {rank} dimensions, got {data.dim()}")
    _check_values(layer, data, data.shape[-1 - layer.spatial_dims])


def _check_values(layer: Definition, values: Tensor, features: int) -> None:
    weight = layer.parameter("weight_hh_l0")  # they are all alike, and this one is always there
    if values.device != weight.device:
        raise RuntimeError(
            f"{type(layer).__name__}: Input and parameter tensors are not at the same device, "
            f"found input tensor at {values.device} and parameter tensor at {weight.device}. "
            f'Move one to the other: input.to("{weight.device}") or layer.to("{values.device}")'
        )
    if values.dtype != weight.dtype and not under_autocast(values):
        raise ValueError(
            f"RNN input dtype ({values.dtype}) does not match weight dtype ({weight.dtype}). "
            f"Convert input: input.to({weight.dtype}), or convert model: model.to({values.dtype})"
        )
    if features != layer.input_size:
        where = "-1" if layer.spatial_dims == 0 else str(-1 - layer.spatial_dims)
        raise RuntimeError(
            f"input.size({where}) must be equal to input_size. Expected {layer.input_size}, got {features}"
        )


def check_lengths(lengths: Tensor | list[int] | None, steps: int, batch: int) -> Tensor | None:
    """Return the lengths as int64 on the CPU, (batch,).

    Where PyTorch compiles, exports, traces or maps the call there are no values to look at: a length below 0 then
    counts as 0, and one above the number of steps as that number.

    Raises:
        TypeError: Fractional or boolean lengths.
        ValueError: Not one length per sequence, or one below 0 or above the number of steps.

    """
    if lengths is None:
        return None
    given = torch.as_tensor(lengths).detach().cpu()
    if given.numel() == 0:  # an empty list is of no type
        given = given.to(torch.int64)
    if given.dtype.is_floating_point or given.dtype.is_complex or given.dtype == torch.bool:
        raise TypeError(f"lengths should be whole numbers, got {given.dtype}: {given.tolist()}")
    if given.shape != (batch,):
        raise ValueError(f"lengths should have one entry per sequence, shape ({batch},), got {tuple(given.shape)}")
    given = given.to(torch.int64)
    if batch and not hides_values(given) and (given.min() < 0 or given.max() > steps):
        raise ValueError(f"lengths should lie between 0 and the {steps} steps of the input, got {given.tolist()}")
    return given
