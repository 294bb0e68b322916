"""Pairs of methods, against numbers that are computed another way."""

import math
import statistics

import numpy as np
import pytest
from scipy.stats import wilcoxon
from statsmodels.stats.multitest import multipletests

from rnn_tutorial.experiments import evaluation, evaluation_pairs, evaluation_skill
from rnn_tutorial.experiments.evaluation import Group
from rnn_tutorial.experiments.evaluation_protocols import BASELINE, SECOND

from .evaluation_rows import made_rows

GROUP = evaluation.groups(made_rows("long", protocol=SECOND), SECOND)["long"]
TABLE = evaluation_pairs.compared(GROUP, SECOND.pairs["long"], resamples=50)


def made_group(**methods: list[float]) -> Group:
    """A group of one fold and seed: by method, its error on each series; the first is the baseline."""
    count = len(next(iter(methods.values())))
    errors = {f"series {k}": np.array([[[each[k]]] for each in methods.values()]) for k in range(count)}
    return Group(tuple(methods), errors, dict.fromkeys(methods, ()))


def saved_of(pair: tuple[str, str]) -> list[float]:
    """The share that is saved and the ends of its interval."""
    here = TABLE[["saved", "saved from", "saved to"]].to_numpy(float)
    return [float(value) for value in here[list(TABLE.index).index(pair)]]


def test_the_share_that_is_saved_and_its_p():
    means = GROUP.mase()
    assert list(TABLE.index) == list(SECOND.pairs["long"])
    p = []
    for one, other in SECOND.pairs["long"]:
        ratios = [float(ratio) for ratio in means[one] / means[other]]
        assert saved_of((one, other))[0] == pytest.approx(1 - statistics.geometric_mean(ratios))
        p.append(wilcoxon(np.log(ratios), method="exact").pvalue)
    np.testing.assert_allclose(TABLE["p"].to_numpy(float), p)
    np.testing.assert_allclose(TABLE["p (Holm)"].to_numpy(float), multipletests(p, method="holm")[1])


def test_intervals_are_of_the_same_draws_for_both_methods():
    """Series anew, in each folds and seeds anew, in plain Python."""
    rng = np.random.default_rng(123)
    one, other = (GROUP.methods.index(name) for name in SECOND.pairs["long"][1])
    errors, saved = list(GROUP.errors.values()), []
    for _ in range(50):
        logs = []
        for series in rng.integers(len(errors), size=len(errors)):
            _, seeds, folds = errors[series].shape
            k, f = rng.integers(seeds, size=seeds), rng.integers(folds, size=folds)
            ours, theirs = (statistics.fmean(errors[series][m, a, b] for a in k for b in f) for m in (one, other))
            logs.append(math.log(ours / theirs))
        saved.append(1 - math.exp(statistics.fmean(logs)))
    low, high = np.percentile(saved, [2.5, 97.5])
    assert saved_of(SECOND.pairs["long"][1])[1:] == pytest.approx([low, high])


def test_verdicts_follow_the_test():
    naive = [1.0 + 0.01 * k for k in range(12)]
    half, twice = [0.5 * e for e in naive], [2.0 * e for e in naive]
    mixed = [e * (1.1 + 0.001 * k if k % 2 else 0.9 - 0.001 * k) for k, e in enumerate(naive)]
    group = made_group(naive=naive, half=half, twice=twice, mixed=mixed)
    pairs = [("half", "naive"), ("twice", "naive"), ("mixed", "naive"), ("naive", "naive")]
    table = evaluation_pairs.compared(group, pairs, resamples=20)
    assert table["verdict"].tolist() == ["better", "worse", "undecided", "undecided"]
    assert table["saved"].round(6).tolist()[:2] == [0.5, -1.0]
    assert table[["saved", "p", "p (Holm)"]].to_numpy(float)[-1].tolist() == [0.0, 1.0, 1.0]


def test_verdicts_that_hang_on_single_series():
    """On six series, ahead on all, p is 2 / 2⁶ = 0.03; on five it is 0.06, whichever is left out."""
    naive, half = [1.0 + 0.01 * k for k in range(6)], [0.5 + 0.02 * k for k in range(6)]
    group = made_group(naive=naive, half=half)
    assert evaluation_pairs.hanging(group, [("half", "naive")]) == {("half", "naive"): 6}
    longer = made_group(naive=[*naive, 2.0, 3.0], half=[*half, 1.1, 1.2])
    assert evaluation_pairs.hanging(longer, [("half", "naive")]) == {("half", "naive"): 0}


def test_tests_of_several_groups_corrected_together():
    naive, half = [1.0 + 0.01 * k for k in range(6)], [0.5 + 0.02 * k for k in range(6)]
    group, pair = made_group(naive=naive, half=half, other=naive), ("half", "naive")
    alone = evaluation_pairs.compared(group, [pair], resamples=2)
    assert evaluation_pairs.lost_together({"one": alone}) == {"one": ()}
    with_more = evaluation_pairs.compared(group, [("other", "naive")], resamples=2)
    assert evaluation_pairs.lost_together({"one": alone, "two": with_more}) == {"one": (pair,), "two": ()}


def test_a_pair_that_two_groups_have_is_told_of_the_group_that_loses_it():
    naive, half = [1.0 + 0.01 * k for k in range(12)], [0.5 + 0.02 * k for k in range(12)]
    pair = ("half", "naive")
    weak = evaluation_pairs.compared(made_group(naive=naive[:6], half=half[:6]), [pair], resamples=2)
    strong = evaluation_pairs.compared(made_group(naive=naive, half=half), [pair], resamples=2)
    other = evaluation_pairs.compared(made_group(naive=naive[:6], other=naive[:6]), [("other", "naive")], resamples=2)
    lost = evaluation_pairs.lost_together({"strong": strong, "weak": weak, "other": other})
    assert lost == {"strong": (), "weak": (pair,), "other": ()}


def test_a_comparison_is_shown_as_texts():
    texts = evaluation_pairs.shown(TABLE)
    assert list(texts) == ["rival", "saved", "p (Holm)", "verdict"]
    first = texts.iloc[0]
    assert (texts.index[0], first["rival"]) == (evaluation.CHOICE, BASELINE)
    saved, low, high = saved_of(SECOND.pairs["long"][0])
    assert first["saved"] == f"{saved:.2f} ({low:.2f}, {high:.2f})".replace("-", "−").replace(" ", "\u00a0")


def test_ratios_of_a_pair_by_series():
    group = made_group(naive=[1.0, 2.0], GRU=[0.5, 3.0])
    assert evaluation_pairs.ratios(group, ("GRU", "naive")) == {"series 0": 0.5, "series 1": 1.5}


def test_how_much_is_the_board_without_tests():
    table = evaluation_skill.how_much(GROUP, resamples=10)
    assert "p" not in table
    assert set(table["seconds a fit"]) == {1.0}
    assert np.isnan(evaluation_skill.how_much(made_group(naive=[1.0], GRU=[2.0]), 2)["seconds a fit"]).all()


def test_how_much_is_shown_as_texts():
    table = evaluation_skill.how_much(GROUP, resamples=10)
    table["seconds a fit"] = [np.nan, 0.04, *[12.34] * (len(table) - 2)]
    texts = evaluation_skill.shown(table)
    assert list(texts) == ["skill", "win rate", "not for it", "seconds a fit"]
    assert texts["seconds a fit"].tolist()[:3] == ["", "< 0.1", "12.3"]
    assert dict(zip(texts.index, texts["skill"], strict=True))[BASELINE] == "0.00\u00a0(0.00,\u00a00.00)"
