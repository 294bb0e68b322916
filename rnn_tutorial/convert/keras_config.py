r"""What arrays do not tell: the options of a Keras layer, and whether one of ours computes the same with them."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard

from rnn_tutorial.layers import GRU, LSTM, RNN, ConvLSTM
from rnn_tutorial.layers.core.base import Recurrent

_HARD = (
    "Keras 2 computes hard_sigmoid as clip(0.2 x + 0.5, 0, 1), Keras 3 as relu6(x + 3) / 6. The second is ours with "
    'gate_activation="hard_sigmoid"; for the first, train the Keras layer with recurrent_activation="sigmoid"'
)
_OLD_HARD = "hard_sigmoid of Keras 2"
_CURES = {
    "activation": 'ours are tanh, or relu in rt.RNN(..., nonlinearity="relu")',
    "recurrent_activation": 'gates are sigmoids here, or hard ones by gate_activation="hard_sigmoid"',
    "use_bias": "build our layer with bias of that value",
    "reset_after": "build our GRU with reset_after of that value",
    "go_backwards": "direction 0 reads forwards, direction 1 of a bidirectional layer backwards",
    "stateful": "build the Keras layer without, and hand the state on yourself: output, state = layer(x, state)",
    "merge_mode": "both directions stand side by side here",
    "padding": "a ConvLSTM keeps the size of its frames",
}


class KerasLayer(Protocol):
    """What is asked of a Keras layer."""

    def get_weights(self) -> list[Any]:
        """Its arrays."""
        ...

    def get_config(self) -> dict[str, Any]:
        """Its options."""
        ...


def is_keras_layer(source: Any) -> TypeGuard[KerasLayer]:
    """Say whether this is a Keras layer, without importing Keras."""
    return hasattr(source, "get_weights") and hasattr(source, "get_config")


def arrays_and_config(source: Any, direction: int) -> tuple[list[Any], dict[str, Any]]:
    r"""Return weights and options of a Keras layer, of a ``Bidirectional`` those of one direction.

    Raises:
        ValueError: The layer has no weights yet.

    """
    config = {"class_name": type(source).__name__, "config": source.get_config()}
    if hasattr(source, "forward_layer"):
        source = source.backward_layer if direction else source.forward_layer
    arrays = list(source.get_weights())
    if not arrays:
        raise ValueError(f"the Keras layer {source.name!r} has no weights yet: build it, or call it once")
    return arrays, config


def check_config(layer: Recurrent, config: Mapping[str, Any], direction: int) -> None:
    r"""Refuse what our layer would compute in another way, all of it in one message.

    Args:
        layer: The layer to write to.
        config: What ``get_config()`` of the Keras layer returns, or its entry in the configuration of a model,
            ``{"class_name": ..., "config": ...}``.
        direction: The direction to write to.

    Raises:
        ValueError: There is such a thing.

    """
    name, options = _unwrapped(config)
    wrong: list[tuple[str, Any, Any]] = []
    if "merge_mode" in options:
        if options["merge_mode"] != "concat":
            wrong.append(("merge_mode", options["merge_mode"], "concat"))
        if not layer.bidirectional:
            raise ValueError(
                f"the Keras layer is Bidirectional: build a {type(layer).__name__} with bidirectional=True"
            )
        name, options = _of_direction(options, direction)
    if name not in ("", _counterpart(layer)):
        raise ValueError(
            f"expected a Keras {_counterpart(layer)} for this {type(layer).__name__}, got a {name}; where you know "
            "that it computes the same, give its arrays, get_weights()"
        )
    if options.get("recurrent_activation") == "hard_sigmoid" and _older_than_3(options):
        options = {**options, "recurrent_activation": _OLD_HARD}
    wrong += [(key, options.get(key, wanted), wanted) for key, wanted in _expected(layer, direction).items()]
    if isinstance(layer, GRU):  # absent, it is older than the option
        wrong.append(("reset_after", options.get("reset_after", False), layer.reset_after))
    for key in ("strides", "dilation_rate"):
        value = options.get(key, 1)
        if isinstance(layer, ConvLSTM) and {*(value if isinstance(value, list | tuple) else [value])} != {1}:
            wrong.append((key, value, 1))
    different = [(key, came, wanted) for key, came, wanted in wrong if came != wanted]
    if different:
        listed = ", ".join(f"{key}={_shown(came)} (here {wanted!r})" for key, came, wanted in different)
        cures = [_HARD if "hard_sigmoid" in _shown(came) else _CURES.get(key, "") for key, came, _ in different]
        raise ValueError(
            f"the Keras layer computes something else with these weights than this {type(layer).__name__}: {listed}. "
            + "; ".join(dict.fromkeys(filter(None, cures)))
            + "."
        )


def _unwrapped(config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    if "class_name" in config and "config" in config:
        return str(config["class_name"]), config["config"]
    return "", config


def _of_direction(options: Mapping[str, Any], direction: int) -> tuple[str, Mapping[str, Any]]:
    if direction and options.get("backward_layer"):
        return _unwrapped(options["backward_layer"])
    name, inner = _unwrapped(options["layer"])
    return name, {**inner, "go_backwards": inner.get("go_backwards", False) ^ bool(direction)}


def _older_than_3(options: Mapping[str, Any]) -> bool:
    # Keras 3 writes down a seed for dropout, Keras 2 does not, and has options that Keras 3 gave up
    return "seed" not in options or "implementation" in options or "time_major" in options


def _counterpart(layer: Recurrent) -> str:
    if isinstance(layer, ConvLSTM):
        return f"ConvLSTM{layer.spatial_dims}D"
    return next(name for kind, name in ((RNN, "SimpleRNN"), (LSTM, "LSTM"), (GRU, "GRU")) if isinstance(layer, kind))


def _expected(layer: Recurrent, direction: int) -> dict[str, Any]:
    expected: dict[str, Any] = {
        "activation": layer.nonlinearity if isinstance(layer, RNN) else "tanh",
        "use_bias": layer.bias,
        "go_backwards": bool(direction),
        "stateful": False,
    }
    if layer.gates > 1:
        expected["recurrent_activation"] = layer.gate_activation
    return expected | ({"padding": "same"} if isinstance(layer, ConvLSTM) else {})


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):  # an activation that Keras does not know by name
        value = value["config"] if isinstance(value.get("config"), str) else value.get("class_name", value)
    return repr(value)
