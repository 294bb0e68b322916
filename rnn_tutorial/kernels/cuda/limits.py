r"""What the kernels can run, and where: asked first, and importable without Triton."""

import importlib.util
import os
from dataclasses import dataclass
from typing import Any

import torch

DTYPES = torch.float32, torch.float16, torch.bfloat16
OLDEST = 8, 0
"""The first GPUs whose tensor cores know bfloat16 (Ampere, 2020)."""
ON_CHIP = 128 * 1024
"""Bytes of recurrent weights that a program may hold in shared memory: an A100 has 163 KiB, an H100 227."""
STAGING = 16 * 1024
"""Bytes of shared memory that a program needs besides."""


@dataclass(frozen=True)
class Support:
    """A yes, or a no with its reason: true where nothing speaks against it."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


def supports(device: torch.device | str, dtype: torch.dtype) -> Support:
    """Say whether ``Scan`` can run on tensors of this device and type, for any number of units.

    Tensors on the CPU are for Triton's interpreter; ``TRITON_INTERPRET=1``, set before the first import, turns it on.
    """
    device = torch.device(device)
    if importlib.util.find_spec("triton") is None:
        return Support("Triton is not installed")
    if dtype not in DTYPES:
        return Support(f"there are kernels for float32, float16 and bfloat16, not for {dtype}")
    if interpreted():
        return Support()
    if device.type != "cuda" or torch.version.hip:
        return Support(f"the kernels are for NVIDIA GPUs, not for {device}")
    if not torch.cuda.is_available():
        return Support("there is no CUDA GPU")
    if torch.cuda.get_device_capability(device) < OLDEST:
        return Support("the GPU is older than compute capability 8.0")
    return Support()


def whole_sequence(gates: int, H: int, dtype: torch.dtype, device: torch.device | None = None) -> Support:
    """Say whether the recurrent weights, padded, fit on the chip, so that one launch can run all steps.

    Without a device the answer is that for GPUs of data centres, A100 and later.
    """
    size, room = gates * padded(H) ** 2 * dtype.itemsize, ON_CHIP
    if device is not None and device.type == "cuda":
        properties: Any = torch.cuda.get_device_properties(device)  # not every version's types name the field
        room = min(room, properties.shared_memory_per_block_optin - STAGING)
    if size > room:
        return Support(f"{gates * H} × {H} recurrent weights take {size} bytes on the chip, which has {room} for them")
    return Support()


def padded(H: int) -> int:
    """Return the width of a block for H units: a power of two, as Triton wants, and no less than ``tl.dot`` takes."""
    return max(16, 1 << (H - 1).bit_length())


def interpreted() -> bool:
    """Say whether Triton interprets its kernels in Python."""
    return os.environ.get("TRITON_INTERPRET") == "1"
