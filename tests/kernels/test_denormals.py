"""Numbers below the smallest of full precision: 0 to a kernel, and the caller's mode stays as it was."""

import copy
from typing import Any

import pytest
import torch

import rnn_tutorial as rt

pytest.importorskip("numba")

from rnn_tutorial.kernels.cpu import rows
from rnn_tutorial.kernels.cpu.cells import gru
from rnn_tutorial.kernels.cpu.simd import flush

DTYPES = [torch.float32, torch.float64]
known_cpu = pytest.mark.skipif(not flush.BITS, reason="the mode of this kind of CPU is not known")


@pytest.fixture(params=[False, True], ids=["the caller keeps them", "the caller flushes them"])
def flushing(request):
    if not torch.set_flush_denormal(request.param):
        pytest.skip("PyTorch cannot set this CPU's mode")
    yield request.param
    torch.set_flush_denormal(False)


def flushed(dtype: torch.dtype) -> bool:
    """Whether this thread computes with 0 in place of a denormal number."""
    return not (torch.full((3,), torch.finfo(dtype).tiny, dtype=dtype) / 4).any()


def layers(dtype: torch.dtype) -> "dict[str, tuple[Any, tuple[int, ...]]]":
    torch.manual_seed(0)
    options: dict[str, Any] = {"backend": "fused", "dtype": dtype}
    return {
        "RNN": (rt.RNN(3, 5, nonlinearity="relu", **options), (30, 6, 3)),
        "GRU": (rt.GRU(3, 5, **options), (30, 6, 3)),
        "LSTM": (rt.LSTM(3, 5, **options), (30, 6, 3)),
        "PeepholeLSTM": (rt.PeepholeLSTM(3, 5, **options), (30, 6, 3)),
        "ConvLSTM": (rt.ConvLSTM(2, 3, 3, **options), (4, 3, 2, 5, 6)),
        "ConvLSTM, Winograd's way": (rt.ConvLSTM(4, 9, 3, **options), (4, 2, 4, 12, 12)),
    }


@known_cpu
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", layers(torch.float32))
def test_in_a_kernel_they_are_zero(name, dtype):
    layer, shape = layers(dtype)[name]
    tiny = torch.finfo(dtype).tiny
    with torch.no_grad():
        for key, parameter in layer.named_parameters():
            parameter.fill_(1.0 if "weight_ih" in key else 0.0)
    x = torch.full(shape, tiny / 64, dtype=dtype, requires_grad=True)
    output = layer(x)[0]
    assert not output.any()
    (dx,) = torch.autograd.grad(output, x, torch.full_like(output, tiny / 64))
    assert not dx.any()


@known_cpu
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", layers(torch.float32))
def test_values_are_those_of_the_loop_but_for_what_is_denormal(name, dtype):
    layer, shape = layers(dtype)[name]
    room = 1e-37 if dtype == torch.float32 else 1e-306
    x = torch.randn(shape, dtype=dtype) * torch.finfo(dtype).tiny
    with torch.no_grad():
        for key, parameter in layer.named_parameters():
            if "bias" in key:
                parameter.zero_()
    loop = copy.deepcopy(layer)
    loop.backend = "reference"
    torch.testing.assert_close(layer(x), loop(x), rtol=1e-5, atol=room)
    given = torch.full_like(layer(x)[0], torch.finfo(dtype).tiny)
    gradients = []
    for one in (layer, loop):
        leaf = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=dtype).requires_grad_()
        gradients.append(torch.autograd.grad(one(leaf)[0], leaf, given)[0])
    torch.testing.assert_close(*gradients, rtol=1e-5, atol=room)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", layers(torch.float32))
def test_the_caller_s_mode_stays(name, dtype, flushing):
    layer, shape = layers(dtype)[name]
    output = layer(torch.randn(shape, dtype=dtype))[0]
    assert flushed(dtype) == flushing
    output.sum().backward()
    assert flushed(dtype) == flushing


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("failing", [MemoryError, KeyboardInterrupt])
def test_the_caller_s_mode_stays_where_a_kernel_fails(failing, count, flushing, monkeypatch):
    def fail(first: int, *given: Any) -> None:
        if first == 0:
            assert flushed(torch.float32) or not flush.BITS
            raise failing

    monkeypatch.setattr(gru, "forward", fail)
    monkeypatch.setattr(rows, "shares", lambda *given, **options: [(0, 4)] * count)
    monkeypatch.setattr("rnn_tutorial.kernels.cpu.scan.shares", rows.shares)
    with pytest.raises(failing):
        rt.GRU(3, 5, backend="fused")(torch.randn(7, 4, 3))
    assert flushed(torch.float32) == flushing


@known_cpu
def test_other_threads_flush_too_and_get_their_mode_back():
    seen: list[tuple[bool, bool]] = []

    def look(share: int) -> None:
        seen.append((flush.begin(0) & flush.BITS == flush.BITS, flushed(torch.float32)))

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        rows.on_threads(look, 8)
    finally:
        torch.set_num_threads(before)
    assert seen == [(True, True)] * 8
    modes: list[int] = []
    rows.on_threads(lambda share: modes.append(share), 2)
    assert sorted(modes) == [0, 1]
    assert flush.begin(0) & flush.BITS == 0


def test_a_cpu_of_another_kind_is_left_alone(monkeypatch):
    monkeypatch.setattr(flush, "BITS", 0)
    monkeypatch.setattr(flush, "begin", None)
    done: list[int] = []
    rows.on_threads(done.append, 1)
    assert done == [0]


@pytest.mark.parametrize(("triple", "word"), [("x86_64-unknown-linux-gnu", "mxcsr"), ("aarch64-linux-gnu", "FPCR")])
def test_code_for_both_kinds_of_cpu_can_be_made(triple, word):
    import llvmlite.binding as llvm
    from llvmlite import ir

    module = ir.Module()
    module.triple = triple
    function = ir.Function(module, ir.FunctionType(ir.IntType(64), [ir.IntType(64)]), "swap")
    builder = ir.IRBuilder(function.append_basic_block())
    before = flush.read(builder, triple.split("-")[0])
    flush.write(builder, triple.split("-")[0], builder.or_(before, function.args[0]))
    builder.ret(before)
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(triple).create_target_machine()
    assert word in machine.emit_assembly(llvm.parse_assembly(str(module)))
