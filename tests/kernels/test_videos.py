"""The ConvLSTM's kernel against the readable loop: values and gradients, in one to three dimensions, odd sizes."""

from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tutorial as rt
from tests.kernels.test_cpu import run
from tests.sampled import examples

pytest.importorskip("numba")

from rnn_tutorial.kernels.cpu.conv import ways
from rnn_tutorial.kernels.cpu.conv.geometry import Geometry

CONV_LSTM: Any = rt.ConvLSTM
WAYS = [ways.Direct, ways.Pairs, ways.Squares]


def twins(*sizes, dtype=torch.float64, seed=0, **options):
    """Return a ConvLSTM by kernel and the same by the reference loop, peepholes drawn at random."""
    torch.manual_seed(seed)
    by_kernel = CONV_LSTM(*sizes, dtype=dtype, backend="fused", **options)
    for name, parameter in by_kernel.named_parameters():
        if "weight_c" in name:
            torch.nn.init.normal_(parameter)
    by_loop = CONV_LSTM(*sizes, dtype=dtype, backend="reference", **options)
    by_loop.load_state_dict(by_kernel.state_dict())
    return by_kernel, by_loop


@contextmanager
def convolved(way: type[ways.Way]):
    """Convolve in that of ``ways``, or in the nearest to it that the kernel allows."""
    with mock.patch.object(ways, "fastest", lambda g, *_: WAYS[min(WAYS.index(way), len(ways.products(g)) - 1)]):
        yield


CALLS = st.fixed_dictionaries(
    {
        "axes": st.integers(1, 3),
        "T": st.integers(1, 4),
        "B": st.integers(1, 3),
        "F": st.integers(0, 3),
        "H": st.sampled_from([1, 2, 3, 8, 17]),
        "kernel": st.sampled_from([1, 3, 5, 7]),
        "dilation": st.integers(1, 2),
        "layers": st.integers(1, 2),
        "bidirectional": st.booleans(),
        "bias": st.booleans(),
        "peephole": st.sampled_from(["channel", "position", None]),
        "way": st.sampled_from(WAYS),
        "seed": st.integers(0, 999),
        "probe": st.integers(0, 9),
    }
)


@settings(max_examples=examples(120), deadline=None, derandomize=True)
@given(CALLS)
def test_kernel_equals_the_loop(call):
    rng = np.random.default_rng(call["seed"])
    sizes = tuple(int(s) for s in rng.integers(1, 10 if call["axes"] < 3 else 5, call["axes"]))
    if call["way"] is not ways.Direct:
        sizes = (*sizes[:-1], int(rng.integers(1, 40)))
    by_kernel, by_loop = twins(
        call["F"], call["H"], call["kernel"], call["layers"], spatial_dims=call["axes"], dilation=call["dilation"],
        bidirectional=call["bidirectional"], bias=call["bias"], peephole=call["peephole"], seed=call["seed"],
        image_size=sizes if call["peephole"] == "position" else None,
    )  # fmt: skip
    T, B, runs = call["T"], call["B"], call["layers"] * (1 + call["bidirectional"])
    x = torch.randn(T, B, call["F"], *sizes, dtype=torch.float64)
    state = tuple(torch.randn(runs, B, call["H"], *sizes, dtype=torch.float64) for _ in range(2))
    lengths = torch.from_numpy(rng.integers(0, T + 1, B)) if call["seed"] % 2 else None
    with convolved(call["way"]):
        found = run(by_kernel, x, state, lengths, call["probe"])
    for a, b in zip(found, run(by_loop, x, state, lengths, call["probe"]), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "sizes", [(2, 5, 1, 16, 3, 20, 12), (2, 4, 7, 9, 3, 16, 16), (1, 8, 32, 32, 3, 12, 33), (1, 4, 5, 20, 7, 9, 20)]
)
def test_float32_is_as_good_as_float64_allows(sizes, way):
    """Gradients in float32 within 5e-6 of the float64 loop's, relative to the largest."""
    B, T, F, H, kernel, *size = sizes
    by_kernel, by_loop = twins(F, H, kernel, batch_first=True)
    x, state = torch.randn(B, T, F, *size).double(), tuple(torch.randn(2, 1, B, H, *size).double())
    expected = run(by_loop, x, state, None)
    with convolved(way):
        found = run(by_kernel.float(), x.float(), tuple(s.float() for s in state), None)
    for a, b in zip(found, expected, strict=True):
        assert (a - b).abs().max() <= 5e-6 * b.abs().max()


def test_inputs_need_not_be_contiguous_and_threads_do_not_matter():
    by_kernel, by_loop = twins(2, 4, 3)
    video = torch.randn(2, 8, 9, 5, 4, dtype=torch.float64).permute(4, 3, 0, 2, 1)
    assert not video.is_contiguous()
    state = tuple(torch.randn(8, 9, 4, 5, 1, dtype=torch.float64).permute(4, 3, 2, 1, 0) for _ in range(2))
    expected = run(by_loop, video, state, None)
    before = torch.get_num_threads()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            first, again = (run(by_kernel, video, state, None) for _ in range(2))
            for a, b, c in zip(first, again, expected, strict=True):
                torch.testing.assert_close(a, b, rtol=0, atol=0)
                torch.testing.assert_close(a, c)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("column", [0, 3, 4, 8])
def test_nan_spreads_as_far_as_the_kernels_reach_and_no_further(way, column):
    by_kernel, by_loop = twins(1, 3, 3, batch_first=True, dtype=torch.float32)
    video = torch.rand(3, 2, 1, 9, 9)
    video[1, 0, 0, 4, column] = torch.nan
    with convolved(way):
        found, expected = by_kernel(video)[0], by_loop(video)[0]
    torch.testing.assert_close(found.isnan(), expected.isnan())
    assert found[1].isnan().any()
    assert not found[0].isnan().any()


def test_geometry_by_hand():
    """A picture of 2 × 3 with a frame of one pixel is 4 × 5, and 4 × 6 with lines of whole pairs."""
    g = Geometry.of((2, 3), (3, 3), (1, 1))
    assert (g.area, g.size, g.centre, g.merged) == (24, 3, 7, 3)
    assert g.lines.tolist() == [0, 6]
    assert g.rows.tolist() == [0, 6, 12]
    assert g.cells.tolist() == [0, 1, 2, 6, 7, 8, 12, 13, 14]
    assert g.back_cells.tolist() == [14, 13, 12, 8, 7, 6, 2, 1, 0]
    assert g.back_rows.tolist() == [12, 6, 0]
    wide = Geometry.of((2, 3), (1, 3), (1, 2))  # a frame of two pixels left and right: 2 × 7, or 8
    assert (wide.area, wide.centre, wide.merged) == (16, 2, 1)
    assert wide.rows.tolist() == wide.cells.tolist() == [0, 2, 4]
    assert wide.back_rows.tolist() == [4, 2, 0]
    assert (g.height, g.line, g.down, g.others.tolist(), g.back_others.tolist()) == (2, 6, 3, [0], [0])
    deep = Geometry.of((2, 2, 2), (3, 1, 3), (1, 2, 1))  # planes of 2 × 4, whose kernels have one row each
    assert (deep.height, deep.line, deep.down) == (2, 4, 1)
    assert (deep.others.tolist(), deep.back_others.tolist()) == ([0, 8, 16], [16, 8, 0])


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (7, 9)])
@pytest.mark.parametrize("sizes", [(1, 1), (2, 3), (5, 17)])
def test_pictures_have_room_for_all_that_products_read(sizes, kernel):
    from rnn_tutorial.kernels.cpu import products
    from rnn_tutorial.kernels.cpu.conv import pictures

    g = Geometry.of(sizes, kernel, (1, 1))
    last = int(g.lines[-1] + g.cells.max()) + products.whole_tiles(g.size) - 1  # the last row of the last tile
    of_pairs = g.area - 2 + g.merged  # the last number d of the last pair
    of_squares = int(g.lines[-1]) // g.line * g.line + (g.down + 1) * g.line - 1  # an odd last line has one below it
    assert pictures.room(g) > max(last, of_pairs, of_squares)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"padding_mode": "circular"}, "surround videos by 'circular'"),
        ({"recurrent_kernel_size": 5}, "kernels of two sizes"),
    ],
)
def test_what_the_kernel_cannot_do_is_said_and_left_to_the_loop(options, words):
    video = torch.rand(2, 3, 1, 6, 6)
    layer = rt.ConvLSTM(1, 2, 3, backend="fused", **options)
    with pytest.raises(ValueError, match=words):
        layer(video)
    layer.backend = "auto"
    assert layer(video)[0].shape == (2, 3, 2, 6, 6)


def test_auto_takes_the_loop_where_threads_would_be_idle():
    from rnn_tutorial.layers.core import dispatch
    from rnn_tutorial.layers.core.sequences import Sequences

    layer, before = rt.ConvLSTM(1, 2, 3), torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        chosen = [dispatch.choose(layer, Sequences.of(layer, torch.rand(3, B, 1, 4, 4), None), False) for B in (1, 2)]
    finally:
        torch.set_num_threads(before)
    assert chosen == ["reference", "fused"]


def test_a_subclass_with_its_own_convolution_gets_it():
    class Blind(rt.ConvLSTM):
        def convolve(self, x, kernel, bias=None):
            return super().convolve(x, kernel * 0, bias)

    video = torch.rand(2, 2, 1, 4, 4)
    layer = Blind(1, 2, 3)
    torch.testing.assert_close(layer(video)[0], layer(video * 5)[0])


def test_bfloat16_is_no_further_from_the_truth_than_the_loop():
    bfloat = pytest.importorskip("rnn_tutorial.kernels.cpu.simd.bfloat")
    if not bfloat.supported():
        pytest.skip("this CPU does not multiply bfloat16")
    for F, H, size, kernel in ((3, 18, (11, 13), 3), (0, 5, (6, 7), (1, 5)), (2, 16, (9,), 3)):
        exact = rt.ConvLSTM(
            F, H, kernel, 2, batch_first=True, spatial_dims=len(size), backend="reference", dtype=torch.float64
        )
        video = torch.randn(3, 4, F, *size, dtype=torch.float64)
        state = tuple(torch.randn(2, 3, H, *size, dtype=torch.float64) for _ in range(2))
        truth, errors = run(exact, video, state, None), {}
        for backend in ("reference", "fused"):
            rounded = rt.ConvLSTM(F, H, kernel, 2, batch_first=True, spatial_dims=len(size), backend=backend)
            rounded.load_state_dict(exact.state_dict())
            with torch.autocast("cpu", torch.bfloat16):
                found = run(rounded, video.float(), tuple(s.float() for s in state), None)
            assert (found[0].dtype, found[2].dtype) == (torch.bfloat16, torch.float32)
            errors[backend] = [
                float((a - b).abs().max().detach() / b.abs().max().detach())
                for a, b in zip(found, truth, strict=True)
                if b.numel()
            ]
        assert max(errors["fused"]) < 0.02
        assert np.mean(errors["fused"]) < 1.1 * np.mean(errors["reference"])


def test_rounding_to_bfloat16_is_pytorchs():
    from rnn_tutorial.kernels.cpu import jit
    from rnn_tutorial.kernels.cpu.simd import bfloat, vector

    @jit.jit
    def rounded(source, target):
        for at in range(0, len(source), 4):
            vector.store(target, at, 4, vector.load(source, at, 4))

    numbers = torch.cat([torch.randn(400) * 10.0 ** torch.randint(-30, 30, (400,)), torch.tensor([0.0, -0.0])])
    ties = (torch.arange(1000, dtype=torch.int32) * 2**15 + 0x3F800000).view(torch.float32)
    odd = torch.tensor([torch.inf, -torch.inf, 1.0, 2.0, 3.0, 4.0])
    source = torch.cat([numbers, ties, odd])
    target = torch.zeros(len(source), dtype=torch.uint16)
    rounded(source.numpy(), target.numpy())
    assert torch.equal(target.view(torch.int16), source.bfloat16().view(torch.int16))
    nan = torch.zeros(4, dtype=torch.uint16)
    rounded(torch.full((4,), torch.nan).numpy(), nan.numpy())
    assert nan.view(torch.bfloat16).isnan().all()
    panels = torch.randn(2, 6, 8)
    pairs = bfloat.pairs_of(panels).view(torch.bfloat16).unflatten(-1, (8, 2))
    assert torch.equal(pairs.permute(0, 1, 3, 2).reshape(2, 6, 8), panels.bfloat16())
