"""Chapter 2's study of memory, run small: equal sizes, starts as the papers say, and cells that choose fairly."""

import math

import pandas as pd
import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.experiments import ch02_long_lags as long_lags
from rnn_tutorial.experiments.ch02_rivals import TemporalCNN, TransformerReader
from rnn_tutorial.experiments.footprint import count_parameters


@pytest.mark.parametrize("name", list(long_lags.NETWORKS))
@pytest.mark.parametrize(("features", "lag"), [(1, 10), (2, 300)])
def test_networks_are_of_equal_size_and_answer_once(name, features, lag):
    model = long_lags.make(name, features, lag)
    assert count_parameters(model) == pytest.approx(long_lags.PARAMETERS, rel=0.06)
    assert model(torch.randn(3, lag, features)).shape == (3, 1)


def test_choosing_a_width_draws_nothing():
    torch.manual_seed(0)
    one = long_lags.make("LSTM, default start", 1, 10)
    torch.manual_seed(0)
    width = one.get_submodule("layer").get_parameter("weight_hh_l0").shape[1]
    again = rt.ManyToOne(rt.LSTM(1, width, batch_first=True), 1)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), again.parameters(), strict=True))


def bias_of(layer):
    return layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")


@pytest.mark.parametrize("lag", [2, 10, 300])
def test_gates_start_with_time_scales_up_to_the_lag(lag):
    layer = rt.LSTM(1, 500, batch_first=True)
    long_lags.start_for_lag(layer, lag)
    i, f, _, _ = bias_of(layer).chunk(4)
    assert torch.equal(i, -f)
    assert f.min() >= 0
    assert f.max() <= math.log(max(2, lag - 1)) + 1e-6
    gru = rt.GRU(1, 500, batch_first=True)
    before = gru.get_parameter("bias_ih_l0").clone()
    long_lags.start_for_lag(gru, lag)
    z = bias_of(gru)[500:1000]
    assert z.min() >= 0
    assert z.max() <= math.log(max(2, lag - 1)) + 1e-6
    assert torch.equal(gru.get_parameter("bias_ih_l0")[:500], before[:500])


def test_the_update_gate_starts_where_it_is_told():
    model = long_lags.make("GRU, update bias 1", 1, 10)
    layer = model.get_submodule("layer")
    _, z, _ = bias_of(layer).chunk(3)
    assert torch.equal(z, torch.ones_like(z))


def test_a_short_recall_is_learnt_and_training_stops_then():
    torch.manual_seed(0)
    task = long_lags.TASKS["recall"]
    model = long_lags.make("RNN, default start", 1, 3)
    learnt = long_lags.learn(model, task, 3, 1e-2, seed=0, every=10)
    assert learnt.solved is not None
    assert learnt.solved <= 200
    assert learnt.error <= task.enough


def test_a_network_that_cannot_see_the_first_step_never_solves_recall():
    class Blind(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = long_lags.make("RNN, default start", 1, 3)

        def forward(self, x):
            return self.model(x[:, 1:])

    learnt = long_lags.learn(Blind(), long_lags.TASKS["recall"], 4, 1e-2, seed=0, updates=60, every=20)
    assert learnt.solved is None
    assert learnt.error == pytest.approx(0.5, abs=0.1)


def test_training_goes_on_where_it_is_told_to():
    torch.manual_seed(0)
    looks = []
    task = long_lags.TASKS["recall"]

    def error(outputs, classes):
        looks.append(len(outputs))
        return task.error(outputs, classes)

    counted = task._replace(error=error)
    model = long_lags.make("RNN, default start", 1, 2)
    learnt = long_lags.learn(model, counted, 2, 1e-2, seed=0, updates=45, every=10, stop=False)
    assert len(looks) == 5
    assert learnt.solved is not None
    assert learnt.solved < 45


@pytest.mark.parametrize("name", list(long_lags.TASKS))
def test_errors_of_guessing_are_those_that_theory_says(name):
    task = long_lags.TASKS[name]
    _, targets = task.draw(10, 20_000, 0)
    answer = torch.full((20_000,), 1.0)  # the mean of the sums; class 1
    assert task.error(answer, targets).item() == pytest.approx(task.guess, rel=0.03)
    assert task.enough == task.guess / 10


def test_no_batch_is_seen_twice():
    numbers = [
        long_lags.batch_seed(seed, update) for seed in range(3) for update in (*range(1, 2_001), *range(-2_000, -49))
    ]
    assert len(numbers) == len(set(numbers))


def test_the_best_rate_has_most_seeds_and_then_fewest_updates():
    found = long_lags.cell({"0.001": [100, None, None], "0.003": [300, 500, None], "0.01": [400, 600, None]})
    assert found == long_lags.Cell(0.003, 2, 3, 400.0)
    assert str(found) == "2 of 3 (400)"
    nothing = long_lags.cell({"0.001": [None], "0.01": [None]})
    assert str(nothing) == "0 of 1"
    assert nothing.updates is None


# ---- rivals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [5, 6, 13, 20])
def test_strides_are_dilations_of_which_the_last_step_is_read(steps):
    torch.manual_seed(0)
    model = TemporalCNN(2, 4, steps).double()
    x = torch.randn(3, steps, 2, dtype=torch.float64)
    h = x.transpose(1, 2)
    for level, layer in enumerate(model.convolutions):
        assert isinstance(layer, nn.Conv1d)
        dilation = 2**level
        padded = nn.functional.pad(h, (2 * dilation, 0))
        new = torch.relu(nn.functional.conv1d(padded, layer.weight, layer.bias, dilation=dilation))
        h = new + h if h.shape == new.shape else new
    torch.testing.assert_close(model(x), model.readout(h[:, :, -1]))


def test_one_query_gives_what_the_whole_encoder_gives_at_the_last_step():
    torch.manual_seed(0)
    model = TransformerReader(2, 16, 20).double()
    x = torch.randn(3, 15, 2, dtype=torch.float64)
    whole = model.encoder(model.embedding(x) + model.positions[-15:])
    torch.testing.assert_close(model(x), model.readout(whole[:, -1]))


@pytest.mark.parametrize("make", [TemporalCNN, TransformerReader])
def test_rivals_see_the_first_step(make):
    torch.manual_seed(0)
    x = torch.randn(1, 100, 1, requires_grad=True)
    make(1, 12, 100)(x).sum().backward()
    assert x.grad is not None
    assert x.grad[0, 0].abs() > 0


# ---- reading what was kept --------------------------------------------------------------------------------------


def rows():
    def row(network, lag, solved):
        return {"task": "recall", "network": network, "lag": lag, "updates": 1_000, "solved": {"0.01": solved}}

    return pd.DataFrame(
        [
            row("RNN, default start", 10, [50, 50]),
            row("RNN, default start", 30, [None, 500]),
            row("RNN, orthogonal start", 10, [50, 50]),
            row("RNN, orthogonal start", 30, [100, 200]),
            row("LSTM, default start", 10, [None, None]),
        ]
    )


def test_the_board_says_what_was_not_tried_and_what_was_not_run():
    board = long_lags.board(rows(), "recall")
    assert list(board.columns) == ["10 steps", "30 steps"]
    assert list(board.loc["RNN, default start"]) == ["2 of 2 (50)", "1 of 2 (500)"]
    assert list(board.loc["LSTM, default start"]) == ["0 of 2", "not tried"]
    assert list(board.loc["Transformer"]) == ["not run", "not run"]
    assert long_lags.board(rows(), "adding").empty


def test_reach_is_the_longest_lag_that_all_seeds_of_one_network_solve():
    assert long_lags.reach(rows(), "recall", ["RNN, default start"]) == 10
    assert long_lags.reach(rows(), "recall", ["RNN, default start", "RNN, orthogonal start"]) == 30
    assert long_lags.reach(rows(), "recall", ["LSTM, default start"]) == 0
    assert long_lags.reach(rows(), "recall", ["Transformer"]) == 0


def test_the_short_table_has_the_longest_lag_that_all_seeds_solve():
    short = long_lags.farthest(rows())["recall"]
    assert short["RNN, default start"] == "10 (50)"
    assert short["RNN, orthogonal start"] == "≥ 30 (150)"
    assert short["LSTM, default start"] == short["Transformer"] == "none"


def test_who_learns_sooner_is_compared_seed_by_seed():
    found = long_lags.sooner(rows(), "recall", "RNN, default start", "RNN, orthogonal start")
    assert found is not None
    lag, effect = found
    assert lag == 30
    assert effect.mean == pytest.approx(100 * (5 - 1))  # 1000 against 100 and 500 against 200: 10 and 2.5 times
    assert long_lags.sooner(rows(), "recall", "RNN, default start", "Transformer") is None
