"""States that start anew inside a sequence: every part is as a sequence of its own, by any backend."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import rnn_tutorial as rt

from .step_by_step import LAYERS, WAYS, assert_same, compare, flat, made
from .test_masks import mask_of

RESETS = {
    "none": ["000000", "000000", "000000"],
    "at the start": ["100000", "000000", "100000"],
    "inside": ["000100", "010010", "000000"],
    "at the end": ["000001", "000000", "100001"],
    "everywhere": ["111111", "011111", "101010"],
}


@pytest.mark.parametrize(("name", "backend"), WAYS)
@pytest.mark.parametrize("pattern", RESETS)
def test_values_and_gradients(name, backend, pattern):
    layer, x, hx = made(name, 6, 3, backend=backend)
    assert_same(layer, x, hx, reset=mask_of(RESETS[pattern]))


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_with_lengths_and_masks(name, backend):
    layer, x, hx = made(name, 6, 3, backend=backend, batch_first=True)
    for pattern in ("inside", "everywhere"):
        reset = mask_of(RESETS[pattern])
        assert_same(layer, x, hx, reset=reset, lengths=[4, 6, 0])
        mask = mask_of(["101011", "001100", "000000"])  # parts that begin with a gap, and parts that are one
        assert_same(layer, x, hx, reset=reset, mask=mask)
        assert_same(layer, x, hx, reset=reset, mask=mask, lengths=[5, 1, 6])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_of_them(data):
    name, backend = data.draw(st.sampled_from(WAYS))
    steps, batch = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    layer, x, hx = made(name, steps, batch, backend=backend, batch_first=data.draw(st.booleans()))
    flags = st.lists(st.lists(st.booleans(), min_size=batch, max_size=batch), min_size=steps, max_size=steps)
    call: dict[str, Any] = {
        key: torch.tensor(data.draw(flags)) for key in ("mask", "reset") if data.draw(st.booleans())
    }
    if data.draw(st.booleans()):
        call["lengths"] = data.draw(st.lists(st.integers(0, steps), min_size=batch, max_size=batch))
    assert_same(layer, x, hx, **call)


@pytest.mark.parametrize("backend", ["auto", "reference", "native", "fused"])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_loop_of_torchs_cells(kind, backend):
    torch.manual_seed(0)
    layer = getattr(rt, kind)(3, 4, batch_first=True, dtype=torch.float64, backend=backend)
    cell = getattr(nn, f"{kind}Cell")(3, 4, dtype=torch.float64)
    cell.load_state_dict({name.removesuffix("_l0"): weight for name, weight in layer.state_dict().items()})
    x, episode_starts = torch.randn(3, 6, 3, dtype=torch.float64), mask_of(RESETS["inside"]).t()
    h, c = torch.randn(2, 1, 3, 4, dtype=torch.float64)
    output, final = layer(x, (h, c) if kind == "LSTM" else h, reset=episode_starts)
    state, outputs = [h[0], c[0]] if kind == "LSTM" else [h[0]], []
    for t in range(6):
        state = [s * (1 - episode_starts[:, t, None].double()) for s in state]
        new = cell(x[:, t], tuple(state) if kind == "LSTM" else state[0])
        state = [*new] if kind == "LSTM" else [new]
        outputs.append(state[0])
    torch.testing.assert_close(output, torch.stack(outputs, dim=1))
    torch.testing.assert_close([s[0] for s in (final if kind == "LSTM" else (final,))], state)


@pytest.mark.parametrize("name", LAYERS)
def test_nothing_crosses(name):
    layer, x, hx = made(name, 6, 1)
    reset = mask_of(["000100"])
    output = layer(x, hx, reset=reset)[0]
    states = torch.utils._pytree.tree_leaves(hx)
    first = torch.autograd.grad(output[:3].sum(), [x, *states], retain_graph=True, allow_unused=True)
    second = torch.autograd.grad(output[3:].sum(), [x, *states], allow_unused=True)
    assert first[0][:3].any()
    assert not first[0][3:].any()
    assert second[0][3:].any()
    assert not second[0][:3].any()
    if not layer.bidirectional:
        assert all(g is None or not g.any() for g in second[1:])


def test_infinities_do_not_cross_either():
    layer, x = rt.RNN(3, 4, nonlinearity="relu"), torch.randn(4, 1, 3)
    h = torch.full((1, 1, 4), float("inf"))
    expected = layer(x)[0]
    torch.testing.assert_close(layer(x, h, reset=mask_of(["1000"]))[0], expected)


@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize("name", ["RNN", "GRU", "ConvLSTM"])
def test_in_chunks(name, steps):
    layer, x, hx = made(name, 6, 3)
    for rows in RESETS.values():
        call: dict[str, Any] = {"reset": mask_of(rows), "lengths": [6, 4, 0], "mask": mask_of(["101111"] * 3)}
        whole = flat(layer, layer(x, hx, **call))
        parts = flat(layer, rt.in_chunks(layer, x, hx, steps=steps, **call))
        compare(parts, whole, [x, *torch.utils._pytree.tree_leaves(hx), *layer.parameters()])


def test_a_model_that_reads_many():
    model = rt.ManyToOne(rt.GRU(3, 4, batch_first=True), 2)
    x = torch.randn(2, 6, 3)
    reset = mask_of(["000100", "010010"]).t()
    torch.testing.assert_close(model(x, reset=reset), torch.stack([model(x[0, 3:]), model(x[1, 4:])]))
