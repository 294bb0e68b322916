r"""Checks of the exercises of chapter 1, the recurrent network."""

from typing import Any

import torch
from torch import Tensor

import rnn_tutorial as rt
from rnn_tutorial import checks
from rnn_tutorial.experiments.footprint import count_parameters

from .asking import asserted, exercise, near, number, require, same, tensor


@exercise("rnn-fooled")
def fooled(forecaster: Any) -> str:
    r"""A network (B, days, 24) → (B, 24): each forecast is of its own window, of all days and of their order."""
    for batch, days in ((4, 14), (3, 9)):
        x = torch.randn(batch, days, 24, requires_grad=True)
        forecast = forecaster(x)
        tensor(forecast, (batch, 24), f"the forecast for {batch} windows of {days} days")
        with asserted(". What does the layer take for time?"):
            checks.assert_examples_independent(forecaster, x)
        (felt,) = torch.autograd.grad(forecast.sum(), x)
        unread = (felt == 0).all(dim=2).any(dim=0).nonzero().flatten().tolist()
        require(not unread, f"of {days} days, counted from 0, the forecast does not depend on {unread}")
        turned = (forecaster(x.flip(1)) - forecast).abs().max().item()
        require(turned > 1e-4, "the forecast is the same when the days are turned round: their order is not read")
    return "every forecast depends on its own window alone, and there on every day"


@exercise("rnn-count")
def count(parameters: Any) -> str:
    r"""A function of features, units, layers and directions."""
    for features, units, layers, directions in (
        (24, 64, 1, 1),
        (5, 7, 1, 2),
        (5, 7, 3, 1),
        (24, 64, 2, 2),
        (1, 3, 4, 2),
    ):
        layer = rt.RNN(features, units, num_layers=layers, bidirectional=directions == 2)
        truth = count_parameters(layer)
        of = f"parameters with F = {features}, H = {units}, layers: {layers}, directions: {directions}"
        hint = "what does each layer read?" if layers > 1 else "two biases, as in PyTorch"
        near(parameters(features, units, layers, directions), truth, of, hint=hint)
    return "as many as the layer has, for five shapes"


@exercise("rnn-half-life")
def half_life(weight: Any) -> str:
    r"""A function of steps: the weight on the loop of a single unit that has half of a small push left after them."""
    for steps in (10, 1, 2, 50, 365):
        w = number(weight(steps), f"the weight for {steps} steps")
        unit = rt.RNN(1, 1, bias=False, dtype=torch.float64)
        push = torch.zeros(steps + 1, 1, dtype=torch.float64)
        push[0] = 1e-6  # so small that tanh takes nothing
        with torch.no_grad():
            unit.get_parameter("weight_ih_l0").fill_(1.0)
            unit.get_parameter("weight_hh_l0").fill_(w)
            left = unit(push)[0][-1].item() / 1e-6
        near(left, 0.5, f"what is left of the push after {steps} step(s), with w = {w:.5g}", 1e-4)
    return "half is left after 1, 2, 10, 50 and 365 steps"


@exercise("rnn-input-weights")
def input_weights(gradient: Any) -> str:
    r"""A function of :math:`W_{hh}`, states (B, T + 1, H), x (B, T, F), and ∂L/∂h_T: ∂L/∂W_ih, (H, F)."""
    for batch, steps, units in ((1, 1, 3), (4, 1, 3), (1, 2, 3), (4, 6, 5)):
        layer = rt.RNN(2, units, batch_first=True, dtype=torch.float64)
        x, h_0, dL_dh = (torch.randn(batch, *n, dtype=torch.float64) for n in ((steps, 2), (units,), (units,)))
        output = layer(x, h_0[None])[0]
        (truth,) = torch.autograd.grad((output[:, -1] * dL_dh).sum(), layer.get_parameter("weight_ih_l0"))
        states = torch.cat([h_0[:, None], output.detach()], dim=1)
        found = gradient(layer.get_parameter("weight_hh_l0").detach().clone(), states, x.clone(), dL_dh.clone())
        same(found, truth, f"the gradient for a batch of {batch} and T = {steps}", 1e-10)
    return "equal to autograd's, for one step and for several"


@exercise("rnn-reset")
def reset(best_share: Any) -> str:
    r"""A function of window and delay: the share of echoes that can be right if each window starts from zero."""
    for window, delay in ((10, 5), (24, 1), (12, 12), (7, 3), (10, 0)):
        # step by step: a bit of this window is known, one of the window before is guessed
        truth = sum(1.0 if step >= delay else 0.5 for step in range(window)) / window
        near(
            best_share(window, delay),
            truth,
            f"the best share for T = {window} and d = {delay}",
            hint="a guess counts, too",
        )
    return "as often as a count over the steps of a window says, for five windows"


@exercise("rnn-clip")
def clip(clipped: Any) -> str:
    r"""A function of gradients and a length: the same gradients, together at most as long."""
    long, short = torch.tensor([[3.0, -4.0], [0.0, 12.0]]), torch.tensor([0.3, 0.4, 0.0])
    for name, gradients, longest in (
        ("two gradients, one of them long", [long, short], 1.0),
        ("two gradients that are short each, and together too long", [short, -short], 0.6),
        ("two gradients that are together short enough", [short, short], 1.0),
        ("one gradient that is too long", [2 * long], 5.0),
        ("gradients of zeros", [0 * long, 0 * short], 1.0),
    ):
        found: Any = clipped([g.clone() for g in gradients], longest)
        whole = isinstance(found, list | tuple) and len(found) == len(gradients)
        require(whole, f"{name}: the answer should be a list of {len(gradients)}, one for each")
        share = min(1.0, longest / max(_length(gradients), 1e-9))
        for k, (got, gradient) in enumerate(zip(found, gradients, strict=True)):
            of = f"{name}, θ = {longest:g}: gradient {k + 1}"
            same(got, share * gradient, of, 1e-5, f"their common length was {_length(gradients):.3g}")
    return "the direction stays, and the common length is at most θ"


def _length(gradients: list[Tensor]) -> float:
    return torch.cat([g.flatten() for g in gradients]).norm().item()
