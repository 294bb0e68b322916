"""The words of chapter 1, each branch once."""

import math

import pytest

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import ch01_rnn as words
from rnn_tutorial.experiments.words.ch01_rnn import Kept, Reach
from rnn_tutorial.plotting import kind_of_verdict

UP, DOWN, UNSURE, FEW = (
    Effect(2, 1, 3, 5),
    Effect(-2, -3, -1, 5),
    Effect(1, -1, 3, 5),
    Effect(2, -math.inf, math.inf, 1),
)
NOTHING = "the interval contains no effect"


def test_what_training_did_to_the_memory():
    assert [words.training_taught(change) for change in (UP, DOWN, UNSURE)] == [
        "Training lengthened the memory as well: the networks remember for longer than before",
        "Training changed what the networks say, and they forget sooner than before",
        f"Whether training changed the length of the memory is undecided ({NOTHING})",
    ]
    before = [1.0, 1.1, 0.9, 1.0, 1.0]
    numbers = [words.trained_memory(before, [factor * b for b in before]) for factor in (2, 0.5, 1)]
    assert numbers == [
        "training lengthened its memory: a half-life of 1.0 days before, 2.0 days after, means over 5 seeds",
        "training shortened its memory: a half-life of 1.0 days before, 0.5 days after, means over 5 seeds",
        "training did not clearly change its memory: a half-life of 1.0 days before, 1.0 days after, "
        "means over 5 seeds",
    ]
    assert words.trained_memory([1.0], [math.inf]) == (
        "training did not clearly change its memory: a half-life of 1.0 days before, no limit after"
    )


def test_averaged():
    assert words.averaged(17.04, 0.21, 3) == (
        "Over 3 seeds the network's mean absolute error is 17.0 kW, ± 0.2 (half the range)"
    )
    assert words.averaged(17.04, math.nan, 1) == "With one seed the network's mean absolute error is 17.0 kW"


def test_standing():
    assert words.standing(UP, 4) == "on these eight weeks the network is better than a method with 4 fitted numbers"
    assert words.standing(DOWN, 1) == "on these eight weeks the network is worse than a method with 1 fitted number"
    assert words.standing(FEW, 0) == (
        "whether the network or a method with nothing to fit is better on these eight weeks is undecided (1 seed, and "
        "the rule wants 5)"
    )


def test_weeks_compared():
    assert words.weeks_compared((21, 17), (30, 25)) == (
        "The validation weeks are harder than the test weeks, and not for the network alone: it errs by 21.0 kW there "
        "and 17.0 on the test weeks, the same hour last week by 30.0 kW there and 25.0 on the test weeks"
    )
    assert words.weeks_compared((16, 17), (24, 25)).startswith("The validation weeks are easier than")
    assert words.weeks_compared((16, 17), (26, 25)).endswith("they do not agree which weeks are harder")


@pytest.mark.parametrize(
    ("past", "order", "rival", "kind", "verdict"),
    [
        (UP, UP, UP, "holds", "holds"),
        (DOWN, UP, UP, "does not hold", "does not hold"),
        (UNSURE, UP, UP, "undecided", f"undecided: {NOTHING}"),
        (
            UP,
            DOWN,
            UP,
            "holds only",
            "holds only for the use of earlier information: another order serves as well or better",
        ),
        (UP, UP, DOWN, "holds only", "holds only for the use of earlier information: a dense network does better"),
        (
            UP,
            UNSURE,
            UNSURE,
            "holds only",
            "holds only for the use of earlier information: that order counts is undecided and that it beats a dense "
            "network is undecided",
        ),
    ],
)
def test_suits_sequences(past, order, rival, kind, verdict):
    assert words.suits_sequences(past, order, rival) == verdict
    assert kind_of_verdict(verdict) == kind


@pytest.mark.parametrize(
    ("relu", "linear", "kind", "verdict"),
    [
        (UP, UP, "holds", "holds here"),
        (DOWN, DOWN, "does not hold", "does not hold here"),
        (UNSURE, UNSURE, "undecided", f"undecided here: {NOTHING}"),
        (UP, UNSURE, "holds only", "holds only for a CNN with a ReLU"),
        (DOWN, UP, "holds only", "holds only for a CNN without a ReLU"),
        (UNSURE, DOWN, "undecided", f"undecided with a ReLU ({NOTHING}); does not hold without one"),
        (DOWN, UNSURE, "undecided", f"undecided without a ReLU ({NOTHING}); does not hold with one"),
    ],
)
def test_with_cnn(relu, linear, kind, verdict):
    assert words.with_cnn(relu, linear) == verdict
    assert kind_of_verdict(verdict) == kind


def test_blame():
    both, calm, growing = (0.7, 1.04), (0.7, 1.0), (1.0, 1.2)
    effect, shared = words.blame(both, (0.68, 1.05)), words.blame(both, calm)
    nothing = words.blame(calm, both)
    assert effect == "holds only for the effect: its cause is the size of the weights, not their sharing"
    assert shared == "holds here: with fresh weights gradients do not both vanish and explode"
    assert nothing == "does not hold here: shared weights do not make gradients both vanish and explode"
    assert words.blame(growing, both) == words.blame((math.nan, 1.2), both) == nothing
    assert [kind_of_verdict(text) for text in (effect, shared, nothing)] == ["holds only", "holds", "does not hold"]


@pytest.mark.parametrize(
    ("size", "width", "kind", "verdict"),
    [
        (Kept(3, 2, 1), Kept(9, 2, 1), "holds", "holds"),
        (Kept(3, 4, 1), Kept(9, 2, 1), "holds only", "holds only against dense networks"),
        (Kept(3, 2, 4), Kept(9, 2, 1), "holds only", "holds only against CNNs"),
        (Kept(3, 2, 1), Kept(1, 2, 3), "holds only", "holds only at equal parameters, against CNNs and dense networks"),
        (Kept(1, 2, 3), Kept(3, 4, 1), "holds only", "holds only at equal width, against dense networks"),
        (Kept(1, 1, 1), Kept(1, 2, 3), "does not hold", "does not hold"),
    ],
)
def test_memory_needed(size, width, kind, verdict):
    assert words.memory_needed(size, width) == verdict
    assert kind_of_verdict(verdict) == kind


def test_reached():
    assert [words.reached(steps) for steps in (0, 1, 20)] == ["no lag tried", "1 step", "20 steps"]


def test_long_sequences():
    verdicts = [words.long_sequences(Reach(*reach)) for reach in ((100, 100, 100), (20, 50, 100), (20, 20, 100))]
    assert verdicts == [
        "does not hold here: the default start already remembers every lag tried",
        "holds only for the default start",
        "holds here: no other start reaches further",
    ]
    assert words.long_sequences(Reach(20, 10, 100)) == verdicts[-1]
    assert [kind_of_verdict(text) for text in verdicts] == ["does not hold", "holds only", "holds"]


def test_whose_weakness():
    assert words.weakness(Reach(20, 50, 100)) == (
        "What the article calls a weakness of the architecture is in good part a weakness of its initialisation: the "
        "next chapters' gates are a cure, but not the only one"
    )
    assert words.weakness(Reach(100, 100, 100)) == (
        "On this task there is no weakness to explain: the default start already remembers every lag tried"
    )
    assert words.weakness(Reach(20, 20, 100)) == (
        "On this task no other start remembers longer than the default one, so the weakness may well be the "
        "architecture's, as the article says: the next chapters' gates are a cure to try"
    )


def test_start_carries():
    assert words.start_carries(Reach(0, 50, 100)) == (
        "A better start carries the same equations further: with the better of tanh and relu every seed remembers over "
        "50 steps, with the default start over no lag tried"
    )
    assert words.start_carries(Reach(20, 10, 100)) == (
        "No other start carried the same equations further than the default one: with the better of tanh and relu "
        "every seed remembers over 10 steps, with the default start over 20 steps"
    )
