r"""From what the user calls a layer to a module that reads (B, T, C): by name, by a function, or a module itself."""

import copy
from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from rnn_tutorial.layers import GRU, LSTM, RNN, PeepholeLSTM
from rnn_tutorial.layers.core.base import Recurrent

MakeLayer = Callable[[int], nn.Module]
LayerName = Literal["rnn", "lstm", "gru", "fc-lstm", "peephole"]
LAYERS: dict[LayerName, type[RNN | LSTM | GRU | PeepholeLSTM]] = {
    "rnn": RNN,
    "lstm": LSTM,
    "gru": GRU,
    "fc-lstm": PeepholeLSTM,
    "peephole": PeepholeLSTM,
}


def check_layer(layer: Any) -> None:
    """Refuse what cannot become a recurrent layer."""
    if isinstance(layer, str):
        if layer not in LAYERS:
            raise ValueError(f"layer={layer!r}; expected one of {', '.join(LAYERS)}, a function or a module")
    elif not callable(layer):  # a module is callable, too
        raise TypeError(
            f"layer is a {type(layer).__name__}; expected a name ({', '.join(LAYERS)}), a function that makes a layer "
            "of so many input features, or a module"
        )


def name_of_layer(layer: Any) -> str:
    """Return what to call the forecaster in tables."""
    if isinstance(layer, str):
        return "FC-LSTM" if layer in ("fc-lstm", "peephole") else layer.upper()
    return type(layer).__name__ if isinstance(layer, nn.Module) else getattr(layer, "__name__", "own layer")


class Layer(nn.Module):
    r"""A recurrent layer with one way to call it, whoever made it.

    Args:
        layer: A name, a function of the number of input features, or a module, of which a copy with fresh weights is
            taken (``reset_parameters`` of each part that has one; PyTorch's does not reach parametrised weights).
        columns: C, input features.
        hidden_size: H, for layers made by name.
        num_layers: Layers on top of each other, for layers made by name.

    Attributes:
        width: Features of the output.
        carries: Whether a second layer can be made that goes on from the state of this one.

    Raises:
        TypeError: The function makes no module, or its output is no tensor.
        ValueError: The output is not (B, T, features), the layer is not batch first or takes other features, or it has
            parametrised weights that cannot be drawn anew.
    """

    def __init__(
        self, layer: "LayerName | MakeLayer | nn.Module", columns: int, hidden_size: int, num_layers: int
    ) -> None:
        super().__init__()
        if isinstance(layer, str):
            made: Any = LAYERS[layer](columns, hidden_size, num_layers, batch_first=True)
        elif isinstance(layer, nn.Module):
            made = copy.deepcopy(layer)
            for part in made.modules():
                reset = getattr(part, "reset_parameters", None)
                if callable(reset):
                    if is_parametrized(part) and not isinstance(part, Recurrent | nn.RNNBase):
                        raise ValueError(
                            f"a {type(part).__name__} cannot be given fresh weights: PyTorch would write "
                            "them where they are lost. Give a function that makes the layer"
                        )
                    reset()
        else:
            made = layer(columns)
        if not isinstance(made, nn.Module):
            raise TypeError(f"the layer's function made a {type(made).__name__}; expected a torch.nn.Module")
        if getattr(made, "batch_first", True) is False:
            raise ValueError(
                f"the layer should read (batch, time, features): build it with batch_first=True, got {made}"
            )
        self.layer = made
        self.width, has_state = self._try_out(columns)
        self.carries = has_state and not isinstance(layer, nn.Module)

    def forward(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """(B, T, C) → (B, T, width) and the final state, ``None`` if the layer tells none."""
        result = self.layer(x) if state is None else self.layer(x, state)
        return result if isinstance(result, tuple) else (result, None)

    def _try_out(self, columns: int) -> tuple[int, bool]:
        # Two sequences of three steps show what the layer returns, so that nobody has to say it.
        training = self.layer.training
        try:
            with torch.no_grad():
                output, state = self.eval()(torch.zeros(2, 3, columns))
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise ValueError(
                f"the layer cannot read (batch, time, {columns}): {error}. The last axis is the value, its seasonal "
                f"lags, covariates and the clock; build the layer with input_size={columns}, or give a function of it"
            ) from error
        finally:
            self.train(training)
        if not isinstance(output, Tensor):
            raise TypeError(f"the layer returns a {type(output).__name__}; expected a tensor, or a tensor and a state")
        if output.dim() != 3 or output.shape[:2] != (2, 3):
            raise ValueError(
                f"the layer maps (2, 3, {columns}) to {tuple(output.shape)}; expected (2, 3, features), an output for "
                "every step"
            )
        return output.shape[2], state is not None
