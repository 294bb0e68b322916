r"""Recurrent layers as ONNX models made of ONNX's own operators ``RNN``, ``LSTM`` and ``GRU``, one node a layer.

Unlike an export of the traced loop, such a model is as small as the layer, takes any number of steps and sequences,
and runs on the kernels that a runtime has for these operators.
"""

import os
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch

from . import extras
from .convert import to_onnx
from .convert.onnx_attributes import activations_of
from .io import write_atomically
from .layers import GRU, LSTM, RNN
from .layers.core.base import Recurrent

__all__ = ["export_onnx"]

OPSET, IR_VERSION = 17, 8  # of 2022: old enough for the runtimes in use, and nothing newer is needed
NOT_GIVEN = ""  # the name that stands for an input which a node does without


def export_onnx(
    layer: Recurrent,
    file: str | os.PathLike[str] | IO[bytes],
    *,
    lengths: bool = False,
    initial_state: bool = False,
) -> None:
    r"""Write a layer as an ONNX model; batch and time stay of any size.

    The model has the inputs ``input``, then ``lengths``, ``h_0``, ``c_0`` where asked for, and the outputs ``output``,
    ``h_n`` and, for an LSTM, ``c_n``. The shapes are those of our layers; axes named ``batch`` and ``time`` are free.

    The model is the layer in evaluation: dropout of every kind is left out. Weights and inputs keep the layer's
    dtype. ONNX Runtime computes these operators in float32 and float16 only, so call ``layer.float()`` before
    exporting one in float64.

    Args:
        layer: An RNN, LSTM, GRU or PeepholeLSTM.
        file: The path to write, or a binary file open for writing. A path never holds half a model: the bytes go to a
            temporary file beside it, which is then renamed.
        lengths: Give the model an input ``lengths``, (B,) int64: the valid steps of right-padded sequences, 0 … T.
            The output is 0 in the padding. ONNX Runtime ends a sequence of 0 steps with the state 0, whatever its first
            state is.
        initial_state: Give it inputs ``h_0`` and, for an LSTM, ``c_0``, (L · D, B, H); otherwise they are zeros.

    Raises:
        MissingExtraError: The package ``onnx`` is missing.
        TypeError: Not a layer of this package, or in bfloat16.
        ValueError: The operators cannot compute it: ``proj_size``, ``layer_norm``, ``zoneout``, a ConvLSTM.

    Examples:
        >>> import io
        >>> model = io.BytesIO()
        >>> export_onnx(LSTM(10, 20, num_layers=2, batch_first=True), model, lengths=True)

    """
    with extras.explained("export_onnx"):
        import onnx

    model = _Model(onnx, layer, lengths, initial_state).build()
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString()
    if isinstance(file, str | os.PathLike):
        write_atomically(Path(file), data)
    else:
        file.write(data)


class _Model:
    """The graph of one layer while it is being put together."""

    def __init__(self, onnx: Any, layer: Recurrent, lengths: bool, initial_state: bool) -> None:
        self.onnx = onnx
        self.layer = layer
        self.lengths = lengths
        self.initial_state = initial_state
        self.weights = [to_onnx(layer)]  # refuses what cannot be done
        self.weights += [to_onnx(layer, number) for number in range(1, layer.num_layers)]
        if next(layer.parameters()).dtype == torch.bfloat16:
            raise TypeError("cannot export torch.bfloat16: call layer.float() first")
        self.dtype = onnx.helper.np_dtype_to_tensor_dtype(self.weights[0]["W"].dtype)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def build(self) -> Any:
        """Declare inputs and outputs, connect the nodes between them."""
        helper, layer = self.onnx.helper, self.layer
        time_and_batch = ["batch", "time"] if layer.batch_first else ["time", "batch"]
        directions, states = layer.num_directions, layer.state_names
        state_shape = [layer.num_layers * directions, "batch", layer.hidden_size]
        value = helper.make_tensor_value_info
        inputs = [value("input", self.dtype, [*time_and_batch, layer.input_size])]
        if self.lengths:
            inputs.append(value("lengths", self.onnx.TensorProto.INT64, ["batch"]))
        if self.initial_state:
            inputs += [value(f"{s}_0", self.dtype, state_shape) for s in states]
        outputs = [value("output", self.dtype, [*time_and_batch, directions * layer.hidden_size])]
        outputs += [value(f"{s}_n", self.dtype, state_shape) for s in states]
        self.connect()
        graph = helper.make_graph(self.nodes, type(layer).__name__, inputs, outputs, self.constants)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="rnn_tutorial")

    def connect(self) -> None:
        """Chain the layers' nodes; an operator's own output is (T, D, B, H), the next one's input (T, B, D · H)."""
        layer = self.layer
        states = layer.state_names
        x, lengths = "input", NOT_GIVEN
        if layer.batch_first:
            x = self.node("Transpose", [x], "input_time_first", perm=[1, 0, 2])
        if self.lengths:
            lengths = self.node("Cast", ["lengths"], "lengths_int32", to=self.onnx.TensorProto.INT32)
        first = [self.split(state) if self.initial_state else [NOT_GIVEN] * layer.num_layers for state in states]
        # In a shape to reshape to, 0 stands for "this axis as it is".
        side_by_side = self.constant("side_by_side", [0, 0, layer.num_directions * layer.hidden_size])
        operator, attributes = _operator(layer)
        for number, tensors in enumerate(self.weights):
            W, R, B, P = (self.constant(f"{key}_l{number}", tensors.get(key)) for key in "WRBP")
            given = [x, W, R, B, lengths, *(parts[number] for parts in first), *([P] if P else [])]
            y, *_ = outputs = [f"{name}_l{number}" for name in ("y", *(f"{state}_n" for state in states))]
            self.nodes.append(
                self.onnx.helper.make_node(operator, given, outputs, f"{operator}_l{number}", **attributes)
            )
            top = number == layer.num_layers - 1
            perm = [2, 0, 1, 3] if top and layer.batch_first else [0, 2, 1, 3]
            y = self.node("Transpose", [y], f"{y}_directions_last", perm=perm)
            x = self.node("Reshape", [y, side_by_side], "output" if top else f"x_l{number + 1}")
        for state in states:
            self.node("Concat", [f"{state}_n_l{number}" for number in range(layer.num_layers)], f"{state}_n", axis=0)

    def split(self, state: str) -> list[str]:
        """Cut an initial state (L · D, B, H) into one (D, B, H) a layer."""
        layer = self.layer
        if layer.num_layers == 1:
            return [f"{state}_0"]
        parts = [f"{state}_0_l{number}" for number in range(layer.num_layers)]
        sizes = self.constant(f"{state}_0_sizes", [layer.num_directions] * layer.num_layers)
        self.nodes.append(self.onnx.helper.make_node("Split", [f"{state}_0", sizes], parts, f"split_{state}_0", axis=0))
        return parts

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node of one output; return the output's name."""
        self.nodes.append(self.onnx.helper.make_node(operator, inputs, [output], f"make_{output}", **attributes))
        return output

    def constant(self, name: str, values: np.ndarray | list[int] | None) -> str:
        """Add a constant, whole numbers as the int64 that shapes are made of; return its name."""
        if values is None:
            return NOT_GIVEN
        array = np.array(values, dtype=np.int64) if isinstance(values, list) else values
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name


def _operator(layer: Recurrent) -> tuple[str, dict[str, Any]]:
    attributes: dict[str, Any] = {
        "hidden_size": layer.hidden_size,
        "direction": "bidirectional" if layer.bidirectional else "forward",
    }
    if layer.gate_activation != "sigmoid" or isinstance(layer, RNN):
        attributes |= activations_of(layer)
    if isinstance(layer, LSTM):
        return "LSTM", attributes
    if isinstance(layer, GRU):
        return "GRU", attributes | {"linear_before_reset": int(layer.reset_after)}
    assert isinstance(layer, RNN)
    return "RNN", attributes
