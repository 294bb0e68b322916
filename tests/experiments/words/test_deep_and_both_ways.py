"""The words on lengths, depth and directions, each branch once."""

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import deep_and_both_ways as words

UP, DOWN, WIDE = Effect(4, 3, 5, 5), Effect(-4.4, -5, -3, 5), Effect(0, -4, 4, 5)


def test_lengths_matter():
    assert words.lengths_matter(UP) == "knowing the lengths helps"
    assert words.lengths_matter(DOWN) == "knowing the lengths does harm"
    assert words.lengths_matter(WIDE) == "nothing is decided (the interval contains no effect)"


def test_deeper():
    assert words.deeper({2: UP, 3: DOWN}) == (
        "2 layers: +4.0 % (95 % interval +3.0 to +5.0, 5 seeds), worse; "
        "3 layers: -4.4 % (95 % interval -5.0 to -3.0, 5 seeds), better"
    )
    assert words.deeper({2: WIDE}).endswith("nothing is decided (the interval contains no effect)")


def test_filled():
    assert words.filled({"a": DOWN, "b": UP, "c": WIDE, "d": DOWN}) == (
        "both directions have a smaller error than a and d; a larger error than b; no decided difference to c"
    )
    assert words.filled({"a": DOWN}) == "both directions have a smaller error than a"


def test_looks_back():
    assert words.looks_back(Effect(0.5, 0.4, 0.6, 5)) == "With the readout that looks back, more answers are right"
    assert words.looks_back(Effect(-0.5, -0.6, -0.4, 5)).endswith("fewer answers are right")
    assert words.looks_back(Effect(0.0, -0.1, 0.1, 5)) == (
        "Between the two readouts nothing is decided: the interval contains no effect"
    )
