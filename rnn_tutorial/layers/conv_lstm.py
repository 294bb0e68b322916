r"""The convolutional LSTM (Shi et al., 2015), the book's chapter 5."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, Unpack, overload

import torch
from torch import Tensor

from rnn_tutorial.validate import whole

from .core.biases import PEEPHOLES
from .core.convolution import check_options, convolve, odd, per_axis
from .core.types import Call, FilmOptions, OneConvLSTMOptions, PaddingMode, Peephole, State, Weights
from .fc_lstm import PeepholeLSTM

W = TypeVar("W")
"""States of all layers: one tensor, or a tuple of tensors where layers may differ in channels."""


class ConvLSTM(PeepholeLSTM, Generic[W]):
    r"""Peephole LSTM whose input, state and cell are pictures: each matrix product becomes a convolution ∗.

    .. math::

        i_t &= \sigma(W_{ii} * x_t + b_i + W_{hi} * h_{t-1} + w_{ci} \odot c_{t-1}) \\
        f_t &= \sigma(W_{if} * x_t + b_f + W_{hf} * h_{t-1} + w_{cf} \odot c_{t-1}) \\
        g_t &= \tanh(W_{ig} * x_t + b_g + W_{hg} * h_{t-1}) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        o_t &= \sigma(W_{io} * x_t + b_o + W_{ho} * h_{t-1} + w_{co} \odot c_t) \\
        h_t &= o_t \odot \tanh(c_t)

    The step is :class:`PeepholeLSTM`'s, unchanged; on pictures of one pixel the two agree. Each gate has one bias
    (``bias_ih``), which is what the paper's parameter counts imply, and so are peepholes per channel.

    Args:
        input_channels: Channels C of a frame; 0 for a layer that runs on its state alone.
        hidden_channels: Channels of state and cell, one number or one a layer.
        kernel_size: Odd size of the kernels over the input, one number or one an axis.
        num_layers: Layers; taken from ``hidden_channels`` where that names one number a layer.
        bias, batch_first, dropout, bidirectional, device, dtype: As for :class:`LSTM`.
        spatial_dims: Axes of a frame: 1, 2 or 3.
        recurrent_kernel_size: Size of the kernels over the state; ``kernel_size`` if not given.
        dilation: Of all kernels.
        padding_mode: What lies outside a frame and a state: ``"zeros"`` (as in the paper: nothing is known there),
            ``"circular"``, ``"reflect"`` or ``"replicate"``.
        peephole: ``"channel"``, a weight a channel (C, 1, …); ``"position"``, one a channel and pixel; or ``None``.
        image_size: Size of the frames, needed for ``peephole="position"`` only; any size fits otherwise.
        options: ``variational``, ``forget_bias``, ``recurrent_init``, ``backend``, ``zoneout``, ``recurrent_dropout``,
            ``weight_dropout``, ``gate_activation`` as for :class:`LSTM`; each pixel of each channel is a number of the
            state.

    Call:
        ``layer(input, (h_0, c_0)=None, *, lengths=None, mask=None, reset=None, return_all_states=False)`` as for
        :class:`LSTM`, with the axes S of a frame last: **input** (T, B, C, S…), or (B, T, C, S…) if ``batch_first``,
        or (T, C, S…).

    Returns:
        ``output, (h_n, c_n)`` and, with ``return_all_states``, ``(h, c)``: (T, B, D · H, S…), (L · D, B, H, S…) and
        (L · D, T, B, H, S…). Where layers differ in channels, states are tuples of tensors, one a layer and direction.

    Raises:
        ValueError: An even kernel, an unknown option, frames of another size than ``image_size``.
        RuntimeError, TypeError: As for :class:`LSTM`.

    References:
        X. Shi et al. (2015), "Convolutional LSTM network: a machine learning approach for precipitation nowcasting",
        arXiv:1506.04214, equation 3.

    Examples:
        >>> layer = ConvLSTM(1, 8, kernel_size=3, batch_first=True)
        >>> output, (h_n, c_n) = layer(torch.rand(2, 5, 1, 16, 16))
        >>> output.shape, c_n.shape
        (torch.Size([2, 5, 8, 16, 16]), torch.Size([1, 2, 8, 16, 16]))

    """

    least_input = 0
    kernel: str | None = "conv_lstm"

    if TYPE_CHECKING:
        __call__: Call[tuple[W, W]]  # type: ignore[assignment]

    @overload
    def __init__(
        self: "ConvLSTM[Tensor]",
        input_channels: int,
        hidden_channels: int,
        kernel_size: int | Sequence[int],
        num_layers: int | None = None,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        **options: Unpack[OneConvLSTMOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: "ConvLSTM[Tensor | tuple[Tensor, ...]]",
        input_channels: int,
        hidden_channels: Sequence[int],
        kernel_size: int | Sequence[int],
        num_layers: int | None = None,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        **options: Unpack[OneConvLSTMOptions],
    ) -> None: ...

    def __init__(
        self,
        input_channels: int,
        hidden_channels: int | Sequence[int],
        kernel_size: int | Sequence[int],
        num_layers: int | None = None,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        spatial_dims: int = 2,
        recurrent_kernel_size: int | Sequence[int] | None = None,
        dilation: int | Sequence[int] = 1,
        padding_mode: PaddingMode = "zeros",
        peephole: Peephole | None = "channel",
        image_size: Sequence[int] | None = None,
        **options: Unpack[FilmOptions],
    ) -> None:
        self.spatial_dims = whole("spatial_dims", spatial_dims)
        check_options(self.spatial_dims, padding_mode, peephole, image_size)
        if "layer_norm" in options or "proj_size" in options:
            raise TypeError("ConvLSTM has neither layer_norm nor proj_size")
        given = None if num_layers is None else whole("num_layers", num_layers)
        channels = hidden_channels if isinstance(hidden_channels, Iterable) else [hidden_channels] * (given or 1)
        self.hidden_channels = tuple(whole("hidden_channels", width) for width in channels)
        layers = len(self.hidden_channels)
        if layers == 0 or given not in (None, layers):
            raise ValueError(f"hidden_channels {self.hidden_channels} are {layers} layers, num_layers says {given}")
        self.kernel_size = odd("kernel_size", kernel_size, self.spatial_dims)
        self.recurrent_kernel_size = odd(
            "recurrent_kernel_size",
            kernel_size if recurrent_kernel_size is None else recurrent_kernel_size,
            self.spatial_dims,
        )
        self.dilation = per_axis("dilation", dilation, self.spatial_dims)
        self.padding_mode = padding_mode
        self.peephole = peephole
        self.image_size = None if image_size is None else per_axis("image_size", image_size, self.spatial_dims)
        super().__init__(
            input_channels, max(self.hidden_channels), layers, bias, batch_first, dropout, bidirectional,
            device=device, dtype=dtype, **options,
        )  # fmt: skip

    def hidden_of(self, layer: int) -> int:
        """Channels of a layer's state."""
        return self.hidden_channels[layer]

    def parameter_shapes(self, features: int, H: int) -> dict[str, tuple[int, ...]]:
        """W_ih (4H, F, kernel…), W_hh (4H, H, kernel…), one bias (4H,), peepholes (H, 1, …) or (H, S…)."""
        shapes: dict[str, tuple[int, ...]] = {}
        if features:
            shapes["weight_ih"] = (4 * H, features, *self.kernel_size)
        shapes["weight_hh"] = (4 * H, H, *self.recurrent_kernel_size)
        if self.bias:
            shapes["bias_ih"] = (4 * H,)
        places = self.image_size if self.peephole == "position" and self.image_size else (1,) * self.spatial_dims
        return shapes | (dict.fromkeys(PEEPHOLES, (H, *places)) if self.peephole else {})

    def input_map(self, x: Tensor, w: Weights) -> Tensor:
        r"""Convolve the frames of all steps at once: :math:`W_{ih} * x_t + b`, (T, B, F, S…) → (T, B, 4H, S…)."""
        if "weight_ih" in w:
            a = self.convolve(x.flatten(0, 1), w["weight_ih"], w.get("bias_ih"))
            return a.unflatten(0, x.shape[:2])
        a = x.new_zeros(*x.shape[:2], w["weight_hh"].shape[0], *x.shape[3:])  # no input: the bias alone
        return a + w["bias_ih"].view(-1, *[1] * self.spatial_dims) if "bias_ih" in w else a

    def state_map(self, h: Tensor, w: Weights) -> Tensor:
        r"""Convolve the previous state inside the loop: :math:`W_{hh} * h_{t-1}`."""
        if "mask_hh" in w:  # dropout of the state
            seen = (h[:, None] * w["mask_hh"]).unbind(1)  # by each gate, (B, H, S…)
            return torch.cat([self.convolve(s, W) for s, W in zip(seen, w["weight_hh"].chunk(4), strict=True)], dim=1)
        return self.convolve(h, w["weight_hh"])

    def convolve(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
        """Convolve so that the picture keeps its size: (N, C, S…) → (N, K, S…)."""
        return convolve(x, kernel, bias, self.dilation, self.padding_mode)

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        """Take :class:`PeepholeLSTM`'s step, on (B, H, S…)."""
        self.check_places(tuple(a_t.shape[2:]))
        return super().step(a_t, state, w)

    def check_places(self, sizes: tuple[int, ...]) -> None:
        """Refuse frames that have other pixels than the peepholes."""
        if self.peephole == "position" and sizes != self.image_size:
            raise ValueError(f"peepholes by position were made for {self.image_size}, got {sizes}")

    def extra_repr(self) -> str:
        """Show channels and kernels first."""
        return f"{super().extra_repr()}, hidden_channels={self.hidden_channels}, kernel_size={self.kernel_size}"
