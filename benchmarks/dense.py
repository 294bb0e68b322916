"""Our dense layers against PyTorch's and others, side by side in one process.

python -m benchmarks.dense                  table on the screen
python -m benchmarks.dense --out FILE.json  the same, kept with machine and versions

Ratios are to ``torch.nn``'s layer, for PeepholeLSTM to ``torch.nn.LSTM``, which has no peepholes. On a GPU that is
cuDNN's, sizes are those of the papers, and each is timed in 32 and in both kinds of 16 bits; FlashRNN's LSTM, where
it is installed, in bfloat16 and one size, because it compiles for minutes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from unittest import mock

import torch
import typer
from torch import nn

import rnn_tutorial as rt
from benchmarks import flash
from benchmarks.record import row, show, write
from rnn_tutorial.experiments import ch09_speed as speed

SIZES = [*speed.SIZES, (64, 50, 256, 256), (1, 100, 16, 128)]
"""(batch, steps, features, hidden): those of the book, an inner layer, and a single sequence."""
SIZES_ON_GPU = [(128, 28, 28, 128), (64, 100, 128, 128), (64, 100, 256, 256), (64, 100, 512, 512)]
FLASH = (64, 100, 128, 128), torch.bfloat16
PEERS: dict[str, Any] = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM, "PeepholeLSTM": nn.LSTM}


def contestants(network: str, size: tuple[int, int, int, int], device: str) -> dict[str, Any]:
    """Return PyTorch's layer and ours by each backend, with the same weights where both have them."""
    _, _, features, hidden = size
    peer = PEERS[network](features, hidden, batch_first=True)
    models: dict[str, Any] = {"torch.nn": peer}
    for backend in ("auto", "fused", "reference"):
        models[backend] = getattr(rt, network)(features, hidden, batch_first=True, backend=backend)
        models[backend].load_state_dict(peer.state_dict(), strict=False)
    if network == "PeepholeLSTM":
        from torchrecurrent import PeepholeLSTM

        models["usual loop"] = speed.UsualLoop(models["reference"])
        models["torchrecurrent"] = PeepholeLSTM(features, hidden, batch_first=True)
        if size == SIZES[0] and device == "cpu":  # half a minute for 28 steps, more for more
            models["usual loop, compiled"] = torch.compile(models["usual loop"])
    if network == "LSTM" and device == "cpu":
        os.environ.setdefault("KERAS_BACKEND", "torch")
        import keras

        keras_layer = keras.layers.LSTM(hidden, return_sequences=True)
        models["Keras (on torch)"] = _Tuple(keras_layer)
    return models


class _Tuple(nn.Module):
    """A layer that gives its output alone, as one that gives (output, state)."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, None]:
        return self.layer(x), None


def onnx_call(layer: Any, x: torch.Tensor) -> Callable[[], object]:
    """Return a call of ONNX Runtime's own recurrent operator with this layer's weights."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.onnx"
        rt.export_onnx(layer, path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the others' cores are wanted
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    inputs = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, inputs)


def calls_of(
    network: str, size: tuple[int, int, int, int], passes: str, device: str, dtype: torch.dtype
) -> dict[str, Callable[[], object]]:
    """Return what is timed."""
    batch, steps, features, _ = size
    models, x = contestants(network, size, device), torch.randn(batch, steps, features, device=device, dtype=dtype)
    make = speed.training_step if passes == "training" else speed.inference
    models = {name: model.to(device, dtype) for name, model in models.items()}
    if network == "LSTM" and (size, dtype) == FLASH and device != "cpu" and flash.installed():
        models |= {"FlashRNN": twin} if (twin := flash.agreeing(models["torch.nn"], x)) else {}
    calls: dict[str, Callable[[], object]] = {name: finished(make(model, x), device) for name, model in models.items()}
    if device != "cpu":
        calls["fused, no graph"] = without_graphs(calls["fused"])
    if passes == "inference" and device == "cpu":
        calls["ONNX Runtime"] = onnx_call(models["reference"], x)
    return calls


def finished(call: Callable[[], object], device: str) -> Callable[[], object]:
    """Return a call that ends when the device has done what was asked of it."""
    if device == "cpu":
        return call

    def wait() -> None:
        call()
        torch.cuda.synchronize()

    return wait


def without_graphs(call: Callable[[], object]) -> Callable[[], object]:
    """Return a call whose loops over time are sent launch by launch."""
    from rnn_tutorial.kernels.cuda import graphs

    def run() -> None:
        with mock.patch.object(graphs, "enabled", new=False):
            call()

    return run


def import_ratio(rounds: int = 9) -> tuple[float, float]:
    """Return the median seconds of ``import torch`` and the median ratio of importing a layer of ours to it."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    pairs = [(seconds("import torch"), seconds("import rnn_tutorial; rnn_tutorial.LSTM")) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b / a for a, b in pairs)


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 11,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
) -> None:
    """Time the layers and print one line a case: median, quartiles and the ratio to torch.nn."""
    rows: list[dict[str, Any]] = []
    on_cpu = device == "cpu"
    dtypes = [torch.float32] if on_cpu else [torch.float32, torch.bfloat16, torch.float16]
    for network, passes, size, dtype in product(
        PEERS, ("training", "inference"), SIZES if on_cpu else SIZES_ON_GPU, dtypes
    ):
        calls = calls_of(network, size, passes, device, dtype)
        for what, timing in speed.interleave(calls, "torch.nn", rounds=rounds, warmup=3).items():
            rows.append(row(network, passes, size, what, timing) | {"dtype": str(dtype).removeprefix("torch.")})
            show(rows[-1])
    if on_cpu:
        torch_seconds, ratio = import_ratio()
        print(f"import rnn_tutorial.LSTM / import torch: {ratio:.3f} (torch alone {torch_seconds:.2f} s)")
        rows.append({"network": "import", "what": "rnn_tutorial.LSTM", "median_s": torch_seconds, "ratio": ratio})
    if out is not None:
        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
