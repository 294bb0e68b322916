r"""Many frames in, many frames out: the encoder-forecaster of Shi et al. (2015)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import torch
from torch import Tensor, nn

from rnn_tutorial.validate import whole

from .conv_lstm import ConvLSTM
from .core.checks import AXES
from .core.invariant import by_row
from .core.recorded import Unscripted, as_leaf
from .core.types import ForecasterOptions, Readout


class ConvLSTMForecaster(Unscripted):
    r"""Encoder-forecaster: one ConvLSTM reads the frames, another, its mirror image, unrolls what it has understood.

    The forecaster's layers stand in reverse order. Each begins with the state in which the encoder's layer of the same
    width ended. Its first layer has no input at all: what it says comes from its state. A 1×1 convolution turns the
    states of all its layers, side by side, into frames.

    Args:
        input_channels: Channels C of a frame.
        hidden_channels: Channels of each layer of the encoder, from the frames up.
        kernel_size: Odd size of the kernels over the input.
        recurrent_kernel_size: Size of the kernels over the state; ``kernel_size`` if not given.
        patch_size: Cut frames into patches of p × p pixels that become p² channels (2 axes only); the paper's is 4.
        readout: ``"all"`` layers' states or the ``"last"`` layer's are turned into frames.
        options: As for :class:`ConvLSTM`: ``spatial_dims``, ``padding_mode``, ``peephole``, ``dropout``, …

    Call:
        ``model(frames, steps)``: **frames** (B, T, C, S…) → (B, steps, C, S…), raw scores: apply a sigmoid for pixels
        in [0, 1], or train with ``binary_cross_entropy_with_logits`` as in the paper.

    Raises:
        TypeError: Steps that are no whole number.
        ValueError: Frames of another rank, or whose size is no multiple of ``patch_size``; fewer than one step;
            an unknown readout.

    References:
        X. Shi et al. (2015), arXiv:1506.04214, section 3.2. The six parameter counts of its table 1 come out to the
        integer.

    Examples:
        >>> model = ConvLSTMForecaster(1, [8, 4], kernel_size=3)
        >>> model(torch.rand(2, 10, 1, 16, 16), steps=5).shape
        torch.Size([2, 5, 1, 16, 16])

    """

    def __init__(
        self,
        input_channels: int,
        hidden_channels: Sequence[int],
        kernel_size: int | Sequence[int],
        *,
        recurrent_kernel_size: int | Sequence[int] | None = None,
        patch_size: int = 1,
        readout: Readout = "all",
        **options: Unpack[ForecasterOptions],
    ) -> None:
        super().__init__()
        if readout not in ("all", "last"):
            raise ValueError(f'readout should be "all" or "last", got {readout!r}')
        spatial_dims = options.get("spatial_dims", 2)
        if patch_size > 1 and spatial_dims != 2:
            raise ValueError(f"patches need frames of 2 axes, got spatial_dims={spatial_dims}")
        if options.get("bidirectional") or options.get("batch_first") is False:
            raise ValueError("ConvLSTMForecaster reads forwards and batch first: leave both arguments out")
        shared: dict[str, Any] = {**options, "batch_first": True, "recurrent_kernel_size": recurrent_kernel_size}
        channels = input_channels * patch_size**2
        self.patch_size, self.readout_from = patch_size, readout
        self.encoder = ConvLSTM(channels, list(hidden_channels), kernel_size, **shared)
        self.forecaster = ConvLSTM(0, list(hidden_channels)[::-1], kernel_size, **shared)
        convolution: Any = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[spatial_dims - 1]
        read = sum(hidden_channels) if readout == "all" else hidden_channels[0]
        factory = {"device": options.get("device"), "dtype": options.get("dtype")}
        self.readout = convolution(read, channels, 1, **factory)

    def forward(self, frames: Tensor, steps: int) -> Tensor:
        """(B, T, C, S…) → (B, steps, C, S…)."""
        if isinstance(frames, torch.fx.Proxy):
            return as_leaf(self, frames, steps)
        steps = whole("steps", steps)
        if frames.dim() != 3 + self.encoder.spatial_dims:
            sizes = ", ".join(AXES[self.encoder.spatial_dims])
            raise ValueError(f"frames should be (batch, time, channels, {sizes}), got {tuple(frames.shape)}")
        x = self._into_patches(frames)
        _, final = self.encoder(x)
        # (h, c), each bottom layer first → top layer first
        state: Any = tuple(tuple(one_a_layer)[::-1] for one_a_layer in final)
        if len({s.shape for s in state[0]}) == 1:
            state = tuple(torch.stack(one_a_layer) for one_a_layer in state)
        nothing = x.new_empty(x.shape[0], steps, 0, *x.shape[3:])
        output, _, (h, _) = self.forecaster(nothing, state, return_all_states=True)
        read = torch.cat(tuple(h), dim=2) if self.readout_from == "all" else output
        y = by_row(self.readout, read.flatten(0, 1)).unflatten(0, read.shape[:2])
        return self._from_patches(y)

    if TYPE_CHECKING:

        def __call__(self, frames: Tensor, steps: int) -> Tensor:
            """See ``forward``, which nn.Module calls."""
            ...

    def _into_patches(self, frames: Tensor) -> Tensor:
        p = self.patch_size
        if p == 1:
            return frames
        if frames.shape[-1] % p or frames.shape[-2] % p:
            raise ValueError(f"frames of {tuple(frames.shape[-2:])} cannot be cut into patches of {p} x {p}")
        return nn.functional.pixel_unshuffle(frames, p)

    def _from_patches(self, y: Tensor) -> Tensor:
        return nn.functional.pixel_shuffle(y, self.patch_size) if self.patch_size > 1 else y
