import numpy as np
import pytest
import torch

from rnn_tutorial.data import Standardizer

RNG = np.random.default_rng(1)


def test_training_part_becomes_mean_zero_deviation_one():
    train = RNG.normal(50, 7, 500)
    scaler = Standardizer().fit(train)
    scaled = scaler.transform(train)
    assert abs(scaled.mean()) < 1e-12
    assert abs(scaled.std() - 1) < 1e-12
    np.testing.assert_allclose(scaler.inverse(scaled), train, rtol=1e-12)
    assert (scaler.mean, scaler.std) == (train.mean(), train.std())


def test_later_values_do_not_change_the_numbers():
    train, later = RNG.normal(50, 7, 500), np.full(10, 1000.0)
    scaler = Standardizer().fit(train)
    np.testing.assert_allclose(scaler.transform(later), (1000 - train.mean()) / train.std())


def test_features_are_scaled_one_by_one():
    train = RNG.normal([0, 100, -5], [1, 20, 0.1], (400, 3))
    scaler = Standardizer().fit(train)
    np.testing.assert_allclose(np.std(scaler.transform(train), axis=0), 1)
    forecast = RNG.normal(size=(6, 4))
    np.testing.assert_allclose(scaler.inverse(forecast, column=1), forecast * train[:, 1].std() + train[:, 1].mean())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_stay_tensors_of_their_type(dtype):
    train = torch.tensor(RNG.normal(5, 2, (40, 2)), dtype=dtype)
    scaler = Standardizer().fit(train)
    batch = train.reshape(4, 10, 2)
    assert scaler.transform(batch).dtype == dtype
    torch.testing.assert_close(scaler.inverse(scaler.transform(batch)), batch)
    assert scaler.transform(torch.tensor([[1, 2]])).dtype == torch.float64


@pytest.mark.parametrize("values", [np.full(9, 3.7), np.zeros(4), np.full(1000, 0.1), np.ones((1, 2))])
def test_a_constant_series_is_refused(values):
    with pytest.raises(ValueError, match="are constant"):
        Standardizer().fit(values)


def test_small_variation_on_a_small_scale_is_not_constant():
    assert Standardizer().fit(np.array([1e-30, 2e-30])).std == 5e-31


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([1, np.nan, 2]), "NaN or infinite values at 1 step"),
        (np.zeros(0), "empty"),
        (np.zeros((2, 2, 2)), r"shape \(T,\) or \(T, F\)"),
    ],
)
def test_bad_values_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        Standardizer().fit(values)


def test_use_before_fit_and_wrong_features_are_refused():
    with pytest.raises(RuntimeError, match="call fit on the training part first"):
        Standardizer().transform(np.zeros(3))
    scaler = Standardizer().fit(RNG.normal(size=(9, 3)))
    with pytest.raises(ValueError, match="Fitted on 3 features"):
        scaler.inverse(np.zeros((5, 2)))
