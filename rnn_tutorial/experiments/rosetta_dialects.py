r"""The same weights read by PyTorch, Keras and ONNX, and a search for the reading that gives the same outputs.

Each ``in_…`` function hands weights to a library in the library's own layout. One thing it leaves to the caller: the
gates stay in the order in which they come. :func:`orders` then tries all orders, and finds out which one a library
means. The ``through_…`` functions carry a layer over with :mod:`rnn_tutorial.convert`, as a user would.
"""

import io
from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from rnn_tutorial.convert import flip_update_gate, reorder_gates, to_keras, to_torch
from rnn_tutorial.convert.gates import OUR_PEEPHOLES, OURS
from rnn_tutorial.extras import explained
from rnn_tutorial.layers import GRU, LSTM, RNN
from rnn_tutorial.layers.core.base import Recurrent
from rnn_tutorial.layers.core.biases import PEEPHOLES
from rnn_tutorial.onnx_export import export_onnx

Weights = dict[str, Tensor]
Run = Callable[[Weights], Tensor]
Reading = TypeVar("Reading")

PROVIDERS = ["CPUExecutionProvider"]
SAME = 1e-5  # float32 in another order of additions; a wrong reading is off by far more


def in_ours(kind: str, w: Weights, x: Tensor, **options: Any) -> Tensor:
    """Run this package's layer of this kind on x (B, T, F); return its output (B, T, H)."""
    layer = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}[kind](
        x.shape[-1], w["weight_hh"].shape[1], batch_first=True, **options
    )
    layer.load_state_dict({f"{name}_l0": values for name, values in w.items()})
    return layer(x)[0].detach()


def in_torch(kind: str, w: Weights, x: Tensor) -> Tensor:
    """Run ``torch.nn``'s layer of this kind."""
    layer = getattr(nn, kind)(x.shape[-1], w["weight_hh"].shape[1], batch_first=True)
    layer.load_state_dict({f"{name}_l0": values for name, values in w.items()})
    return layer(x)[0].detach()


def in_keras(kind: str, w: Weights, x: Tensor, **options: Any) -> Tensor:
    """Run Keras's layer: matrices transposed, two biases summed where it keeps one."""
    with explained("the comparison with Keras"):
        import keras

    H = w["weight_hh"].shape[1]
    layer = getattr(keras.layers, kind)(H, return_sequences=True, **options)
    layer.build(tuple(x.shape))
    matrices = (w["weight_ih"], w["weight_hh"])
    kernels = [m.permute(*range(2, m.dim()), 1, 0) for m in matrices]
    biases = torch.stack([p for name, p in w.items() if name.startswith("bias")])
    two = kind == "GRU" and layer.reset_after
    arrays = [*kernels, biases if two else biases.sum(dim=0)]
    layer.set_weights([array.numpy() for array in arrays])
    return layer(x).detach()


def in_onnx(kind: str, w: Weights, x: Tensor, **attributes: Any) -> Tensor:
    """Run ONNX's operator: an axis of directions in front, biases in one row."""
    tensors = {"W": w["weight_ih"], "R": w["weight_hh"]}
    tensors["B"] = torch.cat([w["bias_ih"], w["bias_hh"]])
    if PEEPHOLES[0] in w:
        tensors["P"] = torch.cat([w[name] for name in PEEPHOLES])
    arrays = {name: tensor[None].numpy() for name, tensor in tensors.items()}
    arrays["X"] = x.transpose(0, 1).numpy()  # time first
    H = w["weight_hh"].shape[1]
    (y,) = run_node(kind, arrays, hidden_size=H, **attributes)
    return torch.from_numpy(y)[:, 0].transpose(0, 1)  # from (T, D, B, H)


def run_node(kind: str, arrays: dict[str, np.ndarray], **attributes: Any) -> list[np.ndarray]:
    """Compute a model of a single ONNX node in ONNX Runtime; inputs that are not given stay empty."""
    with explained("the comparison with ONNX"):
        import onnx
        import onnxruntime

    helper, places = onnx.helper, ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    inputs = [name if name in arrays else "" for name in places[: max(map(places.index, arrays)) + 1]]
    infos = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, a.shape) for n, a in arrays.items()]
    result = helper.make_tensor_value_info("Y", onnx.TensorProto.FLOAT, None)
    graph = helper.make_graph([helper.make_node(kind, inputs, ["Y"], **attributes)], kind, infos, [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=PROVIDERS)
    return session.run(None, {name: np.ascontiguousarray(array) for name, array in arrays.items()})


def through_torch(layer: Recurrent, x: Tensor) -> Tensor:
    """Carry a layer to ``torch.nn`` and run it there."""
    return to_torch(layer)(x)[0].detach()


def through_keras(layer: Recurrent, x: Tensor, kind: str = "", **options: Any) -> Tensor:
    """Carry a layer to Keras and run it there."""
    arrays = to_keras(layer)  # refuses what Keras has not
    with explained("the comparison with Keras"):
        import keras

    theirs = getattr(keras.layers, kind or type(layer).__name__)(layer.hidden_size, return_sequences=True, **options)
    theirs.build(tuple(x.shape))
    theirs.set_weights(arrays)
    return theirs(x).detach()


def through_onnx(layer: Recurrent, x: Tensor) -> Tensor:
    """Export a layer and run it in ONNX Runtime."""
    file = io.BytesIO()
    export_onnx(layer, file)
    with explained("the comparison with ONNX"):
        import onnxruntime

    session = onnxruntime.InferenceSession(file.getvalue(), providers=PROVIDERS)
    return torch.from_numpy(session.run(["output"], {"input": x.numpy()})[0])


def weights_of(layer: Recurrent) -> Weights:
    """Return copies of the first layer's parameters by short name, gates in our order."""
    return {name: parameter.detach().clone() for name, parameter in layer.weights().items()}


def stacked(w: Weights, source: str, target: str) -> Weights:
    """Return the same weights with their gates stacked in another order; peepholes, which are three, as they are."""
    return {name: p if name in PEEPHOLES else reorder_gates(p, source, target) for name, p in w.items()}


def difference(one: Tensor, other: Tensor) -> float:
    """Return the largest difference of two outputs."""
    return (one - other).abs().max().item()


def fitting(readings: Iterable[Reading], run: Callable[[Reading], Tensor], expected: Tensor) -> list[Reading]:
    """Return those readings that lead to the expected output."""
    return [reading for reading in readings if difference(run(reading), expected) < SAME]


def orders(layer: Recurrent, run: Run, x: Tensor) -> list[str]:
    """Return the orders of gates, of all there are, in which ``run`` computes what the layer does."""
    ours, w = OURS[layer.gates], weights_of(layer)
    every = ("".join(order) for order in permutations(ours))
    return fitting(every, lambda order: run(stacked(w, ours, order)), layer(x)[0].detach())


class GRUReading(NamedTuple):
    """One of the ways to read a GRU's weights."""

    order: str
    keeps: bool  # whether an update gate of 1 keeps the old state
    after: bool  # whether the reset gate acts after the product


def four_grus(layer: GRU) -> dict[tuple[bool, bool], GRU]:
    """Return four networks with the same weights, by what a :class:`GRUReading` calls ``keeps`` and ``after``."""
    networks: dict[tuple[bool, bool], GRU] = {}
    for after in (True, False):
        network = GRU(layer.input_size, layer.hidden_size, batch_first=layer.batch_first, reset_after=after)
        network.load_state_dict(layer.state_dict())
        networks |= {(True, after): network, (False, after): flip_update_gate(network)}
    return networks


def gru_readings(layer: GRU, run: Run, x: Tensor) -> list[GRUReading]:
    """Return the readings, of all 24, in which ``run`` computes what our network in that reading does."""
    expected = {kind: network(x)[0].detach() for kind, network in four_grus(layer).items()}
    w = weights_of(layer)
    found = []
    for order in map("".join, permutations(OURS[3])):
        output = run(stacked(w, OURS[3], order))
        found += [GRUReading(order, *kind) for kind, ours in expected.items() if difference(output, ours) < SAME]
    return found


def peephole_orders(layer: LSTM, run: Run, x: Tensor, gates: str) -> list[str]:
    """Return the orders of peepholes that fit, where the gates are stacked as ``gates``."""
    w = stacked(weights_of(layer), OURS[4], gates)
    ours = dict(zip(OUR_PEEPHOLES, (w[name] for name in PEEPHOLES), strict=True))

    def run_in(order: str) -> Tensor:
        return run(w | {name: ours[gate] for name, gate in zip(PEEPHOLES, order, strict=True)})

    return fitting(("".join(order) for order in permutations(OUR_PEEPHOLES)), run_in, layer(x)[0].detach())


def spell(shape: Iterable[int], names: dict[int, str]) -> str:
    """Write a shape in letters: sizes that ``names`` knows, and their multiples by the number of gates and biases."""
    known = {1: "1", 2: "2"} | {n * size: f"{n}{name}" for n in (8, 6, 4, 3) for size, name in names.items()} | names
    letters = [known[size] for size in shape]
    return f"({', '.join(letters)})" if len(letters) > 1 else f"({letters[0]},)"
