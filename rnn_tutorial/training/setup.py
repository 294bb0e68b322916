r"""What surrounds a run: an accelerator of its own and random generators that are handed back as they were."""

import os
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState, PartialState
from accelerate.utils import DistributedType, str_to_bool
from torch import nn

from rnn_tutorial.devices import pick_device

Precision = Literal["no", "bf16", "fp16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
_DEVICE = "ACCELERATE_TORCH_DEVICE"
COUNTS = {"WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE"}
"""Variables by which launchers, those of MPI among them, say how many processes there are."""


@contextmanager
def accelerator_for(mixed_precision: Precision, given: Accelerator | None) -> Iterator[Accelerator]:
    r"""Lend an accelerator for one run.

    accelerate keeps device and precision once per process. Two runs of different precision in one notebook would
    therefore be refused, so the shared state is put aside, built anew and put back. The process group of a
    distributed launch is kept: there only the precision is new.

    Args:
        mixed_precision: ``"no"``, ``"bf16"`` or ``"fp16"``.
        given: An accelerator of the user's, taken as it is.

    Raises:
        ValueError: The precision is unknown or the device cannot do it, or the given accelerator has another one
            or accumulates gradients.

    """
    if mixed_precision not in PRECISIONS:
        raise ValueError(f"mixed_precision={mixed_precision!r}; expected one of {', '.join(map(repr, PRECISIONS))}.")
    if given is not None:
        if mixed_precision not in ("no", given.mixed_precision):
            raise ValueError(
                f"mixed_precision={mixed_precision!r}, but the accelerator given has {given.mixed_precision!r}."
            )
        if given.gradient_accumulation_steps != 1:
            raise ValueError("The accelerator accumulates gradients, which fit does not do: raise batch_size instead.")
        prepared = [given._models, given._optimizers, given._dataloaders]
        before = [list(objects) for objects in prepared]
        try:
            yield given
        finally:  # forget what this run prepared: fp16 would unscale its old optimizer in the next one
            for objects, old in zip(prepared, before, strict=True):
                objects[:] = old
        return
    distributed = torch.distributed.is_initialized() or int(os.environ.get("LOCAL_RANK", "-1")) != -1
    _tell_of_missing_processes()
    shared: list[dict[str, Any]] = [AcceleratorState._shared_state, GradientState._shared_state]
    if not distributed:
        shared.append(PartialState._shared_state)
    saved = [dict(state) for state in shared]
    device_before = os.environ.get(_DEVICE)
    for state in shared:
        state.clear()
    try:
        yield _new(mixed_precision, distributed)
    finally:
        for state, old_state in zip(shared, saved, strict=True):
            if distributed and not old_state:
                continue  # the first run of a launched process: the group lives on, so does its state
            state.clear()
            state.update(old_state)
        if device_before is None:
            os.environ.pop(_DEVICE, None)
        else:
            os.environ[_DEVICE] = device_before


def _tell_of_missing_processes() -> None:
    # What accelerate's launcher leaves when it was asked for several processes and has started one.
    asked = {"ACCELERATE_USE_CPU", "ACCELERATE_MIXED_PRECISION", "MASTER_PORT"} <= os.environ.keys()
    if asked and str_to_bool(os.environ["ACCELERATE_USE_CPU"]) and not (os.environ.keys() & COUNTS):
        warnings.warn(
            "this process trains alone: accelerate launch --cpu starts a single one, whatever --num_processes says, "
            "unless there is MPI. For two: ACCELERATE_USE_CPU=true torchrun --nproc_per_node 2 train.py",
            RuntimeWarning,
            stacklevel=5,
        )


def _new(mixed_precision: Precision, distributed: bool) -> Accelerator:
    options: dict[str, Any] = {}
    if not distributed:
        device = pick_device()
        if device.type == "cpu":
            options["cpu"] = True
        os.environ[_DEVICE] = str(device)
    accelerator = Accelerator(mixed_precision=mixed_precision, **options)
    if mixed_precision == "fp16" and accelerator.device.type == "cpu":
        raise ValueError('mixed_precision="fp16" needs a GPU; on a CPU use "bf16" or "no".')
    return accelerator


def step_of(optimizer: Any, accelerator: Accelerator) -> Callable[[], Any]:
    """Return what changes the weights: in one process without fp16 the optimizer's own step.

    accelerate's step adds nothing there, but looks on the disk for a library each time, twice.
    """
    alone = accelerator.distributed_type == DistributedType.NO and accelerator.scaler is None
    step: Callable[[], Any] = optimizer.optimizer.step if alone and hasattr(optimizer, "optimizer") else optimizer.step
    return step


@contextmanager
def own_random_state(device: torch.device) -> Iterator[None]:
    """Let a run seed Python, NumPy and torch as it likes and restore all of them afterwards."""
    cuda = [device.index if device.index is not None else torch.cuda.current_device()] if device.type == "cuda" else []
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 -- the global state is what is restored
    mps = torch.mps.get_rng_state() if device.type == "mps" else None
    try:
        with torch.random.fork_rng(devices=cuda):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        if mps is not None:
            torch.mps.set_rng_state(mps)


class Whole(nn.Module):
    """What accelerate wraps and marks instead of the user's model, which stays as it is."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Any) -> Any:
        """Call the model."""
        return self.model(x)
