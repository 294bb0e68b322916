"""Pictures of digits show the numbers they were given, and refuse what does not fit together."""

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from rnn_tutorial.plotting import digits


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_as_sequence_has_one_strip_a_row():
    image = torch.rand(6, 5)
    left, right = digits.as_sequence(image, row=3).axes
    assert len(right.images) == 6
    for t, strip in enumerate(right.images):
        np.testing.assert_allclose(np.asarray(strip.get_array())[:, 0], image[t])
    assert {t.get_text() for t in right.texts} >= {"$x_{3}$", "$h_{3}$", "$h_{6}$", "10 scores"}
    assert left.get_title(loc="left") == "6 rows …" or left.get_title() == "6 rows …"
    digits.as_sequence(image, row=3).canvas.draw()


def test_reading_shows_the_belief_and_frames_the_truth():
    probabilities = torch.softmax(torch.randn(6, 10), dim=1)
    _, (left, right) = plt.subplots(1, 2)
    digits.reading(torch.rand(6, 5), probabilities, label=4, axes=(left, right))
    np.testing.assert_allclose(np.asarray(right.images[0].get_array()), probabilities)
    assert [frame.get_x() for frame in right.patches] == [3.5]
    assert f"read as {int(probabilities[-1].argmax())}" in right.get_title() + right.get_title(loc="left")


def test_reading_refuses_another_number_of_rows():
    with pytest.raises(ValueError, match="got 5 for 6 rows"):
        digits.reading(torch.rand(6, 5), torch.rand(5, 10), label=0)


def test_reading_does_not_claim_certainty():
    probabilities = torch.zeros(2, 10)
    probabilities[:, 7] = 0.9999
    figure = digits.reading(torch.rand(2, 5), probabilities, label=7)
    right = figure.axes[1]
    assert "> 99 %" in right.get_title() + right.get_title(loc="left")


def test_confusion_colours_mistakes_only():
    matrix = np.array([[90, 0, 3], [1, 80, 0], [0, 7, 70]])
    ax = digits.confusion(matrix)
    drawn: np.ma.MaskedArray = np.ma.asarray(ax.images[0].get_array())
    assert np.ma.getmaskarray(drawn).diagonal().all()
    assert drawn.max() == ax.images[0].norm.vmax == 7
    assert sorted(int(t.get_text()) for t in ax.texts) == [1, 3, 7, 70, 80, 90]


def test_confusion_without_mistakes_and_not_square():
    assert digits.confusion(np.diag([3, 4])).images[0].norm.vmax == 1
    with pytest.raises(ValueError, match="square"):
        digits.confusion(np.zeros((2, 3)))


def test_gallery_leaves_no_image_out():
    images = torch.rand(11, 4, 4)
    figure = digits.gallery(images, [str(k) for k in range(11)], columns=4)
    shown = [ax for ax in figure.axes if ax.images]
    assert len(shown) == 11
    assert [ax.get_title() for ax in shown] == [str(k) for k in range(11)]
    assert not any(ax.axison for ax in figure.axes)
    with pytest.raises(ValueError, match="got 1 for 2 images"):
        digits.gallery(images[:2], ["one"])


def test_an_image_has_two_dimensions():
    with pytest.raises(ValueError, match="rows, columns"):
        digits.as_sequence(torch.rand(1, 5, 5))
