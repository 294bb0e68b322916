r"""Values for weights that something else may compute: parametrisations, hooks, and weights tied to one another.

Under ``torch.nn.utils.parametrize`` a layer's ``weight_hh_l0`` is a property: what is written into it is gone, and only
``layer.weight_hh_l0 = value`` reaches the parameters behind it, where the parametrisation has a right inverse. The old
hooks (``torch.nn.utils.weight_norm``, ``spectral_norm``, ``prune``) leave a tensor of the last call and no way back.
"""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


def check_no_hook(layer: nn.Module, names: Iterable[str]) -> None:
    r"""Refuse a weight that is neither a parameter nor parametrised: it is of the last call, and would be of no use.

    Raises:
        ValueError: There is one.

    """
    for name in names:
        if layer._parameters.get(name) is None and not parametrize.is_parametrized(layer, name):
            behind = [other for other in layer._parameters if other.startswith(f"{name}_")]
            raise ValueError(
                f"{name} of this {type(layer).__name__} is no parameter: it is computed at every call"
                + (f", from {' and '.join(behind)}" if behind else "")
                + ". Make it one first (torch.nn.utils.remove_weight_norm, remove_spectral_norm or prune.remove, with "
                f"{name!r}), or use torch.nn.utils.parametrizations."
            )


def check_no_parametrization(layer: nn.Module, names: Iterable[str]) -> None:
    r"""Refuse a weight that is computed, in whatever way: a new layer would silently be one without it.

    Raises:
        ValueError: There is one.

    """
    names = list(names)
    check_no_hook(layer, names)
    for name in names:
        if parametrize.is_parametrized(layer, name):
            raise ValueError(
                f"{name} is computed by {_kinds(layer, name)}, which the new layer would not have. Take it away first, "
                f"torch.nn.utils.parametrize.remove_parametrizations(layer, {name!r}), and give it to the new layer."
            )


def assign(layer: nn.Module, values: Mapping[str, Tensor], *, exactly: bool) -> None:
    r"""Give weights new values: parameters in place, parametrised ones through their right inverse; all or none.

    Args:
        layer: A recurrent layer.
        values: By full name, e.g. ``weight_hh_l0``, in the shapes of the weights.
        exactly: Whether the layer must then compute with these values, up to rounding. If not, a parametrisation makes
            of them what it makes of those of a new layer, e.g. something orthogonal.

    Raises:
        ValueError: A weight is computed in a way that cannot be undone, or two values are for the same tensor. The
            layer is then unchanged.

    """
    check_no_hook(layer, values)
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with torch.no_grad():
        try:
            for name, value in values.items():
                _set(layer, name, value)
            if exactly:
                for name, value in values.items():
                    _check(layer, name, value)
        except ValueError:
            layer.load_state_dict(before)
            raise


def _set(layer: nn.Module, name: str, value: Tensor) -> None:
    parameter = layer._parameters.get(name)
    if parameter is not None:
        parameter.copy_(value)  # in place: optimizers and cuDNN keep seeing the same memory
        return
    try:
        setattr(layer, name, value.to(getattr(layer, name), copy=True))  # a copy: it becomes a parameter's memory
    except (NotImplementedError, RuntimeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"{_refusal(layer, name)}: it has no right inverse for them ({error}). {_cure(name)}"
        ) from error


def _check(layer: nn.Module, name: str, value: Tensor) -> None:
    parameter = layer._parameters.get(name)
    held = getattr(layer, name) if parameter is None else parameter
    value = value.to(held)
    if parameter is not None:
        if not torch.allclose(held, value, rtol=0, atol=0, equal_nan=True):
            raise ValueError(f"{name} is the same tensor as another weight of the layer and cannot have two values")
        return
    finite = value[value.isfinite()]
    room = 100 * torch.finfo(value.dtype).eps * float(finite.abs().max() if finite.numel() else 0)
    if not torch.allclose(held, value, rtol=0, atol=room, equal_nan=True):
        away = float((held - value).abs().max())
        raise ValueError(f"{_refusal(layer, name)}: what it makes of them is up to {away:.2g} away. {_cure(name)}")


def _refusal(layer: nn.Module, name: str) -> str:
    return f"{name} is computed by {_kinds(layer, name)} and cannot take these values"


def _cure(name: str) -> str:
    return f"Take it away first: torch.nn.utils.parametrize.remove_parametrizations(layer, {name!r})."


def _kinds(layer: nn.Module, name: str) -> str:
    return " and ".join(type(one).__name__.lstrip("_") for one in layer.parametrizations[name])  # type: ignore[index]
