"""Calls on numbers that decay below full precision, beside the same calls on ordinary ones.

python -m benchmarks.denormals                  table on the screen
python -m benchmarks.denormals --out FILE.json  the same, kept with machine and versions

Ratios are to the ordinary numbers, of the same layer by the same backend, on one thread: 1 says that the numbers do not
matter. Kernels take denormal numbers for 0, the loop and PyTorch's operator compute with them.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import Tensor

import rnn_tutorial as rt
from benchmarks.record import row, show, write
from rnn_tutorial.experiments import ch09_speed as speed

Call = tuple[Any, Tensor, Any]
"""Layer, input and first state."""


def decaying(dtype: torch.dtype, backend: Any, small: bool) -> Call:
    """An RNN with relu, halved at each of 1000 steps."""
    layer: Any = rt.RNN(4, 32, nonlinearity="relu", bias=False, backend=backend, dtype=dtype)
    with torch.no_grad():
        layer.weight_hh_l0.copy_(torch.eye(32) * (0.5 if small else 1.0))
    return layer, torch.zeros(1000, 4, 4, dtype=dtype), torch.ones(1, 4, 32, dtype=dtype)


def small_input(name: str, dtype: torch.dtype, backend: Any, small: bool) -> Call:
    """A dense layer whose inputs, and so whose products and states, are denormal."""
    layer = getattr(rt, name)(8, 32, bias=False, backend=backend, dtype=dtype)
    return layer, torch.randn(50, 8, 8, dtype=dtype) * (torch.finfo(dtype).tiny / 10 if small else 1.0), None


def shut(dtype: torch.dtype, backend: Any, small: bool) -> Call:
    """An LSTM whose forget gate is shut and whose input gate lets next to nothing in."""
    layer: Any = rt.LSTM(8, 32, backend=backend, dtype=dtype)
    if small:
        with torch.no_grad():
            layer.bias_ih_l0[:32] = torch.finfo(dtype).tiny ** 0.97
            layer.bias_ih_l0[:64] = -80.0 if dtype == torch.float32 else -700.0
    return layer, torch.randn(50, 8, 8, dtype=dtype), None


def frames(dtype: torch.dtype, backend: Any, small: bool) -> Call:
    """A ConvLSTM on frames of zeros, with biases that are denormal."""
    layer: Any = rt.ConvLSTM(1, 8, 3, backend=backend, dtype=dtype)
    if small:
        torch.nn.init.constant_(layer.bias_ih_l0, torch.finfo(dtype).tiny / 4)
    make = torch.zeros if small else torch.rand
    return layer, make(6, 2, 1, 12, 12, dtype=dtype), None


def calls() -> Iterator[tuple[str, str, Callable[..., Call]]]:
    """Yield network, what is small, and what makes the call."""
    yield "RNN, relu", "halved 1000 times", decaying
    for name in ("RNN", "GRU", "LSTM", "PeepholeLSTM"):
        yield name, "inputs", lambda *how, name=name: small_input(name, *how)
    yield "LSTM", "gates shut", shut
    yield "ConvLSTM", "biases, black frames", frames


def run_of(call: Call, back: bool) -> Callable[[], object]:
    """Return the call, with its backward pass if ``back``, from gradients as small as 0.001."""
    layer, x, state = call
    if not back:
        return torch.no_grad()(lambda: layer(x, state))
    leaf = x.clone().requires_grad_()
    return lambda: torch.autograd.grad(layer(leaf, state)[0][-1].sum() * 1e-3, [leaf, *layer.parameters()])


def main(
    out: Annotated[Path | None, typer.Option(help="Keep the results there.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 11,
) -> None:
    """Time and print."""
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    backends = ("fused", "native", "reference")
    for (network, what, make), dtype, back in product(calls(), (torch.float32, torch.float64), (False, True)):
        for backend in backends:
            if backend == "native" and network in ("PeepholeLSTM", "ConvLSTM"):
                continue
            torch.manual_seed(0)
            both = {name: run_of(make(dtype, backend, name == "denormal"), back) for name in ("ordinary", "denormal")}
            timing = speed.interleave(both, "ordinary", rounds=rounds, warmup=2)["denormal"]
            passes = "training" if back else "inference"
            size = make(dtype, backend, False)[1].shape
            rows.append(row(network, passes, tuple(size), f"{backend}, {what}", timing))
            rows[-1]["dtype"] = str(dtype).removeprefix("torch.")
            show(rows[-1])
    if out is not None:
        write(out, rows)


if __name__ == "__main__":
    typer.run(main)
