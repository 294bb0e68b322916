r"""Weights to and from Keras."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnn_tutorial.layers import GRU, ConvLSTM, PeepholeLSTM
from rnn_tutorial.layers.core.base import Recurrent

from .arrays import as_array, checked, listed, refuse, weights_of, write
from .gates import KERAS, OURS, reorder_gates
from .keras_config import KerasLayer, arrays_and_config, check_config, is_keras_layer


def to_keras(layer: Recurrent, number: int = 0, direction: int = 0) -> list[np.ndarray]:
    r"""Return what ``set_weights`` of a Keras layer takes, for one of our layers and directions.

    The counterparts are ``SimpleRNN``, ``LSTM``, ``GRU`` with the same ``reset_after``, and ``ConvLSTM1D`` / ``2D`` /
    ``3D`` with ``padding="same"``, all with ``activation="tanh"`` (``SimpleRNN(activation="relu")`` for a
    ``nonlinearity="relu"``) and ``recurrent_activation="sigmoid"``, which is the default of Keras 3 but not of
    ``ConvLSTM`` in Keras 2, or Keras 3's ``"hard_sigmoid"`` for a layer with that ``gate_activation``. Its
    ``recurrent_dropout`` is ours. Arrays hold none of these options. Keras has no stacks: each layer is one of its own.
    For ``Bidirectional``, put the forward direction's list before the backward one's.

    Args:
        layer: An RNN, LSTM or GRU, or a ConvLSTM with ``peephole=None``.
        number: Which of its layers, from 0.
        direction: 0 forward, 1 backward.

    Returns:
        ``[kernel, recurrent_kernel, bias]``, without the last where ``bias=False``: (F, gates · H), (H, gates · H)
        and (gates · H,); for a GRU with ``reset_after`` the bias is (2, 3H); the kernels of a ConvLSTM are
        (\*kernel, C, 4H) and (\*kernel, H, 4H).

    Raises:
        ValueError: The layer has something that Keras has not, there is no such layer or direction, or a weight is
            computed by a hook (``prune``), at the next call only.

    Examples:
        >>> [array.shape for array in to_keras(rt.LSTM(10, 20))]
        [(10, 80), (20, 80), (80,)]

    """
    refuse(layer, "Keras", _unsupported_reason)
    order = OURS[layer.gates], KERAS[layer.gates]
    w = {name: reorder_gates(as_array(p), *order) for name, p in weights_of(layer, number, direction).items()}
    arrays = [np.ascontiguousarray(_last_to_first(w[name])) for name in ("weight_ih", "weight_hh")]
    if not layer.bias:
        return arrays
    if _keeps_two_biases(layer):
        return [*arrays, np.stack([w["bias_ih"], w["bias_hh"]])]
    return [*arrays, w["bias_ih"] + w.get("bias_hh", 0)]


def from_keras(
    layer: Recurrent,
    arrays: Sequence[Any] | KerasLayer,
    number: int = 0,
    direction: int = 0,
    *,
    config: Mapping[str, Any] | None = None,
) -> None:
    r"""Copy the weights of a Keras layer into one of our layers and directions.

    Arrays do not tell what Keras computes with them: a GRU without biases is the same arrays with either
    ``reset_after``, and gates may be ``hard_sigmoid``. Give the Keras layer itself, or ``config`` beside the arrays,
    and options that our layer cannot honour are refused: activations, ``go_backwards``, ``stateful``, ``padding``,
    ``strides`` and the like. What acts in training alone (dropout, regularisers, constraints) is not carried over;
    ``return_sequences`` and ``return_state`` only choose from what our layers always return.

    Args:
        layer: The layer to write to; see :func:`to_keras` for the counterparts.
        arrays: A Keras layer, or what its ``get_weights`` returns: ``[kernel, recurrent_kernel, bias]``, without the
            last where the layer has ``bias=False``. Of a ``Bidirectional`` itself the ``direction`` is taken.
        number: Which of its layers, from 0.
        direction: 0 forward, 1 backward.
        config: What ``get_config`` of the Keras layer returns, or its entry in the configuration of a saved model.

    Raises:
        ValueError: Wrong number or shapes of arrays; options of the Keras layer that ours cannot honour; as for
            :func:`to_keras`; a weight is computed and cannot take the values. The layer is then unchanged.

    Examples:
        >>> layer = rt.LSTM(10, 20)
        >>> from_keras(layer, [np.zeros((10, 80)), np.zeros((20, 80)), np.ones(80)])
        >>> float(layer.bias_ih_l0.detach().sum())
        80.0
    """
    given: Any = arrays
    if is_keras_layer(given):
        given, found = arrays_and_config(given, direction)
        config = found if config is None else config
    shapes = to_keras(layer, number, direction)
    if config is not None:
        check_config(layer, config, direction)
    expected = {name: array.shape for name, array in zip(("kernel", "recurrent_kernel", "bias"), shapes, strict=False)}
    if len(given) != len(expected):
        raise ValueError(f"expected {len(expected)} arrays {listed(expected)} for bias={layer.bias}, got {len(given)}")
    given = checked(dict(zip(expected, given, strict=True)), expected, _GRU_HINT if layer.gates == 3 else "")
    order = KERAS[layer.gates], OURS[layer.gates]
    new = {f"weight_{x}": _first_to_last(given[n]) for x, n in (("ih", "kernel"), ("hh", "recurrent_kernel"))}
    if layer.bias:
        bias = given["bias"]
        new["bias_ih"], new["bias_hh"] = bias if _keeps_two_biases(layer) else (bias, np.zeros_like(bias))
    write(layer, number, [{name: reorder_gates(rows, *order) for name, rows in new.items()}], direction)


_GRU_HINT = "; GRU(reset_after=True) has a bias of (2, 3 · H), GRU(reset_after=False) one of (3 · H,)"


def _unsupported_reason(layer: Recurrent) -> str:
    if layer.zoneout:
        return "zoneout"
    if layer.weight_dropout:
        return "weight_dropout: set layer.weight_dropout = 0 to carry the weights alone"
    if layer.proj_size:
        return "proj_size"
    if not isinstance(layer, ConvLSTM):
        return "peepholes" if isinstance(layer, PeepholeLSTM) else ""
    if layer.peephole is not None:
        return f"peepholes: make the ConvLSTM with peephole=None, not {layer.peephole!r}"
    if layer.input_size == 0:
        return "a ConvLSTM without input"
    if layer.padding_mode != "zeros":
        return f"padding_mode={layer.padding_mode!r}"
    if set(layer.dilation) != {1}:
        return f"dilation={layer.dilation} of the kernels over the state (it dilates those over the input only)"
    if layer.recurrent_kernel_size != layer.kernel_size:
        return f"kernels over the state of another size {layer.recurrent_kernel_size} than {layer.kernel_size}"
    return ""


def _keeps_two_biases(layer: Recurrent) -> bool:
    # The reset gate multiplies bias_hh but not bias_ih: here alone a sum would be another network.
    return isinstance(layer, GRU) and layer.reset_after


def _last_to_first(array: np.ndarray) -> np.ndarray:  # (gates · H, F, *kernel) to (*kernel, F, gates · H)
    return array.transpose(*range(2, array.ndim), 1, 0)


def _first_to_last(array: np.ndarray) -> np.ndarray:  # and back
    return array.transpose(array.ndim - 1, array.ndim - 2, *range(array.ndim - 2))
