"""Chapter 2's words, each branch once."""

from rnn_tutorial.experiments.words import ch02_lstm as words
from rnn_tutorial.plotting import kind_of_verdict


def test_training():
    assert words.training(30, 200, 200) == "a training as long as that of chapter 1 (30 epochs)"
    short = "a short training (1 epoch; counted in windows, 13.3 % of that of chapter 1)"
    assert words.training(1, 400, 3000) == short
    assert words.training(60, 400, 200) == "a long training (60 epochs; counted in windows, 200 % of that of chapter 1)"


def test_gates_spread():
    assert words.gates_spread(0.2, 0.5) == "training has spread them out"
    assert words.gates_spread(0.5, 0.2) == "training has drawn them together"
    assert words.gates_spread(0.5, 0.5) == "training has left their spread as it was"


def test_against_baselines():
    baselines = {"persistence": 20.0, "ridge": 12.04}
    assert words.against_baselines("LSTM", 11, baselines) == "the LSTM beats the best baseline, ridge, at 12.0 kW"
    assert words.against_baselines("GRU", 13, baselines) == "the GRU does not beat the best baseline, ridge, at 12.0 kW"
    assert words.against_baselines("A", 12.04, baselines) == "the A equals the best baseline, ridge, at 12.0 kW"


def test_seeds_that_remember():
    assert words.seeds_that_remember(2, 3) == "2 of 3"
    assert words.seeds_that_remember(0, 3) == "0 of 3"
    assert words.seeds_that_remember(None, 3) == "not tried"


def test_memories():
    reaches = {"RNN": 0, "LSTM, bias 0": 20, "LSTM, bias 5": 100}
    found = "RNN: no lag tried; LSTM, bias 0: 20 steps; LSTM, bias 5: 100 steps, the longest lag tried"
    assert words.memories(reaches, 100) == found


def test_recalls():
    assert words.recalls(6, 2, 6) == "remembers more than with PyTorch's start (6 of 6 seeds and lags against 2)"
    assert words.recalls(2, 6, 6) == "remembers less than with PyTorch's start (2 of 6 seeds and lags against 6)"
    assert words.recalls(5, 5, 6) == "remembers as much as with PyTorch's start (5 of 6 seeds and lags)"


def test_long_memory():
    assert words.long_memory(10, 20, 50, 100) == "holds"
    assert words.long_memory(20, 50, 50, 100) == "holds"
    of_the_lstm = words.long_memory(50, 100, 100, 200)
    assert of_the_lstm == "holds only of the LSTM; the plain network fails later, beyond 50 steps"
    opened = words.long_memory(20, 20, 100, 100)
    assert opened == "holds only if the forget gates start open enough"
    late = words.long_memory(50, 10, 100, 100)
    assert late == "holds only if the forget gates start open enough; the plain network fails later, beyond 50 steps"
    no_better = words.long_memory(20, 10, 20, 100)
    assert no_better == "does not hold here: no start lets the LSTM remember longer than the plain network"
    all_solved = words.long_memory(100, 100, 100, 100)
    assert all_solved == "does not hold here: the plain network remembers every lag tried"
    kinds = [kind_of_verdict(text) for text in (of_the_lstm, opened, late, no_better, all_solved)]
    assert kinds == ["holds only"] * 3 + ["does not hold"] * 2
    assert kind_of_verdict(words.long_memory(10, 20, 50, 100)) == "holds"
