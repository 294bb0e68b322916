"""Fewer multiplications: the identities, three ways against each other and double precision, which way is taken."""

import pytest
import torch

pytest.importorskip("numba")

import numpy as np

from rnn_tutorial.kernels.cpu.conv import squares, ways
from rnn_tutorial.kernels.cpu.conv import winograd as conv_winograd
from rnn_tutorial.kernels.cpu.conv.geometry import Geometry
from rnn_tutorial.kernels.cpu.simd import matrix
from tests.kernels.test_cpu import run
from tests.kernels.test_videos import WAYS, convolved, twins


@pytest.mark.parametrize("width", [3, 5, 9])
def test_products_of_sums_are_a_convolution_of_two_pixels(width):
    """The module's identities, in whole numbers; the gradient of the weights is their adjoint."""
    d, g, dy = torch.randint(-9, 9, (3, 20, width + 1)).double()
    g, dy, more = g[:, :width], dy[:, :2], (width - 3) // 2
    three, pairs = d[:, :4], [d[:, k : k + 3] for k in range(3, width, 2)]
    groups = [
        [three[:, 0] - three[:, 2], *(p[:, 0] - p[:, 1] for p in pairs)],
        [three[:, 1] + three[:, 2], *(p[:, 1] for p in pairs)],
        [three[:, 2] - three[:, 1]],
        [three[:, 3] - three[:, 1], *(p[:, 2] - p[:, 1] for p in pairs)],
    ]
    sums, lengths = torch.stack([d for group in groups for d in group], 1), [len(group) for group in groups]
    begins = [sum(lengths[:j]) for j in range(4)]
    assert list(zip(begins, lengths, strict=True)) == [conv_winograd.group(j, width) for j in range(4)]
    assert conv_winograd.pieces_of(width) == sums.shape[1] == 4 + 3 * more
    m = [part.sum(1) for part in (sums * conv_winograd.weights(g)).split(lengths, 1)]
    y = torch.stack([m[0] + m[1] + m[2], m[1] - m[2] + m[3]], 1)
    assert torch.equal(y, torch.stack([(d[:, :width] * g).sum(1), (d[:, 1:] * g).sum(1)], 1))
    dm = [dy[:, 0], dy[:, 0] + dy[:, 1], dy[:, 0] - dy[:, 1], dy[:, 1]]
    dU = sums * torch.cat([of_m[:, None].expand(-1, n) for of_m, n in zip(dm, lengths, strict=True)], 1)
    assert torch.equal(conv_winograd.weights_gradient(dU), d[:, :width] * dy[:, :1] + d[:, 1:] * dy[:, 1:])


@pytest.mark.parametrize("width", [3, 5, 7, 9])
def test_terms_are_the_sums_of_the_identities(width):
    """Applied to the numbers d, with the weights' own sums, they give two results; gradients are their adjoint."""
    d, g, dy = torch.randint(-9, 9, (3, 20, width + 1)).double()
    g, dy = g[:, :width], dy[:, :2]
    found = [squares.terms(piece, width) for piece in range(conv_winograd.pieces_of(width))]
    sums = torch.stack([d[:, first] + sign * d[:, first + further] for _, first, further, sign in found], 1)
    of_m = torch.tensor([j for j, *_ in found])
    m = torch.zeros(20, 4, dtype=torch.float64).index_add(1, of_m, sums * conv_winograd.weights(g))
    y = torch.stack([m[:, 0] + m[:, 1] + m[:, 2], m[:, 1] - m[:, 2] + m[:, 3]], 1)
    assert torch.equal(y, torch.stack([(d[:, :width] * g).sum(1), (d[:, 1:] * g).sum(1)], 1))
    back = [squares.result_terms(j) for j in range(4)]
    dm = torch.stack([dy[:, first] + sign * dy[:, first + further * abs(sign)] for first, further, sign in back], 1)
    dg = conv_winograd.weights_gradient(sums * dm[:, of_m])
    assert torch.equal(dg, d[:, :width] * dy[:, :1] + d[:, 1:] * dy[:, 1:])


SHAPES = [
    (1, 3, 3, (1, 1)),
    (2, 5, 5, (1, 9)),
    (2, 5, 5, (9, 1)),
    (3, 8, 5, (8, 16)),
    (1, 9, (3, 5), (7, 33)),
    (0, 17, (5, 3), (33, 8)),
    (2, 3, 7, (6, 5)),
    (1, 2, (1, 3, 5), (3, 5, 9)),
    (2, 4, (3, 3, 3), (2, 3, 4)),
]


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(("F", "H", "kernel", "size"), SHAPES)
def test_squares_are_the_loop(F, H, kernel, size, batch):
    """Values and all gradients, in double precision, of odd and even pictures and kernels that are no squares."""
    by_kernel, by_loop = twins(F, H, kernel, spatial_dims=len(size))
    x = torch.randn(2, batch, F, *size, dtype=torch.float64)
    state = tuple(torch.randn(1, batch, H, *size, dtype=torch.float64) for _ in range(2))
    with convolved(ways.SQUARES_OF_FOUR):
        found = run(by_kernel, x, state, None)
    for a, b in zip(found, run(by_loop, x, state, None), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kernel", "size"), [(5, (16, 16)), (3, (16, 16)), (7, (13, 9))])
def test_float32_loses_no_more_digits_than_all_products(way, kernel, size):
    by_kernel, by_loop = twins(16, 64, kernel, batch_first=True)
    x, state = torch.randn(1, 2, 16, *size).double(), tuple(torch.randn(2, 1, 1, 64, *size).double())
    expected, found = run(by_loop, x, state, None), {}
    by_kernel.float()
    for each in (ways.DIRECT, way):
        with convolved(each):
            found[each] = run(by_kernel, x.float(), tuple(s.float() for s in state), None)
    error = {
        each: np.array([float((a - b).detach().norm() / b.detach().norm()) for a, b in zip(of, expected, strict=True)])
        for each, of in found.items()
    }
    assert (error[way] <= 2 * error[ways.DIRECT] + 1e-7).all()
    assert error[way].max() < 2e-6


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("at", [(0, 0), (3, 4), (4, 3), (8, 8)])
def test_nan_in_squares_spreads_as_far_as_the_kernels_reach(kernel, at):
    by_kernel, by_loop = twins(1, 3, kernel, batch_first=True, dtype=torch.float32)
    video = torch.rand(1, 1, 1, 9, 9)
    video[0, 0, 0][at] = torch.nan
    with convolved(ways.SQUARES_OF_FOUR):
        found, expected = by_kernel(video)[0], by_loop(video)[0]
    assert not found.isnan().all()
    torch.testing.assert_close(found.isnan(), expected.isnan())


def layout(size, kernel, dilation=None):
    return Geometry.of(size, kernel, dilation or (1,) * len(size))


def test_products_are_counted_with_the_empty_rows_of_tiles():
    R = matrix.ROWS
    assert ways.products(layout((2, 4 * R), (3, 3))) == {
        ways.DIRECT: (2 * 4 * R * 9, 9),
        ways.PAIRS: (2 * 2 * R * 12, 12),
        ways.SQUARES_OF_FOUR: (2 * R * 16, 16),
    }
    one_more = ways.products(layout((3, 4 * R + 1), (5, 5)))  # 2R + 1 pairs a line, two pairs of lines
    squares_of_block = [2 * R + 1] * 2 if 2 * (2 * R + 1) > squares.SQUARES else [4 * R + 2]
    assert one_more[ways.DIRECT] == (3 * 5 * R * 25, 25)
    assert one_more[ways.PAIRS] == (3 * 3 * R * 35, 35)
    assert one_more[ways.SQUARES_OF_FOUR] == (sum(-(-n // R) * R for n in squares_of_block) * 49, 49)


@pytest.mark.parametrize(
    ("size", "kernel", "dilation", "possible"),
    [
        ((8,), (3,), (1,), 2),
        ((8, 8), (1, 1), (1, 1), 1),
        ((8, 8), (3, 1), (1, 1), 1),
        ((8, 8), (1, 3), (1, 1), 2),
        ((8, 8), (3, 3), (1, 1), 3),
        ((8, 8), (3, 3), (2, 1), 2),
        ((8, 8), (3, 3), (1, 2), 1),
        ((4, 8, 8), (3, 3, 3), (2, 1, 1), 3),
        ((4, 8, 8), (3, 1, 3), (1, 1, 1), 2),
    ],
)
def test_ways_that_a_kernel_allows(size, kernel, dilation, possible):
    assert list(ways.products(layout(size, kernel, dilation))) == WAYS[:possible]


def test_the_way_with_the_least_work_is_taken(monkeypatch):
    g = layout((16, 8 * matrix.ROWS), (5, 5))
    assert ways.fastest(g, 80, 80) == ways.SQUARES_OF_FOUR
    assert ways.fastest(g, 4, 80) == ways.DIRECT  # sums cost more than so few channels' products
    assert ways.fastest(layout((1, 4), (5, 5)), 80, 1) == ways.DIRECT  # weights cost more than so few pixels
    assert ways.fastest(layout((16, 8 * matrix.ROWS), (1, 5)), 80, 80) == ways.PAIRS
    # at the boundary: 10 products for each of 1 + 2 channels are 3 for each of 1 + 9
    monkeypatch.setattr(ways, "WEIGHTS", 0)
    monkeypatch.setattr(ways, "SUMS", {ways.DIRECT: 2, ways.PAIRS: 9})
    for products, expected in ((3, ways.DIRECT), (2, ways.PAIRS)):
        monkeypatch.setattr(ways, "products", lambda g, n=products: {ways.DIRECT: (10, 9), ways.PAIRS: (n, 9)})
        assert ways.fastest(g, 1, 1) == expected
    monkeypatch.setattr(ways, "WEIGHTS", 1)
    monkeypatch.setattr(ways, "products", lambda g: {ways.DIRECT: (10, 1), ways.PAIRS: (2, 12)})
    assert [ways.fastest(g, 1, pictures) for pictures in (1, 2)] == [ways.DIRECT, ways.PAIRS]
