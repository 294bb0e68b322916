"""Words of chapter 5, each branch once."""

import math

import pytest

from rnn_tutorial.experiments.words import ch05_conv_lstm as words
from rnn_tutorial.plotting import kind_of_verdict

NAN = math.nan
EMPTY = 20.0


def test_beside_simple():
    assert words.beside_simple(10.0, 12.0) == "The ConvLSTM brings it down to 10.0"
    assert words.beside_simple(12.0, 10.0) == "The ConvLSTM does not get there: it stays at 12.0"
    assert words.beside_simple(NAN, 10.0) == "The ConvLSTM has nan, which is no number to compare"


def test_what_looks_equal_is_called_equal():
    assert words.beside_simple(10.01, 10.04) == "The ConvLSTM has the same, 10.0"
    assert words.without_memory(10.01, 10.04).startswith("as much as the ConvLSTM: what a memory")
    assert words.without_place(10.04, 10.01) == "as much as the ConvLSTM, although it must learn every place anew"


def test_without_memory():
    assert words.without_memory(12.0, 10.0) == (
        "more than the ConvLSTM: they see where the digit is, but not where it goes, and a blur around the place is "
        "the best that they can answer"
    )
    assert words.without_memory(8.0, 10.0) == (
        "less than the ConvLSTM: what a memory can add, where the digit goes, has not shown here"
    )
    assert words.without_memory(NAN, 10.0) == "which is no number to compare"


def test_without_place():
    assert words.without_place(12.0, 10.0) == (
        "more than the ConvLSTM: it must learn every place anew, and there are few videos to learn from"
    )
    assert words.without_place(8.0, 10.0) == "less than the ConvLSTM, although it must learn every place anew"
    assert words.without_place(12.0, NAN) == "which is no number to compare"


@pytest.mark.parametrize(
    ("conv", "flat", "kind", "says"),
    [
        ((10, 11), (12, 30), "holds", "the LSTM must learn it anew"),
        ((10, 11), (12, 13), "holds only", "the LSTM, too, carries over"),
        ((10, 14), (12, 30), "holds only", "in degree: on the right the ConvLSTM is clearly worse"),
        ((10, 14), (12, 13), "does not hold", "by no less than the LSTM"),
        ((10, 20), (10, 20), "does not hold", "by no less than the LSTM"),
        ((20, 20), (12, 30), "undecided", "better than an empty frame"),
        ((10, 11), (21, 30), "undecided", "better than an empty frame"),
        ((10, NAN), (12, 30), "undecided", "better than an empty frame"),
        ((10, 11), (12, math.inf), "undecided", "better than an empty frame"),
        ((0, 0), (12, 30), "does not hold", "clearly worse"),
    ],
)
def test_space(conv, flat, kind, says):
    verdict = words.space(conv, flat, EMPTY)
    assert kind_of_verdict(verdict) == kind
    assert says in verdict
