"""Chapter 2's words, each branch once."""

from rnn_tutorial.experiments.words import ch02_lstm as words


def test_training():
    assert words.training(30, 2000, 30, 2000) == "a training as long as that of chapter 1 (30 epochs of 2,000 windows)"
    short = "a short training (1 epoch of 800 windows, against 30 of 2,000 in chapter 1)"
    assert words.training(1, 800, 30, 2000) == short
    long = "a long training (60 epochs of 2,000 windows, against 30 of 2,000 in chapter 1)"
    assert words.training(60, 2000, 30, 2000) == long


def test_gates_spread():
    assert words.gates_spread(0.2, 0.5) == "training has spread them out"
    assert words.gates_spread(0.5, 0.2) == "training has drawn them together"
    assert words.gates_spread(0.5, 0.5) == "training has left their spread as it was"


def test_against_baselines():
    baselines = {"persistence": 20.0, "ridge": 12.04}
    assert words.against_baselines("LSTM", 11, baselines) == "the LSTM beats the best baseline, ridge, at 12.0 kW"
    assert words.against_baselines("GRU", 13, baselines) == "the GRU does not beat the best baseline, ridge, at 12.0 kW"
    assert words.against_baselines("A", 12.04, baselines) == "the A equals the best baseline, ridge, at 12.0 kW"


def test_memories():
    reaches = {"RNN": 0, "LSTM, bias 0": 20, "LSTM, bias 5": 100}
    assert words.memories(reaches) == "RNN: none; LSTM, bias 0: 20; LSTM, bias 5: 100"
