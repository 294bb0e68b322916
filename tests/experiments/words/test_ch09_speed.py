"""What chapter 9 says of its times, whatever they are: each branch once, and nothing is stated that is too noisy."""

from itertools import product
from math import nan

import pytest

from rnn_tutorial.experiments.words import ch09_speed as words
from rnn_tutorial.plotting import kind_of_verdict

NOISY = "too noisy to tell on this machine"
SIDES = ("below", "above", "close", "noisy")


def test_numbers_in_tables():
    assert [words.entry(r) for r in (None, 0.834, 1.0, 9.994, 12.3, 0.0123, nan)] == [
        "noisy", "0.83", "1.00", "9.99", "12", "0.012", "nan",
    ]  # fmt: skip
    assert [words.count(n) for n in (None, 12345.6)] == ["noisy", "12,346"]
    assert words.evidence({"by our kernels": 0.784, "in PyTorch": None}) == (
        f"0.78 by our kernels, {NOISY} in PyTorch"
    )  # fmt: skip


def test_evidence_that_needs_no_place():
    assert words.evidence({"": 2.61}) == "2.61"
    assert words.evidence({"by our kernels": None, "in PyTorch": None}) == NOISY


def test_takes():
    assert words.takes("the loop", "the kernel", 2.611) == "the loop takes 2.61 times as long as the kernel"
    assert words.takes("the loop", "the kernel", 0.5) == "the loop takes 0.50 times as long as the kernel"
    assert (
        words.takes("the loop", "the kernel", None) == f"how long the loop takes, compared with the kernel, is {NOISY}"
    )


def test_gru_sentence():
    assert words.gru_sentence(0.78, 1.42) == (
        "by our kernels a training step of the GRU takes 0.78 times as long as one of the LSTM, in PyTorch 1.42 times"
    )
    assert words.gru_sentence(0.78, None) == (
        "by our kernels a training step of the GRU takes 0.78 times as long as one of the LSTM; "
        f"in PyTorch it is {NOISY}"
    )
    assert words.gru_sentence(None, 1.42) == (
        "in PyTorch a training step of the GRU takes 1.42 times as long as one of the LSTM; "
        f"by our kernels it is {NOISY}"
    )
    assert words.gru_sentence(None, None) == (
        f"how long a training step of the GRU takes, compared with one of the LSTM, is {NOISY}"
    )


def test_other_pairs():
    assert words.peephole_sentence(1.03, 1.12) == (
        "by our kernels an LSTM's training step with peepholes takes 1.03 times as long as one without, "
        "in the usual loop 1.12 times"
    )
    assert words.peephole_sentence(None, None).endswith(NOISY)
    assert words.kernel_over_torch(0.84, 1.02) == (
        "in training the kernel takes 0.84 times as long as PyTorch's LSTM, in inference 1.02 times"
    )
    assert words.kernel_over_torch(0.84, None).endswith(f"as long as PyTorch's LSTM; in inference it is {NOISY}")


def test_control():
    assert words.control("torch.nn.LSTM", 0.034, 0.15) == (
        "in the middle half of the rounds torch.nn.LSTM against itself is within 3 % of 1, and up to 15 % are allowed"
    )
    for astray in (0.21, nan):
        assert words.control("it", astray, 0.15).endswith(
            "and only 15 % are allowed: on this machine, no ratio of these rounds can be told"
        )


def test_floor():
    assert words.floor(1.34, 96) == (
        "the loop's step takes 1.34 times as long, so at few units most of its time is not arithmetic"
    )
    assert words.floor(9.6, 96) == (
        "the loop's step takes 9.60 times as long, so on this machine there is little of a floor"
    )
    assert words.floor(None, 96) == f"how much longer the loop's step takes is {NOISY}"


def test_growths():
    assert words.growths(2.0, 3.1) == (
        "the time of the loop with unbind grows by a factor of 2.00, that of the one with x[:, t] by a factor of 3.10"
    )
    assert words.growths(None, 3.1) == (
        f"the time of the loop with unbind grows by a factor {NOISY}, that of the one with x[:, t] by a factor of 3.10"
    )
    assert words.growths(2.0, None).endswith(f"that of the one with x[:, t] by a factor {NOISY}")
    assert words.growths(None, None) == f"how much longer the two loops take is {NOISY}"


def test_roof():
    assert words.roof(105e9, 20e9, 10.53) == (
        "this machine multiplies matrices at 105 GFLOP/s and reads a matrix of this size at 20 GB/s; "
        "the roof's corner is at a batch of 10.5"
    )
    assert words.roof(None, 20e9, None) == (
        f"this machine multiplies matrices at a rate {NOISY} and reads a matrix of this size at 20 GB/s; "
        f"the roof's corner is at a batch size {NOISY}"
    )
    assert words.roof(105e9, None, None).startswith("this machine multiplies matrices at 105 GFLOP/s and reads")
    assert words.roof(None, None, 10.53).endswith("the roof's corner is at a batch of 10.5")
    assert words.roof(None, None, None) == (
        f"how fast this machine multiplies and reads, and where the roof has its corner, is {NOISY}"
    )


def test_single():
    assert words.single(0.081, None) == (
        f"a single sequence uses 8 % by our kernel and a share {NOISY} by PyTorch's operator"
    )
    assert words.single(None, 0.07).endswith("and 7 % by PyTorch's operator")
    assert words.single(None, None) == f"how much of it a single sequence uses is {NOISY}"


@pytest.mark.parametrize(
    ("sides", "batch", "text"),
    [
        ({2: "below", 4: "below", 8: "above"}, 4, "a batch of 4 takes at most twice"),
        ({2: "noisy", 4: "below", 8: "close"}, 4, "a batch of 4 takes at most twice"),
        ({2: "above", 4: "above"}, 1, "no batch that was tried takes at most twice"),
        ({2: "noisy", 4: "above"}, None, f"how many sequences take at most twice as long as one is {NOISY}"),
        ({2: "close", 4: "above"}, None, f"how many sequences take at most twice as long as one is {NOISY}"),
    ],
)
def test_cheap_batch(sides, batch, text):
    assert words.largest_cheap(sides) == batch
    assert words.cheap_batch(batch).startswith(text)


def test_reached():
    assert words.reached(64, 95e9, 0.9) == (
        "with a batch of 64 our kernel works at 95 GFLOP/s, 90 % of the roof's level; "
        "what is missing are the gates and the input"
    )
    assert words.reached(64, None, 1.0) == (
        f"with a batch of 64 our kernel works at a rate {NOISY}, 100 % of the roof's level, "
        "with gates and input besides"
    )
    assert words.reached(64, 95e9, None) == (f"how near our kernel comes to the roof with a batch of 64 is {NOISY}")


@pytest.mark.parametrize(
    ("side", "kind", "verdict"),
    [
        ("above", "holds only", "holds only for the way they are usually computed"),
        ("below", "holds", "holds here: the kernel saves next to nothing"),
        ("close", "undecided", "undecided: too close to tell on this machine"),
        ("noisy", "undecided", "undecided: too noisy to tell on this machine"),
    ],
)
def test_computing(side, kind, verdict):
    assert words.computing(side) == verdict
    assert kind_of_verdict(verdict) == kind


GRU = {
    ("below", "below"): ("holds", "holds here"),
    ("above", "above"): ("does not hold", "does not hold here"),
    ("below", "above"): (
        "holds only",
        "holds only with equal care for both (three quarters of the products); not in PyTorch on a CPU",
    ),
    ("above", "below"): ("holds only", "holds only in PyTorch"),
    ("noisy", "noisy"): ("undecided", "undecided: too noisy to tell on this machine"),
    ("close", "close"): ("undecided", "undecided: too close to tell on this machine"),
    ("below", "noisy"): ("undecided", f"undecided: by our kernels it holds, in PyTorch it is {NOISY}"),
    ("above", "noisy"): ("undecided", f"undecided: by our kernels it does not hold, in PyTorch it is {NOISY}"),
    ("close", "below"): (
        "undecided",
        "undecided: by our kernels it is too close to tell on this machine, in PyTorch it holds",
    ),
}
PEEPHOLES = {
    ("above", "above"): ("holds", "holds here"),
    ("below", "below"): ("does not hold", "does not hold here"),
    ("below", "above"): ("holds only", "holds only in the usual loop: what is slow is having no kernel"),
    ("above", "below"): ("holds only", "holds only by our kernels"),
    ("noisy", "noisy"): ("undecided", "undecided: too noisy to tell on this machine"),
    ("below", "noisy"): ("undecided", f"undecided: by our kernels it does not hold, in the usual loop it is {NOISY}"),
    ("noisy", "above"): ("undecided", f"undecided: by our kernels it is {NOISY}, in the usual loop it holds"),
}


@pytest.mark.parametrize(("judge", "expected"), [(words.gru_faster, GRU), (words.peepholes_slower, PEEPHOLES)])
def test_verdicts_of_two_sides(judge, expected):
    for sides, (kind, verdict) in expected.items():
        assert judge(*sides) == verdict
        assert kind_of_verdict(verdict) == kind
    for sides in product(SIDES, SIDES):  # whatever comes, it is a verdict, and undecided wherever a side is not known
        known = not {"close", "noisy"} & set(sides)
        assert (kind_of_verdict(judge(*sides)) != "undecided") == known


def test_in_16_bits():
    assert words.in_16_bits([]) == "the kernel does so as well; the machine of this table cannot"
    assert words.in_16_bits([2.42, 3.0]) == "the kernel is 2.4 to 3.0 times as fast as the usual loop in 32 bits"
    assert words.in_16_bits([2.42, 2.44]) == "the kernel is 2.4 times as fast as the usual loop in 32 bits"


def test_half_there():
    assert words.half_there([1.2, 2.9]).startswith("it takes 1.2 to 2.9 times as long as the loop; on processors")
    assert words.half_there([0.8, 0.8]).startswith("it takes 0.8 of the loop's time, although")
    assert words.half_there([0.8, 1.4]).startswith("it takes 0.8 to 1.4 times as long as the loop, by size")
