r"""Layers to and from PyTorch's."""

from typing import Any, overload

from torch import nn

from rnn_tutorial.layers import GRU, LSTM, RNN, ConvLSTM, PeepholeLSTM
from rnn_tutorial.layers.core.assign import check_no_parametrization
from rnn_tutorial.layers.core.base import Recurrent

from .arrays import names_of, noise_of, refuse


@overload
def from_torch(module: nn.RNN) -> RNN: ...
@overload
def from_torch(module: nn.LSTM) -> LSTM: ...
@overload
def from_torch(module: nn.GRU) -> GRU: ...
def from_torch(module: nn.Module) -> RNN | LSTM | GRU:
    r"""Return our layer with the options, weights and mode (training or not) of PyTorch's.

    Args:
        module: A ``torch.nn.RNN``, ``LSTM`` or ``GRU``.

    Raises:
        TypeError: Another module.
        ValueError: A weight is parametrised or computed by a hook, which our layer would not have.

    Examples:
        >>> from_torch(nn.GRU(10, 20, num_layers=2))
        GRU(10, 20, num_layers=2)

    """
    ours = next((ours for theirs, ours in _PAIRS.items() if isinstance(module, theirs)), None)
    if ours is None:
        raise TypeError(f"expected a torch.nn.RNN, LSTM or GRU, got {type(module)}")
    check_no_parametrization(module, names_of(module))
    layer = ours(**options_of(module, ours), **placement(module))
    layer.load_state_dict(module.state_dict())
    return layer.train(module.training)


def to_torch(layer: Recurrent) -> nn.RNNBase:
    r"""Return PyTorch's layer with the options, weights and mode of ours.

    Needed for tools that look for PyTorch's layers by class: ``torch.ao.quantization.quantize_dynamic(model)`` leaves
    ours as they are without a word, so put ``model.layer = to_torch(model.layer)`` before it.

    Args:
        layer: An RNN, LSTM or GRU.

    Raises:
        ValueError: The layer has something that PyTorch's has not: peepholes, convolutions, ``layer_norm``,
            ``reset_after=False``, ``gate_activation="hard_sigmoid"``, variational dropout, ``zoneout``,
            ``recurrent_dropout``, ``weight_dropout``, a parametrised weight or one computed by a hook.

    Examples:
        >>> to_torch(GRU(10, 20, num_layers=2))
        GRU(10, 20, num_layers=2)
    """
    refuse(layer, "torch.nn", _unsupported_reason)
    check_no_parametrization(layer, names_of(layer))
    theirs, ours = next(pair for pair in _PAIRS.items() if isinstance(layer, pair[1]))
    module = theirs(**options_of(layer, ours), **placement(layer))
    module.load_state_dict(layer.state_dict())
    return module.train(layer.training)


def _unsupported_reason(layer: Recurrent) -> str:
    if isinstance(layer, PeepholeLSTM):
        return "convolutions" if isinstance(layer, ConvLSTM) else "peepholes"
    if isinstance(layer, GRU) and not layer.reset_after:
        return "GRU(reset_after=False), which is another network than GRU(reset_after=True)"
    if layer.variational and layer.dropout > 0:
        return "variational dropout"
    if layer.gate_activation != "sigmoid":
        return f"gate_activation={layer.gate_activation!r}"
    return noise_of(layer)


_PAIRS: dict[type[nn.RNNBase], type[Any]] = {nn.RNN: RNN, nn.LSTM: LSTM, nn.GRU: GRU}


def options_of(layer: Any, kind: type[Any]) -> dict[str, Any]:
    """Return the constructor's arguments that PyTorch's layers and ours share."""
    names = ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional"]
    names += {RNN: ["nonlinearity"], LSTM: ["proj_size"]}.get(kind, [])
    return {name: getattr(layer, name) for name in names}


def placement(layer: nn.Module) -> dict[str, Any]:
    """Return where the weights live and their number type."""
    first = next(layer.parameters())
    return {"device": first.device, "dtype": first.dtype}
