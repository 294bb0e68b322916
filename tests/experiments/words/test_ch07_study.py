"""What chapter 7 says of its stored runs: each branch once."""

import math

from rnn_tutorial.experiments.verdicts import Effect
from rnn_tutorial.experiments.words import ch07_study as words


def test_gain():
    assert words.gain("the article's recipe", "the other", Effect(0.6, 0.4, 0.8, 5)) == (
        "The other reads more digits than the article's recipe: by 0.60 points, 95 % interval 0.40 to 0.80 over "
        "5 seeds."
    )
    assert words.gain("the LSTM", "the GRU", Effect(-0.6, -0.8, -0.4, 5)) == (
        "The LSTM reads more digits than the GRU: by 0.60 points, 95 % interval 0.40 to 0.80 over 5 seeds."
    )
    assert words.gain("the LSTM", "the GRU", Effect(0.1, -0.2, 0.4, 5)) == (
        "Whether the GRU or the LSTM reads more digits is undecided: +0.10 points (95 % interval -0.20 to +0.40, "
        "5 seeds); the interval contains no effect."
    )


def test_beside():
    more, fewer, open_ = Effect(0.6, 0.4, 0.8, 5), Effect(-0.6, -0.8, -0.4, 5), Effect(0.1, -0.2, 0.4, 5)
    assert words.beside("the LSTM", {"RNN": fewer, "GRU": open_, "CNN": more, "dense": fewer}) == (
        "Digits read, beside the LSTM: more by the CNN; fewer by the RNN and the dense network; undecided for the GRU."
    )
    assert words.beside("the LSTM", {"RNN": fewer}) == "Digits read, beside the LSTM: fewer by the RNN."


def test_apart():
    said = [words.apart(distinct, 5) for distinct in (5, 0, 2)]
    assert said == [
        "McNemar's test tells the two networks apart in every one of 5 seeds.",
        "McNemar's test tells the two networks apart in none of 5 seeds.",
        "McNemar's test tells the two networks apart in 2 of 5 seeds.",
    ]


def test_cost():
    assert words.cost(5.4, 8.9) == "in 5.4 minutes of a core instead of 8.9"
    assert words.cost(9.9, 8.9) == "in 9.9 minutes of a core instead of 8.9, which is longer"
    assert words.cost(math.nan, 8.9) == "at a cost that was not measured"


def test_rates():
    assert words.rates({"temporal CNN": -0.1, "Transformer": -0.2}) == (
        "For the temporal CNN and the Transformer the recipe's rate was the best."
    )
    assert words.rates({"temporal CNN": -0.1, "Transformer": 0.02}) == (
        "No other rate gained more than 0.02 points, too little to change the recipe for."
    )
    assert words.rates({"temporal CNN": 0.9, "Transformer": 0.02}) == (
        "Another rate gained 0.90 points for the temporal CNN: with it, its accuracy below could be higher."
    )


def test_first_of():
    rows = {"RNN": 98.0, "LSTM": 99.3}
    ranks = (
        "Of the networks that are not told which columns are neighbours, the LSTM reads most (99.30 %) and the RNN "
        "fewest (98.00 %)."
    )
    assert words.first_of(rows) == ranks
    assert words.first_of(rows | {"CNN": 99.5}) == (
        f"{ranks} The CNN, which is told, reads 99.50 %, more than any of them."
    )
    assert (
        words.first_of(rows | {"CNN": 99.1}) == f"{ranks} The CNN, which is told, reads 99.10 %; 1 network read more."
    )
    assert words.first_of(rows | {"CNN": 97.0}).endswith("reads 97.00 %; 2 networks read more.")


def test_order_of_rows():
    says = "The other order changes the accuracy by"
    assert words.order_of_rows(Effect(0.2, 0.1, 0.3, 5), "RNN") == (
        f"{says} +0.20 points (95 % interval +0.10 to +0.30, 5 seeds): the RNN reads more when neighbouring rows are "
        "apart."
    )
    assert words.order_of_rows(Effect(-0.2, -0.3, -0.1, 5), "RNN").endswith(
        "the RNN is helped by it that neighbouring rows follow each other."
    )
    assert words.order_of_rows(Effect(-0.2, -0.3, -0.1, 3), "RNN").endswith(
        "Whether the order matters is undecided: 3 seeds, and the rule wants 5."
    )


def test_kept_longer():
    own = "The network's own readout of the same state gets 98.0 %"
    assert words.kept_longer(98.02, 98.0) == f"{own}, as much."
    assert words.kept_longer(98.4, 98.0) == f"{own}: the fresh one was trained longer, on a state that stays as it is."
    assert words.kept_longer(97.4, 98.0) == f"{own}: it learnt together with the state, from all training images."


def test_repaired():
    assert words.repaired([98.7]) == "it reads 98.70 % of the 10,000 test images"
    assert words.repaired([98.7, 98.5]) == "it reads 98.50 to 98.70 % of the 10,000 test images, by 2 seeds"


def test_the():
    assert [words.the(name) for name in ("GRU", "dense")] == ["the GRU", "the dense network"]


def test_pixel_by_pixel():
    assert words.pixel_by_pixel({"GRU": [20.0]}) == "The GRU reads 20.0 % after 1 epoch."
    assert words.pixel_by_pixel({"GRU": [20.0, 50.0], "LSTM": [20.0, 30.0]}) == (
        "The GRU reads 50.0 % after 2 epochs and the LSTM reads 30.0 % after 2 epochs. The last epoch brought the GRU "
        "+30.0 points and the LSTM +10.0 points: these runs are not at their end."
    )
    assert words.pixel_by_pixel({"GRU": [20.0, 20.5]}).endswith("The last epoch brought the GRU +0.5 points.")
