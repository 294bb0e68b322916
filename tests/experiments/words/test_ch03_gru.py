"""Chapter 3's words, each branch once."""

from math import nan

from rnn_tutorial.experiments.verdicts import Decision, Effect
from rnn_tutorial.experiments.words import ch03_gru as words
from rnn_tutorial.plotting import kind_of_verdict

EQUAL, BETTER, WORSE = Effect(0, -1, 1, 5), Effect(-4, -5, -3, 5), Effect(4, 3, 5, 5)
NO_WORSE, NO_BETTER, WIDE = Effect(-2, -4, 0, 5), Effect(2, 0, 4, 5), Effect(0, -4, 4, 5)


def test_far_end():
    assert words.far_end(1.0, 2.0, 2.0) == "The GRU's curve does not rise at the oldest days"
    start, lag = words.far_end(2.0, 0.9, 2.0), words.far_end(2.0, 2.0, 0.9)
    assert start.startswith("The GRU's curve rises at the oldest days. That is the start of the window")
    assert lag.endswith("these days matter wherever they stand")
    for unclear in (words.far_end(2.0, 2.0, 2.0), words.far_end(2.0, 0.9, 0.9)):
        assert unclear.endswith("does not tell whether that is the lag or the start of the window")


def test_standing():
    effects = [EQUAL, BETTER, WORSE, NO_WORSE, NO_BETTER]
    stands = ["equal", "better", "worse", "equal or better", "equal or worse"]
    assert [words.standing(effect, 2) for effect in effects] == stands
    assert words.standing(WIDE, 2) == "undecided: the interval reaches beyond the margin"
    assert words.standing(Effect(-4, -5, -3, 3), 2) == "undecided: 3 seeds, and the rule wants 5"
    assert words.standing(Effect(nan, nan, nan, 5), 2) == "undecided: a run ended without a number"


def test_comparable():
    verdicts = [
        words.comparable({"equal width": NO_WORSE, "equal size": BETTER}, 2),
        words.comparable({"equal width": WORSE, "equal size": EQUAL}, 2),
        words.comparable({"equal width": WORSE, "equal size": WORSE}, 2),
        words.comparable({"equal width": NO_BETTER, "equal size": WORSE}, 2),
    ]
    assert [kind_of_verdict(text) for text in verdicts] == ["holds", "holds only", "does not hold", "undecided"]
    assert verdicts[0] == "holds (equal width: equal or better; equal size: better)"
    assert verdicts[1] == "holds only for equal size (equal width: worse; equal size: equal)"


def test_long_spans():
    far, near, mixed = [100, 90, 95, 100, 99], [22, 23, 24, 22, 21], [100, 22, 100, 24, 100]
    assert words.long_spans({"ab": far, "abc": far}, {"ab": near, "abc": near}, 100) == "holds"
    some = words.long_spans({"ab": far, "abc": near}, {"ab": near, "abc": near}, 100)
    assert some == "holds only for ab; undecided for abc"
    three = words.long_spans({"ab": far, "a": near, "b": near}, {"ab": near, "a": far, "b": near}, 100)
    assert three == "holds only for ab; not for a; undecided for b"
    assert words.long_spans({"ab": near}, {"ab": far}, 100) == "does not hold"
    assert words.long_spans({"ab": mixed}, {"ab": mixed}, 100) == "undecided (ab: the interval contains no effect)"
    ceiling = words.long_spans({"ab": [100] * 5}, {"ab": [100] * 5}, 100)
    assert ceiling == "undecided (ab: both reach the ceiling of the task)"


def test_reach():
    assert words.reach([20, 100, 30]) == "30 (20 to 100)"
    assert words.reach([20, 25]) == "22.5 (20 to 25)"
    assert words.reach(None) == "not run"


def test_read_all():
    assert words.read_all([[20, 30], [40, 50]], 100) == "none of 4 runs reads all 100 right"
    assert words.read_all([[20, 100], [40, 50]], 100) == "1 of 4 runs reads all 100 right"
    assert words.read_all([[100, 100]], 100) == "2 of 2 runs read all 100 right"


def test_counted():
    holds, fails, unclear = Decision("holds"), Decision("does not hold"), Decision("undecided", "why")
    assert words.counted({"From one": {"ab": holds, "abc": holds}, "From another": {"ab": unclear}}) == (
        "From one, the LSTM reads farther than the GRU on ab and abc. "
        "From another, the runs do not decide which of the two reads farther on ab"
    )
    assert words.counted({"Here": {"ab": fails}}) == "Here, the GRU reads farther than the LSTM on ab"


def test_past_the_gru():
    assert words.past_the_gru([2, 30], [24, 23]) == "1 of 2 runs of the RNN reads farther than every run of the GRU"
    assert words.past_the_gru([2, 3], [24, 23]).startswith("None of 2 runs of the RNN reads farther")
    assert words.past_the_gru([25, 30], [24, 23]).startswith("2 of 2 runs of the RNN read farther")


def test_read_in_practice():
    assert words.read_in_practice([22, 23, 25], [24, 24, 23], 71, 100) == (
        "Trained from PyTorch's start, the LSTM read up to n = 23 and the GRU up to 24 (medians); the best run from "
        "any start read 71 of the 100 lengths tried"
    )


def test_other_weeks():
    reverse = words.other_weeks(WORSE, BETTER)
    assert reverse.startswith("On the validation weeks the order is the reverse: the GRU's error is larger by 4.0 %")
    same = words.other_weeks(BETTER, BETTER)
    assert same.startswith("On the validation weeks the GRU's error is smaller by 4.0 %")
    unclear = words.other_weeks(WIDE, BETTER)
    assert unclear.startswith("On the validation weeks the GRU's error is not decidedly different")


def test_in_figure():
    assert words.in_figure(6.31, 22.04, 0.94) == (
        "In the figure the LSTM's blue cell gets as large as 6.3, and the largest of its cells 22.0; no unit of the "
        "GRU gets beyond 0.94"
    )
    assert "as large as 6.3, larger than its other cells; no unit" in words.in_figure(6.31, 6.31, 0.94)
    assert "all of the LSTM's cells stay between −1 and 1, at 0.51 at most; no" in words.in_figure(0.3, 0.51, 0.94)


def test_training():
    assert words.training(1, 8, 10, 10) == "1 epoch, 8 updates and 10 windows, as many as in chapter 1"
    fewer = words.training(10, 1040, 2000, 10_000)
    assert fewer == "10 epochs, 1,040 updates and 2,000 windows, 80 % fewer than the 10,000 of chapter 1"
    assert words.training(10, 1040, 150, 100).endswith("50 % more than the 100 of chapter 1")


def test_gates():
    holds, fails, unclear = Decision("holds"), Decision("does not hold"), Decision("undecided", "why")
    assert [words.without(decision) for decision in (holds, fails, unclear)] == ["worse", "better", "undecided"]
    said = words.gates_for({"no reset gate": {"a": holds, "b": unclear, "c": holds}, "no update gate": {"a": fails}})
    assert said == (
        'Without the reset gate, on "a" and "c" the GRU is worse; on "b" nothing is decided. '
        'Without the update gate, on "a" the GRU is better'
    )


def test_spared():
    holds, unclear = Decision("holds"), Decision("undecided", "why")
    few, many, none = {"a": holds, "b": unclear}, {"a": holds, "b": holds}, {"a": unclear, "b": unclear}
    one = words.spared({"no reset gate": few, "no update gate": many})
    assert one == (
        "So it is the reset gate that can rather be spared here: it is decidedly needed on 1 of 2 tasks, "
        "the update gate on 2"
    )
    other = words.spared({"no reset gate": many, "no update gate": none})
    assert "the update gate that can rather be spared here: it is decidedly needed on none of 2 tasks" in other
    assert words.spared({"no reset gate": few, "no update gate": few}) == (
        "So each gate is decidedly needed on 1 of 2 tasks"
    )
