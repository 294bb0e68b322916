r"""What every conversion does: refuse, find a layer's weights, check the arrays given, copy them in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnn_tutorial.layers import GRU, LSTM, RNN
from rnn_tutorial.layers.core.assign import assign, check_no_hook
from rnn_tutorial.layers.core.base import Recurrent
from rnn_tutorial.layers.core.types import Weights

Shape = tuple[int, ...]


def refuse(layer: Recurrent, library: str, unsupported_reason: Callable[[Recurrent], str]) -> None:
    """Refuse what is no layer of ours, and one with an ``unsupported_reason``: something that the library lacks, or "".

    Raises:
        TypeError: Not a layer of this package.
        ValueError: The library lacks something that the layer has, or a weight is computed by a hook.

    """
    if not isinstance(layer, RNN | LSTM | GRU):
        hint = "; convert it with from_torch first" if isinstance(layer, nn.RNNBase) else ""
        raise TypeError(f"expected an RNN, LSTM, GRU, PeepholeLSTM or ConvLSTM, got {type(layer)}{hint}")
    lacks = "layer_norm" if layer.layer_norm else unsupported_reason(layer)
    if lacks:
        raise ValueError(f"this {type(layer).__name__} has no counterpart: {library} lacks {lacks}")
    check_no_hook(layer, names_of(layer))


def noise_of(layer: Recurrent) -> str:
    """Name the option that changes the loop over time, in training or at all, or nothing."""
    return next((name for name in ("zoneout", "recurrent_dropout", "weight_dropout") if getattr(layer, name)), "")


def names_of(layer: Any) -> list[str]:
    """Return the full names of the weights of a recurrent layer, ours or PyTorch's."""
    return list(layer._flat_weights_names)


def weights_of(layer: Recurrent, number: int, direction: int) -> Weights:
    """Return the parameters of one layer and direction by short name.

    Raises:
        ValueError: There is no such layer or direction.

    """
    if number not in range(layer.num_layers) or direction not in range(layer.num_directions):
        has = f"num_layers={layer.num_layers}, bidirectional={layer.bidirectional}"
        raise ValueError(f"no layer {number}, direction {direction} in a {type(layer).__name__} with {has}")
    return layer.weights(number, direction)


def as_array(value: Any) -> np.ndarray:
    """Return a tensor's values as an array of its own, or anything else as NumPy reads it."""
    if not isinstance(value, Tensor):
        return np.asarray(value)
    value = value.detach().cpu()
    return (value.float() if value.dtype == torch.bfloat16 else value).numpy().copy()  # NumPy has no bfloat16


def checked(given: Mapping[str, Any], expected: Mapping[str, Shape], hint: str = "") -> dict[str, np.ndarray]:
    """Return the arrays, all of them numbers and of the shapes expected.

    Raises:
        ValueError: One is not.

    """
    arrays = {name: as_array(value) for name, value in given.items()}
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name}: expected shape {shape}, got {arrays[name].shape}{hint}")
        if arrays[name].dtype.kind not in "fiu":
            raise ValueError(f"{name}: expected real numbers, got {arrays[name].dtype}")
    return arrays


def listed(expected: Mapping[str, Shape]) -> str:
    """Name arrays and their shapes for a message."""
    return ", ".join(f"{name} {shape}" for name, shape in expected.items())


def write(layer: Recurrent, number: int, new: Sequence[Mapping[str, np.ndarray]], first: int = 0) -> None:
    r"""Give a layer of the stack the values of arrays by short name: a mapping a direction, from ``first`` on.

    Raises:
        ValueError: A weight cannot take them, see ``assign``. The layer is then unchanged.

    """
    values: Weights = {}
    for direction, arrays in enumerate(new, first):
        names = layer.weight_names[number * layer.num_directions + direction]
        values |= {full: torch.from_numpy(np.ascontiguousarray(arrays[short])) for short, full in names.items()}
    assign(layer, values, exactly=True)
