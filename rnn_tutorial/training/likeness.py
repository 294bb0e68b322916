r"""Could this run have written the state of an optimizer that a checkpoint holds? Checksums tell damage, not this."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

PLAIN = (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD, torch.optim.RMSprop)
"""Whose settings stay of one kind, and whose state is made of single numbers and of tensors of the weights' shapes."""


def check_alike(optimizer: Optimizer, found: Mapping[str, Any]) -> None:
    r"""Compare a stored state with the optimizer that is to take it.

    Args:
        optimizer: Fresh.
        found: As ``state_dict`` returns it.

    Raises:
        ValueError: Settings of another name or kind, or tensors of another shape; of other optimizers than ``PLAIN``
            only they themselves know.
        KeyError, TypeError, AttributeError: Something of another structure altogether.
    """
    if type(optimizer) not in PLAIN:
        return
    if not _same_kind(found["param_groups"], optimizer.state_dict()["param_groups"]):
        raise ValueError("the optimizer's settings are not of the kind that this run has")
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    names = {frozenset(values) for values in found["state"].values()}
    alike = (_fits(value, parameters[n].shape) for n, values in found["state"].items() for value in values.values())
    if len(names) > 1 or not all(alike):
        raise ValueError("the optimizer's state has not the shapes of the weights")


def _fits(value: Any, shape: torch.Size) -> bool:
    if isinstance(value, Tensor):
        return value.dim() == 0 or value.shape == shape
    return value is None or isinstance(value, int | float)


def _same_kind(found: Any, own: Any) -> bool:
    if isinstance(own, dict):
        return isinstance(found, dict) and found.keys() == own.keys() and all(_same_kind(found[k], own[k]) for k in own)
    if isinstance(own, list | tuple):
        return type(found) is type(own) and len(found) == len(own) and all(map(_same_kind, found, own))
    if own is None or isinstance(own, bool | str):
        return type(found) is type(own) and found == own
    return isinstance(found, int | float | Tensor)
