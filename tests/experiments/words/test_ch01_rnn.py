"""The words of chapter 1, each branch once."""

import math

import pytest

from rnn_tutorial.experiments.words import ch01_rnn as words
from rnn_tutorial.experiments.words.ch01_rnn import Reach
from rnn_tutorial.plotting import kind_of_verdict


def test_halves():
    assert words.halves(1.04) == "halves every 1.0 days"
    assert words.halves(math.inf) == "does not fall"


def test_what_training_did_to_the_memory():
    taught = [words.training_taught(1, after) for after in (2, 0.5, 1, math.inf)]
    assert taught == [
        "Training changed not only what the network says: this network also remembers for longer than before",
        "Training changed what the network says, and this network forgets sooner than before",
        "Training changed what the network says, and left the length of this network's memory as it was",
        "Training changed not only what the network says: this network also remembers for longer than before",
    ]
    numbers = [words.trained_memory(1, after) for after in (2, 0.5, 1, math.inf)]
    assert numbers == [
        "training lengthened its memory: a half-life of 1.0 days before, 2.0 days after",
        "training shortened its memory: a half-life of 1.0 days before, 0.5 days after",
        "training hardly changed its memory: a half-life of 1.0 days before, 1.0 days after",
        "training lengthened its memory: a half-life of 1.0 days before, no limit after",
    ]
    assert words.trained_memory(math.inf, math.inf).startswith("training hardly changed its memory")


def test_averaged():
    assert words.averaged(17.04, 0.21, 3) == (
        "Over 3 seeds the network's mean absolute error is 17.0 kW, ± 0.2 (half the range)"
    )
    assert words.averaged(17.04, math.nan, 1) == "With one seed the network's mean absolute error is 17.0 kW"


@pytest.mark.parametrize(
    ("gap", "how"),
    [(0.3, "level with"), (-0.3, "level with"), (0.0, "level with"), (0.31, "better than"), (-0.31, "worse than")],
)
def test_standing(gap, how):
    assert words.standing(gap, 0.3, 4) == (
        f"measured by what the seed alone changes, the network is {how} a method with 4 fitted numbers on these "
        "eight weeks"
    )


def test_standing_of_one_seed_and_of_a_method_without_numbers():
    assert words.standing(5, math.nan, 1) == (
        "one seed alone cannot place the network beside a method with 1 fitted number"
    )
    assert "the network is worse than a method with nothing to fit" in words.standing(-5, 0.3, 0)


@pytest.mark.parametrize(
    ("longer", "ordered", "mixed", "kind", "verdict"),
    [
        ([20, 21], [20, 21], [40, 41], "holds", "holds"),
        (
            [24, 26],
            [24, 26],
            [40, 41],
            "holds only",
            "holds only for the order: a longer past changes no more than the seeds do",
        ),
        ([27, 28], [27, 28], [40, 41], "holds only", "holds only for the order: a longer past does harm"),
        (
            [20, 21],
            [20, 21],
            [21, 22],
            "holds only",
            "holds only for the length: in random order the past is worth as much",
        ),
        ([24, 26], [24, 26], [25, 27], "undecided", "undecided: all within the seeds"),
        ([27, 28], [27, 28], [27, 28], "does not hold", "does not hold"),
        ([24, 26], [27, 28], [20, 21], "does not hold", "does not hold"),
    ],
)
def test_past_helps(longer, ordered, mixed, kind, verdict):
    assert words.past_helps([25, 26], longer, ordered, mixed) == verdict
    assert kind_of_verdict(verdict) == kind


def test_order_counts():
    assert words.order_counts(25, 24, 43) == (
        "Order matters: in random order, two weeks (43.0 kW) predict worse than yesterday alone (25.0 kW)"
    )
    assert words.order_counts(25, 23, 24) == (
        "Order matters, but not alone: in random order, two weeks (24.0 kW) predict worse than in order (23.0 kW), "
        "yet no worse than yesterday alone (25.0 kW)"
    )
    equal = "Order does not matter here: in random order, two weeks (24.0 kW) predict no worse than in order (24.0 kW)"
    assert words.order_counts(25, 24, 24) == words.order_counts(23, 24, 24) == equal


def test_with_cnn():
    verdicts = [words.with_cnn(gain, 1) for gain in (3, -3, 2, -2, math.nan)]
    within = "undecided here: within the seeds"
    assert verdicts == ["holds here", "does not hold here", within, within, within]
    assert [kind_of_verdict(verdict) for verdict in verdicts[:3]] == ["holds", "does not hold", "undecided"]
    alone = words.with_cnn(5, 0)
    assert alone == "undecided here: one seed alone says nothing"
    assert kind_of_verdict(alone) == "undecided"


def test_blame():
    both, calm, growing = (0.7, 1.04), (0.7, 1.0), (1.0, 1.2)
    effect, shared = words.blame(both, (0.68, 1.05)), words.blame(both, calm)
    nothing = words.blame(calm, both)
    assert effect == "holds only for the effect: its cause is the size of the weights, not their sharing"
    assert shared == "holds here: with fresh weights gradients do not both vanish and explode"
    assert nothing == "does not hold here: shared weights do not make gradients both vanish and explode"
    assert words.blame(growing, both) == words.blame((math.nan, 1.2), both) == nothing
    assert [kind_of_verdict(text) for text in (effect, shared, nothing)] == ["holds only", "holds", "does not hold"]


def test_memory_needed():
    verdicts = [words.memory_needed(rnn, 10, 1) for rnn in (11, 10, 1)] + [words.memory_needed(5, 1, 10)]
    assert verdicts == [
        "holds",
        "holds only against dense networks",
        "does not hold",
        "holds only against CNNs",
    ]
    assert [kind_of_verdict(text) for text in verdicts] == ["holds", "holds only", "does not hold", "holds only"]


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


def test_ten_steps():
    reaches = ((50, 20, 100), (10, 10, 20), (20, 50, 100), (20, 20, 100))
    verdicts = [words.ten_steps(Reach(*reach)) for reach in reaches]
    assert verdicts == [
        "does not hold: too pessimistic",
        "undecided: nothing much longer was tried",
        "holds only for the default start",
        "holds",
    ]
    assert [kind_of_verdict(text) for text in verdicts] == ["does not hold", "undecided", "holds only", "holds"]


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
        "A better start carries the same equations further: every seed remembers over 50 steps, with the default start "
        "over no lag tried"
    )
    assert words.start_carries(Reach(20, 10, 100)) == (
        "No other start carried the same equations further than the default one: every seed remembers over 10 steps, "
        "with the default start over 20 steps"
    )
