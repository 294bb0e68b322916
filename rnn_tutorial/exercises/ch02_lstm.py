r"""Checks of the exercises of chapter 2, LSTM."""

from typing import Any

import torch

import rnn_tutorial as rt
from rnn_tutorial.experiments import gates, tasks
from rnn_tutorial.experiments.footprint import count_parameters

from .asking import exercise, near, number, require, tensor


@exercise("lstm-fooled")
def fooled(lstm: Any) -> str:
    r"""An LSTM whose forget gates all start with a bias of 1, and whose other gates start near one half."""
    H = lstm.hidden_size
    with torch.no_grad():
        biases = lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = tensor(biases, (4 * H,), "the sum of the biases").chunk(4)
    opened = ", ".join(f"{name} = {part.sigmoid().mean():.2f}" for name, part in (("i", i), ("f", f), ("o", o)))
    drawn = 2 / H**0.5 + 1e-6  # two biases, each within 1/√H
    for part in (i, g, o):
        require(bool((part.abs() <= drawn).all()), f"gates start at {opened}: another than the forget gate was moved")
    low, high = f.min().item(), f.max().item()
    total = f"{low:.2f}" if high - low < 0.005 else f"between {low:.2f} and {high:.2f}"
    said = f"the two biases of each forget gate add up to {total}"
    require(max(abs(low - 1), abs(high - 1)) < 1e-5, f"gates start at {opened}; {said}")
    return f"gates start at {opened}"


@exercise("lstm-count")
def count(width: Any) -> str:
    r"""A function of features and units of an RNN: units of the LSTM that is nearest in size."""
    with torch.device("meta"):  # shapes without numbers
        for features, units in ((24, 64), (1, 32), (100, 10), (3, 150)):
            goal = count_parameters(rt.RNN(features, units))
            sizes = [count_parameters(rt.LSTM(features, h)) for h in range(1, units + 1)]
            nearest = 1 + min(range(units), key=lambda k: abs(sizes[k] - goal))
            of = f"units of an LSTM as large as an RNN with F = {features}, H = {units}, which has {goal:,} parameters"
            near(width(features, units), nearest, of)
    return "no other width comes nearer, for four networks"


@exercise("lstm-half-life")
def half_life(forget_bias: Any) -> str:
    r"""A function of steps: the bias with which half of a cell is left after them."""
    for steps in (100, 1, 10, 1000):
        bias = number(forget_bias(steps), f"the bias for {steps} steps")
        cell = rt.LSTM(1, 1, dtype=torch.float64)
        with torch.no_grad():
            for parameter in cell.parameters():
                parameter.zero_()
            cell.get_parameter("bias_ih_l0")[1] = bias
            start = torch.ones(1, 1, dtype=torch.float64)
            _, (_, left) = cell(torch.zeros(steps, 1, dtype=torch.float64), (torch.zeros_like(start), start))
        # 1e-3: single precision may be used, and has few digits left for a gate near 1
        near(left, 0.5, f"what is left of the cell after {steps} step(s), with a bias of {bias:.4g}", 1e-3)
    return "half of the cell is left after 1, 10, 100 and 1000 steps"


@exercise("lstm-noise")
def noise(variance: Any) -> str:
    r"""A function of the noise's variance, the forget gate and the steps: the variance of the cell."""
    for v, f, steps in ((2.0, 0.9, 5), (1.0, 1.0, 50), (0.5, 0.99, 200), (3.0, 0.0, 4), (1.0, 0.5, 1)):
        truth = 0.0
        for _ in range(steps):
            truth = f**2 * truth + v  # Var(f c + g) of independent c and g
        near(variance(v, f, steps), truth, f"the variance with v = {v:g}, f = {f:g} and T = {steps}")
    return "as step after step gives it, for five cells"


@exercise("lstm-coupled")
def counter(lstm: Any) -> str:
    r"""An LSTM of one unit whose cell counts the ones in its first input since the last one in its second."""
    kind = next(lstm.parameters()).dtype
    for steps in (1, 6, 40):
        x = (torch.rand(200, steps, 2) < torch.tensor([0.6, 0.1])).to(kind)
        count = torch.zeros(200, dtype=kind)
        for now, again in (step.unbind(1) for step in x.unbind(1)):
            count = (1 - again) * count + now
        with torch.no_grad():
            cell = tensor(lstm(x)[1][1], (1, 200, 1), f"the cells after {steps} steps").flatten()
        worst = int((cell - count).abs().argmax())
        row = [(int(now), int(again)) for now, again in x[worst, -6:]]
        found, truth = float(cell[worst]), float(count[worst])
        said = f"after {steps} step(s), the last of them {row}, the cell is {found:.3f}, and the count {truth:.0f}"
        require(abs(found - truth) < 0.5, said)
    return "the cell, rounded, has the count after 1, 6 and 40 steps"


@exercise("lstm-overwrite")
def overwrite(lstm: Any) -> str:
    r"""An LSTM of one unit without a forget gate whose cell ends with the sign that was marked last."""
    wanted = 'the network should be a ChangedLSTM(2, 1, "no forget gate"),'
    require(isinstance(lstm, gates.ChangedLSTM), f"{wanted} and is of another kind, {type(lstm).__name__}")
    require(lstm.rows == gates.ROWS["no forget gate"] and not lstm.coupled, f"{wanted} and has another change")
    require(lstm.hidden_size == 1, f"the network should have one unit, and has {lstm.hidden_size}")
    kind = next(lstm.parameters()).dtype
    for steps, marks in ((2, 1), (30, 2), (30, 3), (40, 12)):
        x, classes = tasks.latest(steps, 1000, seed=0, marks=marks)
        x = x.to(kind) if lstm.batch_first else x.to(kind).transpose(0, 1)
        with torch.no_grad():
            right = int(((lstm(x)[1][1].flatten() > 0) == (classes == 1)).sum())
        of = f"of 1,000 sequences with T = {steps} and {marks} mark(s)"
        require(right == 1000, f"{of}, {right} end with the right sign")
    return "4,000 of 4,000 sequences end with the right sign, with 1 to 12 marks"


@exercise("lstm-adding")
def adding(smallest_error: Any) -> str:
    r"""A function of the ends between which numbers are uniform: the mean square that forgetting one costs."""
    for low, high in ((0.0, 1.0), (0.0, 3.0), (-1.0, 1.0), (5.0, 6.0)):
        # the best guess is the mean; its squared error, averaged over 10,000 places between the ends
        u = low + (high - low) * (torch.arange(10_000, dtype=torch.float64) + 0.5) / 10_000
        of = f"the error for numbers between {low:g} and {high:g}"
        near(smallest_error(low, high), u.var(correction=0).item(), of, 1e-6)
    return "as an integral over the number that was forgotten gives it, for four ranges"
