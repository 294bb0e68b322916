"""An expectation shows what came and what was expected, and never stops a page."""

import math

import numpy as np
import pytest
import torch

from rnn_tutorial import checks, expectations
from rnn_tutorial.expectations import MIME, Expectation, Spread


@pytest.fixture(autouse=True)
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNN_TUTORIAL_BUDGET", "laptop")
    monkeypatch.setattr(expectations, "known_spreads", dict)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    spreads = {
        "01_rnn: error": Spread(0.8, 0.02, 0.75, 0.84, 12),
        "01_rnn: exact": Spread(0.5, 0.0, 0.5, 0.5, 12),
        "01_rnn: rounded": Spread(0.5, 1.2e-13, 0.5 - 2e-13, 0.5 + 1e-13, 12),
    }
    monkeypatch.setattr(expectations, "known_spreads", lambda: spreads)


def one(value: float, above: float | None = None, below: float | None = 1.0, name: str = "error") -> Expectation:
    return Expectation(f"01_rnn: {name}", value, above, below, "laptop")


@pytest.mark.parametrize(
    ("value", "above", "below", "held"),
    [
        (0.9, None, 1.0, True),
        (1.0, None, 1.0, False),
        (1.1, None, 1.0, False),
        (0.9, 0.5, None, True),
        (0.5, 0.5, None, False),
        (0.7, 0.5, 1.0, True),
        (0.4, 0.5, 1.0, False),
        (1.1, 0.5, 1.0, False),
        (math.nan, None, 1.0, False),
        (math.nan, 0.5, None, False),
        (math.inf, 0.5, None, True),
        (-math.inf, 0.5, None, False),
    ],
)
def test_held(value, above, below, held):
    assert one(value, above, below).held is held
    assert Expectation("01_rnn: x", value, above, below, "smoke").held is None


@pytest.mark.usefixtures("known")
def test_what_it_says():
    assert str(one(0.8)) == (
        "✓ error: 0.8, expected below 1 (elsewhere 0.75 to 0.84 in 12 runs; margin 10.0 standard deviations)"
    )
    assert str(one(1.25)).startswith("✗ not as expected on this machine: error: 1.25, expected below 1 (elsewhere 0.75")
    assert "expected above 0.5 (" in str(one(0.7, 0.5, None))
    assert "expected between 0.5 and 1 (" in str(one(0.7, 0.5))
    assert str(one(0.5, name="exact")) == "✓ exact: 0.5, expected below 1 (elsewhere 0.5 in all 12 runs)"
    assert str(one(0.5, name="rounded")) == "✓ rounded: 0.5, expected below 1 (elsewhere 0.5 in all 12 runs)"
    assert str(one(0.5, name="new")) == "✓ new: 0.5, expected below 1 (how it comes out elsewhere is not known)"
    smoke = Expectation("01_rnn: error", 2.0, None, 1.0, "smoke")
    assert str(smoke) == "– error: 2, not judged with the smoke budget (expected below 1)"
    full = Expectation("01_rnn: error", 0.8, None, 1.0, "full")  # the margins are the laptop's
    assert "not known" in str(full)


@pytest.mark.usefixtures("known")
def test_what_machines_read():
    assert one(0.8).record() == {
        "name": "01_rnn: error",
        "value": 0.8,
        "above": None,
        "below": 1.0,
        "budget": "laptop",
        "held": True,
        "margin": pytest.approx(10.0),
        "sentence": one(0.8).sentence(),
    }
    assert one(math.nan, name="new").record()["value"] == "nan"  # JSON has no such number
    assert one(0.5, name="exact").record()["margin"] == "inf"


def test_a_miss_is_a_box_and_a_hit_is_a_line():
    missed = one(1.25, name="a < b")._repr_mimebundle_()
    assert missed.keys() == {"text/plain", "text/html", MIME}
    assert missed["text/html"].startswith('<div class="rt-expected rt-missed" role="note"><strong>Not as expected')
    assert "a &lt; b" in missed["text/html"]
    assert missed[MIME]["held"] is False
    assert "rt-missed" not in one(0.8)._repr_mimebundle_()["text/html"]


def test_outside_of_a_notebook_it_prints_and_goes_on(capsys):
    checks.expect("01_rnn: error", 1.25, below=1)
    checks.expect("01_rnn: error", np.float32(0.5), below=1.0)
    checks.expect("01_rnn: error", torch.tensor(0.5), above=0.25)
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == ["✗", "✓", "✓"]


@pytest.mark.parametrize(
    ("value", "limits", "error", "match"),
    [
        (0.5, {}, ValueError, "give a threshold"),
        (0.5, {"above": 1, "below": 1}, ValueError, "nothing lies above 1 and below 1"),
        (0.5, {"above": 2, "below": 1}, ValueError, "nothing lies above 2 and below 1"),
        (0.5, {"above": math.nan}, ValueError, "should be finite"),
        (0.5, {"below": math.inf}, ValueError, "should be finite"),
        (True, {"above": 0}, TypeError, "value should be a number, got True"),
        ("0.5", {"above": 0}, TypeError, "value should be a number, got '0.5'"),
        (None, {"above": 0}, TypeError, "value should be a number, got None"),
        (0.5, {"above": "0"}, TypeError, "above should be a number"),
    ],
)
def test_what_it_refuses(value, limits, error, match):
    with pytest.raises(error, match=match):
        checks.expect("01_rnn: error", value, **limits)


def test_margins():
    spread = Spread(0.8, 0.02, 0.75, 0.84, 12)
    assert spread.margin(None, 1.0) == pytest.approx(10)
    assert spread.margin(0.7, None) == pytest.approx(5)
    assert spread.margin(0.7, 1.0) == pytest.approx(5)  # the nearer one
    assert spread.margin(0.9, None) == pytest.approx(-5)
    exact = Spread(0.5, 0.0, 0.5, 0.5, 12)
    assert exact.margin(None, 1.0) == math.inf
    assert exact.margin(1.0, None) == -math.inf
    assert exact.margin(0.5, None) == 0


@pytest.mark.parametrize(
    ("mean", "sd", "margin"),
    [
        (0.5, 1.2e-13, math.inf),  # sums in another order
        (0.5, 3e-8, math.inf),  # the same of 32-bit numbers
        (-300.0, 1e-5, math.inf),  # relative to the size of the value,
        (1e-17, 1e-17, math.inf),  # or to the way to the threshold, of a value that is rounding alone
        (0.5, 5e-7, 1e6),
        (0.999, 2e-4, 5.0),
        (0.0, 2e-6, 5e5),
        (1.5, 1e-13, -math.inf),
        (1.5, 0.1, -5.0),
    ],
)
def test_a_spread_of_rounding_is_none(mean, sd, margin):
    assert Spread(mean, sd, mean - sd, mean + sd, 12).margin(None, 1.0) == pytest.approx(margin)
