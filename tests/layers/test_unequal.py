"""Rows of unequal lengths by PyTorch's operator, called for full batches: the same numbers, and little padding."""

from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.layers.core import native, unequal

from .step_by_step import BACKENDS, assert_same, made

NATIVE = [name for name, backends in BACKENDS.items() if "native" in backends]


@pytest.fixture
def calls(monkeypatch):
    """Return a list that gets (steps, rows) of each call of an operator."""
    seen: list[tuple[int, int]] = []
    one_way = native.one_way

    def watching(*arguments):
        operator = one_way(*arguments)

        def call(x, state):
            seen.append(tuple(x.shape[:2]))
            return operator(x, state)

        return call

    monkeypatch.setattr(native, "one_way", watching)
    return seen


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_values_states_and_gradients(name, share, calls):
    layer, x, hx = made(name, 30, 4, backend="native")
    draw = torch.Generator().manual_seed(1)
    reset = torch.rand(30, 4, generator=draw) < share
    mask = torch.rand(30, 4, generator=draw) < 0.8
    assert_same(layer, x, hx, reset=reset, lengths=[30, 17, 0, 1])
    assert_same(layer, x, hx, reset=reset, mask=mask)
    assert_same(layer, x, hx, mask=mask, lengths=[3, 30, 29, 0])
    assert calls


@pytest.mark.parametrize(
    ("ends", "needed", "expected"),
    [
        ([5], set(), [(5, 0)]),
        ([5, 5, 5], {5}, [(5, 0)]),
        ([9, 5, 0], {0, 5, 9}, [(5, 1), (9, 0)]),
        # two of eight, two of six, and from then on each
        ([9, 8, 7, 6, 5, 4, 3, 2], set(), [(3, 6), (5, 4), (6, 3), (7, 2), (8, 1), (9, 0)]),
        ([9, 8, 7, 6, 5, 4, 3, 2], {2}, [(2, 7), (4, 5), (6, 3), (7, 2), (8, 1), (9, 0)]),
        ([9, *[2] * 99], set(), [(2, 1), (9, 0)]),
    ],
)
def test_a_call_ends_where_many_rows_are_over_or_a_state_is_needed(ends, needed, expected):
    assert unequal._cuts(ends, needed) == expected


@pytest.mark.parametrize("share", [0.005, 0.02, 0.1])
def test_resets_add_few_calls_and_little_padding(share, calls):
    layer, x = rt.LSTM(2, 3, backend="native"), torch.randn(400, 8, 2)
    reset = torch.rand(400, 8, generator=torch.Generator().manual_seed(0)) < share
    layer(x, reset=reset)
    assert sum(steps * rows for steps, rows in calls) < 400 * 8 * 4 / 3
    assert len(calls) < 30


def test_nan_in_the_padding_stays_there(calls):
    layer, x = rt.GRU(2, 3, backend="native"), torch.randn(5, 2, 2)
    clean = layer(x, lengths=[5, 2], reset=torch.zeros(5, 2, dtype=torch.bool))
    x[2:, 1] = torch.nan
    dirty = layer(x, lengths=[5, 2], reset=torch.zeros(5, 2, dtype=torch.bool))
    torch.testing.assert_close(dirty, clean)
    assert calls == [(2, 2), (3, 1)] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: None,
        lambda layer: setattr(layer, "dropout", 0.5),
        lambda layer: layer.train(False),
    ],
)
def test_packed_is_what_needs_dropout_drawn_at_once_or_no_way_back(change, calls):
    layer: Any = rt.LSTM(2, 3, 2, backend="native")
    change(layer)
    x, reset = torch.randn(6, 2, 2), torch.tensor([[0, 0, 0, 1, 0, 0]]).bool().T.expand(6, 2)
    reset = reset & torch.tensor([True, False])
    with torch.no_grad():
        layer(x, reset=reset)
    assert not calls
    layer(x, reset=reset)
    assert bool(calls) is not (layer.training and layer.dropout > 0)
