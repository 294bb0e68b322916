"""Words of chapter 6, each branch once."""

import math

import pytest

from rnn_tutorial.experiments.words import ch06_cnn_lstm as words
from rnn_tutorial.plotting import kind_of_verdict

NAN = math.nan
SIMPLE = {"last frame": 0.011, "straight line": 0.013, "same shift": 0.0095}


def test_larger_codes():
    assert words.larger_codes({4: 0.8, 16: 0.6, 64: 0.5}) == "each larger code loses less"
    other = "here a larger code does not always lose less, but each was trained only once"
    assert words.larger_codes({4: 0.8, 16: 0.8, 64: 0.5}) == other
    assert words.larger_codes({4: 0.804, 16: 0.801, 64: 0.5}) == other  # 80 % and 80 %
    assert words.larger_codes({4: NAN, 16: 0.6, 64: 0.5}) == other
    assert words.larger_codes({64: 0.5, 4: 0.8, 16: 0.6}) == "each larger code loses less"


def test_best_simple():
    assert words.best_simple(SIMPLE) == "same shift"
    assert words.best_simple({"a": 0.0100001, "b": 0.01, "c": 0.02}) == "a and b"


def test_beside_simple():
    assert words.beside_simple(SIMPLE, [0.009, 0.0095, 0.0094], [0.02, 0.01, NAN]) == (
        "The best simple forecast, same shift, stands at 9.50; 2 of 3 CNN-LSTMs and 0 of 3 LSTMs on pixels did better"
    )
    assert words.beside_simple({"a": 0.01, "b": 0.01}, [0.009], [0.02]) == (
        "The best simple forecasts, a and b, stand at 10.00; 1 of 1 CNN-LSTM and 0 of 1 LSTM on pixels did better"
    )


def test_code_to_blame():
    assert words.code_to_blame(0.6, 0.4) == "So want of numbers in the code does not explain all of it"
    could = "That is no less, so want of numbers in the code could explain all of it"
    assert words.code_to_blame(0.4, 0.6) == could
    assert words.code_to_blame(0.404, 0.396) == could  # 40 % and 40 %
    for forecast, code in ((NAN, 0.4), (0.6, math.inf)):
        assert words.code_to_blame(forecast, code) == "One of the two is no number, so the question stays open"


def test_blank_beside_last():
    assert words.blank_beside_last(0.010, 0.011) == "even less than the last frame at"
    assert words.blank_beside_last(0.010001, 0.01) == "as much as the last frame at"
    assert words.blank_beside_last(0.012, 0.010) == "not much more than the last frame at"
    assert words.blank_beside_last(0.02, 0.010) == "more than the last frame at"


@pytest.mark.parametrize(
    ("shares", "kind", "says"),
    [
        ((0.8, 0.6, 0.5), "holds", "and less of it with a larger code"),
        ((1.2, 0.6, 0.5), "holds", "and less of it with a larger code"),
        ((0.8, 0.5, 0.6), "holds", "that a larger code loses less has not shown here"),
        ((0.009, 0.008, 0.007), "does not hold", "hardly anything is lost"),
        ((1.2, 1.1, 1.0), "undecided", "no code gives a better picture"),
        ((0.8, NAN, 0.5), "undecided", "no code gives a better picture"),
    ],
)
def test_information_lost(shares, kind, says):
    verdict = words.information_lost(dict(zip((4, 16, 64), shares, strict=True)))
    assert kind_of_verdict(verdict) == kind
    assert says in verdict


@pytest.mark.parametrize(
    ("share", "kind", "says"),
    [
        (0.59, "holds", "work alone, as an auto-encoder"),
        (0.6, "holds only", "lose more than half"),
        (1.0, "undecided", "nothing better than a blank frame"),
        (NAN, "undecided", "nothing better than a blank frame"),
    ],
)
def test_both_halves(share, kind, says):
    verdict = words.both_halves(share)
    assert kind_of_verdict(verdict) == kind
    assert says in verdict


def test_by_size():
    errors = {"CNN-LSTM, Z = 16": 29.04, "CNN-LSTM, Z = 256": 28.0, "CNN-LSTM, Z = 2": 30.0}
    assert words.by_size(errors) == "30.0 with Z = 2, 29.0 with Z = 16 and 28.0 with Z = 256"
