r"""What a model keeps in memory between its forward and its backward pass, counted tensor by tensor on any device."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Footprint:
    """Cost of one training step: bytes kept for the backward pass, median seconds, and trainable parameters."""

    saved_bytes: int
    seconds: float
    parameters: int


def count_parameters(model: nn.Module) -> int:
    """Return the number of trainable parameters."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def saved_for_backward(run: Callable[[], object], ignore: tuple[Tensor, ...] = ()) -> int:
    r"""Count the bytes that autograd keeps for the backward pass of ``run()``: what limits batch and length on a GPU.

    Each block of memory counts once, however many tensors look at it.

    Args:
        run: Calls the model.
        ignore: Tensors that exist anyway: the parameters and the input.
    """
    known = {t.untyped_storage().data_ptr() for t in ignore}
    blocks: dict[int, int] = {}
    alive: list[Tensor] = []  # a freed block's address could be used again and be counted once for two

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            blocks[storage.data_ptr()] = storage.nbytes()
            alive.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        result = run()
    del result
    return sum(blocks.values())


def training_footprint(model: nn.Module, x: Tensor, *, repeats: int = 5) -> Footprint:
    """Measure one training step of ``model`` on ``x``: memory for the backward pass and median time of ``repeats``."""
    saved = saved_for_backward(lambda: model(x), (x, *model.parameters(), *model.buffers()))
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        model(x).square().mean().backward()
        if x.is_cuda:
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    model.zero_grad()
    return Footprint(saved, median(seconds[1:]), count_parameters(model))
