r"""CNN-LSTM: a network that looks, one that remembers, one that draws. The book's chapter 6."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnn_tutorial.validate import whole

from .core.invariant import by_row
from .core.recorded import Unscripted, as_leaf
from .core.types import LSTMOptions
from .frame_coder import ConvDecoder, ConvEncoder
from .lstm import LSTM


class CNNLSTM(Unscripted):
    r"""Encode each frame to a short code, run an LSTM over the codes, decode its states to frames.

    .. math::

        z_t = \mathrm{encode}(x_t), \qquad h_t, c_t = \mathrm{LSTM}(z_t, h_{t-1}, c_{t-1}), \qquad
        \hat x_{t+1} = \mathrm{decode}(V h_t + b)

    Where a :class:`ConvLSTM` remembers pictures, this network remembers codes: what the code leaves out is lost before
    anything is remembered. :meth:`bottleneck_loss` measures how much that is.

    Args:
        image_size: (C, H, W) of a frame.
        hidden_size: Units of the LSTM.
        code_size: Numbers Z in a frame's code.
        num_layers: Layers of the LSTM.
        channels: Channels of the default encoder's convolutions, each of which halves the picture; the default decoder
            is its mirror image.
        encoder: Your own, (N, C, H, W) → (N, Z); ``code_size`` is then taken from it.
        decoder: Your own, (N, Z) → (N, C, H, W).
        dropout: Between the LSTM's layers.
        options: Passed on to the LSTM: ``forget_bias``, ``layer_norm``, …; ``device`` and ``dtype`` reach every
            part, an encoder or decoder of your own as well.

    Call:
        ``model(frames, (h_0, c_0)=None)``: **frames** (B, T, C, H, W) → ``output, (h_n, c_n)`` with **output**
        (B, T, C, H, W): raw scores of frame t + 1, made from frames 1 … t.

    Raises:
        ValueError: Frames of another size; an encoder or decoder whose output has another shape than stated above.

    References:
        J. Donahue et al. (2015), "Long-term recurrent convolutional networks for visual recognition and description",
        arXiv:1411.4389; with a decoder: N. Srivastava et al. (2015), arXiv:1502.04681.

    Examples:
        >>> model = CNNLSTM((1, 17, 22), hidden_size=32, code_size=16)
        >>> output, (h_n, c_n) = model(torch.rand(2, 5, 1, 17, 22))
        >>> output.shape, h_n.shape
        (torch.Size([2, 5, 1, 17, 22]), torch.Size([1, 2, 32]))

    """

    def __init__(
        self,
        image_size: tuple[int, int, int],
        hidden_size: int,
        code_size: int = 64,
        num_layers: int = 1,
        *,
        channels: Sequence[int] = (16, 32),
        encoder: nn.Module | None = None,
        decoder: nn.Module | None = None,
        dropout: float = 0.0,
        **options: Unpack[LSTMOptions],
    ) -> None:
        super().__init__()
        if len(image_size) != 3:
            raise ValueError(f"image_size should be (channels, height, width), got {image_size!r}")
        self.image_size = tuple(whole("image_size", size) for size in image_size)
        factory: dict[str, Any] = {"device": options.get("device"), "dtype": options.get("dtype")}
        coder = ConvEncoder(self.image_size, code_size, channels, **factory) if encoder is None else encoder
        self.encoder = coder.to(**factory)
        self.code_size = self._measured(self.encoder, torch.zeros(1, *self.image_size), rank=2)[1]
        drawer = ConvDecoder(self.image_size, self.code_size, channels, **factory) if decoder is None else decoder
        self.decoder = drawer.to(**factory)
        drawn = self._measured(self.decoder, torch.zeros(1, self.code_size), rank=4)
        if tuple(drawn[1:]) != self.image_size:
            raise ValueError(f"the decoder should draw frames of {self.image_size}, it draws {tuple(drawn[1:])}")
        self.lstm = LSTM(self.code_size, hidden_size, num_layers, batch_first=True, dropout=dropout, **options)
        self.to_code = nn.Linear(
            self.lstm.output_of(num_layers - 1) * self.lstm.num_directions, self.code_size, **factory
        )

    def forward(self, frames: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(B, T, C, H, W) → (B, T, C, H, W), (h_n, c_n)."""
        if isinstance(frames, torch.fx.Proxy):
            return as_leaf(self, frames, hx)
        codes = self.encode(frames)
        h, state = self.lstm(codes, hx)
        return self.decode(self.codes_of(h)), state

    if TYPE_CHECKING:

        def __call__(
            self, frames: Tensor, hx: tuple[Tensor, Tensor] | None = None
        ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
            """See ``forward``, which nn.Module calls."""
            ...

    def codes_of(self, h: Tensor) -> Tensor:
        """Map the LSTM's outputs to codes of frames: (B, T, D · H) → (B, T, Z)."""
        return by_row(self.to_code, h, axes=2)

    def encode(self, frames: Tensor) -> Tensor:
        """Look at all frames at once, time folded into the batch: (B, T, C, H, W) → (B, T, Z)."""
        if frames.dim() != 5 or tuple(frames.shape[2:]) != self.image_size:
            raise ValueError(f"frames should be (batch, time, *{self.image_size}), got {tuple(frames.shape)}")
        return self.encoder(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])

    def decode(self, codes: Tensor) -> Tensor:
        """Draw all frames at once: (B, T, Z) → (B, T, C, H, W)."""
        return self.decoder(codes.flatten(0, 1)).unflatten(0, codes.shape[:2])

    def reconstruct(self, frames: Tensor) -> Tensor:
        """Encode and decode with nothing in between: what of a frame gets through the code."""
        return self.decode(self.encode(frames))

    def bottleneck_loss(self, frames: Tensor) -> Tensor:
        """Return the mean squared error of :meth:`reconstruct`: what the code loses. Add it to the loss to train it."""
        return F.mse_loss(self.reconstruct(frames), frames)

    @staticmethod
    def _measured(part: nn.Module, example: Tensor, rank: int) -> torch.Size:
        like = next(part.parameters(), example)
        was_training = part.training
        with torch.no_grad():
            made = part.eval()(example.to(device=like.device, dtype=like.dtype))
        part.train(was_training)
        if made.dim() != rank or made.shape[0] != 1:
            raise ValueError(f"{type(part).__name__} should give {rank} axes, batch first; it gave {tuple(made.shape)}")
        return made.shape
