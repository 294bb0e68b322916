r"""What a layer's constructor refuses: all that ``torch.nn``'s do, and what it has no error for."""

import math
import warnings
from numbers import Number, Real
from typing import Any

from rnn_tutorial.lazy import nearest
from rnn_tutorial.validate import whole

from .types import BACKENDS, GATE_ACTIVATIONS, RECURRENT_INITS, GateActivation, Zoneout


def check_constructor(
    input_size: int,
    hidden_size: int,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    dropout: float,
    proj_size: int,
    backend: str,
    recurrent_init: str,
    least_input: int = 1,
) -> tuple[int, int, int, int]:
    """Refuse what ``torch.nn.RNNBase`` refuses.

    Returns:
        ``input_size``, ``hidden_size``, ``num_layers`` and ``proj_size`` as plain numbers.

    Raises:
        TypeError: An argument of the wrong type.
        ValueError: A size, probability or backend out of range.

    """
    for name, flag in {"bias": bias, "batch_first": batch_first}.items():
        if not isinstance(flag, bool):
            raise TypeError(f"{name} should be of type bool, got: {type(flag).__name__}")
    input_size = _size("input_size", input_size, least_input)
    hidden_size, num_layers = _size("hidden_size", hidden_size), _size("num_layers", num_layers)
    proj_size = _size("proj_size", proj_size, 0, "should be a positive integer or zero to disable projections")
    if not isinstance(dropout, Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(
            f"dropout should be a number in range [0, 1] representing the probability of an element being zeroed, "
            f"got {dropout!r}"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
            f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )
    if proj_size >= hidden_size:
        raise ValueError(f"proj_size has to be smaller than hidden_size ({hidden_size}), got {proj_size}")
    if backend not in BACKENDS:
        raise ValueError(f"backend should be one of {', '.join(BACKENDS)}, got {backend!r}")
    if recurrent_init not in RECURRENT_INITS:
        raise ValueError(f"recurrent_init should be one of {', '.join(RECURRENT_INITS)}, got {recurrent_init!r}")
    return input_size, hidden_size, num_layers, proj_size


def _size(name: str, value: int, least: int = 1, words: str = "must be greater than zero") -> int:
    # in the words of torch.nn, which other code may look for
    try:
        return whole(name, value, least)
    except TypeError:
        raise TypeError(f"{name} should be of type int, got: {type(value).__name__} {value!r}") from None
    except ValueError:
        raise ValueError(f"{name} {words}, got {value}") from None


def check_forget_bias(network: str, states: tuple[str, ...], bias: bool, forget_bias: float | None) -> float | None:
    """Refuse a bias for a gate that is not there, or that has no bias.

    Raises:
        ValueError: The network has no forget gate, or ``bias=False``.

    """
    if forget_bias is not None and "c" not in states:
        raise ValueError(f"forget_bias={forget_bias}: a {network} has no forget gate")
    if forget_bias is not None and not bias:
        raise ValueError(f"forget_bias={forget_bias} needs bias=True: there is no bias to set")
    return forget_bias


def probability(name: str, value: Any) -> float:
    """Return a probability as a plain number.

    Raises:
        ValueError: Anything else.

    """
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not 0 <= number <= 1:
        raise ValueError(f"{name} should be a probability, a number in range [0, 1], got {value!r}")
    return number


def check_zoneout(network: str, states: tuple[str, ...], value: Any) -> Zoneout:
    """Return one probability, or a pair of them for a network with h and c; 0.0 where all are 0.

    Raises:
        ValueError: No probability, no pair, or a pair for a network with one state.

    """
    if not isinstance(value, tuple | list):
        return probability("zoneout", value)
    if len(states) == 1:
        raise ValueError(f"zoneout={value!r}: the state of this {network} is h alone, so give one probability")
    if len(value) != 2:
        raise ValueError(f"zoneout should be one probability, or a pair of them for h and c, got {value!r}")
    h, c = (probability(f"zoneout of {name}", chance) for name, chance in zip(states, value, strict=True))
    return (h, c) if h or c else 0.0


def check_gate_activation(value: Any) -> GateActivation:
    """Refuse a function that gates are not made of.

    Raises:
        ValueError: Says which there are, and which one may have been meant.

    """
    if value not in GATE_ACTIVATIONS:
        meant = nearest(value, GATE_ACTIVATIONS) if isinstance(value, str) else None
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise ValueError(f"gate_activation should be one of {', '.join(GATE_ACTIVATIONS)}, got {value!r}{hint}")
    return value
