"""The repairs fit the article's program, and what they make of it runs to its end and counts rightly."""

import pytest

from rnn_tutorial.experiments import ch07_article as article
from rnn_tutorial.experiments import ch07_repairs as repairs


def test_every_repair_has_a_known_kind_and_its_lines():
    lines = article.PROGRAM.splitlines()
    for one in repairs.REPAIRS:
        assert one.kind in repairs.KINDS
        first, last = repairs.where(one)
        assert lines[first - 1].strip() in one.printed or one.printed.strip() in lines[first - 1]
        assert one.printed.strip("\n").splitlines()[-1].strip() in lines[last - 1]


def test_the_repaired_program_runs_and_counts_the_images_it_was_given(images):
    text = repairs.repair().replace("RowReader(28, 128, 2, 10)", "RowReader(28, 16, 2, 10)")
    outcome = article.run(text.replace("num_epochs = 10", "num_epochs = 1"), images, train=256, test=70)
    assert outcome.error is None
    assert outcome.printed[0].startswith("Epoch 1/1: mean loss")
    right = 100 * outcome.names["correct"] / 70
    assert outcome.printed[-1] == f"Accuracy of the model on 70 test images: {right:.2f} %"


def test_repairs_are_made_once():
    with pytest.raises(ValueError, match="this text 0 times"):
        repairs.repair(repairs.repair())
