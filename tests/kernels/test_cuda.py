"""The GPU's kernels: in Triton's interpreter, on the CPU, and, where there is a GPU, compiled."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import rnn_tutorial as rt
from rnn_tutorial.layers.core import fused

pytest.importorskip("triton")

from rnn_tutorial.kernels import cuda
from rnn_tutorial.kernels.cuda import limits

from .cuda_cases import LAYERS, by_kernel, by_loop, case, with_gradients

ROOT = Path(__file__).resolve().parents[2]


def test_in_the_interpreter():
    """Triton decides at its import whether to interpret, so this needs a process of its own."""
    files = [f"tests/kernels/{of}_interpreted.py" for of in ("cuda", "videos")]
    checks = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    environment = os.environ | {"TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(checks, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


WITHOUT_TRITON = """
import sys
sys.modules["triton"] = None
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "triton" else find(name, package)
import torch
from rnn_tutorial.kernels import cuda
answer = cuda.supports("cuda", torch.float32)
assert not answer and not hasattr(cuda, "Scan")
print(answer.reason)
"""


def test_imports_without_triton():
    done = subprocess.run([sys.executable, "-c", WITHOUT_TRITON], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "Triton is not installed", done.stderr


def test_without_the_interpreter_the_cpu_is_refused():
    assert "NVIDIA" in cuda.supports("cpu", torch.float32).reason
    layer, x, state, lengths = case("PeepholeLSTM", 2, 2, 3)
    with pytest.raises(RuntimeError, match="NVIDIA"):
        by_kernel(layer, x, state, lengths, False)


@pytest.mark.parametrize(
    ("gates", "H", "dtype", "yes"),
    [
        (4, 128, torch.float16, True),
        (4, 129, torch.bfloat16, False),
        (4, 64, torch.float32, True),
        (4, 65, torch.float32, False),
    ],
)
def test_how_many_units_fit_on_the_chip(gates, H, dtype, yes):
    answer = limits.whole_sequence(gates, H, dtype)
    assert bool(answer) == yes
    assert yes or "on the chip" in answer.reason


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("dtype", "near"), [(torch.float32, 1e-5), (torch.float16, 1e-2), (torch.bfloat16, 5e-2)], ids=str
)
@pytest.mark.parametrize("H", [37, 64, 128, 256])
@pytest.mark.parametrize("name", LAYERS)
def test_compiled_kernel_equals_the_loop(name, H, dtype, near, reverse):
    layer, x, state, lengths = case(name, 20, 37, H, dtype, "cuda")
    ours = with_gradients(by_kernel, layer, x, state, lengths, reverse)
    exact = with_gradients(by_loop, layer.double(), x.double(), [s.double() for s in state], lengths, reverse)
    for one, other in zip(ours, exact, strict=True):
        assert (one.double() - other).norm() <= near * other.norm().clamp(min=1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", ["PeepholeLSTM", "GRU", "RNN"])
def test_a_replayed_graph_equals_the_loop(name, reverse):
    """Beyond the chip, the second call captures and the third replays."""
    cuda.graphs.forget()
    for seed in range(4):
        layer, x, state, lengths = case(name, 20, 37, 256, torch.float32, "cuda", seed)
        ours = with_gradients(by_kernel, layer, x, state, lengths, reverse)
        exact = with_gradients(by_loop, layer.double(), x.double(), [s.double() for s in state], lengths, reverse)
        for one, other in zip(ours, exact, strict=True):
            assert (one.double() - other).norm() <= 1e-5 * other.norm().clamp(min=1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("make", [rt.PeepholeLSTM, rt.LSTM, rt.GRU, rt.RNN])
def test_a_layer_asked_to_uses_the_kernel(make):
    options = {"num_layers": 2, "bidirectional": True, "device": "cuda"}
    by_kernel, by_loop = make(3, 40, backend="fused", **options), make(3, 40, backend="reference", **options)
    by_loop.load_state_dict(by_kernel.state_dict())
    x = torch.randn(9, 4, 3, device="cuda")
    for lengths in (None, [9, 1, 5, 7]):
        torch.testing.assert_close(
            by_kernel(x, lengths=lengths)[0], by_loop(x, lengths=lengths)[0], rtol=1e-4, atol=1e-5
        )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 1e-4), (torch.bfloat16, 5e-2)], ids=str)
@pytest.mark.parametrize("peephole", ["channel", "position", None])
def test_videos_by_the_compiled_kernel_equal_the_loop(peephole, dtype, near):
    size = {"image_size": (13, 11)} if peephole == "position" else {}
    options: Any = {"bidirectional": True, "peephole": peephole, "device": "cuda"} | size
    by_kernel = rt.ConvLSTM(2, 24, 3, backend="fused", dtype=dtype, **options)
    by_loop = rt.ConvLSTM(2, 24, 3, backend="reference", dtype=torch.float64, **options)
    by_loop.load_state_dict(by_kernel.state_dict())
    for _ in range(3):  # as it is, captured, replayed
        videos = torch.randn(6, 4, 2, 13, 11, device="cuda", dtype=dtype)
        found = []
        for layer, x in ((by_kernel, videos), (by_loop, videos.double())):
            output = layer(x, lengths=[6, 1, 4, 5])[0]
            gradients = torch.autograd.grad(output.square().sum(), list(layer.parameters()))
            found.append([output, *gradients])
        for one, other in zip(*found, strict=True):
            assert (one.double() - other).norm() <= near * other.norm().clamp(min=1)


def test_what_layers_may_do_on_a_gpu(monkeypatch):
    """A tensor that says it is on one is enough to ask."""

    class OnGPU(SimpleNamespace):
        __torch_dispatch__ = torch.Tensor.__torch_dispatch__

    x: Any = OnGPU(device=torch.device("cuda"), is_cpu=False, dtype=torch.float32)

    def unsupported_reason(layer):
        sequences: Any = SimpleNamespace(tensor=x)
        return fused.unsupported_reason(layer, sequences)

    for layer in (rt.ConvLSTM(1, 2, 3), rt.LSTM(1, 2)):
        assert "not been timed there" in unsupported_reason(layer)
        layer.backend = "fused"
        monkeypatch.setattr(cuda, "supports", lambda *_: limits.Support("the GPU is older"))
        assert "the GPU is older" in unsupported_reason(layer)
        monkeypatch.setattr(cuda, "supports", lambda *_: limits.Support())
        assert unsupported_reason(layer) == ""
    assert unsupported_reason(rt.ConvLSTM(1, 2, 3, recurrent_kernel_size=5, backend="fused")) == ""
    assert "'circular'" in unsupported_reason(rt.ConvLSTM(1, 2, 3, padding_mode="circular", backend="fused"))
    monkeypatch.setattr(torch, "is_autocast_enabled", lambda kind: kind == "cuda")
    assert "under autocast on a GPU" in unsupported_reason(rt.ConvLSTM(1, 2, 3, backend="fused"))


def test_on_other_devices_the_kernels_say_no():
    layer, x = rt.LSTM(2, 3, backend="fused", device="meta"), torch.empty(4, 2, 2, device="meta")
    with pytest.raises(ValueError, match="CPUs and NVIDIA GPUs"):
        layer(x)
