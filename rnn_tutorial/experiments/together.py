r"""Small networks trained together: one batched network with an axis for seeds and learning rates.

A step of a small network is mostly the time it takes to start an operation. Fifteen networks in one operation cost
little more than one. Each still has its own data, gradient, clipping and learning rate, so that its numbers are its
own.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import vmap

from rnn_tutorial.experiments.ch02_long_lags import BATCH, EVERY, FRESH, Task, batch_seed
from rnn_tutorial.experiments.stacked import Stack, along


class Run(NamedTuple):
    """One of the networks that are trained together."""

    rate: float
    """Learning rate."""
    seed: int
    """Of the data."""


class Adam:
    r"""Adam (Kingma & Ba, 2015) for stacked parameters, with a learning rate and a clipped gradient for each network.

    Args:
        parameters: Each with a leading axis of N.
        rates: (N,).
    """

    def __init__(self, parameters: Sequence[Tensor], rates: Tensor) -> None:
        self.parameters, self.rates, self.steps = list(parameters), rates, 0
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self, clip_norm: float = 1.0, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        """Change the parameters by their gradients, and forget those."""
        self.steps += 1
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self.parameters]
        squares = [gradient.flatten(1).square().sum(dim=1) for gradient in gradients]
        # g ← min(1, θ / ‖g‖) g, for each network by itself
        shrink = (clip_norm / (torch.stack(squares).sum(dim=0).sqrt() + 1e-6)).clamp(max=1.0)
        for p, gradient, mean, square in zip(self.parameters, gradients, self.means, self.squares, strict=True):
            g = gradient * along(shrink, p)
            # m ← β₁ m + (1 - β₁) g
            mean.lerp_(g, 1 - beta1)
            # v ← β₂ v + (1 - β₂) g²
            square.lerp_(g * g, 1 - beta2)
            # θ ← θ - rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵏ), v̂ = v / (1 - β₂ᵏ) after k steps
            root = (square / (1 - beta2**self.steps)).sqrt()
            p -= along(self.rates, p) * (mean / (1 - beta1**self.steps)) / (root + eps)
            p.grad = None


def learn(
    models: Sequence[nn.Module], runs: Sequence[Run], task: Task, steps: int, *, updates: int, every: int = EVERY
) -> Tensor:
    r"""Train networks together, each as ``ch02_long_lags.learn`` trains one, without stopping.

    Args:
        models: N fresh networks of one kind.
        runs: Learning rate and seed of the data of each.
        task: One of ``ch02_long_lags.TASKS``.
        steps: Length T of the sequences.
        updates: Steps of gradient descent.
        every: Updates between looks at fresh sequences.

    Returns:
        (looks, N): errors on fresh sequences.
    """
    stack = Stack(models)
    optimizer = Adam(list(stack.weights.values()), torch.tensor([run.rate for run in runs]))
    losses, error = vmap(task.loss), vmap(task.error)
    looks = []
    for update in range(1, updates + 1):
        x, targets = _draw(task, steps, BATCH, runs, update)
        losses(stack(x)[..., 0], targets).sum().backward()  # networks share no parameter: each gets its own gradient
        optimizer.step()
        if update % every == 0:
            x, targets = _draw(task, steps, FRESH, runs, -update)
            with torch.no_grad():
                looks.append(error(stack(x)[..., 0], targets))
    return torch.stack(looks)


def _draw(task: Task, steps: int, examples: int, runs: Sequence[Run], update: int) -> tuple[Tensor, Tensor]:
    seeds = sorted({run.seed for run in runs})  # runs that share a seed share its data: drawn once
    drawn = [task.draw(steps, examples, batch_seed(seed, update)) for seed in seeds]
    mine = torch.tensor([seeds.index(run.seed) for run in runs])
    return torch.stack([x for x, _ in drawn])[mine], torch.stack([targets for _, targets in drawn])[mine]
