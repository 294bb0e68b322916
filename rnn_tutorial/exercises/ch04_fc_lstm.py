r"""Checks of the exercises of chapter 4, the LSTM with peepholes."""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import count_parameters

from .asking import asserted, exercise, near, require, same, tensor

PEEPHOLES = ("weight_ci_l0", "weight_cf_l0", "weight_co_l0")


@exercise("fc-lstm-fooled")
def fooled(network: Any) -> str:
    r"""An LSTM with a peephole at the forget gate: it is there, starts small, and learns."""
    require(isinstance(network, rt.LSTM), f"the answer should be a network like the puzzle, not {_kind(network)}")
    x = torch.randn(4, 14, network.input_size)
    with asserted():
        rt.checks.assert_all_parameters_used(network, x)
    plain = rt.LSTM(network.input_size, network.hidden_size)
    usual = dict(plain.named_parameters())
    added = [parameter for name, parameter in network.named_parameters() if name not in usual]
    found = sum(parameter.numel() for parameter in added)
    said = (
        f"a peephole is one number a unit; of {network.hidden_size} units, {found} numbers learn that an LSTM has not"
    )
    require(found == network.hidden_size, said)
    largest = added[0].abs().max().item()
    require(largest < 0.8, f"it learns, but does not start small: its largest number is {largest:.1f}")
    twin = rt.PeepholeLSTM(network.input_size, network.hidden_size, batch_first=network.batch_first)
    with torch.no_grad():
        for name, parameter in twin.named_parameters():
            parameter.copy_(network.get_parameter(name) if name in usual else torch.zeros_like(parameter))
        twin.get_parameter("weight_cf_l0").copy_(added[0].flatten())
        same(network(x)[0], twin(x)[0], "its output, beside an LSTM with these peepholes at the forget gate,", 1e-4)
    return f"{len(usual) + 1} parameters learn, the peephole among them"


@exercise("fc-lstm-count")
def count(parameters: Any) -> str:
    r"""A function of features and units: parameters with peepholes, and with matrices in their place."""
    for features, units in ((24, 64), (1, 1), (3, 10)):
        of = f"for {features} features and {units} units"
        found = tensor(parameters(features, units), (2,), f"the two counts {of}")
        truth = count_parameters(rt.PeepholeLSTM(features, units))
        near(found[0], truth, f"parameters {of}")
        vectors = sum(rt.PeepholeLSTM(features, units).get_parameter(name).numel() for name in PEEPHOLES)
        near(found[1], truth - vectors + vectors * units, f"parameters with full matrices {of}")
    return "as many as the layer has, for three sizes, and as it would have with matrices"


@exercise("fc-lstm-graft")
def graft(grafted: Any) -> str:
    r"""A function that gives an LSTM peepholes and changes nothing else."""
    for features, units, batch_first in ((3, 5, True), (2, 4, False)):
        old = rt.LSTM(features, units, batch_first=batch_first)
        weights = deepcopy(old.state_dict())
        new = grafted(old)
        require(type(new) is rt.PeepholeLSTM, f"the new layer should be a PeepholeLSTM, and is {_kind(new)}")
        x, state = torch.randn(6, 2, features), (torch.randn(1, 2, units), torch.randn(1, 2, units))
        with torch.no_grad():
            truth, told = (_time_first(layer, x, state) for layer in (old, new))
        same(told, truth, "its output, beside the LSTM's,", 1e-4)
        fixed = [name for name in PEEPHOLES if not new.get_parameter(name).requires_grad]
        require(not fixed, f"the output is the same, but {', '.join(fixed)} cannot be trained")
        changed = [name for name, weight in old.state_dict().items() if not torch.equal(weight, weights[name])]
        require(not changed, f"the LSTM that was given has changed: {', '.join(changed)}")
    return "the same outputs as before, and three vectors to train"


def _time_first(layer: Any, x: Tensor, state: tuple[Tensor, Tensor]) -> Tensor:
    output: Tensor = layer(x.transpose(0, 1), state)[0].transpose(0, 1) if layer.batch_first else layer(x, state)[0]
    return output


@exercise("fc-lstm-clock")
def clock(make: Any) -> str:
    r"""A function of N that makes one cell whose output passes one half at every N-th step."""
    for interval in (5, 20, 2, 100):
        cell = make(interval)
        require(type(cell) is rt.PeepholeLSTM, f"the clock should be a PeepholeLSTM, and is {_kind(cell)}")
        size = (cell.input_size, cell.hidden_size, cell.num_layers)
        require(size == (1, 1, 1), f"it should have 1 input, 1 cell and 1 layer, and has {size}")
        with torch.no_grad():
            output = cell(torch.zeros(10 * interval, 1).to(cell.weight_ih_l0))[0].flatten()
        asked = torch.arange(1, 10 * interval + 1) % interval == 0
        wrong = ((output > 0.5) != asked).nonzero().flatten().tolist()
        step = (wrong or [0])[0]
        should = "a spike" if asked[step] else "silence"
        said = f"N = {interval}: at step {step + 1} the output is {output[step]:.2f}, where {should} is asked for"
        require(not wrong, said)
    return "ten spikes at every 2nd, 5th, 20th and 100th step, and silence between"


@exercise("fc-lstm-blind")
def blind(cell: Any) -> str:
    r"""A function of the first cell, three gates that stand still, and steps: the cell after them."""
    for c_0, f, i, g, steps in (
        (0.0, 0.9, 0.5, 0.3, 3),
        (2.0, 0.5, 0.8, -0.6, 1),
        (-1.0, 0.99, 0.1, 0.9, 50),
        (1.5, 0.2, 0.7, 0.4, 0),
    ):
        lstm = rt.LSTM(1, 1, dtype=torch.float64)
        gates = torch.tensor([f, i, g], dtype=torch.float64)
        with torch.no_grad():
            for parameter in lstm.parameters():
                parameter.zero_()
            lstm.get_parameter("bias_ih_l0")[:3] = torch.stack([gates[1].logit(), gates[0].logit(), gates[2].atanh()])
            first = torch.full((1, 1), c_0, dtype=torch.float64)
            # no steps: the layer wants at least one
            nothing = torch.zeros(max(steps, 1), 1, dtype=torch.float64)
            truth = lstm(nothing, (torch.zeros_like(first), first))[1][1].item() if steps else c_0
        of = f"c_{steps} from c_0 = {c_0:g} with f = {f:g}, i = {i:g}, g = {g:g}"
        near(cell(c_0, f, i, g, steps), truth, of, 1e-5, "write down the first three cells")
    return "as the LSTM's cell, from four starts"


@exercise("fc-lstm-which")
def which(without_each: Any) -> str:
    r"""A function of a layer and a score: the score without each of its peepholes."""
    for features, units in ((2, 3), (1, 1)):
        layer = rt.PeepholeLSTM(features, units)
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.copy_(torch.randn_like(parameter))
        x, before = torch.randn(8, 3, features), deepcopy(layer)

        def score(layer: Any, x: Tensor = x) -> float:
            with torch.no_grad():
                return float(layer(x)[0].square().sum())

        found = without_each(layer, score)
        said = f"the answer should be a dictionary from {', '.join(PEEPHOLES)} to scores"
        require(isinstance(found, dict) and {*found} == {*PEEPHOLES}, said)
        for name in PEEPHOLES:
            other = deepcopy(before)
            with torch.no_grad():
                other.get_parameter(name).zero_()
            near(found[name], score(other), f"the score with {name} at 0 and all else as it was", 1e-4)
        theirs = before.state_dict()
        changed = [name for name, weight in layer.state_dict().items() if not torch.equal(weight, theirs[name])]
        require(not changed, f"the scores are right, but the layer is no longer what it was: {', '.join(changed)}")
    return "each peephole was taken away alone, and the layer is as it was"


def _kind(answer: Any) -> str:
    return "not there yet" if answer is None else f"{type(answer).__name__}"
