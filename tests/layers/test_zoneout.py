"""Zoneout: by the paper's equations with the masks that were drawn, and in evaluation their expectation."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import rnn_tutorial as rt
from tests.sampled import dear

DOUBLE: dict[str, Any] = {"dtype": torch.float64}
CELLS: dict[str, Any] = {"RNN": nn.RNNCell, "GRU": nn.GRUCell, "LSTM": nn.LSTMCell}
LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "GRU": rt.GRU,
    "LSTM": rt.LSTM,
    "PeepholeLSTM": rt.PeepholeLSTM,
    "ConvLSTM": lambda F, H, **o: rt.ConvLSTM(F, H, 3, spatial_dims=1, **o),
}
DENSE = ["RNN", "GRU", "LSTM", "PeepholeLSTM"]


def batch(name, T=6, B=3, F=2, **options):
    return torch.randn(T, B, F, *[5] * (name == "ConvLSTM"), **(DOUBLE | options))


def parts(state):
    return list(state) if isinstance(state, tuple) else [state]


def seeded(layer, *given, **options):
    """Return the tensors of a call under one seed, output first."""
    torch.manual_seed(11)
    output, *states = layer(*given, **options)
    data = output.data if isinstance(output, PackedSequence) else output
    return [data, *(part for state in states for part in parts(state))]


@pytest.fixture
def draws(monkeypatch):
    """Every tensor of uniform numbers that a call draws, in order."""
    drawn: list[torch.Tensor] = []
    rand_like = torch.rand_like

    def noted(*given, **options):
        drawn.append(rand_like(*given, **options))
        return drawn[-1]

    monkeypatch.setattr(torch, "rand_like", noted)
    return drawn


def by_hand(cell, x, state, chances, masks):
    """Krueger et al.: s_t = d_t s_{t-1} + (1 - d_t) s~_t, for h and c; ``masks(t, k)`` gives d_t of state k."""
    outputs = []
    for t, x_t in enumerate(x):
        new = parts(cell(x_t, tuple(state) if len(state) > 1 else state[0]))
        d = [masks(t, k) if chances[k] else torch.zeros_like(s) for k, s in enumerate(state)]
        state = [d_k * old + (1 - d_k) * fresh for d_k, old, fresh in zip(d, state, new, strict=True)]
        outputs.append(state[0])
    return [torch.stack(outputs), *state]


CASES = [(name, p) for name in CELLS for p in (0.3, 1.0)] + [
    ("LSTM", pair) for pair in ((0.5, 0.1), (0, 0.6), (0.4, 0))
]


@pytest.mark.parametrize(("name", "zoneout"), CASES)
@pytest.mark.parametrize("training", [True, False])
def test_the_papers_equations(name, zoneout, training, draws):
    states = 2 if name == "LSTM" else 1
    layer, cell = LAYERS[name](2, 4, zoneout=zoneout, **DOUBLE).train(training), CELLS[name](2, 4, **DOUBLE)
    cell.load_state_dict({key.removesuffix("_l0"): value for key, value in layer.state_dict().items()})
    x, first = batch(name).requires_grad_(), [torch.randn(3, 4, **DOUBLE).requires_grad_() for _ in range(states)]
    given = tuple(s[None] for s in first)
    output, final = layer(x, given if states > 1 else given[0])
    chances = zoneout if isinstance(zoneout, tuple) else (zoneout,) * states
    drawn = [k for k in range(states) if chances[k]]  # states for which something is drawn at each step

    def mask(t, k):
        if not training:
            return torch.tensor(chances[k], **DOUBLE)
        return (draws[t * len(drawn) + drawn.index(k)] < chances[k]).double()

    expected = by_hand(cell, x, first, chances, mask)
    found = [output, *(part[0] for part in parts(final))]
    assert len(draws) == (6 * len(drawn) if training else 0)
    weights = [w for _, w in sorted(cell.named_parameters())]
    ours = [w for _, w in sorted(layer.named_parameters())]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    slopes = [
        torch.autograd.grad(sum(t.square().sum() for t in tensors), [x, *first, *leaves], materialize_grads=True)
        for tensors, leaves in ((found, ours), (expected, weights))
    ]
    torch.testing.assert_close(*slopes)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_one_keeps_the_first_state_and_zero_changes_nothing(name, training):
    layer = LAYERS[name](2, 4, zoneout=1, **DOUBLE).train(training)
    x = batch(name)
    _, first = LAYERS[name](2, 4, **DOUBLE)(x)
    output, final = layer(x, first)
    for kept, given in zip(parts(final), parts(first), strict=True):
        assert torch.equal(kept, given)
    assert torch.equal(output, parts(first)[0].expand_as(output))
    plain = LAYERS[name](2, 4, num_layers=2, dropout=0.5, **DOUBLE).train(training)
    without = LAYERS[name](2, 4, num_layers=2, dropout=0.5, zoneout=0.0, **DOUBLE).train(training)
    without.load_state_dict(plain.state_dict())
    assert repr(without) == repr(plain)
    for one, other in zip(seeded(without, x), seeded(plain, x), strict=True):
        assert torch.equal(one, other)


def test_a_pair_of_zeros_is_none_and_a_pair_may_zone_one_state_out():
    assert rt.LSTM(2, 4, zoneout=(0, 0.0)).zoneout == 0.0
    layer, x = rt.LSTM(2, 4, zoneout=[0.0, 1.0], **DOUBLE), batch("LSTM")  # type: ignore[arg-type]
    _, (h_n, c_n) = layer(x)
    assert not c_n.any()  # as it began
    assert h_n.all()
    _, (h_n, c_n) = rt.LSTM(2, 4, zoneout=(1.0, 0.0), **DOUBLE)(x)
    assert not h_n.any()
    assert c_n.all()


@pytest.mark.parametrize("p", [0.1, 0.7])
def test_so_many_numbers_keep_their_value(p):
    torch.manual_seed(0)
    layer = rt.GRU(1, 200, zoneout=p)
    _, _, states = layer(torch.randn(21, 50, 1), return_all_states=True)
    kept = (states[0, 1:] == states[0, :-1]).float()
    assert abs(kept.mean() - p) < 5 * (p * (1 - p) / kept.numel()) ** 0.5
    for axis in ((0, 1), (0, 2), (1, 2)):  # another draw for every number, sequence and step
        assert 0 < (kept.mean(axis) - p).abs().max() < 0.5 * min(p, 1 - p) + 0.05


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_lengths_packed_directions_and_layers(name, training):
    layer = LAYERS[name](2, 4, num_layers=2, bidirectional=True, zoneout=0.4, **DOUBLE).train(training)
    x, lengths = batch(name), [4, 6, 1]
    padded = seeded(layer, x, lengths=lengths, return_all_states=True)
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    for one, other in zip(padded[1:], seeded(layer, packed, return_all_states=True)[1:], strict=True):
        assert torch.equal(one, other)
    for b, length in enumerate(lengths):
        assert not padded[0][length:, b].any()
        if not training:
            torch.testing.assert_close(padded[0][:length, b], layer(x[:length, b])[0])
    first = LAYERS[name](2, 4, num_layers=2, bidirectional=True, zoneout=0.4, batch_first=True, **DOUBLE)
    first.load_state_dict(layer.state_dict())
    first.train(training)
    torch.testing.assert_close(seeded(first, x.transpose(0, 1))[0].transpose(0, 1), seeded(layer, x)[0])


@pytest.mark.parametrize("name", LAYERS)
def test_a_seed_draws_the_same_whole_and_in_chunks(name):
    layer, x = LAYERS[name](2, 4, zoneout=0.4, **DOUBLE), batch(name).requires_grad_()
    whole = seeded(layer, x)
    assert not torch.equal(layer(x)[0], whole[0])
    torch.manual_seed(11)
    output, _ = rt.in_chunks(layer, x, steps=4)
    torch.testing.assert_close(output, whole[0])
    slopes = [torch.autograd.grad(y.square().sum(), [x, *layer.parameters()]) for y in (output, whole[0])]
    torch.testing.assert_close(*slopes)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_second_derivatives(name, training):
    layer = LAYERS[name](1, 2, zoneout=0.4, **DOUBLE).train(training)
    x = batch(name, T=3, B=2, F=1)[..., :2] if name == "ConvLSTM" else batch(name, T=3, B=2, F=1)
    assert torch.autograd.gradgradcheck(lambda x: tuple(seeded(layer, x)), (x.requires_grad_(),))


@pytest.mark.parametrize("name", dear(LAYERS))
@pytest.mark.parametrize("training", [True, False])
def test_autocast_and_one_compiled_graph(name, training):
    layer, x = LAYERS[name](2, 4, zoneout=0.4).train(training), batch(name, dtype=torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        found = seeded(layer, x)
        plain = seeded(LAYERS[name](2, 4, backend="reference"), x)
    assert [t.dtype for t in found] == [t.dtype for t in plain]
    torch.testing.assert_close([t.float() for t in found], seeded(layer, x), rtol=0.1, atol=0.02)
    layer.zoneout = 1.0 if training else 0.4  # what a compiler draws is its own
    torch._dynamo.reset()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x)[0], layer(x)[0])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("backend", ["native", "fused"])
@pytest.mark.parametrize("training", [True, False])
def test_fast_backends_refuse_it_by_name(name, backend, training):
    layer = LAYERS[name](2, 4, zoneout=0.25, backend=backend).train(training)
    operator = name in CELLS
    reason = "zoneout=0.25 from step to step" if backend == "fused" or operator else "no operator for it"
    with pytest.raises(ValueError, match=rf'"{backend}" cannot .*{reason}; use backend="auto" or "reference"'):
        layer(batch(name, dtype=torch.float32))


def test_a_step_of_ones_own_is_zoned_out_as_well():
    class Counter(rt.RNN):
        def step(self, a_t, state, w):
            return (state[0] + 1,)

    layer = Counter(2, 4, zoneout=0.25).eval()
    output, _ = layer(torch.zeros(8, 1, 2))
    torch.testing.assert_close(output[:, 0, 0], 0.75 * torch.arange(1.0, 9.0))
