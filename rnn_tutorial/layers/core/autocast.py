r"""Whether PyTorch casts operations to 16 bits by itself."""

import torch
from torch import Tensor


def under_autocast(tensor: Tensor) -> bool:
    """Whether operations on this tensor's device are cast automatically; "meta" and some others know no such thing."""
    kind = "cpu" if tensor.is_cpu else tensor.device.type  # the second costs a string
    known = kind in ("cpu", "cuda") or torch.amp.is_autocast_available(kind)
    return known and torch.is_autocast_enabled(kind)
