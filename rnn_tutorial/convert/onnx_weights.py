r"""Weights to and from the recurrent operators of ONNX."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnn_tutorial.layers import ConvLSTM, PeepholeLSTM
from rnn_tutorial.layers.core.base import Recurrent
from rnn_tutorial.layers.core.biases import PEEPHOLES

from .arrays import as_array, checked, listed, refuse, weights_of, write
from .gates import ONNX, ONNX_PEEPHOLES, OUR_PEEPHOLES, OURS, reorder_gates
from .onnx_attributes import check_attributes


def to_onnx(layer: Recurrent, number: int = 0) -> dict[str, np.ndarray]:
    r"""Return the weights of one of our layers as the operators ``RNN``, ``LSTM`` and ``GRU`` of ONNX take them.

    What is no tensor is an attribute of the node: ``linear_before_reset=1`` for a GRU with ``reset_after=True``, 0 for
    one without; ``direction="bidirectional"``; ``activations`` for a ``nonlinearity="relu"`` and, with alpha and beta,
    for a ``gate_activation="hard_sigmoid"``. What acts in training alone is left out, as dropout is.
    :func:`rnn_tutorial.onnx_export.export_onnx` sets them.

    Args:
        layer: An RNN, LSTM, GRU or PeepholeLSTM.
        number: Which of its layers, from 0.

    Returns:
        ``W`` (D, gates · H, F), ``R`` (D, gates · H, H), ``B`` (D, 2 · gates · H) if ``bias``, and for a PeepholeLSTM
        ``P`` (D, 3H).

    Raises:
        ValueError: The layer has something that the operators have not, there is no such layer, or a weight is
            computed by a hook (``prune``), at the next call only.

    Examples:
        >>> {name: array.shape for name, array in to_onnx(PeepholeLSTM(10, 20, bidirectional=True)).items()}
        {'W': (2, 80, 10), 'R': (2, 80, 20), 'B': (2, 160), 'P': (2, 60)}

    """
    refuse(layer, "ONNX", _unsupported_reason)
    order = OURS[layer.gates], ONNX[layer.gates]
    rows: dict[str, list[np.ndarray]] = {}
    for direction in range(layer.num_directions):
        w = {name: as_array(parameter) for name, parameter in weights_of(layer, number, direction).items()}
        rows.setdefault("W", []).append(reorder_gates(w["weight_ih"], *order))
        rows.setdefault("R", []).append(reorder_gates(w["weight_hh"], *order))
        if layer.bias:
            both = [reorder_gates(w[name], *order) for name in ("bias_ih", "bias_hh")]
            rows.setdefault("B", []).append(np.concatenate(both))
        if isinstance(layer, PeepholeLSTM):
            peepholes = np.concatenate([w[name] for name in PEEPHOLES])
            rows.setdefault("P", []).append(reorder_gates(peepholes, OUR_PEEPHOLES, ONNX_PEEPHOLES))
    return {name: np.stack(arrays) for name, arrays in rows.items()}


def from_onnx(
    layer: Recurrent,
    tensors: Mapping[str, Any],
    number: int = 0,
    *,
    attributes: Mapping[str, Any] | None = None,
) -> None:
    r"""Copy the tensors of an ONNX node into one of our layers, all directions.

    Tensors do not tell what the node computes with them: a GRU has the same with either ``linear_before_reset``, and
    gates may be ``HardSigmoid``. Give the node's attributes, too, and what our layer cannot honour is refused.

    Args:
        layer: The layer to write to: an RNN, LSTM, GRU or PeepholeLSTM.
        tensors: ``W``, ``R`` and, optionally, ``B`` and ``P``, as in :func:`to_onnx`. An absent ``B`` or ``P`` means
            zeros, as it does for the operator.
        number: Which of its layers, from 0.
        attributes: Of the node, by name: ``{a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}``. An
            absent one has the operator's default, e.g. ``linear_before_reset=0``. ``None``: they are not looked at.

    Raises:
        ValueError: An attribute that our layer cannot honour; wrong names or shapes, ``B`` for a layer with
            ``bias=False``, ``P`` for one without peepholes; as for :func:`to_onnx`; a weight is computed and cannot
            take the values. The layer is then unchanged.

    Examples:
        >>> layer, twin = rt.LSTM(10, 20), rt.LSTM(10, 20)
        >>> from_onnx(twin, to_onnx(layer))
        >>> torch.equal(twin.weight_hh_l0, layer.weight_hh_l0)
        True
    """
    expected = {name: array.shape for name, array in to_onnx(layer, number).items()}
    if attributes is not None:
        check_attributes(layer, attributes)
    present = {name: value for name, value in tensors.items() if value is not None}
    absent = {name: np.zeros(expected[name]) for name in ("B", "P") if name in expected and name not in present}
    if (present | absent).keys() != expected.keys():
        what = f"a {type(layer).__name__} with bias={layer.bias}"
        raise ValueError(f"expected {listed(expected)} for {what}, got {', '.join(sorted(present)) or 'nothing'}")
    given = checked(present | absent, expected)
    order = ONNX[layer.gates], OURS[layer.gates]
    directions = []
    for direction in range(layer.num_directions):
        new = {"weight_ih": reorder_gates(given["W"][direction], *order)}
        new["weight_hh"] = reorder_gates(given["R"][direction], *order)
        if layer.bias:
            b_ih, b_hh = np.split(given["B"][direction], 2)
            new |= {"bias_ih": reorder_gates(b_ih, *order), "bias_hh": reorder_gates(b_hh, *order)}
        if isinstance(layer, PeepholeLSTM):
            peepholes = reorder_gates(given["P"][direction], ONNX_PEEPHOLES, OUR_PEEPHOLES)
            new |= dict(zip(PEEPHOLES, np.split(peepholes, 3), strict=True))
        directions.append(new)
    write(layer, number, directions)


def _unsupported_reason(layer: Recurrent) -> str:
    if isinstance(layer, ConvLSTM):
        return "an operator for it; torch.onnx.export writes out its steps, for a fixed number of them"
    if layer.zoneout:
        return "zoneout"
    return "proj_size" if layer.proj_size else ""
