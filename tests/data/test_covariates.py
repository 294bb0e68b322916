import numpy as np
import pytest

from rnn_tutorial.data import Covariates

A = Covariates(past=np.arange(6.0).reshape(3, 2), known=np.ones((5, 1)), past_names=("a", "b"), known_names=("k",))


def test_joined_puts_columns_side_by_side():
    both = A.joined(Covariates(past=np.full((3, 1), 7.0), known=np.zeros((5, 2)), known_names=("x", "y")))
    np.testing.assert_array_equal(both.past, [[0, 1, 7], [2, 3, 7], [4, 5, 7]])
    np.testing.assert_array_equal(both.known, [[1, 0, 0]] * 5)
    assert both.past_names == ("a", "b", "past 0")
    assert both.known_names == ("k", "x", "y")


def test_joined_with_nothing_changes_nothing():
    for both in (A.joined(Covariates()), Covariates().joined(A)):
        np.testing.assert_array_equal(both.past, A.past)
        np.testing.assert_array_equal(both.known, A.known)
        assert (both.past_names, both.known_names) == (A.past_names, A.known_names)
    assert Covariates().joined(Covariates()).columns == (0, 0)


def test_joined_refuses_other_lengths_and_the_same_name_twice():
    with pytest.raises(ValueError, match="known covariates have 5 and 4 rows"):
        A.joined(Covariates(known=np.zeros((4, 1)), known_names=("x",)))
    with pytest.raises(ValueError, match="past covariates of both are called b"):
        A.joined(Covariates(past=np.zeros((3, 1)), past_names=("b",)))


def test_every_step_needs_a_row():
    A.check_rows(3)
    with pytest.raises(ValueError, match="past covariates have 3 rows, the series has 4 steps"):
        A.check_rows(4)
    Covariates().check_rows(1000)


@pytest.mark.parametrize("shape", [(3,), (3, 1, 1)])
def test_a_table_has_two_axes(shape):
    with pytest.raises(ValueError, match=r"should be \(steps, columns\)"):
        Covariates(past=np.zeros(shape))


def test_as_many_names_as_columns():
    with pytest.raises(ValueError, match="2 names given for the 1 known covariates"):
        Covariates(known=np.zeros((3, 1)), known_names=("a", "b"))
