r"""Checks of the exercises of the page on lengths, layers, directions, and looking back."""

from typing import Any

import torch

import rnn_tutorial as rt

from .asking import exercise, near, require, same, tensor


@exercise("deep-last")
def last(last_states: Any) -> str:
    r"""A function of the output of both directions and of lengths: the last state of each direction."""
    for lengths in ([6, 6, 6], [2, 6, 4], [1, 3, 6, 5], [3, 3]):
        layer = rt.GRU(2, 3, batch_first=True, bidirectional=True)
        told = torch.tensor(lengths)
        with torch.no_grad():
            output, h_n = layer(torch.randn(len(lengths), max(lengths), 2), lengths=told)
        found = tensor(last_states(output, told), (len(lengths), 6), f"the states for lengths {lengths}")
        for direction, name in enumerate(("forward", "backward")):
            half = slice(3 * direction, 3 * direction + 3)
            of = f"lengths {lengths}: the last state of the {name} direction"
            same(found[:, half], h_n[direction], of, 1e-5, "which step does that direction read last?")
    return "the last states of both directions, for four batches"


@exercise("deep-past")
def past(read_past: Any) -> str:
    r"""A function of a bidirectional layer and a sequence: both last states over the inputs up to each step."""
    for steps in (4, 7, 2):
        layer = rt.GRU(2, 3, batch_first=True, bidirectional=True)
        x = torch.randn(2, steps, 2)
        with torch.no_grad():
            of = f"the states over {steps} steps"
            found = tensor(read_past(layer, x), (2, steps, 6), of)
            for t in range(steps - 1):
                other = x.clone()
                other[:, t + 1 :] += 1.0
                off = (tensor(read_past(layer, other), (2, steps, 6), of) - found)[:, : t + 1].abs().max().item()
                require(off < 1e-6, f"of {steps} steps, step {t + 1} or one before it changes with the inputs after it")
            for t in range(steps):
                truth = layer(x[:, : t + 1])[1].transpose(0, 1).flatten(1)
                hint = "what has each direction read in what you took?"
                same(found[:, t], truth, f"of {steps} steps, what is said at step {t + 1}", 1e-5, hint)
    return "both directions have read all inputs up to each step, and none after it"


@exercise("deep-look")
def look(weight_on: Any) -> str:
    r"""A function of states, W_a and a step for each sequence: the attention's weight there."""
    for B, T, H in ((3, 5, 4), (5, 3, 5), (2, 9, 3)):
        states, W_a, place = torch.randn(B, T, H), torch.randn(H, H), torch.randint(T - 1, (B,))
        scores = torch.stack([torch.stack([h[-1] @ W_a @ h[t] for t in range(T - 1)]) for h in states])
        alpha = scores.exp() / scores.exp().sum(dim=1, keepdim=True)
        truth = alpha[torch.arange(B), place]
        of = f"for {B} sequences of {T} steps and {H} units, the weight on the step"
        found = tensor(weight_on(states, W_a, place), (B,), of)
        every = [tensor(weight_on(states, W_a, torch.full((B,), t)), (B,), of) for t in range(T - 1)]
        for total in sum(every, torch.zeros(B)).tolist():
            near(total, 1, f"{T} steps, the last of which asks: what the weights of the others add up to", 1e-4)
        same(found, truth, of, 1e-4, "which state asks, and which is asked?")
    return "as by the equations, for three sizes"
