"""Chapter 3's words, each branch once."""

import math

from rnn_tutorial.experiments.words import ch03_gru as words
from rnn_tutorial.plotting import kind_of_verdict


def test_halves():
    assert words.halves(1.26) == "halves every 1.3 days"
    assert words.halves(math.inf) == "does not fall"


def test_comparable():
    assert words.comparable(10.2, 10.0) == words.comparable(10.0, 10.2) == "holds here"
    larger, smaller = words.comparable(12.0, 10.0), words.comparable(9.0, 10.0)
    assert larger == "does not hold on this one: the GRU's error is 20 % larger"
    assert smaller == "does not hold on this one: the GRU's error is 10 % smaller"
    assert [kind_of_verdict(text) for text in (larger, smaller)] == ["does not hold"] * 2
    assert kind_of_verdict(words.comparable(10.0, 10.0)) == "holds"


def test_long_spans():
    all_solved = words.long_spans((1, 4), (6, 6), 6, 50)
    assert all_solved == "undecided: started to keep, both solve every lag tried, up to 50"
    for default, keeping in [((2, 2), (5, 5)), ((3, 2), (5, 6)), ((2, 3), (5, 5))]:
        near = words.long_spans(default, keeping, 6, 50)
        assert near == "undecided: the two are equal here, or one seed at one lag apart"
        assert kind_of_verdict(near) == "undecided"
    assert words.long_spans((4, 2), (5, 5), 6, 50) == "holds here"
    assert words.long_spans((2, 2), (3, 5), 6, 50) == "does not hold here"
    one, other = words.long_spans((4, 2), (3, 5), 6, 50), words.long_spans((2, 4), (5, 3), 6, 50)
    assert one == "holds only for PyTorch's start"
    assert other == "holds only for gates that start by keeping"
    verdicts = [
        all_solved,
        words.long_spans((4, 2), (5, 5), 6, 50),
        words.long_spans((2, 2), (3, 5), 6, 50),
        one,
        other,
    ]
    kinds = ["undecided", "holds", "does not hold", "holds only", "holds only"]
    assert [kind_of_verdict(text) for text in verdicts] == kinds
