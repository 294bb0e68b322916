"""Padding, depth and gaps: what the experiments draw, build and read is what they say."""

import numpy as np
import pandas as pd
import pytest
import torch

from rnn_tutorial.experiments import demand, depth, gaps, padding
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.layers import ManyToOne


@pytest.fixture(scope="module")
def task():
    return demand.load_task()


# ---- padding ----------------------------------------------------------------------------------------------------


def test_more_padding_leaves_the_sequences_as_they_are():
    few, many = padding.padded(30, seed=3), padding.padded(30, seed=3, padding=7)
    assert torch.equal(few.lengths, many.lengths)
    assert torch.equal(few.targets, many.targets)
    assert torch.equal(few.x, many.x[:, :-7])
    assert not many.x[:, -7:].any()
    for row, n, target in zip(few.x[..., 0], few.lengths, few.targets, strict=True):
        assert not row[n:].any()
        assert target == row[n - 1] - row[0]


def test_a_guess_errs_by_the_variance():
    targets = padding.padded(5000, seed=0).targets
    assert targets.square().mean().item() == pytest.approx(padding.GUESS, rel=0.05)


def test_who_knows_the_lengths_does_not_see_the_padding():
    models = padding.train([0], told=True, updates=2)
    told = padding.errors_by_padding(models, [0, 9], told=True, examples=20)
    blind = padding.errors_by_padding(models, [0, 9], told=False, examples=20)
    assert told.shape == (1, 2)
    torch.testing.assert_close(told[:, 0], told[:, 1])
    assert blind[0, 0] != blind[0, 1]


# ---- depth ------------------------------------------------------------------------------------------------------


def test_all_depths_have_one_size():
    sizes = [count_parameters(ManyToOne(depth.stack(layers), 24)) for layers in depth.LAYERS]
    assert max(sizes) < 1.04 * min(sizes)
    assert depth.width(1) == 64


def test_validation_chooses_the_learning_rate():
    rows = pd.DataFrame(
        [
            {"layers": layers, "rate": rate, "seed": seed, "units": 8, "parameters": 9,
             "validation_MAE": 20 + rate * layers, "MAE": 10.0 * layers + seed}
            for layers in (1, 2) for rate in (1.0, 2.0) for seed in (1, 0, 2, 3, 4)
        ]
    )  # fmt: skip
    found = depth.by_depth(rows)
    assert [found[layers].rate for layers in (1, 2)] == [1.0, 1.0]
    assert found[2].test.tolist() == [20, 21, 22, 23, 24]
    assert depth.beside_one(found)[2].mean == pytest.approx(
        100 * np.mean([20 / 10, 21 / 11, 22 / 12, 23 / 13, 24 / 14]) - 100, abs=3
    )
    assert depth.table(found).loc[1, "test MAE (kW)"] == "12.00 ± 1.58"


# ---- gaps -------------------------------------------------------------------------------------------------------


def test_the_missing_day_is_not_in_the_input(task):
    cut = gaps.gaps(task, "test", 24)
    assert not cut.x[:, gaps.GAP, :-1].any()
    assert cut.x[:, gaps.GAP, -1].eq(1).all()
    assert cut.x[:, :, -1].sum() == len(cut.x)
    scale = task.values[task.split.train]
    start = cut.starts[3] + gaps.GAP * 24
    wanted = (task.values[start : start + 24] - scale.mean()) / scale.std()
    np.testing.assert_allclose(cut.missing[3], wanted, rtol=1e-4, atol=1e-5)


def test_windows_stay_in_their_part(task):
    for part in ("train", "valid", "test"):
        cut, where = gaps.gaps(task, part, 24), getattr(task.split, part)
        assert cut.starts[0] >= where.start
        assert cut.starts[-1] + gaps.DAYS * 24 <= where.stop


def test_networks_have_one_size_and_only_two_see_what_follows():
    sizes = [count_parameters(gaps.make(name)) for name in gaps.NETWORKS]
    assert max(sizes) < 1.04 * min(sizes)
    sees = {}
    for name in gaps.NETWORKS:
        x = torch.randn(2, gaps.DAYS, gaps.FEATURES, requires_grad=True)
        gaps.make(name)(x).sum().backward()
        assert x.grad is not None
        sees[name] = bool(x.grad[:, gaps.GAP + 1 :].any())
    assert list(sees.values()) == [False, True, True]


def test_a_short_training_fills_gaps(task):
    models = gaps.train("both directions, read at the gap", task, [0], epochs=1, stride=48)
    cut = gaps.gaps(task, "test", 240)
    assert gaps.fill(models[0], task, cut).shape == (len(cut.x), 24)
    assert gaps.errors(models, task, "valid")[0] > 0
    assert all(error > 0 for error in gaps.baselines(task).values())


def test_stored_rows_are_read_by_network():
    found = [{"network": "a", "seed": seed, "MAE": 1.0 + seed, "validation_MAE": 3.0} for seed in (1, 0)]
    assert gaps.by_network(pd.DataFrame(found)) == {"a": [1.0, 2.0]}
    assert gaps.by_network(pd.DataFrame(found), "valid") == {"a": [3.0, 3.0]}
