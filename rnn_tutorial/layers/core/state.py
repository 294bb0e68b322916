r"""The first state of a call: the caller's, checked, or zeros."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .autocast import under_autocast
from .definition import Definition
from .sequences import Sequences
from .types import State


def initial_state(layer: Definition, sequences: Sequences, hx: Any) -> State:
    """Return the first state, for each name a tensor (L · D, B, H): the caller's ``hx``, checked, or zeros.

    Zeros follow the input's device and dtype; under autocast they are float32, so that a cell state that is summed
    over many steps is kept in full precision. Where layers differ in width it is a tuple of tensors, one a run.

    Raises:
        TypeError: ``hx`` is not what the network's state is (a tensor, or a pair of tensors for an LSTM).
        RuntimeError: Its rank or shape does not fit the input.

    """
    like = sequences.tensor
    shapes = state_shapes(layer, sequences.batch_size, like.shape[like.dim() - layer.spatial_dims :])
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


def state_shapes(layer: Definition, batch: int, rest: Sequence[int] = ()) -> list[Any]:
    """Return for each name of the state one shape (L · D, B, H), or a list, (B, H) a run, where layers differ in width.

    ``rest`` are the axes of a time step beside the features.
    """
    directions = layer.num_directions
    shapes: list[Any] = []
    for name in layer.state_names:
        width_of = layer.hidden_of if name == "c" else layer.output_of
        widths = [width_of(k) for k in range(layer.num_layers)]
        if widths == [widths[0]] * len(widths):  # list.count stops an older torch.compile
            shapes.append((len(widths) * directions, batch, widths[0], *rest))
        else:
            shapes.append([(batch, width, *rest) for width in widths for _ in range(directions)])
    return shapes


def _checked(sequences: Sequences, given: Any, shape: Any, what: str) -> Any:
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
        raise RuntimeError(
            f"Input and hidden tensors are not at the same device, found input tensor at {like.device} and "
            f'hidden tensor at {tensor.device}: {what}. Move it: .to("{like.device}")'
        )
    if tensor.dtype != like.dtype and not under_autocast(like):
        raise RuntimeError(f"Expected {what} of {like.dtype} like the input, got {tensor.dtype}")
    return tensor


def _as_state(layer: Definition, hx: Any) -> tuple[Any, ...]:
    names = layer.state_names
    state = (hx,) if len(names) == 1 else hx
    parts_fit = isinstance(state, tuple | list) and len(state) == len(names)
    if not parts_fit or not all(isinstance(s, Tensor | tuple | list) for s in state):
        wanted = "a tensor h_0" if len(names) == 1 else f"a tuple ({', '.join(n + '_0' for n in names)}) of tensors"
        raise TypeError(f"{type(layer).__name__}: hx should be {wanted}, got {type(hx).__name__}")
    return tuple(state)
