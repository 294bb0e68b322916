"""The negative binomial output against SciPy and PyTorch, and what a network makes of counts."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

import rnn_tutorial as rt
from rnn_tutorial.forecasting.neural.counts import SMALLEST, NegativeBinomial

MEAN, DEVIATION = 3.0, 2.0
HEAD = NegativeBinomial(MEAN, DEVIATION)
rng = np.random.default_rng(2)
MU, ALPHA = rng.uniform(0.1, 40, (5, 3)), rng.uniform(0.01, 2, (5, 3))
COUNTS = rng.poisson(MU).astype(float)
PARAMETERS = np.stack([MU, ALPHA], axis=-1)


def test_the_loss_is_that_of_scipy_and_torch():
    target = torch.tensor((COUNTS - MEAN) / DEVIATION)
    loss = float(HEAD.loss(torch.tensor(PARAMETERS), target))
    law = stats.nbinom(1 / ALPHA, 1 / (1 + ALPHA * MU))
    assert loss == pytest.approx(-law.logpmf(COUNTS).mean(), rel=1e-9)
    torchs = torch.distributions.NegativeBinomial(
        torch.tensor(1 / ALPHA), probs=torch.tensor(ALPHA * MU / (1 + ALPHA * MU))
    )
    assert loss == pytest.approx(-float(torchs.log_prob(torch.tensor(COUNTS)).mean()), rel=1e-9)
    np.testing.assert_allclose([law.mean(), law.var()], [MU, MU + ALPHA * MU**2], rtol=1e-9)


def test_without_dispersion_it_is_poissons():
    parameters = torch.tensor(np.stack([MU, np.full_like(MU, SMALLEST)], axis=-1), dtype=torch.float32)
    loss = float(HEAD.loss(parameters, torch.tensor((COUNTS - MEAN) / DEVIATION, dtype=torch.float32)))
    assert loss == pytest.approx(-stats.poisson(MU).logpmf(COUNTS).mean(), rel=1e-3)


def test_mean_and_quantiles():
    assert np.allclose(HEAD.point(torch.tensor(PARAMETERS)).numpy() * DEVIATION + MEAN, MU)
    levels = (0.05, 0.5, 0.9)
    found = HEAD.quantiles(PARAMETERS, levels) * DEVIATION + MEAN
    for k, level in enumerate(levels):
        np.testing.assert_allclose(found[..., k], stats.nbinom(1 / ALPHA, 1 / (1 + ALPHA * MU)).ppf(level))


def test_parameters_by_hand():
    """softplus(1.5 + 0.5 · 1 + 3 / 2) = 3.0298, twice that in counts; the location 1.5 is a window's mean of 6."""
    found = HEAD.parameters(torch.tensor([[[1.0, 0.0]]]), torch.tensor([[1.5]]), torch.tensor([[0.5]]))
    np.testing.assert_allclose(found[0, 0], [2 * np.log1p(np.exp(3.5)), np.log(2)], rtol=1e-3)


def test_missing_targets_leave_no_trace():
    target = torch.tensor((COUNTS - MEAN) / DEVIATION)
    target[0] = torch.nan
    parameters = torch.tensor(PARAMETERS, requires_grad=True)
    loss = HEAD.loss(parameters, target)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(float(HEAD.loss(torch.tensor(PARAMETERS[1:]), target[1:])))
    assert parameters.grad is not None
    assert torch.isfinite(parameters.grad).all()
    assert (parameters.grad[0] == 0).all()
    assert int(NegativeBinomial.loss.counted(target)) == 12  # type: ignore[attr-defined]


def test_a_network_learns_the_law_of_counts(tmp_path):
    """Counts of mean 4 and variance 4 + 0.5 · 16: the quantiles are theirs, within what 600 values tell."""
    values = stats.nbinom(2, 1 / 3).rvs(600, random_state=1).astype(float)
    options: dict[str, Any] = {
        "hidden_size": 4,
        "input_length": 4,
        "seasons": (),
        "min_steps": 200,
        "lr": 1e-2,
        "scale": "series",
    }
    model = rt.Forecaster("gru", 2, output="negbinomial", **options).fit(values)
    forecast = model.predict(levels=(0.05, 0.5, 0.95))
    assert forecast.point == pytest.approx([4, 4], abs=1.2)
    for level, allowed in ((0.05, 1), (0.5, 1), (0.95, 3)):
        found = forecast.quantiles[level]
        assert (found == np.round(found)).all()
        assert np.abs(found - stats.nbinom(2, 1 / 3).ppf(level)).max() <= allowed
    model.save(tmp_path / "counts.safetensors")
    again = rt.Forecaster.load(tmp_path / "counts.safetensors").predict(levels=(0.05, 0.5, 0.95))
    np.testing.assert_array_equal(again.to_frame(), forecast.to_frame())


@pytest.mark.parametrize("wrong", [-1.0, 0.5])
def test_what_is_no_count_is_refused(wrong):
    with pytest.raises(ValueError, match=f"is for counts, 0, 1, 2 …, and the series has a value of {wrong:g}"):
        rt.Forecaster("gru", 2, output="negbinomial").fit(np.append(np.arange(60.0), wrong))
