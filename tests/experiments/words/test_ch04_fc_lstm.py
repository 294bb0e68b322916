"""What chapter 4 says of its networks, each branch once."""

from math import nan

from rnn_tutorial.experiments.verdicts import Decision
from rnn_tutorial.experiments.words import ch04_fc_lstm as words

LOW, HIGH = [1.0, 1.1, 1.2, 1.1, 1.0], [2.0, 2.1, 2.3, 2.1, 2.0]
MEANS = "1.08 kW with peepholes, 2.10 without; the difference is -1.02 kW (95 % interval -1.08 to -0.96, 5 seeds)"


def test_errors():
    assert words.errors(LOW, HIGH, "kW") == f"{MEANS}, so peepholes help"
    assert words.errors(HIGH, LOW, "kW").endswith(", so peepholes do harm")
    assert words.errors(LOW[:3], HIGH[:3], "kW").endswith("decides nothing (3 seeds, and the rule wants 5)")
    assert words.errors(LOW, LOW, "kW").endswith("which decides nothing (the interval contains no effect)")
    assert words.errors([nan, *LOW[1:]], LOW, "kW").endswith("(a run ended without a number)")


def test_against_baselines():
    baselines = {"persistence": 30.0, "a week ago": 12.34}
    assert words.best_baseline(baselines) == "a week ago"
    assert words.against_baselines(11.0, baselines) == "beats the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(13.0, baselines) == "does not beat the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(12.34, baselines) == "equals the best baseline, a week ago, at 12.3 kW"
    assert words.against_baselines(nan, baselines) == (
        "has no error to compare with the best baseline, a week ago, at 12.3 kW"
    )


def test_timing():
    holds, fails, undecided = Decision("holds"), Decision("does not hold"), Decision("undecided", "why")
    assert words.generators({"N = 5": holds, "N = 10": holds}) == (
        "With peepholes, networks generate more spikes in a row for N = 5 and N = 10"
    )
    assert words.meters({"one": holds, "two": fails, "three": undecided}) == (
        "With peepholes, networks measure delays more exactly for one; without peepholes, networks measure delays more "
        "exactly for two; nothing is decided for three"
    )
    assert words.generators({"one": undecided}) == "Nothing is decided for one"
