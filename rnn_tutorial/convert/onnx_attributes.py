r"""What tensors do not tell: the attributes of an ONNX node, and whether one of our layers computes the same."""

from collections.abc import Mapping
from typing import Any

from rnn_tutorial.layers import GRU, RNN
from rnn_tutorial.layers.core.base import Recurrent

ACTIVATIONS = {1: ("Tanh",), 3: ("Sigmoid", "Tanh"), 4: ("Sigmoid", "Tanh", "Tanh")}  # by number of gates


def check_attributes(layer: Recurrent, attributes: Mapping[str, Any]) -> None:
    r"""Refuse what our layer would compute in another way, all of it in one message.

    Args:
        layer: An RNN, LSTM, GRU or PeepholeLSTM.
        attributes: Of the node, by name; those absent have the operator's defaults.

    Raises:
        ValueError: There is such a thing.

    """
    usual = [name.lower() for name in ACTIVATIONS[layer.gates]] * layer.num_directions
    ours = [layer.nonlinearity] * layer.num_directions if isinstance(layer, RNN) else usual
    pairs = [
        ("activations", [_text(name) for name in attributes.get("activations") or usual], ours),
        ("direction", _text(attributes.get("direction", "forward")), ("forward", "bidirectional")[layer.bidirectional]),
        ("clip", attributes.get("clip"), None),
        ("input_forget", attributes.get("input_forget", 0), 0),
    ]
    if isinstance(layer, GRU):
        pairs.append(("linear_before_reset", attributes.get("linear_before_reset", 0), int(layer.reset_after)))
    different = [f"{name}={came!r} (here {wanted!r})" for name, came, wanted in pairs if came != wanted]
    if different:
        raise ValueError(
            f"the ONNX node computes something else with these tensors than this {type(layer).__name__}: "
            f"{', '.join(different)}. Build ours with the nonlinearity, bidirectional and reset_after of the node; "
            "what is no option of ours has no counterpart."
        )


def _text(value: Any) -> str:
    return (value.decode() if isinstance(value, bytes) else str(value)).lower()
