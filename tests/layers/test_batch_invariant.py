"""``rt.batch_invariant()``: the same bits whatever the batch, the threads and the pieces of time."""

import asyncio
import threading
import warnings
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import rnn_tutorial as rt
from rnn_tutorial.layers.core import dispatch, fused
from rnn_tutorial.layers.core.sequences import Sequences

T, F, H = 4, 6, 11
MOST = 64
SIZES = (1, 2, 3, 5, 8, 16, 17, 33, 64)
LAYERS: dict[str, Any] = {
    "RNN": rt.RNN,
    "RNN, relu": partial(rt.RNN, nonlinearity="relu"),
    "GRU": rt.GRU,
    "LSTM": rt.LSTM,
    "PeepholeLSTM": rt.PeepholeLSTM,
}
WITHOUT_KERNEL: dict[str, Any] = {
    "GRU, reset before": partial(rt.GRU, reset_after=False),
    "LSTM, normalised": partial(rt.LSTM, layer_norm=True),
    "LSTM, projected": partial(rt.LSTM, proj_size=5),
}
BACKENDS = ["reference", pytest.param("fused", marks=pytest.mark.skipif(fused._scan() is None, reason="no Numba"))]
DTYPES = [torch.float32, torch.float64]


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def flat(result: Any) -> list[Tensor]:
    return [t for part in result for t in (part if isinstance(part, tuple) else (part,))]


class Case:
    """A layer, a batch, a first state and weights of a loss; run on some of the batch's sequences."""

    one_thread_back = False

    def __init__(self, layer: Any, shape: tuple[int, ...], most: int = MOST) -> None:
        self.layer, draw = layer, torch.Generator().manual_seed(0)
        dtype = next(layer.parameters()).dtype

        def normal(*size: int) -> Tensor:
            return torch.randn(size, generator=draw, dtype=torch.float64).to(dtype)

        self.x = normal(shape[0], most, *shape[1:])
        self.lengths = torch.randint(1, shape[0] + 1, (most,), generator=draw)
        given = flat(layer(self.x, return_all_states=True))
        self.probes = [normal(*y.shape) for y in given]
        self.state = [normal(*y.shape) for y in given[1 : 1 + len(layer.state_names)]]

    def run(self, which: Tensor, lengths: bool = False) -> list[Tensor]:
        """Return all that a call gives, and the gradients of input and first state, sequences first."""
        x, *state = (t[:, which].clone().requires_grad_() for t in (self.x, *self.state))
        hx = tuple(state) if len(state) > 1 else state[0]
        given = flat(self.layer(x, hx, lengths=self.lengths[which] if lengths else None, return_all_states=True))
        axes = [1] * (1 + len(state)) + [2] * len(state)  # of the batch
        probes = [p.index_select(axis, which) for p, axis in zip(self.probes, axes, strict=True)]
        if self.one_thread_back:
            torch.set_num_threads(1)
        gradients = torch.autograd.grad(given, (x, *state), probes)
        axes += [1] * len(gradients)
        return [t.detach().transpose(0, axis) for t, axis in zip((*given, *gradients), axes, strict=True)]


def assert_invariant(case: Case, threads: Any, sizes: tuple[int, ...] = SIZES, lengths: bool = False) -> None:
    most = case.x.shape[1]
    threads(1)
    with rt.batch_invariant():
        whole = case.run(torch.arange(most), lengths)
        for number, size in enumerate(sizes):
            which = torch.randperm(most, generator=torch.Generator().manual_seed(number))[:size]
            threads(1 + number % 2)
            for part, expected in zip(case.run(which, lengths), whole, strict=True):
                assert torch.equal(part, expected[which]), size
        threads(2)
        for again, expected in zip(case.run(torch.arange(most), lengths), whole, strict=True):
            assert torch.equal(again, expected)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", LAYERS)
def test_the_same_bits_in_any_batch(name, dtype, backend, threads):
    torch.manual_seed(0)
    layer = LAYERS[name](F, H, bidirectional=True, dtype=dtype, backend=backend)
    assert_invariant(Case(layer, (2, F)), threads, lengths=dtype == torch.float64)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", WITHOUT_KERNEL)
def test_so_do_layers_without_a_kernel(name, dtype, threads):
    torch.manual_seed(0)
    layer = WITHOUT_KERNEL[name](F, H, dtype=dtype)
    assert_invariant(Case(layer, (T, F), 33), threads, sizes=(1, 2, 3, 17), lengths=True)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("channels", "size"), [(2, 6), (9, 12)], ids=["directly", "Winograd's way"])
def test_so_do_videos(channels, size, dtype, backend, threads):
    torch.manual_seed(0)
    layer = rt.ConvLSTM(channels, 3, 3, bidirectional=True, dtype=dtype, backend=backend)
    assert_invariant(Case(layer, (3, channels, 5, size), 9), threads, sizes=(1, 2, 3, 8), lengths=True)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", LAYERS)
def test_the_same_bits_in_any_pieces_of_time(name, backend):
    torch.manual_seed(0)
    layer, x = LAYERS[name](F, H, 2, backend=backend), torch.randn(7, 3, F, requires_grad=True)
    probe = torch.randn(7, 3, H)
    with rt.batch_invariant():
        whole = layer(x)
        for steps in (1, 2, 5):
            parts = rt.in_chunks(layer, x, steps=steps)
            assert all(torch.equal(a, b) for a, b in zip(flat(parts), flat(whole), strict=True))
            one, other = (
                torch.autograd.grad([*flat(y)], x, [probe, *map(torch.ones_like, flat(y)[1:])], retain_graph=True)[0]
                for y in (whole, parts)
            )
            assert torch.equal(one, other)


@pytest.mark.parametrize("backend", BACKENDS)
def test_large_products_too(backend, threads):
    """Libraries change their ways with the size: here some way beyond a vector, a tile and a block."""
    torch.manual_seed(0)
    case = Case(rt.LSTM(130, 150, backend=backend), (2, 130), 20)
    case.one_thread_back = backend == "reference"  # with such steps, threads matter to the loop's way back
    assert_invariant(case, threads, sizes=(1, 2, 17))


@pytest.mark.parametrize(
    "layer",
    [rt.LSTM(2, 16), rt.GRU(2, 3), rt.RNN(2, 257), rt.ConvLSTM(1, 2, 3)],
    ids=lambda layer: type(layer).__name__,
)
def test_auto_chooses_alike_for_all_sizes(layer, threads):
    pytest.importorskip("numba")
    film = (1, 3, 4)[: 3 if layer.spatial_dims else 0] or (2,)
    with rt.batch_invariant():
        for batch in (1, 7, 8, 64):
            for steps in (1, 30, 200):
                for count in (1, 8):
                    threads(count)
                    x = torch.zeros(steps, batch, *film)
                    assert dispatch.choose(layer, Sequences.of(layer, x, None), False) == "fused"


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lambda: rt.ManyToOne(rt.GRU(F, H, batch_first=True), 3), (T, F)),
        (lambda: rt.CNNLSTM((1, 9, 11), 8, 5), (3, 1, 9, 11)),
        (lambda: partial(rt.ConvLSTMForecaster(1, [3, 2], 3), steps=2), (3, 1, 6, 5)),
    ],
    ids=["ManyToOne", "CNNLSTM", "ConvLSTMForecaster"],
)
def test_what_stands_around_a_layer_too(model, shape):
    torch.manual_seed(0)
    call, x = model(), torch.randn(17, *shape)
    with rt.batch_invariant():
        for which in ([0], [16], [16, 3], [*range(16, -1, -1)]):
            parts, whole = flat([call(x[which])])[0], flat([call(x)])[0]
            assert torch.equal(parts, whole[which])


def test_one_sequence_without_a_batch_is_a_batch_of_one():
    model, x = rt.ManyToOne(rt.RNN(F, H, batch_first=True), 3), torch.randn(5, T, F)
    with rt.batch_invariant():
        assert torch.equal(model(x[2]), model(x)[2])


@pytest.mark.parametrize("backend", BACKENDS)
def test_values_are_those_of_outside(backend):
    layer, x = rt.PeepholeLSTM(F, H, 2, bidirectional=True, backend=backend), torch.randn(T, 5, F)
    lengths = [1, 4, 2, 3, 4]
    expected = flat(layer(x, lengths=lengths, return_all_states=True))
    with rt.batch_invariant():
        found = flat(layer(x, lengths=lengths, return_all_states=True))
        assert layer(x[:, :0])[0].shape == (T, 0, 2 * H)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("backend", BACKENDS)
def test_second_derivatives_are_the_same_bits_too(backend):
    torch.manual_seed(0)
    layer, x = rt.GRU(F, H, backend=backend), torch.randn(T, 9, F)

    def second(which: list[int]) -> Tensor:
        leaf = x[:, which].clone().requires_grad_()
        with rt.batch_invariant():
            output = layer(leaf)[0]
        (first,) = torch.autograd.grad(output.square().sum(), leaf, create_graph=True)
        return torch.autograd.grad(first.square().sum(), leaf)[0]

    whole = second([*range(9)])
    assert torch.equal(second([4]), whole[:, [4]])
    assert torch.equal(second([8, 0, 3]), whole[:, [8, 0, 3]])


def test_learnt_numbers_of_a_step_of_one_s_own_get_their_gradient():
    class Leaky(rt.RNN):
        def __init__(self) -> None:
            super().__init__(F, H)
            self.leak = nn.Parameter(torch.tensor(0.3))

        def step(self, a_t: Tensor, state: Any, w: Any) -> Any:
            (h,) = state
            return (self.leak * h + torch.tanh(a_t + self.state_map(h, w)),)

    layer, x = Leaky(), torch.randn(T, 3, F)
    expected = torch.autograd.grad(layer(x)[0].sum(), [*layer.parameters()])
    with rt.batch_invariant():
        found = torch.autograd.grad(layer(x)[0].sum(), [*layer.parameters()])
    torch.testing.assert_close(found, expected)


def test_native_is_refused():
    layer, x = rt.LSTM(F, H, backend="native"), torch.randn(T, 2, F)
    layer(x)
    with rt.batch_invariant(), pytest.raises(ValueError, match=r'backend="native".*use backend="auto"'):
        layer(x)
    layer(x)


def test_other_devices_are_refused():
    layer = rt.LSTM(F, H, device="meta")
    with rt.batch_invariant(), pytest.raises(ValueError, match=r"holds on CPUs and the input is on meta.*\.to"):
        layer(torch.empty(T, 2, F, device="meta"))


def test_autocast_without_a_kernel_is_refused():
    layer, x = rt.LSTM(F, H), torch.randn(T, 2, F)
    with rt.batch_invariant(), torch.autocast("cpu", torch.bfloat16), pytest.raises(ValueError, match="autocast"):
        layer(x)


def test_transforms_and_traces_are_refused():
    layer, x = rt.LSTM(F, H), torch.randn(T, 2, F)
    with rt.batch_invariant():
        with pytest.raises(ValueError, match=r"torch\.func"):
            torch.func.vmap(lambda x: layer(x)[0])(x[None])
        with pytest.raises(ValueError, match="trace"), warnings.catch_warnings(action="ignore"):
            torch.jit.trace(lambda x: layer(x)[0], (x,))


@pytest.mark.parametrize("backend", ["auto", "reference"])
def test_a_compiled_model_leaves_the_layer_outside(backend):
    torch.compiler.reset()
    layer, x = rt.LSTM(F, H, backend=backend), torch.randn(T, 3, F)
    compiled = torch.compile(layer, backend="eager")
    torch.testing.assert_close(compiled(x)[0], layer(x)[0])
    with rt.batch_invariant():
        assert torch.equal(compiled(x)[0], layer(x)[0])


@pytest.mark.parametrize("backend", ["auto", "reference"])
def test_one_graph_is_refused_though_compiled_before(backend):
    torch.compiler.reset()
    layer, x = rt.LSTM(F, H, backend=backend), torch.randn(T, 3, F)
    compiled = torch.compile(layer, backend="eager", fullgraph=True)
    expected = compiled(x)[0]
    with rt.batch_invariant(), pytest.raises(Exception, match="one compiled graph"):
        compiled(x)
    assert torch.equal(compiled(x)[0], expected)


def test_blocks_nest_decorate_and_belong_to_their_thread_or_task():
    from rnn_tutorial.layers.core.invariant import wanted

    with rt.batch_invariant():
        with pytest.raises(KeyError), rt.batch_invariant():
            raise KeyError
        assert wanted()
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append(wanted()))
        thread.start()
        thread.join()
        assert seen == [False]
    assert not wanted()
    assert rt.batch_invariant()(wanted)()

    async def inside(first: asyncio.Event, second: asyncio.Event) -> bool:
        with rt.batch_invariant():
            first.set()
            await second.wait()
            return wanted()

    async def beside(first: asyncio.Event, second: asyncio.Event) -> bool:
        await first.wait()
        second.set()
        return wanted()

    async def both() -> tuple[bool, bool]:
        first, second = asyncio.Event(), asyncio.Event()
        one, other = await asyncio.gather(inside(first, second), beside(first, second))
        return one, other

    assert asyncio.run(both()) == (True, False)


def test_the_number_of_threads_comes_back(threads):
    class Failing(rt.RNN):
        def step(self, a_t: Tensor, state: Any, w: Any) -> Any:
            raise KeyError("step")

    threads(2)
    with rt.batch_invariant():
        rt.RNN(F, H, backend="reference")(torch.randn(T, 2, F))
        assert torch.get_num_threads() == 2
        with pytest.raises(KeyError):
            Failing(F, H)(torch.randn(T, 2, F))
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize("backend", ["auto", "reference"])
@pytest.mark.parametrize("option", [{"zoneout": 0.3}, {"recurrent_dropout": 0.3}, {"gate_activation": "hard_sigmoid"}])
def test_options_of_the_loop_and_masks(option: dict[str, Any], backend: Any) -> None:
    layer = rt.LSTM(F, H, batch_first=True, bidirectional=True, backend=backend, **option).eval()
    x, real, begins = torch.randn(7, T, F), torch.rand(7, T) > 0.3, torch.rand(7, T) > 0.7
    expected = layer(x)[0]
    with rt.batch_invariant():
        whole, masked = layer(x)[0], layer(x, mask=real, reset=begins)[0]
        assert torch.equal(layer(x[4:6])[0], whole[4:6])
        assert torch.equal(layer(x[4:6], mask=real[4:6], reset=begins[4:6])[0], masked[4:6])
    torch.testing.assert_close(whole, expected)


@pytest.mark.parametrize("option", [{"zoneout": 1.0}, {"recurrent_dropout": 0.5}, {"weight_dropout": 0.5}])
def test_noise_is_drawn_in_a_block_too(option: dict[str, Any]) -> None:
    layer, x = rt.LSTM(F, H, **option), torch.randn(T, 3, F)
    with rt.batch_invariant():
        one, other = layer(x)[0], layer(x)[0]
    if "zoneout" in option:
        assert not one.any()  # every number keeps its first value
    else:
        assert not torch.equal(one, other)
