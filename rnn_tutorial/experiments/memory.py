r"""How far back a recurrent network can see: gradients by lag, weights shared or not, and a task that needs memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rnn_tutorial.experiments import together
from rnn_tutorial.experiments.ch02_long_lags import TASKS
from rnn_tutorial.layers import RNN, ManyToOne
from rnn_tutorial.layers.core.types import Nonlinearity


def gradient_by_lag(layer: nn.Module, x: Tensor) -> Tensor:
    r"""Measure how the last state depends on each input: :math:`\|\partial h_T / \partial x_{T-k}\|` for each lag k.

    The Frobenius norm of the whole Jacobian, row by row of :math:`h_T`, averaged over the batch.

    Args:
        layer: A recurrent layer with ``batch_first=True``, one direction.
        x: (B, T, F).

    Returns:
        (T,): entry k belongs to the input k steps before the last.
    """
    x = x.detach().clone().requires_grad_()
    h_T = layer(x)[0][:, -1]  # (B, H)
    squared = torch.zeros_like(x)
    for unit in range(h_T.shape[1]):
        (row,) = torch.autograd.grad(h_T[:, unit].sum(), x, retain_graph=True)
        squared += row**2
    return squared.sum(dim=2).sqrt().mean(dim=0).flip(0).detach()


@dataclass(frozen=True)
class Backpropagated:
    """Norms of a gradient sent back through ``len(norms) - 1`` steps, and the factor by which it changes per step."""

    norms: Tensor
    factor: float


def backpropagate(
    scale: float, *, shared: bool, steps: int = 50, hidden_size: int = 64, nonlinearity: str = "tanh", seed: int = 0
) -> Backpropagated:
    r"""Send a gradient of length 1 back through a random network in time, its weights shared between the steps or not.

    :math:`h_t = \tanh(W_t h_{t-1} + x_t)` with small random inputs and :math:`W_t` Gaussian of standard deviation
    ``scale`` / √H, so that ``scale`` is its spectral radius for large H. Shared: one W for all steps, as in a
    recurrent network. Not shared: a fresh W each step, as in a deep feed-forward network.

    Returns:
        ``norms`` (steps + 1,): length of the gradient after 0, 1, … steps; ``factor``: its geometric mean per step.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw() -> Tensor:
        values = torch.randn(hidden_size, hidden_size, generator=generator, dtype=torch.float64)
        return values * (scale / hidden_size**0.5)

    squash = torch.tanh if nonlinearity == "tanh" else torch.relu
    W = draw()
    h = torch.zeros(hidden_size, dtype=torch.float64)
    states = []
    for _ in range(steps):
        W = W if shared else draw()
        h = squash(W @ h + 0.1 * torch.randn(hidden_size, generator=generator, dtype=torch.float64)).requires_grad_()
        h.retain_grad()
        states.append(h)
    direction = torch.randn(hidden_size, generator=generator, dtype=torch.float64)
    (states[-1] @ direction / direction.norm()).backward()
    norms = torch.stack([state.grad.norm() for state in reversed(states) if state.grad is not None])
    return Backpropagated(norms, float((norms[-1] / norms[0]) ** (1 / (len(norms) - 1))))


def recall_accuracies(
    make_layers: Sequence[Callable[[], nn.Module]],
    steps: int,
    seeds: Sequence[int],
    *,
    updates: int = 300,
    rate: float = 3e-3,
) -> list[list[float]]:
    r"""Train layers to remember their first input over ``steps`` steps, all of them and all seeds together.

    Args:
        make_layers: Each makes a fresh layer of one input feature; all of the same kind and size, such as one layer
            from several starts.
        steps: Length T of the sequences of ``tasks.recall``.
        seeds: Of weights and data.
        updates: Of Adam, each on a batch of 32 fresh sequences.
        rate: Learning rate.

    Returns:
        For each layer, the share of right answers of each seed, on 500 fresh sequences.
    """
    models = []
    for make in make_layers:
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(ManyToOne(make(), 1))
    runs = [together.Run(rate, seed) for _ in make_layers for seed in seeds]
    looks = together.learn(models, runs, TASKS["recall"], steps, updates=updates, every=updates)
    accuracies: list[list[float]] = (1 - looks[-1]).reshape(len(make_layers), len(seeds)).tolist()
    return accuracies


def started(nonlinearity: Nonlinearity, start: str, hidden_size: int = 32) -> RNN:
    r"""Return a recurrent layer of one input feature with a chosen start of :math:`W_{hh}`.

    Args:
        nonlinearity: ``"tanh"`` or ``"relu"``.
        start: ``"default"`` (PyTorch's uniform), ``"orthogonal"``, or ``"identity"`` without bias, small input weights
            (Le, Jaitly & Hinton, 2015).
        hidden_size: Units.
    """
    layer = RNN(1, hidden_size, nonlinearity=nonlinearity, batch_first=True, backend="reference")
    W_hh = layer.get_parameter("weight_hh_l0")
    if start == "orthogonal":
        nn.init.orthogonal_(W_hh)
    elif start == "identity":
        nn.init.eye_(W_hh)
        nn.init.normal_(layer.get_parameter("weight_ih_l0"), std=0.1)
        for name in ("bias_ih_l0", "bias_hh_l0"):
            nn.init.zeros_(layer.get_parameter(name))
    elif start != "default":
        raise ValueError(f'start should be "default", "orthogonal" or "identity", got {start!r}')
    return layer


def accuracy(logits: Tensor, classes: Tensor) -> Tensor:
    """Return the share of rows whose largest logit is the class."""
    return (logits.argmax(dim=1) == classes).double().mean()
