"""Convolutions and attention as layers of the forecaster: equal size, nothing seen too early, tuned as the LSTM is."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks.rivals import HERE, _before, main
from rnn_tutorial.experiments import ch07_runs
from rnn_tutorial.experiments import ch08_demand_results as results
from rnn_tutorial.experiments import ch08_demand_rivals as rivals
from rnn_tutorial.experiments import ch08_kept as kept
from rnn_tutorial.experiments import ch08_scoreboard as scoreboard
from rnn_tutorial.experiments import ch09_stored as stored
from rnn_tutorial.experiments.verdicts import Effect


def test_convolutions_over_two_parts_are_those_over_the_whole():
    torch.manual_seed(0)
    layer = rivals.CausalConvolutions(2, 4, steps=20).double()
    x = torch.randn(3, 20, 2, dtype=torch.float64)
    first, handed_on = layer(x[:, :13])
    second, _ = layer(x[:, 13:], handed_on)
    torch.testing.assert_close(torch.cat([first, second], dim=1), layer(x)[0])


def test_convolutions_see_every_step_before_and_none_after():
    torch.manual_seed(0)
    layer = rivals.CausalConvolutions(1, 32, steps=20)
    x = torch.randn(1, 21, 1, requires_grad=True)
    layer(x)[0][:, 19].sum().backward()
    assert x.grad is not None
    assert (x.grad[0, :20, 0] != 0).all()
    assert x.grad[0, 20] == 0


def test_attention_reads_what_was_read_before():
    torch.manual_seed(0)
    layer = rivals.AttentionLayer(2, 8, steps=12)
    known, (x, ahead) = torch.randn(1, 8, 2, requires_grad=True), (torch.randn(1, 8, 2), torch.randn(1, 4, 2))
    _, read = layer(known)
    output, all_read = layer(ahead, read)
    assert all_read.shape == (1, 12, 24)
    output.sum().backward()
    assert known.grad is not None
    assert (known.grad.abs().sum(dim=2) > 0).all()
    same_steps_elsewhere = layer(x)[0] - layer(x.flip(1))[0].flip(1)
    assert same_steps_elsewhere.abs().max() > 0.01  # positions matter


@pytest.mark.parametrize("title", list(kept.SERIES))
def test_networks_are_as_large_as_the_lstm_as_nearly_as_widths_allow(title):
    problem = kept.problem(title)
    wanted = rivals.size(problem, "LSTM", problem.hidden_size)
    for name in rivals.NETWORKS:
        width = rivals.equal_width(problem, name)
        off = abs(rivals.size(problem, name, width) - wanted)
        assert off <= min(abs(rivals.size(problem, name, width + step) - wanted) for step in (-1, 1))
        assert off < 0.05 * wanted


def test_no_width_is_fitted_twice(monkeypatch):
    tried = []

    def size(problem, name, width):
        tried.append((name, width))
        return 900 if name == "LSTM" else width**2

    monkeypatch.setattr(rivals, "size", size)
    assert rivals.equal_width(kept.problem("Portugal"), "temporal CNN") == 30
    assert len(tried) == len(set(tried)) <= 2 + 8 + 1


def test_the_lstm_is_that_of_the_board():
    problem = kept.problem("Portugal")
    options = {"epochs": 1, "stride": 200}
    models = {
        "by name": scoreboard.network(problem, "lstm", **options),
        "by function": scoreboard.network(problem, rivals.maker("LSTM", problem, problem.hidden_size), **options),
    }
    by_name, by_function = scoreboard.run(problem, models, [0]).board().entries.values()
    np.testing.assert_array_equal(by_name.forecasts[0], by_function.forecasts[0])


# ---- rows that were kept ----------------------------------------------------------------------------------------


def rows() -> pd.DataFrame:
    def row(network: str, rate: float, seed: int, part: str, error: float) -> dict[str, object]:
        what = {"series": "Victoria", "network": network, "rate": rate, "seed": seed, "part": part}
        return what | {"MAE": error, "parameters": 15_000}

    before = [row(name, rate, seed, "before", 200 - 1e3 * rate) for name in ("LSTM", "CNN")
              for rate in (0.01, 0.02) for seed in (0, 1)]  # fmt: skip
    test = [row("LSTM", 0.02, seed, "test", 100 + seed) for seed in reversed(range(5))]
    test += [row("CNN", 0.02, seed, "test", 110 + 1.1 * seed) for seed in range(5)]
    return pd.DataFrame([*before, *test, row("CNN", 0.01, 0, "test", 1.0)])


def test_the_rate_is_chosen_on_the_weeks_before():
    assert results.chosen(rows(), "Victoria", "CNN") == 0.02
    assert results.errors(rows(), "Victoria", "LSTM").tolist() == [100, 101, 102, 103, 104]


def test_the_table_has_a_line_a_network_and_the_rule_decides():
    assert results.effects(rows())["Victoria", "CNN"].mean == pytest.approx(10)
    table = results.board(rows())
    assert table.loc[("Victoria", "LSTM"), "better than the LSTM"] == ""
    assert table.loc[("Victoria", "CNN"), "better than the LSTM"] == "does not hold"
    assert table.loc[("Victoria", "CNN"), "MAE"] == "112.2"
    assert results.opposite(Effect(1.0, -1.0, 3.0, 5)) == Effect(-1.0, -3.0, 1.0, 5)


def test_every_comparison_of_the_book_is_there_with_its_sign():
    folder = stored.folder()
    memory, digits = (stored.read(folder / f"{name}-cpu.json").rows for name in ("memory", "mnist"))
    demand = pd.concat([rows().replace("CNN", name) for name in ("temporal CNN", "Transformer")]).drop_duplicates()
    found = results.on_all_tasks(memory, digits, demand)
    tasks = ("on recall", "on adding", "on rows of digits", "in Victoria")
    assert {"temporal CNN on recall", "temporal CNN in Victoria"} <= set(found)
    assert all(name.startswith(("temporal CNN", "Transformer")) and name.endswith(tasks) for name in found)
    assert found["temporal CNN in Victoria"].better.mean == pytest.approx(-10)
    assert found["temporal CNN in Victoria"].text.startswith("error +10.0 % (95 % interval")
    gain = ch07_runs.duel(digits, ("LSTM", "tuned"), ("temporal CNN", "tuned")).gain
    assert found["temporal CNN on rows of digits"].better == gain


def test_only_series_on_which_all_have_five_seeds_are_shown():
    some = pd.concat([rows().replace("CNN", name) for name in ("temporal CNN", "Transformer")]).drop_duplicates()
    short = some[(some["network"] != "LSTM") | (some["seed"] < 4)].replace("Victoria", "Portugal")
    shown = results.finished(pd.concat([some, short]))
    assert set(shown["series"]) == {"Victoria"}
    assert len(shown) == len(some)


def test_what_the_file_has_was_tuned_alike():
    found = results.finished(pd.DataFrame(json.loads(HERE.read_text(encoding="utf-8"))["rows"]))
    assert set(found["series"]) == set(kept.SERIES)
    for _, mine in found.groupby(["series", "network"]):
        tries = mine[mine["part"] == "before"].groupby("rate")["seed"].nunique()
        assert sorted(tries.index) == sorted(rivals.RATES)
        assert set(tries) == {2}


def test_the_command_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    fitted = []

    def fit(test, width, title, name, rate, seed, part):
        fitted.append((name, rate, seed, part))
        return {"MAE": 10 + rate * seed + 100 * (rate != rivals.RATES[1]), "parameters": 1, "width": width}

    monkeypatch.setattr("benchmarks.rivals._run", fit)
    main(["Portugal"], seeds=2, tries=1, out=tmp_path / "rivals.json")
    assert len(fitted) == len(rivals.NETWORKS) * (len(rivals.RATES) + 2)
    assert ("Transformer", rivals.RATES[1], 1, "test") in fitted
    main(["Portugal"], seeds=3, tries=1, out=tmp_path / "rivals.json")
    assert len(fitted) == len(rivals.NETWORKS) * (len(rivals.RATES) + 3)
    assert len(list(_before("Portugal", "LSTM", 2))) == 6
