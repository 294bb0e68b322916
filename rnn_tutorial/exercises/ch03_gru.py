r"""Checks of the exercises of chapter 3, the gated recurrent unit."""

from typing import Any

import torch
from torch import Tensor, nn

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import count_parameters

from .asking import exercise, near, number, require


@exercise("gru-fooled")
def fooled(gru: Any) -> str:
    r"""A GRU: fifty steps without input leave most of its state, and an input can still change it."""
    require(isinstance(gru, rt.GRU | nn.GRU), f"the answer should be a GRU, and is {type(gru).__name__}")
    nothing = torch.zeros(50, gru.input_size)
    first = torch.rand(1, gru.hidden_size) + 0.5
    with torch.no_grad():
        moved = gru(nothing, first)[1] - gru(nothing, -first)[1]
        written = (gru(nothing + 2, first)[1] - gru(nothing, first)[1]).abs().max().item()
    left = (moved / (2 * first)).mean().item()
    require(
        left > 0.5,
        f"after 50 steps without input {abs(left):.0%} of the memory is left; which gate keeps, and at what?",
    )
    require(written > 1e-4, "the memory is left, but fifty steps of an input of 2 do not change it either")
    return f"after 50 steps without input {left:.0%} of the memory is left, and an input still changes it"


@exercise("gru-count")
def count(width: Any) -> str:
    r"""A function of features and units of an LSTM: the width of the GRU that is nearest in size."""
    for features, units in ((24, 64), (1, 32), (100, 10), (7, 150)):
        goal = count_parameters(rt.LSTM(features, units, device="meta"))
        of = f"the width that comes nearest to rt.LSTM({features}, {units})"
        found = number(width(features, units), of)
        require(found == int(found) and found >= 1, f"{of} should be a whole number, and is {found:g}")
        sizes = [count_parameters(rt.GRU(features, int(found) + beside, device="meta")) for beside in (0, 1)]
        sizes += [count_parameters(rt.GRU(features, int(found) - 1, device="meta"))] if found > 1 else []
        off = [abs(size - goal) for size in sizes]
        said = f"a GRU of {found:g} units has {sizes[0]:,} parameters, rt.LSTM({features}, {units}) has {goal:,}"
        require(off[0] == min(off), f"{said}; another width comes nearer")
    return "no width comes nearer, for four sizes of the LSTM"


@exercise("gru-diagonal")
def diagonal(agree: Any) -> str:
    r"""A function of W_hn and b_hn that says whether the place of the reset gate matters."""
    for kind, (W_hn, b_hn) in _candidates().items():
        found = agree(W_hn.clone(), b_hn.clone())
        said = f"{kind}: the answer should be True or False, and is {'not there yet' if found is None else found}"
        require(isinstance(found, bool) or str(getattr(found, "dtype", "")) in {"bool", "torch.bool"}, said)
        off = _apart(W_hn, b_hn)
        shown = "the same outputs" if off < 1e-12 else f"outputs up to {off:.2g} apart"
        require(bool(found) == (off < 1e-12), f"{kind}: {bool(found)}, but the two places give {shown}")
    return "as the two layers say, for nine pairs of matrix and bias"


def _candidates() -> dict[str, tuple[Tensor, Tensor]]:
    full, some, none = torch.randn(4, 4).double(), torch.randn(4).double(), torch.zeros(4).double()
    one_entry = torch.eye(4).double()
    one_entry[0, 3] = 1.0
    one_bias = none.clone()
    one_bias[2] = 1.0
    return {
        "a full matrix, no bias": (full, none),
        "a diagonal matrix, no bias": (torch.diag(some), none),
        "a symmetric matrix, no bias": (full + full.T, none),
        "a diagonal matrix and a bias": (torch.diag(some), some.flip(0)),
        "an orthogonal matrix, no bias": (torch.linalg.qr(full)[0], none),
        "the unit matrix with one number beside the diagonal, no bias": (one_entry, none),
        "the unit matrix and a bias for one unit": (torch.eye(4).double(), one_bias),
        "a matrix of zeros, no bias": (torch.zeros(4, 4).double(), none),
        "a matrix of zeros and a bias": (torch.zeros(4, 4).double(), some),
    }


def _apart(W_hn: Tensor, b_hn: Tensor) -> float:
    # Both places of the reset gate, with these two and with gates that differ from unit to unit.
    after = rt.GRU(2, 4, dtype=torch.float64)
    before = rt.GRU(2, 4, dtype=torch.float64, reset_after=False)
    with torch.no_grad():
        for parameter in after.parameters():
            parameter.copy_(torch.randn_like(parameter))
        after.get_parameter("weight_hh_l0")[8:] = W_hn
        after.get_parameter("bias_hh_l0")[8:] = b_hn
        before.load_state_dict(after.state_dict())
        x = torch.randn(6, 3, 2, dtype=torch.float64)
        return (after(x)[0] - before(x)[0]).abs().max().item()


@exercise("gru-half")
def half(bias: Any) -> str:
    r"""A function of a half-life in steps: the update gate's bias."""
    for steps in (10, 1, 100, 3):
        gru = rt.GRU(1, 1, dtype=torch.float64)
        with torch.no_grad():
            for parameter in gru.parameters():
                parameter.zero_()
            gru.get_parameter("bias_ih_l0")[1] = number(bias(steps), f"the bias for {steps} steps")
            state = gru(torch.zeros(steps, 1).double(), torch.ones(1, 1).double())[1].item()
        # 1 %: a bias that was rounded to two digits comes nearer, and a bias of 5 for 100 steps does not
        near(state, 0.5, f"what is left of a state of 1 after {steps} steps", 1e-2, "what is h_t without a candidate?")
    return "half of the state is left after 1, 3, 10 and 100 steps"


@exercise("gru-bound")
def bound(largest: Any) -> str:
    r"""A function of the first state: the smallest number that no later state exceeds in size."""
    hint = "where can a mean of the old state and a tanh lie, for all gates?"
    for h_0 in (0.0, 0.5, 3.0, -2.0, -0.1):
        near(largest(h_0), max(abs(h_0), 1.0), f"the bound from a first state of {h_0:g}", hint=hint)
    return "for five first states, positive and negative"


@exercise("gru-counter")
def counter(make: Any) -> str:
    r"""A function that makes an LSTM of one unit, and weight and bias of its readout."""
    made = make()
    said = "the function should return three things: the layer, and weight and bias of its readout"
    require(isinstance(made, tuple | list) and len(made) == 3, said)
    layer, weight, bias = made
    require(type(layer) in {rt.LSTM, nn.LSTM}, f"the layer should be an LSTM, and is {type(layer).__name__}")
    size = (layer.input_size, layer.hidden_size, layer.num_layers)
    require(size == (2, 1, 1), f"it should have 2 inputs, 1 unit and 1 layer, and has {size}")
    counts = [*range(1, 21), 50, 333, 999, 1000]
    x = torch.zeros(len(counts), 2000, 2)
    for string, n in zip(x, counts, strict=True):
        string[:n, 0] = string[n : 2 * n, 1] = 1.0
    x = x.to(layer.weight_ih_l0)
    with torch.no_grad():
        h = layer(x)[0] if layer.batch_first else layer(x.transpose(0, 1))[0].transpose(0, 1)
    says = number(weight, "the readout's weight") * h[..., 0] + number(bias, "the readout's bias") > 0
    for said_in, n in zip(says, counts, strict=True):
        early = said_in[n : 2 * n - 1].nonzero().flatten().tolist()
        require(not early, f"n = {n}: it announces the end at b number {1 + (early or [0])[0]}")
        require(bool(said_in[2 * n - 1]), f"n = {n}: it does not announce the end at the last b")
    return f"the last b is announced, and no other, for {len(counts)} numbers n up to 1,000"
