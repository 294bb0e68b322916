"""The rule for verdicts: intervals against those of tables, decisions branch by branch."""

import math

import numpy as np
import pytest

from rnn_tutorial.experiments import verdicts
from rnn_tutorial.experiments.verdicts import Effect, decide, decide_equal
from rnn_tutorial.plotting import kind_of_verdict


def test_interval_of_five_differences_by_hand():
    effect = verdicts.difference([1.0, 2.0, 3.0, 4.0, 5.0], [0.0] * 5)
    half = 2.776445 * math.sqrt(2.5) / math.sqrt(5)  # t of a printed table for 4 degrees of freedom
    assert effect.mean == 3
    assert effect.seeds == 5
    assert effect.low == pytest.approx(3 - half, abs=1e-5)
    assert effect.high == pytest.approx(3 + half, abs=1e-5)


def test_interval_covers_as_often_as_it_says():
    draws = np.random.default_rng(0).normal(1.0, 2.0, (4000, 5))
    intervals = [verdicts.difference(row, np.zeros(5)) for row in draws]
    assert np.mean([one.low < 1 < one.high for one in intervals]) == pytest.approx(0.95, abs=0.015)


def test_what_the_seeds_share_drops_out():
    seeds = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    paired = verdicts.difference(seeds + np.array([1.0, 1.1, 0.9, 1.0, 1.0]), seeds)
    assert str(decide(paired)) == "holds"


def test_ratio_is_symmetric_and_in_per_cent():
    up, down = verdicts.ratio([2.0, 2.2, 1.8], [1.0, 1.0, 1.0]), verdicts.ratio([1.0, 1.0, 1.0], [2.0, 2.2, 1.8])
    assert (1 + up.mean / 100) * (1 + down.mean / 100) == pytest.approx(1)
    assert (1 + up.low / 100) * (1 + down.high / 100) == pytest.approx(1)
    assert up.low < 100 * ((2 * 2.2 * 1.8) ** (1 / 3) - 1) < up.high


def test_one_seed_has_an_effect_and_no_interval():
    assert verdicts.difference([2.0], [1.0]) == Effect(1.0, -math.inf, math.inf, 1)
    one = verdicts.ratio([2.0], [1.0])
    assert (one.low, one.high) == (-100.0, math.inf)
    assert one.text(unit=" %") == "+100.0 % (1 seed)"
    assert verdicts.ratio([1e200, 1.0], [1.0, 1e200]).high == math.inf


def test_text():
    effect = Effect(-1.23, -2.04, 0.5, 5)
    assert effect.text(unit=" kW") == "-1.2 kW (95 % interval -2.0 to +0.5, 5 seeds)"
    assert effect.text(2) == "-1.23 (95 % interval -2.04 to +0.50, 5 seeds)"


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]])])
def test_pairs_are_asked_for(ours, theirs):
    with pytest.raises(ValueError, match="one number a seed on both sides"):
        verdicts.difference(ours, theirs)


def test_a_ratio_of_what_is_not_positive():
    with pytest.raises(ValueError, match="positive numbers"):
        verdicts.ratio([1.0, 0.0], [1.0, 1.0])


def test_saturated():
    assert verdicts.saturated([1.0, 0.99], [0.99, 1.0], ceiling=0.99)
    assert not verdicts.saturated([1.0, 0.99], [0.98, 1.0], ceiling=0.99)


@pytest.mark.parametrize(
    ("effect", "ceiling", "verdict"),
    [
        (Effect(2, 1, 3, 5), False, "holds"),
        (Effect(-2, -3, -1, 5), False, "does not hold"),
        (Effect(2, -1, 5, 5), False, "undecided: the interval contains no effect"),
        (Effect(0, 0, 0, 5), False, "undecided: the interval contains no effect"),
        (Effect(2, 0, 4, 5), False, "undecided: the interval contains no effect"),
        (Effect(2, 1, 3, 4), False, "undecided: 4 seeds, and the rule wants 5"),
        (Effect(2, -math.inf, math.inf, 1), False, "undecided: 1 seed, and the rule wants 5"),
        (Effect(math.nan, math.nan, math.nan, 5), False, "undecided: a run ended without a number"),
        (Effect(2, 1, 3, 5), True, "undecided: both reach the ceiling of the task"),
    ],
)
def test_decide(effect, ceiling, verdict):
    decision = decide(effect, ceiling=ceiling)
    assert str(decision) == verdict
    assert kind_of_verdict(str(decision)) == decision.word


@pytest.mark.parametrize(
    ("effect", "ceiling", "verdict"),
    [
        (Effect(0.5, -1, 1.9, 5), False, "holds"),
        (Effect(1.5, 1.1, 1.9, 5), False, "holds"),  # an effect, and too small to matter
        (Effect(3, 2.1, 4, 5), False, "does not hold"),
        (Effect(-3, -4, -2.1, 5), False, "does not hold"),
        (Effect(1, -1, 3, 5), False, "undecided: the interval reaches beyond the margin"),
        (Effect(3, 1, 5, 5), False, "undecided: the interval reaches beyond the margin"),
        (Effect(0.5, -1, 1.9, 2), False, "undecided: 2 seeds, and the rule wants 5"),
        (Effect(0, 0, 0, 5), True, "undecided: both reach the ceiling of the task"),
    ],
)
def test_decide_equal(effect, ceiling, verdict):
    decision = decide_equal(effect, 2, ceiling=ceiling)
    assert str(decision) == verdict
    assert kind_of_verdict(str(decision)) == decision.word


def test_a_margin_is_positive():
    with pytest.raises(ValueError, match="margin should be positive"):
        decide_equal(Effect(0, 0, 0, 5), 0)
