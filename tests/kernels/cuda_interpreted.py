"""The GPU's kernels in Triton's interpreter; ``test_cuda`` runs this file in a process of its own."""

import pytest
import torch
import triton
import triton.language as tl

from rnn_tutorial.kernels import cuda
from rnn_tutorial.kernels.cuda import blocks, graphs, limits

from .cuda_cases import LAYERS, by_kernel, by_loop, case, with_gradients

# Some releases of the interpreter take a loop's bounds out of arrays in a way that NumPy calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Conversion of an array with ndim > 0 to a scalar:DeprecationWarning")

CASES = [((1, 1, 1), False), ((6, 5, 5), False), ((6, 5, 5), True), ((4, 2, 16), True)]  # T, B, H and reverse


@pytest.fixture(params=["one launch", "a launch a step"])
def way(request, monkeypatch):
    if request.param == "a launch a step":
        monkeypatch.setattr(limits, "ON_CHIP", 0)


def both(*arguments, **options):
    return (with_gradients(run, *arguments, **options) for run in (by_kernel, by_loop))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("shape", "reverse"), CASES)
@pytest.mark.parametrize("name", [name for name in LAYERS if name != "LSTM"])  # one with peepholes stands for both
def test_kernel_equals_the_loop(name, shape, reverse):
    for ours, expected in zip(*both(*case(name, *shape), reverse), strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_gradients_through_every_output_alone(name):
    layer, *given = case(name, 4, 3, 5)
    for probe in range(2 * len(layer.state_names)):
        for ours, expected in zip(*both(layer, *given, False, probe=probe), strict=True):
            torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("lengths", [[0, 4, 2], [0, 0, 0]])
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_sequences_without_a_step(name, lengths):
    layer, x, state, _ = case(name, 4, 3, 5)
    for reverse in (False, True):
        for ours, expected in zip(*both(layer, x, state, torch.tensor(lengths), reverse), strict=True):
            torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_half_the_bits(name, dtype):
    layer, x, state, lengths = case(name, 4, 3, 5, dtype)
    ours = with_gradients(by_kernel, layer, x, state, lengths, False)
    exact = with_gradients(by_loop, layer.float(), x.float(), [s.float() for s in state], lengths, False)
    near = 0.05 if dtype == torch.bfloat16 else 0.01
    for one, other in zip(ours, exact, strict=True):
        assert (one.float() - other).norm() <= near * other.norm().clamp(min=1)


def test_more_rows_than_a_program_and_more_units_than_a_block(monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    monkeypatch.setattr(blocks, "UNITS", 16)
    for name in ("PeepholeLSTM", "GRU", "RNN"):
        for ours, expected in zip(*both(*case(name, 2, 18, 19), False), strict=True):
            torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_nan_stays_with_its_sequence(name):
    layer, x, state, _ = case(name, 4, 3, 5)
    lengths = torch.full((3,), 4)
    with torch.no_grad():
        clean = by_kernel(layer, x, state, lengths, False)[0]
        x[2, 1, 0] = float("nan")
        dirty = by_kernel(layer, x, state, lengths, False)[0]
    assert dirty[2:, 1].isnan().all()
    assert torch.equal(dirty[:, [0, 2]], clean[:, [0, 2]])
    assert torch.equal(dirty[:2, 1], clean[:2, 1])


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN", "RNN relu"])
def test_a_graph_does_what_its_loop_does_with_other_numbers(name, reverse, captures, monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    for seed, known in enumerate([0, 2, 2, 2]):  # one forward and one back, captured when they come back
        for ours, expected in zip(*both(*case(name, 4, 3, 5, seed=seed), reverse), strict=True):
            torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
        assert len(captures) == known


def test_other_sizes_and_other_outputs_are_other_graphs(captures, monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    for _ in range(3):
        for shape, probe in (((4, 3, 5), None), ((3, 3, 5), None), ((3, 3, 5), 0)):
            for ours, expected in zip(*both(*case("PeepholeLSTM", *shape), False, probe=probe), strict=True):
                torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    assert len(captures) == 2 + 3  # forward by sizes; back also by the gradients that come in


@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_directions_and_ways_back_are_other_graphs(name, captures, monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    for _ in range(3):
        for reverse in (False, True):
            layer, x, state, lengths = case(name, 4, 3, 5)
            with torch.no_grad():
                by_kernel(layer, x, state, lengths, reverse, back=False)
            for ours, expected in zip(*both(layer, x, state, lengths, reverse), strict=True):
                torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    # RNN keeps nothing for the backward pass but h, so its forward pass is one
    assert len(captures) == (4 if name == "RNN" else 6)


def test_tanh_and_relu_are_other_graphs(captures, monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    for _ in range(3):
        for name in ("RNN", "RNN relu"):
            for ours, expected in zip(*both(*case(name, 4, 3, 5), False), strict=True):
                torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    assert len(captures) == 4


def test_a_graph_from_inference_mode_serves_outside_of_it(captures, monkeypatch):
    monkeypatch.setattr(limits, "ON_CHIP", 0)
    for mode in (torch.inference_mode, torch.inference_mode, torch.no_grad, torch.inference_mode):
        layer, x, state, lengths = case("RNN", 4, 3, 5, seed=len(captures))
        with mode():
            found, expected = (run(layer, x, state, lengths, False) for run in (by_kernel, by_loop))
        for ours, known in zip(found, expected, strict=True):
            torch.testing.assert_close(ours, known, rtol=1e-5, atol=1e-5)
    for ours, expected in zip(*both(*case("RNN", 4, 3, 5), False), strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    assert len(captures) == 1


def test_old_graphs_make_room(captures, monkeypatch):
    monkeypatch.setattr(graphs, "KEPT", 2)
    x = torch.zeros(3)

    def run(kind):
        graphs.run(lambda x: x.add_(1), kind, (), (x,))

    for kind in ("a", "a", "b", "b", "c", "a", "a"):
        run(kind)
    assert len(captures) == 3
    assert x.tolist() == [7, 7, 7]


def test_without_a_way_back_only_two_cells_are_kept():
    layer, x, state, lengths = case("PeepholeLSTM", 5, 3, 5)
    expected = by_loop(layer, x, state, lengths, True)
    w = layer.weights(0, 0)
    extra = torch.cat([w[f"weight_c{gate}"] for gate in "ifo"])
    bias = w["bias_ih"] + w["bias_hh"]
    with torch.no_grad():
        given = cuda.Scan.apply(
            None, cuda.lstm, True, False, False, False, x, w["weight_ih"], w["weight_hh"], bias, extra, *state, lengths
        )
    for ours, known in zip((given[0], *given[2:]), (expected[0], *expected[2:]), strict=True):
        torch.testing.assert_close(ours, known, rtol=1e-5, atol=1e-5)


def squares(tensors):
    return torch.cat([t.flatten() for t in tensors]).square().sum()


@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_derivatives_of_derivatives_and_many_at_once(name):
    layer, x, state, lengths = case(name, 2, 2, 3)
    leaves = [x.requires_grad_(), *state, *layer.parameters()]
    for s in state:
        s.requires_grad_()
    found = []
    for run in (by_kernel, by_loop):
        given = run(layer, x, state, lengths, False)
        slopes = torch.autograd.grad(squares(given), leaves, create_graph=True)
        second = torch.autograd.grad(squares(slopes), leaves)
        given = run(layer, x, state, lengths, False)
        into = torch.eye(3).expand(2, 2, 3, 3).permute(2, 0, 1, 3)
        found.append([*slopes, *second, *torch.autograd.grad(given[0], leaves, into, is_grads_batched=True)])
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-5)


def test_what_is_given_cannot_be_changed_unseen():
    layer, x, state, lengths = case("GRU", 2, 2, 3)
    output = by_kernel(layer, x, state, lengths, False)[0]
    output.mul_(0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


@triton.jit
def squash(x, s, t, N: tl.constexpr):
    at = tl.arange(0, N)
    tl.store(s + at, blocks.sigmoid(tl.load(x + at)))
    tl.store(t + at, blocks.tanh(tl.load(x + at)))


def test_functions_far_out_and_near_zero():
    inf, nan = float("inf"), float("nan")
    x = torch.tensor([*torch.linspace(-9, 9, 1003), 0, 1e-4, -1e-20, -44.5, -100, 100, -1e30, 1e30, inf, -inf, nan])
    x = torch.cat([x, x.new_zeros(1024 - len(x))])
    s, t = torch.empty_like(x), torch.empty_like(x)
    squash[(1,)](x, s, t, 1024)
    torch.testing.assert_close(s, x.double().sigmoid().float(), rtol=1e-6, atol=1e-38, equal_nan=True)
    torch.testing.assert_close(t, x.double().tanh().float(), rtol=1e-6, atol=1e-38, equal_nan=True)
    assert s.isnan().sum() == t.isnan().sum() == 1


def test_what_cannot_run_is_said():
    assert cuda.supports("cpu", torch.float32)
    assert "float64" in cuda.supports("cpu", torch.float64).reason
    layer, x, state, lengths = case("PeepholeLSTM", 2, 2, 3, torch.float64)
    with pytest.raises(RuntimeError, match="float64"):
        by_kernel(layer, x, state, lengths, False)
