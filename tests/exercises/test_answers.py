"""Every exercise: its solution passes its check; the cell to answer in, as it is, and planted wrong answers do not."""

from typing import Any

import numpy as np
import pytest
import torch

from rnn_tutorial import exercises
from tests.exercises.pages import Exercise, all_exercises
from tests.exercises.wrong import WRONG
from tools import layout

POSED = all_exercises()


@pytest.fixture(params=POSED, ids=lambda exercise: exercise.label)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    """One exercise."""
    posed: Exercise = request.param
    return posed


def test_the_solution_is_right(exercise):
    verdict = exercise.verdict(exercise.solution)
    assert verdict, repr(verdict)
    assert repr(verdict).startswith("Right: ")


def test_the_cell_to_answer_in_is_not_right_yet(exercise):
    verdict = exercise.verdict(exercise.stub)
    assert not verdict, repr(verdict)
    assert repr(verdict).startswith("Not yet: ")
    assert verdict.error is None, "what is printed on the page says what is missing, and is no stumble of the check"


def test_wrong_answers_are_found_wrong(exercise):
    """Three at least, which run: what they compute is refused, for a reason that is said."""
    planted = WRONG[exercise.label]
    assert len(planted) >= 3
    for number, answer in enumerate(planted, start=1):
        verdict = exercises.check(exercise.label, answer)
        assert not verdict, f"wrong answer {number} is taken for right: {verdict!r}"
        assert verdict.error is None, f"wrong answer {number}: {verdict!r}"


def test_pages_and_checks_have_the_same_exercises():
    assert sorted(exercise.label for exercise in POSED) == sorted(exercises.labels())
    assert set(WRONG) == set(exercises.labels())


@pytest.mark.parametrize("page", sorted(p.stem for p in layout.BOOK.glob("[0-9][0-9]_*.ipynb")))
def test_a_chapter_has_five(page):
    assert sum(exercise.page == page for exercise in POSED) >= 5


@pytest.mark.parametrize("answer", [None, ..., 3, "text", lambda: 1, lambda *_: None, lambda *_: float("nan"), print])
def test_any_answer_gets_a_sentence_and_leaves_the_generator(answer, exercise):
    torch.manual_seed(7)
    before = torch.get_rng_state()
    verdict = exercises.check(exercise.label, answer)
    assert not verdict
    assert "\n" not in repr(verdict)[:80]
    assert torch.equal(before, torch.get_rng_state())


def test_what_an_answer_raises_is_told():
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by me")

    verdict = exercises.check("convlstm-count", broken)
    assert "raised ZeroDivisionError: by me" in repr(verdict)
    assert isinstance(verdict.error, ZeroDivisionError)
    with pytest.raises(AssertionError, match=r"convlstm-count: Not yet: .* by me"):
        exercises.solved("convlstm-count", broken)


def test_an_interrupt_goes_through():
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.check("convlstm-count", interrupted)


def test_a_label_that_is_not_there():
    with pytest.raises(ValueError, match="no exercise is called 'convlstm-cuont'; did you mean 'convlstm-count'"):
        exercises.check("convlstm-cuont", 1)


FORMS = [int, float, np.float32, torch.tensor, lambda n: np.array([n]), lambda n: torch.nn.Parameter(torch.ones(1) * n)]


@pytest.mark.parametrize("form", FORMS)
def test_a_number_may_come_in_any_form(form):
    right = exercises.check("convlstm-border", lambda kernel, steps: form((kernel // 2) * steps))
    assert right, repr(right)
