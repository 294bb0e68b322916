"""The GPU's ConvLSTM in Triton's interpreter, against the readable loop; ``test_cuda`` runs this file by itself."""

from functools import partial
from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.kernels import cuda
from rnn_tutorial.kernels.cuda import conv_lstm
from rnn_tutorial.layers.core import fused_videos, loop

CONV_LSTM: Any = rt.ConvLSTM

CASES: dict[str, Any] = {
    "one pixel": ((1, 1, 1, 1), (1, 1), {}),  # T, B, F, H, the size of a video, options
    "a line": ((4, 3, 2, 3), (7,), {"dilation": 2}),
    "a picture": ((4, 3, 2, 3), (4, 5), {}),
    "a picture by position": ((3, 2, 2, 3), (4, 5), {"peephole": "position", "image_size": (4, 5)}),
    "a volume": ((3, 2, 1, 2), (2, 3, 4), {"kernel_size": (1, 3, 3)}),
    "no peepholes": ((3, 2, 2, 3), (4, 5), {"peephole": None, "bias": False}),
    "the state alone": ((3, 2, 0, 3), (4, 5), {"kernel_size": 1, "recurrent_kernel_size": 5}),
}


def case(name, dtype=torch.float32):
    """Return a layer, an input, first states and lengths."""
    (T, B, F, H), size, options = CASES[name]
    torch.manual_seed(0)
    layer = CONV_LSTM(F, H, **({"kernel_size": 3, "spatial_dims": len(size)} | options), dtype=dtype)
    for parameter_name, parameter in layer.named_parameters():
        if "weight_c" in parameter_name:
            torch.nn.init.normal_(parameter)
    x = torch.randn(T, B, F, *size, dtype=dtype)
    state = [torch.randn(B, H, *size, dtype=dtype) for _ in "hc"]
    return layer, x, state, torch.randint(1, T + 1, (B,))


def by_kernel(layer, x, state, lengths, reverse, *, every=True, back=True):
    readable = partial(loop.scan, layer, real=loop.sequence_mask(lengths, x), backward=reverse)
    return fused_videos.on_gpu(layer, x, tuple(state), layer.weights(), lengths, reverse, every, back, readable)


def by_loop(layer, x, state, lengths, reverse):
    states = loop.scan(layer, x, tuple(state), layer.weights(), loop.sequence_mask(lengths, x), reverse)
    return *states, *(s[0 if reverse else -1] for s in states)


def with_gradients(run, layer, x, state, lengths, reverse=False, probe=None):
    """Return h and c of all steps and of the last, and gradients of a weighted sum of them, or of ``probe`` alone."""
    leaves = [x.detach().clone().requires_grad_(), *(s.detach().clone().requires_grad_() for s in state)]
    given = run(layer, leaves[0], leaves[1:], lengths, reverse)
    generator = torch.Generator().manual_seed(5)
    chosen = given if probe is None else [given[probe]]
    loss = sum((y.float() * torch.randn(y.shape, generator=generator)).sum() for y in chosen)
    leaves += layer.parameters()
    gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
    return [*given, *(torch.zeros_like(p) if g is None else g for p, g in zip(leaves, gradients, strict=True))]


def assert_same(*arguments, **options):
    ours, expected = (with_gradients(run, *arguments, **options) for run in (by_kernel, by_loop))
    for one, other in zip(ours, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_kernel_equals_the_loop(name, reverse):
    assert_same(*case(name), reverse)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", [[0, 4, 2], [0, 0, 0]])
def test_videos_without_a_frame(lengths, reverse):
    layer, x, state, _ = case("a picture")
    assert_same(layer, x, state, torch.tensor(lengths), reverse)


@pytest.mark.parametrize("probe", range(4))
def test_gradients_through_every_output_alone(probe):
    assert_same(*case("a picture"), probe=probe)


def test_more_units_than_a_program(monkeypatch):
    monkeypatch.setattr(conv_lstm, "BLOCK", 64)
    assert_same(*case("a picture"))
    assert_same(*case("a picture by position"), reverse=True)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_graph_does_what_its_loop_does_with_other_numbers(reverse, captures):
    for size, known in zip((1.0, 0.3, -0.5), (0, 2, 2), strict=True):
        layer, x, state, lengths = case("a picture")
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter *= size
        assert_same(layer, x * size, [s * size for s in state], lengths, reverse)
        assert len(captures) == known


def test_directions_and_ways_back_are_other_graphs(captures):
    for _ in range(3):
        for reverse in (False, True):
            layer, x, state, lengths = case("a picture")
            with torch.no_grad():
                by_kernel(layer, x, state, lengths, reverse, back=False)
            assert_same(layer, x, state, lengths, reverse)
    assert len(captures) == 6


@pytest.mark.parametrize(("dtype", "near"), [(torch.bfloat16, 0.05), (torch.float16, 0.01)], ids=str)
def test_half_the_bits(dtype, near):
    layer, x, state, lengths = case("a picture", dtype)
    ours = with_gradients(by_kernel, layer, x, state, lengths)
    assert {y.dtype for y in ours} == {dtype}
    exact = with_gradients(by_loop, layer.float(), x.float(), [s.float() for s in state], lengths)
    for one, other in zip(ours, exact, strict=True):
        assert (one.float() - other).norm() <= near * other.norm().clamp(min=1)


def test_videos_need_not_be_contiguous():
    layer, x, state, lengths = case("a picture")
    x, *state = (s.movedim(-3, -1).contiguous().movedim(-1, -3) for s in (x, *state))  # channels last
    assert not layer.input_map(x, layer.weights()).is_contiguous()
    assert_same(layer, x, state, lengths)


def test_a_whole_layer(monkeypatch):
    """Layers, directions, lengths and single videos by the GPU's way, on the CPU."""
    monkeypatch.setattr(fused_videos, "_on_cpu", fused_videos.on_gpu)
    options = {"num_layers": 2, "bidirectional": True, "batch_first": True}
    ours, expected = (CONV_LSTM(2, 3, 3, backend=backend, **options) for backend in ("fused", "reference"))
    expected.load_state_dict(ours.state_dict())
    videos = torch.randn(3, 3, 2, 3, 5)
    for given, lengths in ((videos, [3, 1, 2]), (videos[0], None)):
        torch.testing.assert_close(ours(given, lengths=lengths), expected(given, lengths=lengths))
    for layer in (ours, expected):
        layer(videos)[0].square().sum().backward()
    for one, other in zip(ours.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-5)


def test_without_a_way_back_only_two_cells_are_kept():
    layer, x, state, lengths = case("a picture")
    expected = by_loop(layer, x, state, lengths, True)
    with torch.no_grad():
        given = by_kernel(layer, x, state, lengths, True, every=False, back=False)
    assert len(given[1]) < len(expected[1])
    for one, other in zip((given[0], *given[2:]), (expected[0], *expected[2:]), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_nan_stays_with_its_video():
    layer, x, state, lengths = case("a picture")
    clean = by_kernel(layer, x, state, lengths, False)[0]
    x[0, 1] = torch.nan
    dirty = by_kernel(layer, x, state, lengths, False)[0]
    assert dirty[0, 1].isnan().all()
    assert torch.equal(dirty[:, [0, 2]], clean[:, [0, 2]])


def squares(tensors):
    return torch.cat([t.flatten() for t in tensors]).square().sum()


@pytest.mark.parametrize("name", ["a picture", "a picture by position", "no peepholes", "the state alone"])
def test_derivatives_of_derivatives_and_many_at_once(name):
    layer, x, state, lengths = case(name)
    leaves = [*([x] if x.numel() else []), *state, *layer.parameters()]
    for leaf in leaves:
        leaf.requires_grad_()
    found = []
    for run in (by_kernel, by_loop):
        given = run(layer, x, state, lengths, False)
        slopes = torch.autograd.grad(squares(given), leaves, create_graph=True)
        second = torch.autograd.grad(squares(slopes), leaves)
        given = run(layer, x, state, lengths, False)
        into = torch.stack([torch.ones_like(given[0]), torch.full_like(given[0], 2.0)])
        many = torch.autograd.grad(given[0], leaves, into, is_grads_batched=True, allow_unused=True)
        found.append([*slopes, *second, *many])
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-3)


def test_what_cannot_run_is_said():
    assert cuda.supports("cpu", torch.float32)
    with pytest.raises(RuntimeError, match="float64"):
        with_gradients(by_kernel, *case("a picture", torch.float64))
