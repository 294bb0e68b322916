"""Who forecasts together, and when what learns nothing is preferred."""

import numpy as np
import pytest

from rnn_tutorial.forecasting.wrappers.team import team, winners
from rnn_tutorial.forecasting.wrappers.trial import Trial, chance, chance_by_blocks

LEARNERS = ("a", "b", "c")


def trial(horizon: int = 1, stride: int = 1, origins: int = 40, spread: float = 0.5, **errors: float) -> Trial:
    """Return forecasts that are wrong by so much on average, some up and some down, by chance."""
    rng = np.random.default_rng(0)
    made = {}
    for name, error in errors.items():
        noise = rng.normal(size=origins)
        size = error * (1 + spread * (noise - noise.mean()) / noise.std())
        made[name] = np.repeat(np.abs(size)[:, None] * rng.choice([-1, 1], (origins, 1)), horizon, axis=1)
        made[name] *= error / np.abs(made[name]).mean() if error else 0
    return Trial(np.zeros((origins, horizon)), made, {}, squared=False, stride=stride)


@pytest.mark.parametrize(
    ("errors", "spread", "expected"),
    [
        ({"a": 1.0, "b": 1.05, "c": 1.2}, 0.9, LEARNERS),  # by chance
        ({"a": 1.0, "b": 1.05, "c": 1.2}, 0.01, ("a", "b")),  # always, and by more than a tenth
        ({"a": 3.1, "b": 1.0, "c": 1.0}, 0.9, ("b", "c")),  # hopeless
        ({"a": 0.0, "b": 1.0, "c": 1e-9}, 0.5, ("a",)),  # against what is exact all are
    ],
)
def test_who_is_clearly_worse_is_left_out(errors, spread, expected):
    assert team(trial(spread=spread, **errors), LEARNERS) == expected


def test_where_one_cannot_tell_only_the_hopeless_go():
    few = trial(horizon=12, stride=3, origins=4, a=1.0, b=2.5, c=3.5)
    assert team(few, LEARNERS) == ("a", "b")


def test_one_of_a_kind_is_taken_alone():
    assert winners(trial(naive=1.0), ("naive",), (), 40) == ("naive",)
    assert winners(trial(a=1.0), (), ("a",), 40) == ("a",)


@pytest.mark.parametrize(
    ("naive", "spread", "expected"),
    [
        (0.7, 0.1, ("naive",)),  # better, and by more than chance
        (0.95, 3.0, ("a",)),  # better by chance
        (1.05, 0.1, ("a",)),
    ],
)
def test_what_learns_nothing_needs_a_reason(naive, spread, expected):
    assert winners(trial(spread=spread, naive=naive, a=1.0), ("naive",), ("a",), 40) == expected


@pytest.mark.parametrize(
    ("saved", "spread", "part", "expected"),
    [
        (0.02, 3.0, 40, ("persistence",)),  # a little, and by chance
        (0.02, 0.001, 40, ("a",)),  # a little, and always
        (0.07, 3.0, 40, ("a",)),  # more, and by chance, with much to choose by
        (0.07, 3.0, 9, ("persistence",)),  # with little
        (0.15, 3.0, 9, ("a",)),
    ],
)
def test_before_the_last_value_a_team_has_to_save_something(saved, spread, part, expected):
    made = trial(spread=spread, persistence=1.0, a=1 - saved)
    assert winners(made, ("persistence",), ("a",), part) == expected


def test_the_last_value_goes_before_a_line_that_is_better_by_chance():
    assert winners(trial(spread=3.0, persistence=1.0, drift=0.9), ("persistence", "drift"), (), 40) == ("persistence",)
    assert winners(trial(spread=0.01, persistence=1.0, drift=0.9), ("persistence", "drift"), (), 40) == ("drift",)


def test_where_chance_cannot_be_told_size_decides():
    def choose(naive: float) -> tuple[str, ...]:
        return winners(trial(horizon=12, stride=3, origins=3, naive=naive, a=1.0), ("naive",), ("a",), 18)

    assert choose(0.85) == ("naive",)
    assert choose(0.95) == ("a",)


def test_the_mean_is_judged_as_a_mean():
    truth = np.zeros((10, 1))
    both = Trial(truth, {"up": truth + 1, "down": truth - 1}, {}, squared=False, stride=1)
    assert both.error("up") == 1
    assert both.error("up", "down") == 0
    assert Trial(truth, {"up": truth + 2}, {}, squared=True, stride=1).error("up") == 2


def test_chance_where_nothing_differs_or_little_is_known():
    assert np.isnan(chance(np.ones(3), np.zeros(3), horizon=12, stride=3))
    assert np.isnan(chance_by_blocks(np.arange(5.0), 2))
    assert np.isnan(chance_by_blocks(np.ones(9), 3))
    assert chance_by_blocks(np.array([1.0, -1.1, 1.0, -0.9, 1.0, -1.05, 1.0, -0.95]), 2) > 0.5
    assert chance_by_blocks(np.array([1.0, 1.1, 1.0, 0.9, 1.0, 1.05, 1.0, 0.95]), 2) < 0.001
