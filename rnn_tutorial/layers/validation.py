r"""What a layer refuses, and how it says so: ``torch.nn``'s own errors, and clearer ones where it has none."""

import warnings
from numbers import Number
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from .typed import BACKENDS, RECURRENT_INITS

if TYPE_CHECKING:
    from .base import Recurrent, State
    from .sequences import Sequences

AXES = {1: ["width"], 2: ["height", "width"], 3: ["depth", "height", "width"]}


def check_constructor(
    input_size: int,
    hidden_size: int,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    dropout: float,
    proj_size: int,
    backend: str,
    recurrent_init: str,
    least_input: int = 1,
) -> None:
    """Refuse what ``torch.nn.RNNBase`` refuses, in its words.

    Raises:
        TypeError: An argument of the wrong type.
        ValueError: A size, probability or backend out of range.

    """
    for name, flag in {"bias": bias, "batch_first": batch_first}.items():
        if not isinstance(flag, bool):
            raise TypeError(f"{name} should be of type bool, got: {type(flag).__name__}")
    sizes = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        if size < (least_input if name == "input_size" else 1):
            raise ValueError(f"{name} must be greater than zero, got {size}")
    if not isinstance(dropout, Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(
            f"dropout should be a number in range [0, 1] representing the probability of an element being zeroed, "
            f"got {dropout!r}"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
            f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )
    if proj_size < 0:
        raise ValueError(f"proj_size should be a positive integer or zero to disable projections, got {proj_size}")
    if proj_size >= hidden_size:
        raise ValueError(f"proj_size has to be smaller than hidden_size ({hidden_size}), got {proj_size}")
    if backend not in BACKENDS:
        raise ValueError(f"backend should be one of {', '.join(BACKENDS)}, got {backend!r}")
    if recurrent_init not in RECURRENT_INITS:
        raise ValueError(f"recurrent_init should be one of {', '.join(RECURRENT_INITS)}, got {recurrent_init!r}")


def under_autocast(tensor: Tensor) -> bool:
    """Whether operations on this tensor's device are cast automatically; "meta" and some others know no such thing."""
    kind = "cpu" if tensor.is_cpu else tensor.device.type  # the second costs a string
    known = kind in ("cpu", "cuda") or torch.amp.is_autocast_available(kind)
    return known and torch.is_autocast_enabled(kind)


def check_forget_bias(layer: "Recurrent", forget_bias: float | None) -> float | None:
    """Refuse a bias for a gate that is not there, or that has no bias.

    Raises:
        ValueError: The network has no forget gate, or ``bias=False``.

    """
    if forget_bias is not None and "c" not in layer.state_names:
        raise ValueError(f"forget_bias={forget_bias}: a {type(layer).__name__} has no forget gate")
    if forget_bias is not None and not layer.bias:
        raise ValueError(f"forget_bias={forget_bias} needs bias=True: there is no bias to set")
    return forget_bias


def check_input(layer: "Recurrent", input: Tensor) -> None:
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
        raise RuntimeError(f"{name}: Expected sequence length to be larger than 0, got input {tuple(input.shape)}")


def check_packed(layer: "Recurrent", packed: PackedSequence, lengths: Any) -> None:
    """Refuse a PackedSequence of the wrong width, dtype or device, or one with lengths given twice."""
    if lengths is not None:
        raise ValueError("lengths: a PackedSequence already knows its lengths; give one or the other")
    rank = 2 + layer.spatial_dims
    if packed.data.dim() != rank:
        raise RuntimeError(f"input must have {rank} dimensions, got {packed.data.dim()}")
    _check_values(layer, packed.data, packed.data.shape[1])


def _check_values(layer: "Recurrent", values: Tensor, features: int) -> None:
    weight = layer.parameter("weight_hh_l0")  # they are all alike, and this one is always there
    if values.device != weight.device:
        raise RuntimeError(
            f"{type(layer).__name__}: input is on {values.device} but the weights are on {weight.device}. "
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

    Raises:
        TypeError: Fractional or boolean lengths.
        ValueError: Not one length per sequence, or one below 1 or above the number of steps.

    """
    if lengths is None:
        return None
    given = torch.as_tensor(lengths).detach().cpu()
    if given.dtype.is_floating_point or given.dtype.is_complex or given.dtype == torch.bool:
        raise TypeError(f"lengths should be whole numbers, got {given.dtype}: {given.tolist()}")
    if given.shape != (batch,):
        raise ValueError(f"lengths should have one entry per sequence, shape ({batch},), got {tuple(given.shape)}")
    given = given.to(torch.int64)
    if batch and (given.min() < 1 or given.max() > steps):
        raise ValueError(f"lengths should lie between 1 and the {steps} steps of the input, got {given.tolist()}")
    return given


def initial_state(layer: "Recurrent", sequences: "Sequences", hx: Any) -> "State":
    """Return the first state, for each name a tensor (L · D, B, H): the caller's ``hx``, checked, or zeros.

    Zeros follow the input's device and dtype; under autocast they are float32, so that a cell state that is summed
    over many steps is kept in full precision. Where layers differ in width it is a tuple of tensors, one a run.

    Raises:
        TypeError: ``hx`` is not what the network's state is (a tensor, or a pair of tensors for an LSTM).
        RuntimeError: Its rank or shape does not fit the input.

    """
    like = sequences.tensor
    shapes = _state_shapes(layer, sequences)
    if hx is None:
        dtype, device = torch.float32 if under_autocast(like) else like.dtype, like.device
        return tuple(
            [
                tuple([torch.zeros(*one, dtype=dtype, device=device) for one in shape])
                if isinstance(shape, list)
                else torch.zeros(*shape, dtype=dtype, device=device)
                for shape in shapes
            ]
        )
    names = ["hidden"] if len(shapes) == 1 else [f"hidden[{k}]" for k in range(len(shapes))]
    return tuple(
        _checked(sequences, given, shape, name)
        for given, shape, name in zip(_as_state(layer, hx), shapes, names, strict=True)
    )


def _state_shapes(layer: "Recurrent", sequences: "Sequences") -> list[Any]:
    # One shape (L · D, B, H) for all runs, or a list, (B, H) of each run, where layers differ in width.
    batch, directions = sequences.batch_size, layer.num_directions
    rest = sequences.tensor.shape[-layer.spatial_dims :] if layer.spatial_dims else ()
    shapes: list[Any] = []
    for name in layer.state_names:
        width_of = layer.hidden_of if name == "c" else layer.output_of
        widths = [width_of(k) for k in range(layer.num_layers)]
        if widths.count(widths[0]) == len(widths):
            shapes.append((len(widths) * directions, batch, widths[0], *rest))
        else:
            shapes.append([(batch, width, *rest) for width in widths for _ in range(directions)])
    return shapes


def _checked(sequences: "Sequences", given: Any, shape: Any, what: str) -> Any:
    if isinstance(shape, list):  # layers of different width
        if not isinstance(given, tuple | list) or len(given) != len(shape):
            raise TypeError(f"Expected {what} to be {len(shape)} tensors, one a layer and direction, of {shape}")
        return tuple(
            _checked(sequences, one[None], (1, *of_run), f"{what}[{k}]")[0]
            for k, (one, of_run) in enumerate(zip(given, shape, strict=True))
        )
    if not isinstance(given, Tensor):
        raise TypeError(f"Expected {what} to be a tensor of {shape}, got {type(given).__name__}")
    like = sequences.tensor
    expected = len(shape) if sequences.batched else len(shape) - 1
    if given.dim() != expected:
        kind = f"batched {expected}-D" if sequences.batched else f"unbatched {expected}-D"
        raise RuntimeError(f"For {kind} input, hx should also be {expected}-D but got {given.dim()}-D tensor")
    tensor = given if sequences.batched else given.unsqueeze(1)
    if tuple(tensor.shape) != shape:
        raise RuntimeError(f"Expected {what} size {shape}, got {list(tensor.shape)}")
    if tensor.device != like.device:
        raise RuntimeError(f"Expected {what} on {like.device} like the input, got it on {tensor.device}")
    if tensor.dtype != like.dtype and not under_autocast(like):
        raise RuntimeError(f"Expected {what} of {like.dtype} like the input, got {tensor.dtype}")
    return tensor


def _as_state(layer: "Recurrent", hx: Any) -> tuple[Any, ...]:
    names = layer.state_names
    state = (hx,) if len(names) == 1 else hx
    parts_fit = isinstance(state, tuple | list) and len(state) == len(names)
    if not parts_fit or not all(isinstance(s, Tensor | tuple | list) for s in state):
        wanted = "a tensor h_0" if len(names) == 1 else f"a tuple ({', '.join(n + '_0' for n in names)}) of tensors"
        raise TypeError(f"{type(layer).__name__}: hx should be {wanted}, got {type(hx).__name__}")
    return tuple(state)
