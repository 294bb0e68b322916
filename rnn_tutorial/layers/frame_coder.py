r"""From a picture to a short code and back: the default ends of :class:`CNNLSTM`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from .core.invariant import by_row
from .core.recorded import Unscripted


class ConvEncoder(Unscripted):
    """Convolutions that halve the picture, then a linear map to the code: (N, C, H, W) → (N, Z)."""

    def __init__(self, image_size: tuple[int, ...], code_size: int, channels: Sequence[int], **factory: Any) -> None:
        super().__init__()
        sizes = halvings(image_size[1:], len(channels))
        widths = [image_size[0], *channels]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1, **factory) for a, b in pairwise(widths)
        )
        self.to_code = nn.Linear(widths[-1] * sizes[-1][0] * sizes[-1][1], code_size, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Look at each picture on its own."""
        return by_row(self._code, x)

    def _code(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = torch.relu(convolution(x))
        return self.to_code(x.flatten(1))


class ConvDecoder(Unscripted):
    """The mirror image of :class:`ConvEncoder`: (N, Z) → (N, C, H, W), of even and odd sizes alike."""

    def __init__(self, image_size: tuple[int, ...], code_size: int, channels: Sequence[int], **factory: Any) -> None:
        super().__init__()
        self.sizes = halvings(image_size[1:], len(channels))
        widths = [image_size[0], *channels]
        self.smallest = (widths[-1], *self.sizes[-1])
        self.from_code = nn.Linear(code_size, widths[-1] * self.sizes[-1][0] * self.sizes[-1][1], **factory)
        self.convolutions = nn.ModuleList(
            nn.ConvTranspose2d(b, a, 3, stride=2, padding=1, **factory) for a, b in pairwise(widths)
        )

    def forward(self, z: Tensor) -> Tensor:
        """Draw a picture from each code."""
        return by_row(self._picture, z)

    def _picture(self, z: Tensor) -> Tensor:
        x = self.from_code(z).unflatten(1, self.smallest)
        for k in reversed(range(len(self.convolutions))):
            # A picture of n and one of n + 1 halve to the same size: the decoder must be told which it was.
            x = self.convolutions[k](torch.relu(x), output_size=list(self.sizes[k]))
        return x


def halvings(size: Sequence[int], times: int) -> list[tuple[int, int]]:
    """Return a picture's (height, width) before and after each of ``times`` convolutions of stride 2."""
    sizes = [(int(size[0]), int(size[1]))]
    for _ in range(times):
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes
