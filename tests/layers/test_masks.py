"""Masked steps: the state goes past them, the output repeats itself, as in Keras; and no backend sees them."""

from typing import Any

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

import rnn_tutorial as rt

from .step_by_step import WAYS, assert_same, compare, flat, made

PATTERNS = {
    "left": ["00111", "11111", "00001"],
    "middle": ["10011", "01010", "11101"],
    "right": ["11000", "10000", "11110"],
    "some empty": ["00000", "01001", "00000"],
    "all": ["11111", "11111", "11111"],
    "none": ["00000", "00000", "00000"],
}


def mask_of(rows):
    """Return (T, B) of a string a sequence, 1 for a step that counts."""
    return torch.tensor([[c == "1" for c in row] for row in rows]).t()


@pytest.mark.parametrize(("name", "backend"), WAYS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_values_and_gradients(name, backend, pattern):
    layer, x, hx = made(name, 5, 3, backend=backend)
    assert_same(layer, x, hx, mask=mask_of(PATTERNS[pattern]))


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_batch_first(name, backend):
    layer, x, hx = made(name, 5, 3, backend=backend, batch_first=True)
    assert_same(layer, x, hx, mask=mask_of(PATTERNS["middle"]))


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_with_lengths_what_is_beyond_is_padding(name, backend):
    layer, x, hx = made(name, 5, 3, backend=backend)
    mask = mask_of(["01011", "10011", "11111"])
    assert_same(layer, x, hx, mask=mask, lengths=[4, 3, 0])
    output = layer(x, hx, mask=mask, lengths=[4, 3, 0])[0]
    assert not output[4:, 0].any()
    assert not output[3:, 1].any()
    if not layer.bidirectional:  # a masked step repeats, padding is 0
        assert torch.equal(output[2, 1], output[0, 1])


@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_what_is_masked_is_not_read(name, backend):
    layer, x, hx = made(name, 5, 3, backend=backend)
    mask = mask_of(PATTERNS["middle"])
    clean = layer(x, hx, mask=mask)[0]
    dirty = x.detach().clone()
    dirty[~mask] = float("nan")
    output = layer(dirty.requires_grad_(), hx, mask=mask)[0]
    assert torch.equal(output, clean)
    output.sum().backward()
    assert not dirty.grad[~mask].any()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


@pytest.mark.parametrize("name", ["RNN", "LSTM", "ConvLSTM, unequal"])
def test_one_sequence_alone(name):
    layer, x, hx = made(name, 5, 1, batch_first=True)
    mask = mask_of(["01101"])

    def without_batch(state):
        apart = 2 + layer.spatial_dims  # a tensor (B, …) for each layer and direction, where they differ in width
        return torch.utils._pytree.tree_map(lambda s: s[0] if s.dim() == apart else s[:, 0], state)

    output, final = layer(x.transpose(0, 1), hx, mask=mask.t())
    alone, alone_final = layer(x[:, 0], without_batch(hx), mask=mask[:, 0])
    torch.testing.assert_close(alone, output[0])
    torch.testing.assert_close(alone_final, without_batch(final))


@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize("name", ["RNN", "GRU", "ConvLSTM"])
def test_in_chunks(name, steps):
    layer, x, hx = made(name, 5, 3, batch_first=name == "GRU")
    given = x.transpose(0, 1) if layer.batch_first else x
    for rows in PATTERNS.values():
        mask = mask_of(rows).t() if layer.batch_first else mask_of(rows)
        whole = flat(layer, layer(given, hx, mask=mask))
        parts = flat(layer, rt.in_chunks(layer, given, hx, steps=steps, mask=mask))
        compare(parts, whole, [x, *torch.utils._pytree.tree_leaves(hx), *layer.parameters()])


def test_a_model_that_reads_many():
    model = rt.ManyToOne(rt.LSTM(3, 4, batch_first=True, bidirectional=True), 2)
    x = torch.randn(1, 5, 3)
    mask = torch.tensor([[False, True, True, False, True]])
    torch.testing.assert_close(model(x, mask=mask), model(x[:, mask[0]]))


@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU])
def test_a_seed_drops_the_same_by_every_backend(kind):
    layer, x = kind(3, 8, 3, dropout=0.4), torch.randn(5, 3, 3)
    results = []
    for layer.backend in ("reference", "native", "fused"):
        torch.manual_seed(7)
        results.append(layer(x, mask=mask_of(PATTERNS["some empty"]))[0])
    torch.testing.assert_close(results[1], results[0])
    torch.testing.assert_close(results[2], results[0])


def test_second_derivatives():
    layer, x, hx = made("GRU", 4, 2)
    mask = mask_of(["0101", "1000"])
    assert torch.autograd.gradgradcheck(lambda x, h: layer(x, h, mask=mask)[0], (x, hx))


def test_no_sequences():
    for kind in (rt.GRU, rt.LSTM):
        output, _, _ = kind(3, 4, bidirectional=True)(
            torch.zeros(5, 0, 3), mask=torch.ones(5, 0, dtype=torch.bool), return_all_states=True
        )
        assert output.shape == (5, 0, 8)


# ---- what is refused ------------------------------------------------------------------------------------------

T, B = 5, 3
GOOD = torch.ones(T, B, dtype=torch.bool)
WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "numbers": (GOOD.float(), TypeError, r"should be boolean, got torch.float32: give {0} != 0, or {0}.bool\(\)"),
    "whole numbers": (GOOD.long(), TypeError, r"should be boolean, got torch.int64"),
    "a list": ([[True] * B] * T, TypeError, r"a tensor of booleans, got list"),
    "an array": (GOOD.numpy(), TypeError, r"a tensor of booleans, got ndarray"),
    "batch first": (GOOD.t(), ValueError, r"\(time, batch\) = \(5, 3\), got \(3, 5\): transpose it, {0}.T"),
    "too short": (GOOD[1:], ValueError, r"\(time, batch\) = \(5, 3\), got \(4, 3\)$"),
    "for one": (GOOD[:, 0], ValueError, r"got \(5,\)$"),
    "for features": (GOOD[..., None], ValueError, r"got \(5, 3, 1\)$"),
    "elsewhere": (GOOD.to("meta"), RuntimeError, r'on meta and the input on cpu: move it, {0}.to\("cpu"\)'),
}


@pytest.mark.parametrize("name", ["mask", "reset"])
@pytest.mark.parametrize("what", WRONG)
def test_wrong_masks(what, name):
    given, error, words = WRONG[what]
    for layer in (rt.GRU(3, 4), rt.ConvLSTM(3, 4, 3, spatial_dims=1)):
        x = torch.randn(T, B, 3, *[6] * layer.spatial_dims)
        with pytest.raises(error, match=f"^{name} .*" + words.format(name)):
            layer(x, **{name: given})
        with pytest.raises(error, match=words.format(name)):
            rt.in_chunks(layer, x, steps=2, **{name: given})


@pytest.mark.parametrize("name", ["mask", "reset"])
def test_the_layout_is_that_of_the_input(name):
    layer: Any = rt.GRU(3, 4, batch_first=True)
    with pytest.raises(ValueError, match=r"\(batch, time\) = \(3, 5\), got \(5, 3\): transpose it"):
        layer(torch.randn(B, T, 3), **{name: GOOD})
    with pytest.raises(ValueError, match=r"\(time\) = \(5,\), got \(1, 5\)"):
        layer(torch.randn(T, 3), **{name: GOOD[:, 0][None]})
    packed: Any = pack_padded_sequence(torch.randn(B, T, 3), torch.tensor([5, 4, 1]), batch_first=True)
    with pytest.raises(ValueError, match=f"{name}: a PackedSequence"):
        layer(packed, **{name: GOOD.t()})
