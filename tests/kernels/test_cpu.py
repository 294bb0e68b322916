"""The CPU kernels against the readable loop, which is the definition: values, gradients, odd shapes, threads."""

import functools
import gc
import itertools
import os
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import saved_for_backward
from rnn_tutorial.layers.core import dispatch, fused
from rnn_tutorial.layers.core.sequences import Sequences
from tests.sampled import examples

numba = pytest.importorskip("numba")

from rnn_tutorial.kernels import cpu  # noqa: E402
from rnn_tutorial.kernels.cpu import jit, products, rows  # noqa: E402
from rnn_tutorial.kernels.cpu.simd import functions, matrix, vector  # noqa: E402

LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "RNN relu": functools.partial(rt.RNN, nonlinearity="relu"),
    "LSTM": rt.LSTM,
    "PeepholeLSTM": rt.PeepholeLSTM,
    "GRU": rt.GRU,
}


def twins(name, *sizes, dtype=torch.float64, seed=0, **options):
    """Return a layer by kernel and the same by the reference loop."""
    torch.manual_seed(seed)
    by_kernel = LAYERS[name](*sizes, dtype=dtype, backend="fused", **options)
    by_loop = LAYERS[name](*sizes, dtype=dtype, backend="reference", **options)
    by_loop.load_state_dict(by_kernel.state_dict())
    return by_kernel, by_loop


def flat(result):
    return [t for part in result for t in (part if isinstance(part, tuple) else (part,))]


def run(layer, x, state, lengths, probe=None):
    """Return all that a call gives, and the gradients of a weighted sum of it."""
    leaves = [x.clone().requires_grad_(), *(s.clone().requires_grad_() for s in state)]
    hx = tuple(leaves[1:]) if len(state) > 1 else leaves[1]
    given = flat(layer(leaves[0], hx, lengths=lengths, return_all_states=True))
    generator = torch.Generator().manual_seed(5)
    chosen = given if probe is None else [given[probe % len(given)]]
    loss = sum((y * torch.rand(y.shape, generator=generator).to(y)).sum() for y in chosen)
    leaves += layer.parameters()
    gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
    return [*given, *(torch.zeros_like(p) if g is None else g for p, g in zip(leaves, gradients, strict=True))]


@st.composite
def calls(draw):
    B, T = draw(st.integers(1, 19)), draw(st.integers(1, 7))
    lengths = st.lists(st.integers(0, T), min_size=B, max_size=B)
    return {
        "name": draw(st.sampled_from(sorted(LAYERS))),
        "shape": (T, B, draw(st.integers(1, 40))),
        "hidden": draw(st.integers(1, 40)),
        "options": {
            "num_layers": draw(st.integers(1, 2)),
            "bidirectional": draw(st.booleans()),
            "bias": draw(st.booleans()),
        },
        "lengths": draw(st.none() | lengths),
        "seed": draw(st.integers(0, 999)),
        "probe": draw(st.none() | st.integers(0, 4)),
    }


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(call=calls())
def test_kernel_equals_the_loop(call):
    by_kernel, by_loop = twins(call["name"], call["shape"][2], call["hidden"], seed=call["seed"], **call["options"])
    x = torch.randn(call["shape"], dtype=torch.float64)
    runs = by_loop.num_layers * by_loop.num_directions
    state = [torch.randn(runs, x.shape[1], call["hidden"]).double() for _ in by_loop.state_names]
    results = [run(layer, x, state, call["lengths"], call["probe"]) for layer in (by_kernel, by_loop)]
    for ours, expected in zip(*results, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(
    ("T", "B", "F", "H"), [(28, 20, 28, 128), (100, 5, 8, 64), (20, 12, 16, 131), (5, 2, 4, 300), (9, 3, 4, 64)]
)
def test_float32_is_as_good_as_float64_allows(name, T, B, F, H):
    exact, _ = twins(name, F, H)
    single = LAYERS[name](F, H, backend="fused")
    single.load_state_dict(exact.state_dict())
    exact.load_state_dict({k: v.double() for k, v in single.state_dict().items()})
    x = torch.randn(T, B, F)
    state = [torch.zeros(1, B, H) for _ in exact.state_names]
    for ours, expected in zip(
        run(single, x, state, None), run(exact, x.double(), [s.double() for s in state], None), strict=True
    ):
        error = (ours.double() - expected).norm() / expected.norm().clamp(min=1e-12)
        assert error < 5e-6


@pytest.mark.parametrize("name", LAYERS)
def test_inputs_need_not_be_contiguous(name):
    by_kernel, by_loop = twins(name, 3, 5)
    x = torch.randn(3, 9, 14, dtype=torch.float64).permute(2, 1, 0)[::2]
    assert not x.is_contiguous()
    torch.testing.assert_close(by_kernel(x)[0], by_loop(x)[0])


@pytest.mark.parametrize("name", LAYERS)
def test_nan_stays_with_its_sequence(name):
    by_kernel, _ = twins(name, 3, 5)
    x = torch.randn(6, 9, 3, dtype=torch.float64)
    clean = by_kernel(x)[0]
    x[2, 4, 1] = float("nan")
    dirty = by_kernel(x)[0]
    assert dirty[2:, 4].isnan().all()
    others = [b for b in range(9) if b != 4]
    assert torch.equal(dirty[:, others], clean[:, others])
    assert torch.equal(dirty[:2, 4], clean[:2, 4])


@pytest.mark.parametrize("name", LAYERS)
def test_one_thread_or_several_and_run_after_run(name):
    by_kernel, _ = twins(name, 8, 64, dtype=torch.float32)
    x = torch.randn(60, 32, 8)
    state = [torch.zeros(1, 32, 64) for _ in by_kernel.state_names]
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        first, again = run(by_kernel, x, state, None), run(by_kernel, x, state, None)
        torch.set_num_threads(1)
        alone = run(by_kernel, x, state, None)
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    for a, b in zip(first, alone, strict=True):  # sums over the batch may be taken in another order
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-4)


def test_rows_are_shared_out_whole():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        for batch, operations in itertools.product((1, 7, 8, 9, 100), (0, 3e6, 1e9)):
            parts = rows.shares(batch, operations)
            assert [row for first, last in parts for row in range(first, last)] == list(range(batch))
            assert all(first % matrix.ROWS == 0 for first, _ in parts)
        assert len(rows.shares(100, 1e9)) == 3
        assert len(rows.shares(100, 1e3)) == 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("failure", [FloatingPointError, IndexError])
@pytest.mark.parametrize("without_openmp", [False, True])
def test_failures_come_back_from_threads(without_openmp, failure, monkeypatch):
    if without_openmp:
        monkeypatch.setattr(rows, "_openmp", lambda: None)
    done: list[int] = []
    rows.on_threads(done.append, 5)
    assert sorted(done) == [0, 1, 2, 3, 4]

    def fail(k):
        if k == 2:
            raise failure("two")

    with pytest.raises(failure, match="two"):
        rows.on_threads(fail, 4)


FORK = """
import os, torch, rnn_tutorial as rt
torch.set_num_threads(2)
layer = rt.PeepholeLSTM(8, 64)
x = torch.randn(60, 64, 8)
expected = layer(x)[0]                      # the parent's threads are up
torch.mm(torch.randn(500, 500), torch.randn(500, 500))
pid = os.fork()
if pid == 0:
    with torch.no_grad():  # (a large operation of PyTorch's own would hang here: its threads did not fork either)
        same = torch.allclose(layer(x)[0][:, :2], expected[:, :2], atol=1e-6)
    os._exit(0 if same else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
run = lambda sequences: layer(torch.stack(sequences, 1))[0].detach()
for batch in torch.utils.data.DataLoader(list(x.unbind(1)), 16, num_workers=2, collate_fn=run):
    assert batch.shape == (60, 16, 64)
print("alive")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_children_do_not_wait_for_ever():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "alive", done.stderr


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("ours", "theirs"), [("sigmoid", lambda x: 1 / (1 + np.exp(-x))), ("tanh", np.tanh)])
def test_functions_are_right_to_the_last_bits(dtype, ours, theirs):
    lanes = vector.register_bytes() // np.dtype(dtype).itemsize
    function = getattr(functions, ours)

    @numba.njit
    def apply(x, y):
        for i in range(0, len(x), lanes):
            n = min(lanes, len(x) - i)
            vector.store(y, i, n, function(vector.load(x, i, n)))

    x = np.concatenate([np.linspace(-80, 80, 40001), np.linspace(-1, 1, 40001), [0.0, 1e-30, -1e-30]]).astype(dtype)
    y = np.empty_like(x)
    apply(x, y)
    exact = theirs(x.astype(np.longdouble))
    assert np.all(np.abs(y - exact) <= 2 * np.finfo(dtype).eps * np.abs(exact))
    extreme = np.array([np.inf, -np.inf, 1e6, -1e6, -100, np.nan], dtype)
    y = np.empty_like(extreme)
    apply(extreme, y)
    assert np.isnan(y[-1])
    np.testing.assert_allclose(y[:-1], theirs(np.clip(extreme[:-1], -100, 100).astype(np.longdouble)), atol=1e-30)


@pytest.mark.parametrize("vectors", [1, 2, 3])
@pytest.mark.parametrize("add", [False, True])
def test_tile_is_a_matrix_product(vectors, add):
    tile, K, R = matrix.tile_of(vectors, add=add), 13, matrix.ROWS
    a, b = torch.randn(R, K), torch.randn(K, vectors * matrix.lanes_of(torch.float32))
    c = torch.randn(R, b.shape[1])
    expected = a @ b + (c if add else 0)

    @numba.njit
    def call(c, a, at_row, at_column, b):
        tile(c, 0, c.shape[1], a, 0, at_row, at_column, b, 0, b.shape[1], len(b))

    for stored, strides in ((a, (K, 1)), (a.t().contiguous(), (1, R))):  # rows of A, or a transpose
        result = c.clone()
        call(result.numpy(), stored.numpy(), *strides, b.numpy())
        torch.testing.assert_close(result, expected)


def test_panels_hold_the_matrix():
    W, lanes = torch.randn(12, 5), matrix.lanes_of(torch.float32)  # 3 gates of 4 units
    cut = matrix.gate_panels(W, 3, 1)
    assert cut.shape == (1, 5, 3 * lanes)
    for gate in range(3):
        torch.testing.assert_close(cut[0, :, gate * lanes : gate * lanes + 4], W[4 * gate : 4 * gate + 4].t())
    wide = torch.randn(5, 2 * lanes + 3)
    cut = matrix.panels(wide, 1)
    torch.testing.assert_close(torch.cat(list(cut), dim=1)[:, : wide.shape[1]], wide)
    assert not cut[-1, :, 3:].any()


def test_machine_code_is_stamped_with_all_sources(tmp_path, monkeypatch):
    before = jit.stamp()
    (tmp_path / "jit.py").write_text("x = 1")
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    changed = jit.stamp()
    (tmp_path / "vector.py").write_text("x = 2")
    assert len({before, changed, jit.stamp()}) == 3
    from rnn_tutorial.kernels.cpu.cells import lstm

    assert lstm.forward._cache._cache_file._source_stamp == before


def test_what_other_sources_left_is_not_even_read():
    from rnn_tutorial.kernels.cpu.cells import lstm

    kept = lstm.forward._cache._cache_file
    assert kept._version == f"{numba.__version__} {jit.stamp()}"


class Doubled(rt.LSTM):
    """A step of its own: the parent's kernel or operator must not run in its place."""

    def step(self, a_t, state, w):
        return super().step(2 * a_t, state, w)


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (rt.PeepholeLSTM(2, 4, proj_size=2, backend="fused"), "project"),
        (rt.LSTM(2, 4, layer_norm=True, backend="fused"), "normalise"),
        (rt.GRU(2, 4, reset_after=False, backend="fused"), "no kernel"),
        (rt.LSTM(2, 4, backend="fused").to(torch.bfloat16), "only in float32"),
        (Doubled(2, 4, backend="fused"), "no kernel"),
    ],
)
def test_what_a_kernel_cannot_do_is_said(layer, reason):
    x = torch.randn(3, 2, 2, dtype=next(layer.parameters()).dtype)
    with pytest.raises(ValueError, match=reason):
        layer(x)
    layer.backend = "auto"
    layer(x)  # by another way


def test_a_subclass_with_its_own_step_gets_it():
    layer, plain = Doubled(2, 4), rt.LSTM(2, 4)
    plain.load_state_dict(layer.state_dict())
    x = torch.randn(3, 9, 2)
    expected = Doubled(2, 4, backend="reference")
    expected.load_state_dict(layer.state_dict())
    torch.testing.assert_close(layer(x)[0], expected(x)[0])
    with torch.no_grad():
        assert not torch.allclose(layer(x)[0], plain(x)[0])


@pytest.mark.parametrize(
    ("layer", "shape", "training", "expected"),
    [
        (rt.PeepholeLSTM(2, 3), (5, 1, 2), False, "fused"),
        (rt.LSTM(2, 16), (28, 8, 2), True, "fused"),
        (rt.LSTM(2, 16), (28, 7, 2), True, "native"),
        (rt.LSTM(2, 15), (28, 8, 2), True, "native"),
        (rt.LSTM(2, 16), (27, 8, 2), True, "native"),
        (rt.LSTM(2, 128), (14, 32, 2), True, "fused"),
        (rt.LSTM(2, 16), (99, 16, 2), False, "native"),
        (rt.LSTM(2, 16), (100, 15, 2), False, "native"),
        (rt.LSTM(2, 16), (100, 16, 2), False, "fused"),
        (rt.GRU(2, 3), (4, 1, 2), True, "fused"),
        (rt.GRU(2, 3), (3, 1, 2), True, "native"),
        (rt.GRU(2, 3), (19, 1, 2), False, "native"),
        (rt.GRU(2, 3), (20, 1, 2), False, "fused"),
        (rt.GRU(2, 3), (20, 7, 2), False, "fused"),
        (rt.GRU(2, 257), (30, 7, 2), False, "native"),
        (rt.GRU(2, 257), (30, 8, 2), False, "fused"),
        (rt.RNN(2, 3), (9, 8, 2), True, "native"),
        (rt.RNN(2, 3), (10, 1, 2), True, "fused"),
        (rt.RNN(2, 3), (39, 8, 2), False, "native"),
        (rt.RNN(2, 3), (40, 8, 2), False, "fused"),
        (rt.RNN(2, 128), (20, 32, 2), False, "fused"),
        (rt.GRU(2, 3, reset_after=False), (5, 8, 2), True, "reference"),
        (rt.LSTM(2, 3, layer_norm=True), (5, 8, 2), True, "reference"),
        (rt.LSTM(2, 3, proj_size=2, dtype=torch.float64), (5, 8, 2), True, "native"),
    ],
)
def test_auto_chooses_what_was_measured_to_be_faster(layer, shape, training, expected):
    x = torch.randn(shape, dtype=next(layer.parameters()).dtype)
    with torch.set_grad_enabled(training):
        assert dispatch.choose(layer, Sequences.of(layer, x, None), False) == expected
        if expected == "fused":
            assert not any(layer(x)[0].isnan().flatten().tolist())


def test_few_rows_are_taken_one_by_one_and_never_a_tile_more_than_needed():
    tile, near, far = matrix.ROWS, np.zeros(2**10), np.zeros(2**18)
    assert [products.padded_rows(count, near) for count in (1, 2, 3, tile, tile + 1)] == [1, 2, 3, tile, 2 * tile]
    assert [products.padded_rows(count, far) for count in (1, 2, 3, tile, tile + 1)] == [1, tile, tile, tile, 2 * tile]
    assert [products.rows_at_once(padded) for padded in (1, 3, tile, 2 * tile)] == [1, 1, tile, tile]


def test_without_gradients_nothing_is_kept_for_them():
    layer, x = rt.PeepholeLSTM(2, 3), torch.randn(4, 2, 2)
    with torch.no_grad():
        assert layer(x)[0].grad_fn is None
    assert saved_for_backward(lambda: layer(x)[0]) > 4 * 2 * 3 * 4 * 4  # the gates of all steps, and more
    for parameter in layer.parameters():
        parameter.requires_grad_(False)
    assert layer(x)[0].grad_fn is None


@pytest.mark.parametrize("collecting", [True, False])
def test_loading_the_kernels_leaves_the_garbage_collector_as_it_was(collecting, monkeypatch):
    seen = []
    monkeypatch.setattr(cpu, "load", lambda: seen.append(gc.isenabled()))
    before = gc.isenabled()
    try:
        gc.enable() if collecting else gc.disable()
        fused._scan.cache_clear()
        assert fused._scan() is cpu.Scan
        assert gc.isenabled() == collecting
    finally:
        gc.enable() if before else gc.disable()
    assert seen == [False]


def test_without_numba_there_is_one_hint_and_the_same_result(monkeypatch):
    layer, x = rt.PeepholeLSTM(2, 3), torch.randn(4, 2, 2)
    expected = layer(x)[0]
    monkeypatch.setattr(fused, "_scan", lambda: None)
    fused.hint.cache_clear()
    with pytest.warns(RuntimeWarning, match=r"rnn-tutorial\[fast\]"):
        torch.testing.assert_close(layer(x)[0], expected)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.testing.assert_close(layer(x)[0], expected)
    layer.backend = "fused"
    with pytest.raises(ValueError, match=r"rnn-tutorial\[fast\]"):
        layer(x)
