"""What chapter 4 says of its networks, each branch once."""

from math import inf, nan

import pytest

from rnn_tutorial.experiments.words import ch04_fc_lstm as words


@pytest.mark.parametrize(
    ("with_them", "without", "end"),
    [
        ([1.0, 2.0], [3.0, 4.0], "1.50 kW with peepholes, 3.50 without; every seed is better with"),
        ([3.0, 4.0], [1.0, 2.0], "3.50 kW with peepholes, 1.50 without; every seed is better without"),
        ([1.0, 3.0], [2.0, 4.0], "2.00 kW with peepholes, 3.00 without; the seeds overlap, no winner"),
        ([2.0], [2.0], "2.00 kW with peepholes, 2.00 without; the seeds overlap, no winner"),
        ([nan, 1.0], [2.0, 2.0], "nan kW with peepholes, 2.00 without; not every error is a number, no winner"),
        ([1.0], [inf], "1.00 kW with peepholes, inf without; not every error is a number, no winner"),
    ],
)
def test_seed_by_seed(with_them, without, end):
    assert words.seed_by_seed(with_them, without, "kW") == end


def test_against_baselines():
    baselines = {"persistence": 30.0, "a week ago": 12.34}
    assert words.best_baseline(baselines) == "a week ago"
    assert words.against_baselines(11.0, baselines) == "beats the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(13.0, baselines) == "does not beat the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(12.34, baselines) == "equals the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(nan, baselines) == (
        "has no error to compare with the best baseline, a week ago, at 12.3 kW"
    )


def test_tells_time():
    assert words.tells_time({"without peepholes": 0.1, "with peepholes": 0.13}) == (
        "Both networks err less than half as much as the middle, with every seed, "
        "so both have found a way to tell the time"
    )
    for ratio in (0.5, nan):
        assert words.tells_time({"without peepholes": ratio, "with peepholes": 0.13}) == (
            "The network with peepholes errs less than half as much as the middle, with every seed, "
            "and has found a way to tell the time; the one without peepholes does not always"
        )
    assert words.tells_time({"without peepholes": 0.9, "with peepholes": 1.2}) == (
        "Neither network errs less than half as much as the middle, with every seed: "
        "neither is sure to find a way to tell the time"
    )
