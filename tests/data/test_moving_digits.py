"""Moving digits keep to the rules: they stay inside, move evenly, bounce, and are the same for the same seed."""

import pytest
import torch

from rnn_tutorial.data import moving_digits
from rnn_tutorial.data.datasets.mnist import Images
from rnn_tutorial.data.datasets.moving_digits import paths


@pytest.fixture
def images():
    """Training digits are bright, test digits dim; each is a full square, so that it shows where it is."""
    train = torch.full((5, 28, 28), 255, dtype=torch.uint8)
    test = torch.full((5, 28, 28), 51, dtype=torch.uint8)
    labels = torch.zeros(5, dtype=torch.int64)
    return Images(train, labels, test, labels, "squares", is_mnist=False)


def test_paths_are_straight_and_even_between_bounces():
    way = paths(200, 60, 0.1, torch.Generator().manual_seed(0))
    assert way.min() >= 0
    assert way.max() <= 1
    moved = way.diff(dim=1)
    turned = (moved[:, 1:] * moved[:, :-1] < 0).any(dim=2)
    assert turned.any(dim=1).all()  # in 60 steps everybody meets an edge
    free = ~(turned | torch.roll(turned, 1, dims=1) | torch.roll(turned, -1, dims=1))
    speeds = moved[:, 1:].norm(dim=2)[free]
    torch.testing.assert_close(speeds.median(), torch.tensor(0.1), rtol=1e-4, atol=1e-5)
    assert speeds.max() < 0.1001


def test_one_digit_is_always_whole(images):
    videos = moving_digits(20, steps=30, size=64, digits=1, images=images)
    assert videos.shape == (20, 30, 1, 64, 64)
    assert (videos.sum(dim=(2, 3, 4)) == 28 * 28).all()
    assert not torch.equal(videos[:, 0], videos[:, 10])


def test_overlaps_take_the_brighter_pixel(images):
    videos = moving_digits(30, digits=3, size=40, digit_size=28, steps=5, images=images)
    assert videos.max() == 1
    assert (videos.sum(dim=(2, 3, 4)) < 3 * 28 * 28).any()


def test_seed_and_part(images):
    same = moving_digits(3, seed=7, images=images)
    assert torch.equal(same, moving_digits(3, seed=7, images=images))
    assert not torch.equal(same, moving_digits(3, seed=8, images=images))
    assert moving_digits(3, part="test", images=images).max() == pytest.approx(0.2)


def test_small_frames_get_small_digits(images):
    videos = moving_digits(4, size=32, digits=1, images=images)
    assert (videos > 0.5).sum(dim=(2, 3, 4)).unique().tolist() == [14 * 14]
    assert videos.min() >= 0
    assert videos.max() <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"count": 0}, "count should be 1 or more, got 0"),
        ({"steps": 0}, "steps should be 1 or more"),
        ({"digits": -1}, "digits should be 1 or more, got -1"),
        ({"size": 28, "digit_size": 28}, "28 x 28 pixels cannot move in a frame of 28 x 28"),
        ({"speed": 0}, r"speed should lie in \(0, 1\], got 0"),
        ({"part": "valid"}, "got 'valid'"),
    ],
)
def test_mistakes(images, arguments, words):
    with pytest.raises(ValueError, match=words):
        moving_digits(**({"count": 2, "images": images} | arguments))
