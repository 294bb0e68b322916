"""GRUs with a gate taken away: with both the layer of the package, and each change is what its equation says."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial import checks
from rnn_tutorial.experiments import reset_gate
from rnn_tutorial.experiments.footprint import count_parameters


def test_with_both_gates_it_is_the_gru():
    ours = reset_gate.ChangedGRU(3, 5, batch_first=True, dtype=torch.float64)
    theirs = rt.GRU(3, 5, batch_first=True, dtype=torch.float64)
    ours.load_state_dict(theirs.state_dict())
    checks.assert_same(ours, theirs, torch.randn(2, 6, 3, dtype=torch.float64))


@pytest.mark.parametrize(("change", "gate", "held_at"), [("no reset gate", 0, 50.0), ("no update gate", 1, -50.0)])
def test_a_gate_taken_away_is_a_gate_held(change, gate, held_at):
    H = 5
    ours = reset_gate.ChangedGRU(3, H, change, batch_first=True, dtype=torch.float64)
    held = rt.GRU(3, H, batch_first=True, dtype=torch.float64)
    kept = [row for row in range(3) if row != gate]
    with torch.no_grad():
        for name, parameter in held.named_parameters():
            blocks = parameter.split(H)
            blocks[gate].fill_(held_at if name == "bias_ih_l0" else 0.0)
            for place, row in enumerate(kept):
                blocks[row].copy_(ours.get_parameter(name).split(H)[place])
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    torch.testing.assert_close(ours(x), held(x))


def test_an_unknown_change_is_refused():
    with pytest.raises(ValueError, match="change='no gates'"):
        reset_gate.ChangedGRU(2, 4, "no gates")  # type: ignore[arg-type]


@pytest.mark.parametrize("change", reset_gate.CHANGES)
def test_networks_have_one_size_and_keep_at_the_start(change):
    torch.manual_seed(0)
    model: Any = reset_gate.make(change, 2)
    assert abs(count_parameters(model) - 1500) < 60
    H, rows = model.layer.hidden_size, model.layer.rows
    if "z" in rows:
        place = H * rows.index("z")
        bias = model.layer.get_parameter("bias_ih_l0")[place : place + H]
        assert bias.min() >= 0
        assert bias.max() <= np.log(reset_gate.LAG)


def test_the_sum_begins_anew_at_the_last_break():
    x, sums = reset_gate.since_break(30, 2000, seed=1)
    for example in range(20):
        last = int(x[example, :, 1].nonzero().max())
        torch.testing.assert_close(sums[example], x[example, last:, 0].sum())
    assert x[:, :15, 1].sum(dim=1).eq(1).all()
    assert x[:, 15:, 1].sum(dim=1).eq(1).all()
    guess = reset_gate.STUDIED["since the break"].guess
    assert sums.square().mean().item() == pytest.approx(guess, rel=0.1)


def kept() -> pd.DataFrame:
    looks = {"none": 0.1, "no reset gate": 0.3, "no update gate": 0.1}
    tasks: list[dict[str, Any]] = [
        {"task": "latest", "change": change, "guess": 0.5, "errors": {"0.01": [[error + 0.01 * k for k in range(5)]]}}
        for change, error in looks.items()
    ]
    demand: list[dict[str, Any]] = [
        {"task": "demand", "change": "none", "MAE": [18.0, 18.2, 18.1, 18.3, 18.0]},
        {"task": "demand", "change": "no reset gate", "MAE": [19.8, 20.0, 19.9, 20.1, 19.8]},
    ]
    return pd.DataFrame(tasks + demand)


def test_effects_are_in_per_cent():
    assert reset_gate.effects(kept(), "latest")["no reset gate"].mean == pytest.approx(40)
    assert reset_gate.effects(kept(), "demand")["no reset gate"].mean == pytest.approx(9.9, abs=0.1)
    assert set(reset_gate.effects(kept(), "demand")) == {"no reset gate"}


def test_board():
    board = reset_gate.board(kept())
    assert list(board.index) == ["latest", "demand"]
    assert board.loc["demand", "error, both gates"] == "18.1 kW"
    assert str(board.loc["latest", "added with no reset gate"]).startswith("+40.0 points (")
    assert str(board.loc["latest", "added with no reset gate"]).endswith("): worse")
    assert str(board.loc["demand", "added with no reset gate"]).startswith("+9.9 % (")
    assert board.loc["demand", "added with no update gate"] == ""
