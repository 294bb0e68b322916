"""Words of the run at the paper's size, each branch once."""

from rnn_tutorial.experiments.words import ch05_moving_mnist as words

PAPER = {"A": 4000.0, "B": 3000.0, "C": 5000.0}


def test_among_published():
    assert words.among_published(2500, PAPER) == "below all 3 of the paper's"
    assert words.among_published(6000, PAPER) == "above all 3 of the paper's"
    assert words.among_published(4500, PAPER) == "between the paper's A (4,000) and C (5,000)"


def test_an_error_that_is_equal_is_not_better():
    assert words.among_published(3000, PAPER) == "below all 3 of the paper's"


def test_still_falls():
    assert words.still_falls([0.2]).startswith("After a single pass")
    assert "did not lower" in words.still_falls([0.2, 0.2])
    assert "The last of the 2 passes lowered the loss on validation videos by 50 %" in words.still_falls([0.2, 0.1])


def test_read_times():
    assert words.read_times(1) == "each read once"
    assert words.read_times(2) == "each read twice"
    assert words.read_times(3) == "each read 3 times"
