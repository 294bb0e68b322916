"""Stored clocks come back as they were, and are compared seed by seed."""

import pandas as pd
import pytest
import torch

from rnn_tutorial.experiments import ch04_clocks as clocks
from rnn_tutorial.experiments import ch04_timing as timing


@pytest.fixture(scope="module")
def rows():
    made = timing.clocks(1, seeds=[0, 1])
    scores = [float(k) for k in range(8)]  # variant by variant, seeds 0 and 1
    return made, pd.DataFrame([clocks.row(clocks.GENERATE.format(5), made, k, s) for k, s in enumerate(scores)])


def test_a_stored_network_says_what_it_said(rows):
    made, frame = rows
    x = timing.delays(3, 20, seed=0)[0]
    for k, (_, stored) in enumerate(frame.iterrows()):
        again = clocks.clock(stored)
        torch.testing.assert_close(again.networks(x)[0], made.networks(x)[k])


def test_the_best_pair_has_one_seed(rows):
    pair = clocks.best_pair(rows[1], clocks.GENERATE.format(5), "bare")
    assert list(pair) == ["without peepholes", "with peepholes"]
    assert [made.seeds for made in pair.values()] == [(1,), (1,)]
    assert [made.variants[0].peepholes for made in pair.values()] == [False, True]


def frame(task, with_them, without):
    return pd.DataFrame(
        {"task": task, "readout": "bare", "peepholes": peepholes, "seed": seed, "score": score}
        for peepholes, scores in ((True, with_them), (False, without))
        for seed, score in enumerate(scores)
    )


def test_more_spikes_and_smaller_errors_are_better():
    many, few = [20, 19, 20, 18, 20], [1, 2, 1, 0, 1]
    spikes, delays = frame("a spike every 5 steps", many, few), frame(clocks.MEASURE, few, many)
    assert clocks.compare(spikes, "a spike every 5 steps", "bare").better.word == "holds"
    assert clocks.compare(delays, clocks.MEASURE, "bare").better.word == "holds"
    both = pd.concat([spikes, delays])
    assert list(clocks.decisions(both, generating=True)) == ["a spike every 5 steps with the bare readout"]
    assert list(clocks.decisions(both, generating=False)) == ["measuring delays with the bare readout"]
    summary = clocks.summary(both)
    assert summary["with peepholes"].tolist() == ["19.4 (3 of 5 seeds to the end)", "1.0"]
    assert summary["better with peepholes?"].tolist() == ["holds", "holds"]


def test_a_task_that_all_do_in_full_decides_nothing():
    full = frame("a spike every 5 steps", [20] * 5, [20] * 5)
    assert str(clocks.compare(full, "a spike every 5 steps", "bare").better) == (
        "undecided: both reach the ceiling of the task"
    )
