"""Skill and win rate over series, against the numbers of fev."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.forecasting import leaderboard

FEV = json.loads((Path(__file__).parent / "fev.json").read_text(encoding="utf-8"))
ERRORS = pd.DataFrame(FEV["errors"], columns=["naive", "a", "b", "c"])


@pytest.mark.parametrize("what", ["skill", "win rate"])
def test_the_numbers_are_those_of_fev(what):
    """Estimates and intervals: ties, and relative errors beyond the limits, are among the errors."""
    ours = leaderboard(ERRORS, "naive").loc[ERRORS.columns]
    theirs = np.array(FEV[what])
    np.testing.assert_allclose(ours[[what, f"{what} from", f"{what} to"]].to_numpy().T, theirs, rtol=1e-12, atol=1e-12)


def test_the_baseline_has_no_skill_and_the_winner_comes_first():
    table = leaderboard(ERRORS, "naive", resamples=10)
    assert table.loc["naive", ["skill", "skill from", "skill to"]].abs().max() == 0
    assert list(table["win rate"]) == sorted(table["win rate"], reverse=True)
    assert table["win rate"].mean() == pytest.approx(0.5)  # who wins and who loses


@pytest.mark.parametrize(
    ("errors", "options", "told"),
    [
        (ERRORS, {"baseline": "d"}, "'d' should be one of"),
        (ERRORS[["naive"]], {"baseline": "naive"}, "two methods or more"),
        (ERRORS - 10, {"baseline": "naive"}, "an error above 0"),
        (ERRORS.where(ERRORS > 0.5), {"baseline": "naive"}, "on every series"),
        (ERRORS, {"baseline": "naive", "level": 95}, "a probability"),
    ],
)
def test_what_cannot_be_compared(errors, options, told):
    with pytest.raises(ValueError, match=told):
        leaderboard(errors, **options)
