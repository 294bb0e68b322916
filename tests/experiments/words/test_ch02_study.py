"""The words of chapter 2's studies, each branch once."""

from rnn_tutorial.experiments.ch02_long_lags import Cell
from rnn_tutorial.experiments.verdicts import Decision
from rnn_tutorial.experiments.words import ch02_study as words
from rnn_tutorial.plotting import kind_of_verdict

BETTER, WORSE, OPEN = Decision("holds"), Decision("does not hold"), Decision("undecided", "few seeds")


def test_seeds_that_solve():
    assert words.seeds_that_solve(Cell(0.01, 3, 5, 250.0), False) == "3 of 5 (250)"
    assert words.seeds_that_solve(Cell(0.01, 0, 5, None), False) == "0 of 5"
    assert words.seeds_that_solve(None, True) == "not tried"
    assert words.seeds_that_solve(None, False) == "not run"


def test_farthest():
    assert words.farthest(30, 1250.0, 100) == "30 (1,250)"
    assert words.farthest(100, 50.0, 100) == "≥ 100 (50)"
    assert words.farthest(0, None, 100) == "none"


def test_solved():
    assert words.solved(None) == "not solved"
    assert words.solved(50) == "solved after 50 updates"


def test_long_memory():
    assert words.long_memory(10, 10, 100, 300) == "holds"
    longer = words.long_memory(10, 100, 300, 300)
    assert longer.startswith(
        "holds only of longer lags: all plain networks still solve 100 steps, all LSTMs 300 steps, the"
    )
    start = words.long_memory(10, 300, 300, 300)
    assert (
        start
        == "holds only with PyTorch's start: with another, all plain networks solve 300 steps, the longest lag tried"
    )
    fails = words.long_memory(10, 10, 10, 300)
    assert fails == "holds only in that the plain network fails: no LSTM goes further"
    neither = words.long_memory(100, 100, 100, 300)
    assert neither == "does not hold here: all plain networks solve 100 steps, and no LSTM goes further"
    kinds = [kind_of_verdict(text) for text in (longer, start, fails, neither)]
    assert kinds == ["holds only"] * 3 + ["does not hold"]


def test_from_the_default():
    won = "From PyTorch's start the {} wins recall, with 300 steps against 10"
    assert words.from_the_default(300, 10) == won.format("plain network")
    assert words.from_the_default(10, 300) == won.format("LSTM")
    assert words.from_the_default(10, 10).endswith("plain network and LSTM learn recall over as many steps, 10")


def test_rivals():
    found = {"CNN": {"recall": OPEN, "adding": WORSE}, "Transformer": {"recall": BETTER, "adding": OPEN}}
    assert words.rivals(found) == (
        "the CNN needs more updates on adding; the Transformer needs fewer updates on recall; "
        "the other comparisons are undecided"
    )
    one_open = words.rivals({"CNN": {"recall": OPEN, "adding": BETTER}})
    assert one_open == "the CNN needs fewer updates on adding; the other comparison is undecided"
    assert words.rivals({"CNN": {"recall": BETTER, "adding": BETTER}}) == (
        "the CNN needs fewer updates on recall and adding"
    )
    assert words.rivals({"CNN": {"recall": OPEN}}) == "no comparison of updates is decided"


def test_input_gate():
    assert words.input_gate({"latest": BETTER, "adding": BETTER}) == (
        "the gate itself speeds learning on latest and adding, not only the small start that it gives"
    )
    assert words.input_gate({"latest": WORSE, "adding": OPEN}) == (
        "what speeds learning on latest is the small start, for without it the gate slows it; on adding gate and "
        "small start cannot be told apart (undecided)"
    )


def test_forget_gate():
    assert words.forget_gate(BETTER) == "without a forget gate it is learnt worse"
    assert words.forget_gate(WORSE) == "yet without a forget gate it is learnt better"
    assert words.forget_gate(OPEN) == "yet it is undecided whether a forget gate helps"


def test_without_an_input_gate():
    assert words.without_input_gate({"latest": ([50, 60], [70, 41]), "adding": ([97, 97], [97, 98])}) == (
        "That the mean errors without an input gate are nearly the same from both starts (55.0 and 55.5 % on latest "
        "and 97.0 and 97.5 % on adding) is a coincidence: seed by seed they lie up to 20 points apart"
    )
    assert words.without_input_gate({"latest": ([50, 60], [20, 40])}) == (
        "Without an input gate the mean errors from the two starts are 55.0 and 30.0 % on latest"
    )


def test_what_is_learnt_from_the_default():
    assert words.learnt_from_the_default({"latest": 99.5, "adding": 57}) == (
        "the LSTM with all gates learns nothing of latest, so that any change can only help there"
    )
    assert words.learnt_from_the_default({"adding": 57}) == "the LSTM with all gates learns every task"


def test_gates_needed():
    found = {"no input gate": {"latest": BETTER, "adding": BETTER}, "coupled": {"latest": WORSE, "adding": OPEN}}
    assert words.gates_needed(found) == (
        "learning is decidedly worse with no input gate (both tasks), and with no other change"
    )
    assert words.gates_needed({"coupled": {"latest": BETTER}}) == (
        "learning is decidedly worse with coupled gates (latest)"
    )
    assert words.gates_needed({"coupled": {"latest": OPEN}}) == "no change makes learning decidedly worse"


def test_start_and_reach():
    kept = {"RNN, default start": 0.5, "LSTM": 0.6, "LSTM, bias 1": 0.8}
    agrees = words.start_and_reach(kept, {"RNN, default start": 10, "LSTM": 10, "LSTM, bias 1": 30})
    assert agrees == "the start explains the order: whatever keeps more learns lags at least as long"
    differs = words.start_and_reach(kept, {"RNN, default start": 100, "LSTM": 10, "LSTM, bias 1": 30})
    assert differs.startswith(
        "the start is not enough: the RNN with default start keeps less of a gradient than the LSTM,"
    )


def test_crossed():
    assert words.crossed(0.57, 2.3) == "crosses 1, from 0.57 to 2.30"
    assert words.crossed(1.1, 2.3) == "stays above 1, from 1.10 to 2.30"
    assert words.crossed(0.64, 0.6) == "stays below 1, from 0.64 to 0.60"
    assert words.crossed(1.2, 0.6) == "falls below 1, from 1.20 to 0.60"


def test_difference_of_gate():
    said = [words.difference_of_gate(decision) for decision in (BETTER, WORSE, OPEN)]
    assert said == ["learns worse", "learns better", "undecided"]
