r"""What is installed, what computes, what is kept, what is within reach: for a report of a problem, or a first look."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch
from torch import nn

import rnn_tutorial
from rnn_tutorial import devices, extras, threads
from rnn_tutorial.data import cache_dir
from rnn_tutorial.layers import GRU, LSTM, RNN, ConvLSTM, PeepholeLSTM
from rnn_tutorial.layers.core import dispatch
from rnn_tutorial.layers.core.sequences import Sequences

from .reach import sources

PACKAGES = (
    "torch", "numpy", "numba", "accelerate", "pandas", "scikit-learn", "statsmodels", "scipy", "matplotlib", "joblib",
    "dask", "onnx", "h5py", "xarray", "zarr", "scikit-image", "typer", "pip",
)  # fmt: skip
BATCH, STEPS = 32, 48  # the size of call that backends are chosen for here


def examine(timeout: float | None = 10.0) -> dict[str, Any]:
    r"""Look at everything.

    Args:
        timeout: Seconds to wait for the package index; ``None`` does not ask it.

    Returns:
        ``versions``, ``devices``, ``layers``, ``cache`` and ``data``: text, numbers, lists and dictionaries only.
    """
    return {
        "versions": versions(),
        "devices": devices_here(),
        "layers": layer_backends(),
        "cache": cache(),
        "data": sources(timeout),
    }


def versions() -> dict[str, str | None]:
    """Version of each package; ``None`` where it is not installed."""
    found: dict[str, str | None] = {
        "rnn-tutorial": rnn_tutorial.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def devices_here() -> dict[str, Any]:
    """The device that would be taken, and what there is."""
    try:
        chosen = str(devices.pick_device())
    except (ValueError, RuntimeError) as error:  # the environment variable names one that is not here
        chosen = f"none: {error}"
    try:
        small: int | str = threads.wanted(nn.Linear(8, 8), torch.zeros(1, 1, 8))
    except ValueError as error:  # so does this one
        small = f"none: {error}"
    cuda = (
        [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    )
    return {
        "chosen": chosen,
        "machine": devices.machine(),
        "cpu threads": torch.get_num_threads(),
        "cpu threads of a small network": small,
        "cuda": cuda,
        "mps": bool(torch.backends.mps.is_available()),
        "variables": {
            name: os.environ[name]
            for name in (devices.DEVICE_VARIABLE, devices.BUDGET_VARIABLE, *threads.VARIABLES, "CUDA_VISIBLE_DEVICES")
            if name in os.environ
        },
    }


def layer_backends() -> dict[str, str]:
    """Which way ``backend="auto"`` takes when a layer of 64 units is trained on 32 sequences of 48 steps."""
    try:
        device = devices.pick_device()
    except (ValueError, RuntimeError):
        device = torch.device("cpu")
    chosen = {}
    for make in (RNN, LSTM, GRU, PeepholeLSTM):
        layer = make(8, 64, batch_first=True, device=device)
        chosen[make.__name__] = dispatch.choose(
            layer, Sequences.of(layer, torch.zeros(BATCH, STEPS, 8, device=device), None), False
        )
    videos = ConvLSTM(1, 8, 3, batch_first=True, device=device)
    sequences = Sequences.of(videos, torch.zeros(BATCH, STEPS, 1, 16, 16, device=device), None)
    return chosen | {"ConvLSTM": dispatch.choose(videos, sequences, False)}


def cache() -> dict[str, Any]:
    """Where verified files are kept, how many there are and how large they are."""
    folder = cache_dir()
    parts: dict[str, int] = {}
    if folder.is_dir():
        for part in sorted(path for path in folder.rglob("*") if path.is_file()):
            release = "/".join(part.relative_to(folder).parts[:2])
            parts[release] = parts.get(release, 0) + part.stat().st_size
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return {
        "folder": str(folder),
        "exists": folder.is_dir(),
        "writable": os.access(existing, os.W_OK),
        "bytes": sum(parts.values()),
        "parts": parts,
    }


def in_words(found: dict[str, Any]) -> str:
    """Return what ``examine`` found as text to read."""
    width = 16

    def line(name: str, text: object) -> str:
        return f"  {name:{width}} {text}"

    lines = ["Versions", *(line(name, text or "not installed") for name, text in found["versions"].items())]
    here = found["devices"]
    lines += [
        "Devices",
        line("chosen", here["chosen"]),
        line("machine", here["machine"]),
        line("CPU threads", f"{here['cpu threads']}, {here['cpu threads of a small network']} for a small network"),
        line("CUDA", ", ".join(here["cuda"]) or "none"),
        line("MPS", "yes" if here["mps"] else "none"),
        *(line(name, text) for name, text in here["variables"].items()),
        f'Layers: what backend="auto" takes to train on {BATCH} sequences of {STEPS} steps',
        *(line(name, text) for name, text in found["layers"].items()),
    ]
    if found["versions"]["numba"] is None:
        lines.append(line("", f"without Numba there are no CPU kernels: {extras.install_line('fast')}"))
    kept = found["cache"]
    state = "" if kept["exists"] else " (not there yet)"
    lines += [
        "Cache",
        line("folder", kept["folder"] + state + ("" if kept["writable"] else " (NOT WRITABLE)")),
        line("size", f"{kept['bytes'] / 1e6:.1f} MB"),
        *(line("", f"{name}: {size / 1e6:.1f} MB") for name, size in kept["parts"].items()),
        "Data",
    ]
    for source in found["data"]:
        text = source["state"]
        if text in ("reachable", "not reachable", "not asked"):
            text += f", {source['megabytes']:.0f} MB to download"
        text += f" ({source['package']})"
        if "reason" in source:
            text += f": {source['reason']}"
        lines.append(line(source["name"], text))
    return "\n".join(lines)
