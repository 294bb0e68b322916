r"""What a model keeps in memory between its forward and its backward pass, counted tensor by tensor on any device."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import RNN, ManyToOne

if TYPE_CHECKING:
    import pandas as pd


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


class CausalCNN(nn.Sequential):
    """A dense network's rival for sequences: dilated causal convolutions, (B, T, 1) → (B, outputs)."""

    def __init__(self, width: int, outputs: int, dilations: tuple[int, ...] = (1, 2, 4, 8, 16)) -> None:
        layers: list[nn.Module] = []
        channels = 1
        for dilation in dilations:
            left = nn.ConstantPad1d((2 * dilation, 0), 0.0)  # zeros before the start only: no step sees a later one
            layers += [left, nn.Conv1d(channels, width, 3, dilation=dilation), nn.ReLU()]
            channels = width
        super().__init__(*layers)
        self.readout = nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve over time, read the last step."""
        h = x.transpose(1, 2)
        for module in list(self)[:-1]:
            h = module(h)
        return self.readout(h[:, :, -1])


def rivals_of_equal_size(steps: int, parameters: int = 9_000, outputs: int = 24) -> dict[str, nn.Module]:
    """Return an RNN, a causal CNN and a dense network, (B, steps, 1) → (B, outputs), of about as many parameters."""

    def closest(make: Callable[[int], nn.Module]) -> nn.Module:
        return min((make(width) for width in range(4, 257)), key=lambda net: abs(count_parameters(net) - parameters))

    return {
        "RNN": closest(lambda width: ManyToOne(RNN(1, width, batch_first=True), outputs)),
        "CNN": closest(lambda width: CausalCNN(width, outputs)),
        "dense": closest(
            lambda width: nn.Sequential(nn.Flatten(), nn.Linear(steps, width), nn.ReLU(), nn.Linear(width, outputs))
        ),
    }


def rivals_of_equal_width(steps: int, width: int = 64, outputs: int = 24) -> dict[str, nn.Module]:
    """Return the same three networks, (B, steps, 1) → (B, outputs), of one layer of ``width`` units and a readout."""
    return {
        "RNN": ManyToOne(RNN(1, width, batch_first=True), outputs),
        "CNN": CausalCNN(width, outputs, dilations=(1,)),
        "dense": nn.Sequential(nn.Flatten(), nn.Linear(steps, width), nn.ReLU(), nn.Linear(width, outputs)),
    }


def footprint_table(lengths: tuple[int, ...], batch: int = 64) -> "pd.DataFrame":
    """Return MB kept for the backward pass: a row a network and way of comparing, a column a length of the window."""
    import pandas as pd

    rivals = {"equal parameters": rivals_of_equal_size, "equal width": rivals_of_equal_width}
    kept: dict[str, dict[tuple[str, str], float]] = {}
    for steps in lengths:
        x = torch.randn(batch, steps, 1)
        column = kept[f"{steps} steps"] = {}
        for way, make in rivals.items():
            for name, net in make(steps).items():
                column[way, name] = saved_for_backward(partial(net, x), (x, *net.parameters())) / 1e6
    return pd.DataFrame(kept).rename_axis(columns="MB kept")
