"""LSTMs with a gate taken away: with none the layer of the package, and each change is what its equation says."""

import numpy as np
import pandas as pd
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import checks
from rnn_tutorial.experiments import gates


def test_with_nothing_taken_away_it_is_the_lstm():
    ours = gates.ChangedLSTM(3, 5, batch_first=True, dtype=torch.float64)
    theirs = rt.LSTM(3, 5, batch_first=True, dtype=torch.float64)
    ours.load_state_dict(theirs.state_dict())
    checks.assert_same(ours, theirs, torch.randn(2, 6, 3, dtype=torch.float64))


def test_a_seed_starts_both_alike():
    torch.manual_seed(0)
    ours = gates.ChangedLSTM(3, 5)
    torch.manual_seed(0)
    theirs = rt.LSTM(3, 5)
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


@pytest.mark.parametrize(
    ("change", "gate"), [("no input gate", 0), ("no forget gate", 1), ("no output gate", 3)], ids=["i", "f", "o"]
)
def test_a_gate_taken_away_is_a_gate_held_open(change, gate):
    H = 5
    ours = gates.ChangedLSTM(3, H, change, batch_first=True, dtype=torch.float64)
    held = rt.LSTM(3, H, batch_first=True, dtype=torch.float64)
    kept = [row for row in range(4) if row != gate]
    with torch.no_grad():
        for name, parameter in held.named_parameters():
            blocks = parameter.split(H)
            blocks[gate].fill_(50.0 if name == "bias_ih_l0" else 0.0)  # σ(50) = 1
            for place, row in enumerate(kept):
                blocks[row].copy_(ours.get_parameter(name).split(H)[place])
    x = torch.randn(2, 6, 3, dtype=torch.float64, requires_grad=True)
    again = x.detach().clone().requires_grad_()
    output, state = ours(x)
    expected, wanted = held(again)
    torch.testing.assert_close((output, state), (expected, wanted))
    output.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(x.grad, again.grad)


def test_coupled_gates_forget_what_they_write():
    layer = gates.ChangedLSTM(2, 4, "coupled", batch_first=True, dtype=torch.float64)
    x = torch.randn(1, 1, 2, dtype=torch.float64)
    h, c = torch.randn(1, 1, 4, dtype=torch.float64), torch.randn(1, 1, 4, dtype=torch.float64)
    _, (_, new) = layer(x, (h, c))
    a = x[0] @ layer.get_parameter("weight_ih_l0").T + h[0] @ layer.get_parameter("weight_hh_l0").T
    a = a + layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")
    i, g, _ = a.chunk(3, dim=1)
    torch.testing.assert_close(new[0], (1 - i.sigmoid()) * c[0] + i.sigmoid() * g.tanh())


def test_an_unknown_change_is_refused():
    with pytest.raises(ValueError, match="change='no gates'"):
        gates.ChangedLSTM(2, 4, "no gates")  # type: ignore[arg-type]


@pytest.mark.parametrize("change", gates.CHANGES)
def test_gates_that_are_there_start_with_the_time_scales_of_the_lag(change):
    layer = gates.ChangedLSTM(1, 50, change)
    gates.start_for_lag(layer, 30)
    total = layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")
    bias = dict(zip(layer.rows, total.split(50), strict=True))
    if "f" in bias:
        assert bias["f"].min() >= 0
    if "i" in bias:
        assert bias["i"].max() <= 0
    if "i" in bias and "f" in bias:
        assert torch.equal(bias["i"], -bias["f"])


def test_the_forget_gate_alone_can_start_by_the_lag():
    layers = {}
    for start in gates.STARTS:
        torch.manual_seed(0)
        layers[start] = gates.make("none", features=1, lag=30, start=start).get_submodule("layer")
    bias = {start: layer.get_parameter("bias_ih_l0").chunk(4) for start, layer in layers.items()}
    assert bias["by lag"][0].max() <= 0  # the input gate's
    assert torch.equal(bias["forget by lag"][0], bias["default"][0])
    assert bias["forget by lag"][1].min() >= 0 > bias["default"][1].min()


@pytest.mark.parametrize("change", gates.CHANGES)
def test_networks_are_of_equal_size_whatever_is_taken_away(change):
    model = gates.make(change, features=2, lag=30)
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(1_500, rel=0.06)
    assert model(torch.zeros(3, 30, 2)).shape == (3, 1)


def test_effects_are_paired_and_in_per_cent_of_a_guess():
    def row(change, good, bad):
        return {"task": "latest", "change": change, "guess": 0.5, "errors": {"0.01": good, "0.001": bad}}

    bad = [[0.5, 0.5], [0.5, 0.5]]
    rows = pd.DataFrame([row("none", [[0.5, 0.5], [0.0, 0.1]], bad), row("coupled", [[0.5, 0.5], [0.1, 0.2]], bad)])
    curves = gates.curves_of(rows, "latest")
    np.testing.assert_allclose(curves["none"], [[1.0, 1.0], [0.0, 0.2]])
    np.testing.assert_allclose(gates.over_training(curves["none"]), [0.5, 0.6])
    effects = gates.effects(rows, "latest")
    assert list(effects) == ["coupled"]
    assert effects["coupled"].mean == pytest.approx(10.0)
    assert gates.effects(rows, "adding") == {}
    board = gates.board(rows.assign(units=20))
    assert list(board.index) == ["all gates", "coupled gates"]
    assert list(board.loc["all gates"]) == [20, "55.0", "", ""]
    assert board.loc["coupled gates", "latest: so it"] == "undecided"  # two seeds


def test_the_input_gate_is_compared_with_one_that_starts_half_open():
    def row(change, start, error):
        return {"task": "latest", "change": change, "start": start, "guess": 0.5, "errors": {"0.01": [[error, error]]}}

    rows = pd.DataFrame(
        [row("none", "by lag", 0.1), row("none", "forget by lag", 0.2), row("no input gate", "by lag", 0.3)]
    )
    assert gates.without_input_gate(rows, "latest").mean == pytest.approx(20.0)
