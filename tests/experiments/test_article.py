"""The article's program is run as printed, and its class is the package's model."""

import pytest
import torch

from rnn_tutorial.experiments import ch07_article as article


def small(program):
    """The program without GPU, with 16 units, for one epoch."""
    return (
        program.replace(".cuda()", "").replace("RNN(28, 128, 2, 10)", "RNN(28, 16, 2, 10)").replace("= 10\n", "= 1\n")
    )


def test_line_of_counts_from_one():
    assert article.line_of("import torch") == 1
    assert article.PROGRAM.splitlines()[article.line_of("loss.data[0]") - 1].strip().endswith("loss.data[0]))")
    with pytest.raises(ValueError, match="no line with 'keras'"):
        article.line_of("keras")


@pytest.mark.skipif(torch.cuda.is_available(), reason="with a GPU this line works")
def test_as_printed_the_program_needs_a_gpu(images):
    outcome = article.run(article.PROGRAM, images, train=128, test=10)
    assert outcome.line == article.line_of("model = RNN")
    assert outcome.printed == []


def test_without_cuda_it_stops_at_the_log(images):
    outcome = article.run(small(article.PROGRAM), images, train=128 * 100, test=10)
    assert outcome.line == article.line_of("loss.data[0]")
    assert outcome.error is not None
    assert outcome.error.startswith("IndexError")
    assert outcome.names["i"] == 99


def test_repaired_it_counts_the_test_images_it_was_given(images):
    outcome = article.run(small(article.PROGRAM).replace("loss.data[0]", "loss.item()"), images, train=256, test=70)
    assert (outcome.line, outcome.error) == (None, None)
    assert outcome.names["total"] == 70
    assert outcome.printed[-1].startswith("Accuracy of the model on the 10000 test images")


def test_a_repaired_program_sees_images_as_torchvision_gives_them(images):
    outcome = article.run("from torchvision.datasets import MNIST\nx, y = MNIST('.', train=False)[0]", images)
    x, y = outcome.names["x"], outcome.names["y"]
    assert x.shape == (1, 28, 28)
    torch.testing.assert_close(x[0] * 255, images.test_images[0].float())
    assert y == images.test_labels[0]


def test_printed_class_is_the_package_model(model):
    theirs = article.printed_class()(28, 16, 2, 10)
    weights = model.state_dict()
    names = {"lstm": "layer", "fc": "readout"}
    theirs.load_state_dict({k: weights[f"{names[k.split('.')[0]]}.{k.split('.')[1]}"] for k in theirs.state_dict()})
    x = torch.rand(5, 28, 28)
    torch.testing.assert_close(theirs(x), model(x))
