"""Dropout of the state, a mask a sequence and gate, and of the recurrent weights, a mask a call: in training alone."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F

import rnn_tutorial as rt
from rnn_tutorial.layers.core import dispatch
from rnn_tutorial.layers.core.sequences import Sequences
from tests.sampled import dear

DOUBLE: dict[str, Any] = {"dtype": torch.float64}
LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "GRU": rt.GRU,
    "GRU, reset before": lambda F, H, **o: rt.GRU(F, H, reset_after=False, **o),
    "LSTM": rt.LSTM,
    "LSTM, projected": lambda F, H, **o: rt.LSTM(F, H, proj_size=2, **o),
    "LSTM, layer norm": lambda F, H, **o: rt.LSTM(F, H, layer_norm=True, **o),
    "PeepholeLSTM": rt.PeepholeLSTM,
    "ConvLSTM": lambda F, H, **o: rt.ConvLSTM(F, H, 3, spatial_dims=1, **o),
    "ConvLSTM, mirrored": lambda F, H, **o: rt.ConvLSTM(F, H, 3, spatial_dims=1, padding_mode="reflect", **o),
}
BOTH = ["recurrent_dropout", "weight_dropout"]


def batch(name, T=5, B=3, F=2, **options):
    return torch.randn(T, B, F, *[4] * name.startswith("ConvLSTM"), **(DOUBLE | options))


def parts(state):
    return list(state) if isinstance(state, tuple) else [state]


def seeded(layer, *given, **options):
    """Return the tensors of a call under one seed, output first."""
    torch.manual_seed(11)
    output, *states = layer(*given, **options)
    return [output, *(part for state in states for part in parts(state))]


def slopes(found, leaves):
    return torch.autograd.grad(sum(t.square().sum() for t in found), leaves)


@pytest.fixture
def dropped(monkeypatch):
    """What each call of F.dropout was given and returned, in order."""
    noted: list[tuple[torch.Tensor, torch.Tensor]] = []
    dropout = F.dropout

    def watched(x, *given, **options):
        noted.append((x, dropout(x, *given, **options)))
        return noted[-1][1]

    monkeypatch.setattr(F, "dropout", watched)
    return noted


class Masked(torch.nn.Module):
    """A linear map of (B, H), block by block of rows, each of which sees the state through a mask of its own."""

    def __init__(self, layer, masks):
        super().__init__()
        self.layer, self.masks = layer, masks

    def forward(self, h, w):
        blocks = {name: w[name].chunk(self.masks.shape[1]) for name in ("weight_hh", "bias_hh") if name in w}
        gains = w["norm_hh"] if "norm_hh" in w else [None] * self.masks.shape[1]
        maps = []
        for gate, (W, gain) in enumerate(zip(blocks["weight_hh"], gains, strict=True)):
            seen = self.masks[:, gate] * h
            y = self.layer.convolve(seen, W) if W.dim() > 2 else seen @ W.T
            if gain is not None:
                y = F.layer_norm(y, y.shape[-1:]) * gain
            maps.append(y + blocks["bias_hh"][gate] if "bias_hh" in w else y)
        return torch.cat(maps, dim=1)


@pytest.mark.parametrize("name", [name for name in LAYERS if "reset before" not in name])
def test_each_gate_sees_the_state_through_one_mask_at_every_step(name, dropped, monkeypatch):
    layer = LAYERS[name](2, 4, recurrent_dropout=0.4, backend="reference", **DOUBLE)
    x = batch(name).requires_grad_()
    with torch.no_grad():
        _, first = layer.eval()(x)
    found = seeded(layer.train(), x, first)
    ((ones, mask),) = dropped
    width = parts(first)[0].shape[2:]
    assert ones.shape == (3, layer.gates, *width)
    assert ones.eq(1).all()
    torch.testing.assert_close(mask.unique(), torch.tensor([0, 1 / 0.6], **DOUBLE))
    plain = LAYERS[name](2, 4, backend="reference", **DOUBLE)
    plain.load_state_dict(layer.state_dict())
    monkeypatch.setattr(plain, "state_map", Masked(plain, mask.detach()).forward)
    expected = seeded(plain, x, first)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(slopes(found, [x, *layer.parameters()]), slopes(expected, [x, *plain.parameters()]))


def test_the_reset_gate_and_the_mask_of_the_candidate_both_act_on_the_state(dropped):
    layer = rt.GRU(2, 4, recurrent_dropout=0.4, reset_after=False, **DOUBLE)
    x, h = torch.randn(1, 3, 2, **DOUBLE), torch.randn(1, 3, 4, **DOUBLE)
    found, _ = layer(x, h)
    ((_, mask),) = dropped
    w, (h,) = layer.weights(), h
    a = (x[0] @ w["weight_ih"].T + w["bias_ih"]).chunk(3, dim=1)
    W, b = w["weight_hh"].chunk(3), w["bias_hh"].chunk(3)
    r, z = (torch.sigmoid(a[k] + (mask[:, k] * h) @ W[k].T + b[k]) for k in (0, 1))
    n = torch.tanh(a[2] + (mask[:, 2] * (r * h)) @ W[2].T + b[2])
    torch.testing.assert_close(found[0], (1 - z) * n + z * h)


@pytest.mark.parametrize("name", LAYERS)
def test_a_call_has_one_mask_of_its_weights(name, dropped):
    layer = LAYERS[name](2, 4, num_layers=2, bidirectional=True, weight_dropout=0.4, **DOUBLE)
    x = batch(name).requires_grad_()
    found = seeded(layer, x)
    of_weights = [pair for pair in dropped if isinstance(pair[0], torch.nn.Parameter)]
    assert len(of_weights) == 4  # layers and directions
    plain = LAYERS[name](2, 4, num_layers=2, bidirectional=True, backend="reference", **DOUBLE)
    plain.load_state_dict(layer.state_dict())
    masks = {}
    with torch.no_grad():
        for (raw, kept), names in zip(of_weights, plain.weight_names, strict=True):
            full = names["weight_hh"]
            assert raw is layer.get_parameter(full)
            masks[full] = (kept != 0).double() / 0.6
            plain.get_parameter(full).mul_(masks[full])
            assert 0 < masks[full].count_nonzero() < raw.numel()
    expected = seeded(plain, x)
    torch.testing.assert_close(found, expected)
    ours, theirs = (slopes(f, [x, *m.parameters()]) for f, m in ((found, layer), (expected, plain)))
    for full, one, other in zip(["", *dict(layer.named_parameters())], ours, theirs, strict=True):
        torch.testing.assert_close(one, other * masks.get(full, 1))


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_means_over_many_masks_are_what_is_there_without(p):
    torch.manual_seed(0)
    layer = rt.RNN(1, 5, nonlinearity="relu", weight_dropout=p, **DOUBLE)
    W = layer.get_parameter("weight_hh_l0").detach()
    with torch.no_grad():
        for bias in (layer.get_parameter("bias_ih_l0"), layer.get_parameter("bias_hh_l0")):
            bias.fill_(5)  # nothing is cut off: the step is linear
    h = torch.randn(1, 1, 5, **DOUBLE)
    draws = torch.stack([layer(torch.zeros(1, 1, 1, **DOUBLE), h)[0][0, 0].detach() for _ in range(2000)])
    variance = p / (1 - p) * (W * h[0, 0]).square().sum(1)
    torch.testing.assert_close(draws.mean(0), W @ h[0, 0] + 10, rtol=0, atol=float(5 * (variance.max() / 2000) ** 0.5))
    torch.testing.assert_close(draws.var(0), variance, rtol=0.3, atol=0)
    layer.weight_dropout, layer.recurrent_dropout = 0.0, p
    rows, _ = layer(torch.zeros(1, 2000, 1, **DOUBLE), h.expand(1, 2000, 5))  # a mask for each sequence
    torch.testing.assert_close(
        rows[0].mean(0), W @ h[0, 0] + 10, rtol=0, atol=float(5 * (variance.max() / 2000) ** 0.5)
    )
    torch.testing.assert_close(rows[0].var(0), variance, rtol=0.3, atol=0)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("option", BOTH)
def test_nothing_happens_at_zero_or_in_evaluation(name, option):
    x = batch(name)
    plain, zero, some = (LAYERS[name](2, 4, **given, **DOUBLE) for given in ({}, {option: 0.0}, {option: 0.5}))
    for layer in (zero, some):
        layer.load_state_dict(plain.state_dict())
    plain.backend = zero.backend = "reference"
    for one, other in zip(seeded(zero, x), seeded(plain, x), strict=True):
        assert torch.equal(one, other)
    assert repr(zero).replace(", backend=reference", "") == repr(plain).replace(", backend=reference", "")
    assert not torch.allclose(seeded(some, x)[0], seeded(plain, x)[0])
    torch.testing.assert_close(seeded(some.eval(), x), seeded(plain, x))
    before = torch.get_rng_state()
    some(x)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("option", BOTH)
def test_one_drops_all_that_was(name, option):
    x = batch(name)
    layer = LAYERS[name](2, 4, **{option: 1.0}, **DOUBLE)
    forgetful = LAYERS[name](2, 4, backend="reference", **DOUBLE)
    forgetful.load_state_dict(layer.state_dict())
    with torch.no_grad():
        forgetful.weight_hh_l0.zero_()
    torch.testing.assert_close(layer(x), forgetful(x))


@pytest.mark.parametrize("option", BOTH)
def test_fast_ways_are_open_in_evaluation_only(option):
    pytest.importorskip("numba")
    for name in ("RNN", "GRU", "LSTM"):
        layer, x = LAYERS[name](2, 16, **{option: 0.25}), torch.randn(60, 20, 2)

        def chosen(layer=layer, x=x):
            return dispatch.choose(layer, Sequences.of(layer, x, None), False)

        assert chosen() == "reference"
        layer.eval()
        assert chosen() != "reference"
        for backend in ("native", "fused"):
            layer.eval().backend = backend
            assert chosen() == backend
            with pytest.raises(
                ValueError, match=rf"{backend}.* cannot apply {option}=0.25 .*in training; use backend="
            ):
                layer.train()(x)


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM", "ConvLSTM"])
@pytest.mark.parametrize("option", BOTH)
def test_seeds_lengths_forms_and_derivatives(name, option):
    layer = LAYERS[name](2, 4, num_layers=2, bidirectional=True, **{option: 0.4}, **DOUBLE)
    x = batch(name)
    whole = seeded(layer, x)
    assert torch.equal(seeded(layer, x)[0], whole[0])
    assert not torch.equal(layer(x)[0], whole[0])
    other = LAYERS[name](2, 4, **{option: 0.4}, **DOUBLE)
    full, short = seeded(other, x), seeded(other, x, lengths=[2, 5, 3])
    for b, length in enumerate([2, 5, 3]):  # the masks do not depend on lengths
        torch.testing.assert_close(short[0][:length, b], full[0][:length, b])
        assert not short[0][length:, b].any()
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor([2, 5, 3]), enforce_sorted=False)
    torch.manual_seed(11)
    torch.testing.assert_close(parts(other(packed)[1])[0], short[1])
    torch.manual_seed(11)
    torch.testing.assert_close(rt.in_chunks(other, x, steps=5)[0], full[0])
    small = LAYERS[name](1, 2, **{option: 0.4}, **DOUBLE)
    given = batch(name, T=2, B=2, F=1).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda x: tuple(seeded(small, x)), (given,))


@pytest.mark.parametrize("name", dear(["RNN", "GRU, reset before", "LSTM", "ConvLSTM"]))
@pytest.mark.parametrize("option", BOTH)
def test_autocast_compilers_and_maps(name, option):
    layer, x = LAYERS[name](2, 64, **{option: 0.5}), batch(name, dtype=torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        found, plain = layer(x), LAYERS[name](2, 64, backend="reference")(x)
    assert [t.dtype for t in (found[0], *parts(found[1]))] == [t.dtype for t in (plain[0], *parts(plain[1]))]
    torch._dynamo.reset()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    assert not torch.equal(compiled(x)[0], compiled(x)[0])
    layer.eval()
    torch.testing.assert_close(compiled(x)[0], layer(x)[0])
    layer.train()
    mapped = torch.func.vmap(lambda row: layer(row[:, None])[0][:, 0], in_dims=1, out_dims=1, randomness="different")
    assert mapped(x).shape == layer(x)[0].shape
