r"""Optimizers and learning-rate schedules by name, or made by a function of the reader's."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR, ReduceLROnPlateau

from .likeness import check_schedule

MakeOptimizer = Callable[..., Optimizer]
MakeSchedule = Callable[[Optimizer, int], Any]

OptimizerName = Literal["adam", "adamw", "rmsprop", "sgd"]
ScheduleName = Literal["onecycle", "cosine"]

OPTIMIZERS: dict[OptimizerName, MakeOptimizer] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "sgd": partial(torch.optim.SGD, momentum=0.9),
}
SCHEDULES: dict[ScheduleName, MakeSchedule] = {
    # The peak of the cycle is the run's `lr`; OneCycleLR counts its steps from 0 to total_steps - 1.
    "onecycle": lambda optimizer, steps: OneCycleLR(
        optimizer, max_lr=[group["lr"] for group in optimizer.param_groups], total_steps=steps + 1
    ),
    "cosine": lambda optimizer, steps: CosineAnnealingLR(optimizer, T_max=steps),
}


def per_epoch(make: MakeSchedule) -> MakeSchedule:
    r"""Mark a schedule that moves once an epoch instead of once a step.

    ``fit(..., schedule=per_epoch(lambda optimizer, epochs: StepLR(optimizer, step_size=5)))``; a
    ``ReduceLROnPlateau`` made this way watches the validation loss (the training loss if there is none).

    Args:
        make: Called with the optimizer and the number of *epochs*; returns the scheduler.

    Examples:
        >>> halved = per_epoch(lambda optimizer, epochs: torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5))
        >>> windows = rt.WindowDataset(np.sin(np.arange(50)), input_length=20, horizon=1)
        >>> model = rt.ManyToOne(rt.GRU(1, 4, batch_first=True), 1)
        >>> mse = nn.functional.mse_loss
        >>> history = rt.fit(model, windows, loss=mse, epochs=2, lr=0.01, schedule=halved, progress=False)
        >>> [row["lr"] for row in history.rows]
        [0.01, 0.005]
    """

    def made(optimizer: Optimizer, epochs: int) -> Any:
        return make(optimizer, epochs)

    made.__qualname__ = f"per_epoch({name_of(make)})"
    made.per_epoch = True  # type: ignore[attr-defined]
    return made


def make_optimizer(optimizer: OptimizerName | MakeOptimizer, model: nn.Module, lr: float) -> Optimizer:
    r"""Build the optimizer over the parameters that need a gradient.

    Raises:
        ValueError: The name is unknown, or no parameter needs a gradient.
        TypeError: ``optimizer`` is a ready optimizer, or what it makes is none.

    """
    if isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer is a ready object; give its name, its class or a function of (parameters, lr=...) instead, so "
            "that the run can be described and repeated, e.g. functools.partial(torch.optim.AdamW, weight_decay=0.1)."
        )
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not parameters:
        raise ValueError("The model has no parameter that needs a gradient: there is nothing to train.")
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer={optimizer!r}; expected one of {', '.join(OPTIMIZERS)}, or a class.")
        optimizer = OPTIMIZERS[optimizer]
    made = optimizer(parameters, lr=lr)
    if not isinstance(made, Optimizer):
        raise TypeError(f"optimizer made a {type(made).__name__}; expected a torch.optim.Optimizer.")
    return made


class Schedule:
    """The learning rate's course: knows when to move, and what to store of it."""

    def __init__(
        self, schedule: ScheduleName | MakeSchedule | None, optimizer: Optimizer, steps: int, epochs: int
    ) -> None:
        self.each_epoch = bool(getattr(schedule, "per_epoch", False))
        self.moves = 1 if self.each_epoch else steps  # in an epoch
        self.scheduler: Any = None
        if isinstance(schedule, str):
            if schedule not in SCHEDULES:
                raise ValueError(
                    f"schedule={schedule!r}; expected None, one of {', '.join(SCHEDULES)}, or a function of "
                    "(optimizer, total_steps) that returns a scheduler."
                )
            schedule = SCHEDULES[schedule]
        if schedule is None:
            return
        self.scheduler = schedule(optimizer, epochs if self.each_epoch else steps * epochs)
        if not isinstance(self.scheduler, LRScheduler):
            raise TypeError(f"schedule made a {type(self.scheduler).__name__}; expected a torch LRScheduler.")
        if isinstance(self.scheduler, ReduceLROnPlateau) and not self.each_epoch:
            raise ValueError("ReduceLROnPlateau moves once an epoch: wrap its function in per_epoch(...).")

    def after_step(self, skipped: bool) -> None:
        """Move on after an optimizer step, unless fp16 skipped that step."""
        if self.scheduler is not None and not self.each_epoch and not skipped:
            self.scheduler.step()

    def after_epoch(self, loss: float) -> None:
        """Move on after an epoch; ``loss`` is what a plateau is judged by."""
        if self.scheduler is not None and self.each_epoch:
            self.scheduler.step(*([loss] if isinstance(self.scheduler, ReduceLROnPlateau) else []))

    def state_dict(self) -> dict[str, Any]:
        """Return the scheduler's state; nothing if there is no scheduler."""
        return {} if self.scheduler is None else self.scheduler.state_dict()

    def load_state_dict(self, state: dict[str, Any], epochs: int) -> None:
        r"""Take back the state after so many epochs.

        Raises:
            ValueError: A schedule of this kind never comes to it.

        """
        if self.scheduler is not None:
            check_schedule(self.scheduler, state, epochs * self.moves)
            self.scheduler.load_state_dict(state)


def name_of(thing: Any) -> Any:
    """Name a function, class, module or partial in a way that is the same in the next process."""
    if isinstance(thing, partial):
        arguments = [repr(a) for a in thing.args] + [f"{k}={v!r}" for k, v in sorted(thing.keywords.items())]
        return f"{name_of(thing.func)}({', '.join(arguments)})"
    if isinstance(thing, nn.Module):
        return repr(thing)
    return (
        thing if thing is None or isinstance(thing, str) else getattr(thing, "__qualname__", type(thing).__qualname__)
    )
