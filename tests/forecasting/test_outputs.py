"""What a network says about a step, against numbers by hand, scikit-learn and SciPy."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import mean_pinball_loss

from rnn_tutorial.forecasting.neural.outputs import Gaussian, Output, Point, Quantiles, StudentT

LOCATION, SCALE = torch.tensor([[100.0]]), torch.tensor([[2.0]])
LEVELS = (0.1, 0.25, 0.5, 0.75)
rng = np.random.default_rng(0)


def raw(*numbers):
    return torch.tensor(numbers)[None, None]


def before_softplus(*steps):
    """Numbers whose softplus are the steps."""
    return [float(np.log(np.expm1(step))) for step in steps]


def test_quantiles_by_hand():
    """From the median 10 outwards: 1 and 3 steps down, 2 up, in units of the window."""
    far, near, above = before_softplus(3.0, 1.0, 2.0)
    found = Quantiles(LEVELS).parameters(raw(far, near, 10.0, above), LOCATION, SCALE)
    np.testing.assert_allclose(found[0, 0], 100 + 2 * np.array([10 - 1 - 3, 10 - 1, 10, 10 + 2]), rtol=1e-6)
    assert float(Quantiles(LEVELS).point(found)) == pytest.approx(120)


@pytest.mark.parametrize(
    ("level", "expected"), [(0.1, 6.0), (0.175, 7.5), (0.25, 9.0), (0.35, 9.4), (0.625, 11.0), (0.75, 12.0)]
)
def test_quantiles_between_the_levels_lie_on_the_straight_line(level, expected):
    parameters = np.array([[[6.0, 9.0, 10.0, 12.0]]])
    assert Quantiles(LEVELS).quantiles(parameters, (level, 0.5))[0, 0] == pytest.approx([expected, 10.0])


@pytest.mark.parametrize("level", [0.05, 0.8])
def test_quantiles_end_at_the_outermost_level(level):
    with pytest.raises(ValueError, match=r"trained for levels 0\.1 to 0\.75"):
        Quantiles(LEVELS).quantiles(np.zeros((1, 1, 4)), (0.5, level))


def test_the_pinball_loss_is_twice_that_of_scikit_learn():
    """Twice, so that at 1/2 it is the absolute error, as for a single number."""
    target, numbers = rng.normal(size=(5, 3)), rng.normal(size=(5, 3, 4))
    each = [mean_pinball_loss(target.ravel(), numbers[..., k].ravel(), alpha=a) for k, a in enumerate(LEVELS)]
    loss = Quantiles(LEVELS).loss(torch.tensor(numbers), torch.tensor(target))
    assert float(loss) == pytest.approx(2 * np.mean(each))
    median = torch.tensor(numbers[..., :1]), torch.tensor(target)
    assert float(Quantiles((0.5,)).loss(*median)) == pytest.approx(float(Point().loss(*median)))
    assert float(Point().loss(*median)) == pytest.approx(np.abs(target - numbers[..., 0]).mean())


def test_gaussian_by_hand():
    found = Gaussian().parameters(raw(-1.0, *before_softplus(3.0)), LOCATION, SCALE)
    np.testing.assert_allclose(found[0, 0], [98, 6], rtol=1e-3)


@pytest.mark.parametrize(("number", "freedom"), [(*before_softplus(3.0), 5.0), (-30.0, 2.0)])
def test_student_by_hand(number, freedom):
    """Above 2 degrees of freedom, however low the number: else the variance would be infinite."""
    found = StudentT().parameters(raw(-1.0, *before_softplus(3.0), number), LOCATION, SCALE)
    np.testing.assert_allclose(found[0, 0], [98, 6, freedom], rtol=1e-3)


DISTRIBUTIONS: list[tuple[Output, object, tuple[float, ...]]] = [
    (Gaussian(), stats.norm(1, 2), (1.0, 2.0)),
    (StudentT(), stats.t(2.5, 1, 2), (1.0, 2.0, 2.5)),
]


@pytest.mark.parametrize(("output", "law", "numbers"), DISTRIBUTIONS, ids=["gaussian", "student"])
def test_a_distribution_is_scored_by_its_density(output, law, numbers):
    target = rng.normal(size=(1, 4))
    loss = output.loss(torch.tensor([[numbers] * 4]), torch.tensor(target))
    assert float(loss) == pytest.approx(-law.logpdf(target).mean(), rel=1e-5)
    np.testing.assert_allclose(output.quantiles(np.array([[numbers]]), (0.9, 0.2))[0, 0], law.ppf([0.9, 0.2]))


@pytest.mark.parametrize("output", [Point(), Quantiles(LEVELS), Gaussian(), StudentT()], ids=lambda o: type(o).__name__)
def test_a_missing_target_neither_counts_nor_spoils_the_gradient(output):
    target = torch.tensor([[0.5, torch.nan]])
    numbers = torch.zeros(1, 2, output.size, requires_grad=True)
    loss = output.loss(output.parameters(numbers, LOCATION, SCALE), target)
    torch.testing.assert_close(loss, output.loss(output.parameters(numbers[:, :1], LOCATION, SCALE), target[:, :1]))
    (gradient,) = torch.autograd.grad(loss, numbers)
    assert gradient[0, 0].abs().sum() > 0
    assert (gradient[0, 1] == 0).all()
