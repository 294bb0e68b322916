"""The comparison of methods over series, against numbers that are computed another way."""

import math
import statistics

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon
from statsmodels.stats.multitest import multipletests

from rnn_tutorial.experiments import evaluation, evaluation_board
from rnn_tutorial.experiments.evaluation import Group
from rnn_tutorial.experiments.evaluation_protocols import BASELINE, FIRST

from .evaluation_rows import made_rows

GROUPS = evaluation.groups(made_rows(), FIRST)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return evaluation_board.board(GROUPS["short"], resamples=50)


def test_skill_and_win_rate_are_those_of_the_definition(table):
    ratios = GROUPS["short"].ratios()
    for method in GROUPS["short"].methods:
        row = table.loc[method]
        logs = [math.log(min(max(ratio, 0.01), 100)) for ratio in ratios[method]]
        assert row["skill"] == pytest.approx(1 - math.exp(statistics.fmean(logs)))
        others = [other for other in GROUPS["short"].methods if other != method]
        wins = [
            1.0 if one[method] < one[other] else 0.5 if one[method] == one[other] else 0.0
            for _, one in ratios.iterrows()
            for other in others
        ]
        assert row["win rate"] == pytest.approx(statistics.fmean(wins))
    assert list(table["win rate"]) == sorted(table["win rate"], reverse=True)


def test_intervals_are_those_of_a_bootstrap_in_plain_python(table):
    """Series anew, in each folds and seeds anew: the same draws, and lists instead of arrays."""
    group, rng = GROUPS["short"], np.random.default_rng(123)
    errors = [each.tolist() for each in group.errors.values()]
    skills: dict[str, list[float]] = {method: [] for method in group.methods}
    for _ in range(50):
        logs: dict[str, list[float]] = {method: [] for method in group.methods}
        for series in rng.integers(len(errors), size=len(errors)):
            chosen = errors[series]
            seeds = rng.integers(len(chosen[0]), size=len(chosen[0]))
            folds = rng.integers(len(chosen[0][0]), size=len(chosen[0][0]))
            means = [statistics.fmean(one[k][f] for k in seeds for f in folds) for one in chosen]
            for method, mean in zip(group.methods, means, strict=True):
                logs[method].append(math.log(mean / means[0]))
        for method in group.methods:
            skills[method].append(1 - math.exp(statistics.fmean(logs[method])))
    for method, found in skills.items():
        low, high = np.percentile(found, [2.5, 97.5])
        assert table.loc[method, ["skill from", "skill to"]].tolist() == pytest.approx([low, high])


def test_intervals_grow_with_each_thing_that_is_drawn_anew():
    """A group whose series, folds and seeds are all alike has no interval; each kind of difference makes one."""
    rng, alike = np.random.default_rng(0), np.array([1.0, 0.5])[:, None, None] * np.ones((2, 3, 8))
    seeds = alike * np.array([[[1.0]], [[1.0]]])
    seeds[1] *= rng.lognormal(0, 0.2, (3, 1))
    folds = alike.copy()
    folds[1] *= rng.lognormal(0, 0.2, (1, 8))

    def width(*errors: np.ndarray) -> float:
        named = {f"series {k}": each for k, each in enumerate(errors)}
        group = Group((BASELINE, "GRU"), named, {BASELINE: (), "GRU": ()})
        low, high = evaluation_board.board(group, resamples=100).loc["GRU", ["skill from", "skill to"]].to_numpy(float)
        return float(high - low)

    assert width(alike, alike) == pytest.approx(0, abs=1e-12)
    assert min(width(seeds, seeds), width(folds, folds), width(alike, 2 * alike * [[[1]], [[0.7]]])) > 0.02


def test_verdicts_are_those_of_scipy_and_statsmodels(table):
    ratios = GROUPS["short"].ratios()
    names = [name for name in table.index if name != BASELINE]
    p = np.array([wilcoxon([log for log in np.log(ratios[name]) if log])[1] for name in names])
    corrected = np.asarray(multipletests(p, method="holm")[1], dtype=float)
    np.testing.assert_allclose(table.loc[names, "p"].to_numpy(float), p)
    np.testing.assert_allclose(table.loc[names, "p (Holm)"].to_numpy(float), corrected)
    assert table.loc["rt.Best", "verdict"] == "wins"
    assert table.loc["drift", "verdict"] == "loses"
    assert table.loc["boosting", ["verdict", "not for it"]].tolist() == ["undecided", 4]
    assert table.loc[BASELINE, "verdict"] == ""
    assert table.loc[BASELINE, ["skill", "skill from", "skill to"]].abs().max() == 0


def test_a_board_is_shown_as_texts(table):
    texts = evaluation_board.shown(table)
    assert list(texts) == ["skill", "win rate", "p (Holm)", "verdict", "not for it"]
    skill, p, verdict = (dict(zip(texts.index, texts[name], strict=True)) for name in ("skill", "p (Holm)", "verdict"))
    assert (skill[BASELINE], p[BASELINE], verdict[BASELINE]) == ("0.00\u00a0(0.00,\u00a00.00)", "", "")
    low, high = table.loc["drift", ["skill from", "skill to"]].to_numpy(float)
    assert skill["drift"].endswith(f"(−{-low:.2f},\u00a0−{-high:.2f})")
    assert p["rt.Best"] == "< 0.001"


def test_the_exact_test_counts_signs_and_a_refusal_says_nothing():
    logs = np.array([-0.1, -0.2, -0.3, 0.05, -0.4, -0.5])
    # of 2⁶ choices of signs, those with a rank sum at most that of the one positive, of rank 1: {} and {1}
    assert evaluation_board.signed_rank(logs) == 2 * 2 / 2**6
    assert evaluation_board.signed_rank(np.append(logs, [0.0, 0.0])) == 2 * 2 / 2**6
    assert evaluation_board.signed_rank(np.zeros(3)) == 1.0


def test_eight_series_and_nine_methods_cannot_decide():
    """What no table of the long series can fall below is above the level."""
    logs = pd.DataFrame({f"method {k}": -np.arange(1.0, 9) for k in range(9)})
    found = evaluation_board.verdicts(logs)
    assert found["p (Holm)"].min() == pytest.approx(evaluation_board.smallest_p(series=8, methods=9))
    assert set(found["verdict"]) == {"undecided"}
    assert evaluation_board.smallest_p(series=2, methods=9) == 1.0
    more = evaluation_board.verdicts(pd.DataFrame({"ahead": -np.arange(1.0, 9), "behind": np.arange(1.0, 9)}))
    assert more["verdict"].tolist() == ["wins", "loses"]


def test_the_other_reading_of_a_mean_log_ratio():
    """Far worse in one fold of eight, better in the others: the mean error is larger, the mean logarithm smaller."""
    naive = np.ones((1, 1, 8))
    errors = {
        f"series {k}": np.concatenate([naive, (1 + k / 100) * np.array([[[20.0] + [0.5] * 7]])]) for k in range(8)
    }
    group = Group((BASELINE, "GRU"), errors, {BASELINE: (), "GRU": ()})
    assert evaluation_board.board(group, resamples=2).loc["GRU", "verdict"] == "loses"
    assert evaluation_board.other_reading(group) == ["GRU"]
    same = {name: np.concatenate([naive, 0.5 * naive]) * (1 + k) for k, name in enumerate(errors)}
    assert evaluation_board.other_reading(Group(group.methods, same, group.refused)) == []
    never_off = {name: np.concatenate([naive, 0.5 * naive]) * [0.0, *[1.0] * 7] for name in errors}
    assert evaluation_board.other_reading(Group(group.methods, never_off, group.refused)) == []
