r"""Backpropagation through time, term by term: what each step adds to the gradient, and what a cut takes away."""

import torch
from torch import Tensor, nn

__all__ = ["cut_errors", "gradient_terms", "of_last_state", "sent_back", "spectral_radius"]


def gradient_terms(W_hh: Tensor, states: Tensor, dL_dh: Tensor) -> Tensor:
    r"""Return what each step adds to :math:`\partial \mathcal{L} / \partial W_{hh}`, for a loss of the last state.

    The weights take part in every step, so their gradient is a sum over time (Werbos, 1990).

    Args:
        W_hh: (H, H).
        states: (B, T + 1, H) of a tanh network, :math:`h_0` first.
        dL_dh: (B, H), the gradient of the loss with respect to :math:`h_T`.

    Returns:
        (T, H, H), the first step's term first; their sum is the gradient.
    """
    terms = []
    for t in range(states.shape[1] - 1, 0, -1):
        # through the tanh: δ_t = ∂L/∂h_t ⊙ (1 - h_t²)
        delta = dL_dh * (1 - states[:, t] ** 2)
        # what step t adds to ∂L/∂W_hh: δ_t h_{t-1}ᵀ, summed over the batch
        terms.append(delta.T @ states[:, t - 1])
        # one step back in time: ∂L/∂h_{t-1} = W_hhᵀ δ_t
        dL_dh = delta @ W_hh
    return torch.stack(terms[::-1])


def of_last_state(layer: nn.Module, readout: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    r"""Return the terms for the mean absolute error of ``readout`` of the last state, in double precision.

    Args:
        layer: A tanh ``RNN`` of one layer, ``batch_first=True``; neither it nor the readout is changed.
        readout: From (B, H) to the shape of ``y``.
        x: (B, T, F).
        y: Targets.
    """
    weights = {name: value.detach().double() for name, value in layer.named_parameters()}
    last = {name: value.detach().double() for name, value in readout.named_parameters()}
    with torch.no_grad():
        states = torch.func.functional_call(layer, weights, (x.double(),))[0]
    h_T = states[:, -1].clone().requires_grad_()
    loss = nn.functional.l1_loss(torch.func.functional_call(readout, last, (h_T,)), y.double())
    (dL_dh,) = torch.autograd.grad(loss, h_T)
    h_0 = torch.zeros_like(states[:, :1])
    return gradient_terms(weights["weight_hh_l0"], torch.cat([h_0, states], dim=1), dL_dh)


def cut_errors(terms: Tensor) -> Tensor:
    r"""Return the relative error of the gradient that goes back k steps only, for k = 1, …, T: (T,).

    :math:`\lVert \sum_{t > T - k} - \sum_t \rVert / \lVert \sum_t \rVert` over the terms; the last entry is 0.
    """
    kept = terms.flip(0).cumsum(0)  # the last k terms, for every k
    return (kept - kept[-1]).flatten(1).norm(dim=1) / kept[-1].norm()


def spectral_radius(W: Tensor) -> float:
    r"""Return the largest absolute eigenvalue of a square matrix: the rate at which its powers grow or fade.

    Examples:
        >>> spectral_radius(torch.tensor([[0.0, 2.0], [0.5, 0.0]]))
        1.0
    """
    return float(torch.linalg.eigvals(W.detach().double()).abs().max())


def sent_back(scale: float, *, shared: bool, steps: int = 50, hidden_size: int = 64, seed: int = 0) -> Tensor:
    r"""Send a gradient of length 1 back through a linear network, :math:`h_t = W_t h_{t-1} + x_t`; return its lengths.

    Each :math:`W_t` is ``scale`` times an orthogonal matrix, which leaves lengths as they are. So after k steps the
    length is ``scale`` to the power k, whether all steps share one matrix or each has its own.

    Returns:
        (steps + 1,), in double precision.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw() -> Tensor:
        random = torch.randn(hidden_size, hidden_size, generator=generator, dtype=torch.float64)
        return scale * torch.linalg.qr(random)[0]

    W, gradient = draw(), torch.ones(hidden_size, dtype=torch.float64) / hidden_size**0.5
    lengths = [gradient.norm()]
    for _ in range(steps):
        W = W if shared else draw()
        # ∂L/∂h_{t-1} = W_tᵀ ∂L/∂h_t
        gradient = W.T @ gradient
        lengths.append(gradient.norm())
    return torch.stack(lengths)
