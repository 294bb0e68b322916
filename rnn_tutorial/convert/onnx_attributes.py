r"""What tensors do not tell: the attributes of an ONNX node, and whether one of our layers computes the same."""

from collections.abc import Iterable, Mapping
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
    ours = {name: list(values) for name, values in activations_of(layer).items()}
    usual = list(ACTIVATIONS[layer.gates]) * layer.num_directions
    pairs = [
        ("activations", _texts(attributes.get("activations") or usual), _texts(ours["activations"])),
        ("direction", _text(attributes.get("direction", "forward")), ("forward", "bidirectional")[layer.bidirectional]),
        ("clip", attributes.get("clip"), None),
        ("input_forget", attributes.get("input_forget", 0), 0),
    ]
    for name, usually in (("activation_alpha", 0.2), ("activation_beta", 0.5)):
        if name in ours:
            given = attributes.get(name) or [usually] * layer.num_directions
            pairs.append((name, [round(float(value), 6) for value in given], [round(value, 6) for value in ours[name]]))
    if isinstance(layer, GRU):
        pairs.append(("linear_before_reset", attributes.get("linear_before_reset", 0), int(layer.reset_after)))
    different = [f"{name}={came!r} (here {wanted!r})" for name, came, wanted in pairs if came != wanted]
    if different:
        raise ValueError(
            f"the ONNX node computes something else with these tensors than this {type(layer).__name__}: "
            f"{', '.join(different)}. Build ours with the nonlinearity, gate_activation, bidirectional and reset_after "
            "of the node; what is no option of ours has no counterpart."
        )


def activations_of(layer: Recurrent) -> dict[str, list[Any]]:
    r"""Return the attributes that say which functions a node computes, for a node that computes one of our layers.

    ONNX's HardSigmoid is clip(alpha x + beta, 0, 1), with 0.2 and 0.5 where they are not given; ours has the slope 1/6.
    """
    D = layer.num_directions
    if isinstance(layer, RNN):
        return {"activations": [layer.nonlinearity.capitalize()] * D}
    usual = ACTIVATIONS[layer.gates]
    if layer.gate_activation == "sigmoid":
        return {"activations": list(usual) * D}
    hard = ["HardSigmoid", *usual[1:]]
    return {"activations": hard * D, "activation_alpha": [1 / 6] * D, "activation_beta": [0.5] * D}


def _texts(values: Iterable[Any]) -> list[str]:
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    return (value.decode() if isinstance(value, bytes) else str(value)).lower()
