"""FlashRNN (Pöppel et al., 2024) as a layer, where it is installed: pip install flashrnn, on a machine with nvcc.

Its Python interface (version 1.0.8) was checked against ``torch.nn.LSTM`` through its "vanilla" backend, on a CPU. Its
kernels, which it compiles at their first call, were not: they need a GPU. So each is compared before it is timed.
"""

import importlib.util

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def installed() -> bool:
    """Say whether FlashRNN can be imported."""
    return importlib.util.find_spec("flashrnn") is not None


class FlashLSTM(nn.Module):
    """An LSTM of one layer, batch first, with the weights of PyTorch's, by FlashRNN: one head, gates i, f, g, o."""

    def __init__(self, layer: nn.LSTM, backend: str = "cuda_fused") -> None:
        super().__init__()
        self.layer, self.backend = layer, backend

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T, F) → output (B, T, H) and the last states."""
        from flashrnn import flashrnn

        W_ih, W_hh, b_ih, b_hh = (getattr(self.layer, f"{name}_l0") for name in NAMES)
        one_head = (4, 1, self.layer.hidden_size)
        a = F.linear(x, W_ih, b_ih).unflatten(2, one_head)
        kind = str(x.dtype).removeprefix("torch.")
        R, b = W_hh.unflatten(0, one_head), b_hh.view(one_head)
        states, last = flashrnn(a, R, b, function="lstm", backend=self.backend, dtype=kind)
        return states[0].flatten(2), last


NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def agreeing(layer: nn.LSTM, x: Tensor) -> nn.Module | None:
    """Return FlashRNN's twin of a layer, or None, with the reason on the screen, where it does not run or agree."""
    twin = FlashLSTM(layer)
    try:
        with torch.no_grad():
            torch.testing.assert_close(twin(x)[0], layer(x)[0], rtol=0.05, atol=0.05)
    except Exception as problem:  # a missing compiler, too small a GPU, another interface: all the same here
        print(f"FlashRNN is left out: {problem}")
        return None
    return twin
