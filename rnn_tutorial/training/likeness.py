r"""Could this run have written the state that a checkpoint holds? Checksums tell damage, not this.

What has the wrong kind would otherwise be found out by PyTorch, in words of its own and in the middle of a step.
"""

import inspect
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer, lr_scheduler

PLAIN = (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD, torch.optim.RMSprop)
"""Whose settings stay of one kind, and whose state is made of single numbers and of tensors of the weights' shapes."""

PLAIN_SCHEDULES = (
    lr_scheduler.OneCycleLR,
    lr_scheduler.CosineAnnealingLR,
    lr_scheduler.StepLR,
    lr_scheduler.ExponentialLR,
)
MOVING = {"last_epoch", "_step_count", "_last_lr", "_is_initial", "_get_lr_called_within_step"}
"""What moves on in the state of those schedules."""

# Settings that say how a step is computed, and nothing about what it keeps; the rate may be what a schedule makes it.
ASIDE = {"params", "lr", "foreach", "fused", "capturable", "differentiable"}


def check_optimizer(optimizer: Optimizer, found: Mapping[str, Any]) -> None:
    r"""Compare a stored state with the optimizer that is to take it.

    Args:
        optimizer: Fresh.
        found: As ``state_dict`` returns it.

    Raises:
        ValueError: Settings of another name or kind, of other weights, or tensors of another shape or kind; of other
            optimizers than ``PLAIN`` only they themselves know.
        KeyError, TypeError, AttributeError: Something of another structure altogether.
    """
    if type(optimizer) not in PLAIN:
        return
    own = optimizer.state_dict()["param_groups"]
    if not _same_kind(found["param_groups"], own):
        raise ValueError("the optimizer's settings are not of the kind that this run has")
    if [group["params"] for group in found["param_groups"]] != [group["params"] for group in own]:
        raise ValueError("the optimizer's settings are those of other weights")
    known = set()
    for group, stored in zip(optimizer.param_groups, found["param_groups"], strict=True):
        kept = {kind: _kept(optimizer, stored, kind) for kind in {weight.dtype for weight in group["params"]}}
        for number, weight in zip(stored["params"], group["params"], strict=True):
            known.add(number)
            if number not in found["state"]:  # a weight that never had a gradient
                continue
            if not _fit(found["state"][number], kept[weight.dtype], weight.shape):
                raise ValueError(
                    f"the optimizer's state of weight {number} has not the names, shapes and kinds that a step leaves"
                )
    if not {*found["state"]} <= known:
        raise ValueError(f"the optimizer's state is of the weights {[*found['state']]}, and there are {sorted(known)}")


def check_schedule(scheduler: Any, found: Any, moves: int) -> None:
    r"""Compare a stored state with the fresh schedule that is to take it.

    Args:
        scheduler: As it is before the first step.
        found: As ``state_dict`` returns it.
        moves: How often it can have moved at most.

    Raises:
        ValueError: It holds other settings, or a course that it cannot have come to; of other schedules than
            ``PLAIN_SCHEDULES`` only they themselves know.
    """
    if type(scheduler) not in PLAIN_SCHEDULES:
        return
    own = scheduler.state_dict()
    if not isinstance(found, dict) or found.keys() != own.keys():
        raise ValueError("the schedule's state is that of another schedule")
    if any(found[name] != own[name] for name in own.keys() - MOVING):
        raise ValueError("the schedule's settings are not those of this run")
    rates = found["_last_lr"]
    if type(found["last_epoch"]) is not int or not 0 <= found["last_epoch"] <= moves:
        raise ValueError(f"the schedule has moved {found['last_epoch']!r} times, and at most {moves} are possible")
    if not _same_kind(rates, own["_last_lr"]) or type(found["_step_count"]) is not int:
        raise ValueError("the schedule's learning rates and steps should be numbers")


def check_scaler(scaler: Any, found: Any) -> None:
    r"""Compare a stored state with the fresh scaler of 16-bit gradients that is to take it.

    Raises:
        ValueError: It holds something else than its numbers.
    """
    if not _same_kind(found, scaler.state_dict()):
        raise ValueError("the state of the gradients' scaler is not of the kind that this run has")


def _kept(optimizer: Optimizer, stored: Mapping[str, Any], dtype: torch.dtype) -> dict[str, Any]:
    # What a step under these settings keeps of a weight, seen at one of two numbers; impossible ones PyTorch refuses.
    takes = {*inspect.signature(type(optimizer)).parameters} - ASIDE
    seen = nn.Parameter(torch.zeros(2, dtype=dtype))
    seen.grad = torch.zeros_like(seen)
    stepped = type(optimizer)([seen], **{name: value for name, value in stored.items() if name in takes})
    stepped.step()
    return dict(stepped.state[seen])


def _fit(values: Any, kept: Mapping[str, Any], shape: torch.Size) -> bool:
    if not isinstance(values, Mapping) or values.keys() != kept.keys():
        return False
    return all(_fits(values[name], kept[name], shape) for name in kept)


def _fits(value: Any, kept: Any, shape: torch.Size) -> bool:
    if not isinstance(kept, Tensor):
        return type(value) is type(kept)
    if not isinstance(value, Tensor) or value.is_floating_point() != kept.is_floating_point():
        return False
    if kept.dim():
        return value.shape == shape
    return value.dim() == 0 and math.isfinite(value) and float(value) >= 0  # a count of steps


def _same_kind(found: Any, own: Any) -> bool:
    if isinstance(own, dict):
        return isinstance(found, dict) and found.keys() == own.keys() and all(_same_kind(found[k], own[k]) for k in own)
    if isinstance(own, list | tuple):
        return type(found) is type(own) and len(found) == len(own) and all(map(_same_kind, found, own))
    if own is None or isinstance(own, bool | str):
        return type(found) is type(own) and found == own
    if isinstance(found, Tensor):
        return found.dim() == 0 and found.is_floating_point()
    return isinstance(found, int | float) and not isinstance(found, bool)
