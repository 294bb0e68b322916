r"""What editors and type checkers know of the layers: the names that options take, and what a call gives."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypedDict, TypeVar, get_args, overload

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

Backend = Literal["auto", "reference", "native", "fused"]
RecurrentInit = Literal["uniform", "orthogonal"]
Nonlinearity = Literal["tanh", "relu"]
PaddingMode = Literal["zeros", "circular", "reflect", "replicate"]
Peephole = Literal["channel", "position"]
Readout = Literal["all", "last"]
Gradient = Literal["exact", "truncated"]
GateActivation = Literal["sigmoid", "hard_sigmoid"]
Zoneout = float | tuple[float, float]
"""One probability, or one for h and one for c."""

BACKENDS: tuple[Backend, ...] = get_args(Backend)
RECURRENT_INITS: tuple[RecurrentInit, ...] = get_args(RecurrentInit)
PADDING_MODES: tuple[PaddingMode, ...] = get_args(PaddingMode)
GATE_ACTIVATIONS: tuple[GateActivation, ...] = get_args(GateActivation)

State = tuple[Any, ...]
"""(h,) or (h, c): each a tensor (B, H) in a step; in a call (L · D, B, H), or a tuple where layers differ in width."""
Weights = dict[str, Tensor]
"""One layer's and direction's parameters by name: ``weight_ih``, ``weight_hh``, ``bias_ih``, ``bias_hh``, …"""
S = TypeVar("S")
"""A layer's state as its caller sees it: a tensor, or a pair of them for the LSTM and its kin."""
Shown = TypeVar("Shown", covariant=True)
"""The same, of a layer: so that a list of an RNN and an LSTM is one of layers, and not of just anything."""


class Call(Protocol[S]):
    """How a layer is called, and what it returns: what goes in packed comes out packed."""

    @overload
    def __call__(
        self,
        input: Tensor,
        hx: S | None = None,
        *,
        lengths: Tensor | list[int] | None = None,
        mask: Tensor | None = None,
        reset: Tensor | None = None,
        return_all_states: Literal[False] = False,
    ) -> tuple[Tensor, S]: ...

    @overload
    def __call__(
        self,
        input: Tensor,
        hx: S | None = None,
        *,
        lengths: Tensor | list[int] | None = None,
        mask: Tensor | None = None,
        reset: Tensor | None = None,
        return_all_states: Literal[True],
    ) -> tuple[Tensor, S, S]: ...

    @overload
    def __call__(
        self,
        input: PackedSequence,
        hx: S | None = None,
        *,
        lengths: None = None,
        return_all_states: Literal[False] = False,
    ) -> tuple[PackedSequence, S]: ...

    @overload
    def __call__(
        self, input: PackedSequence, hx: S | None = None, *, lengths: None = None, return_all_states: Literal[True]
    ) -> tuple[PackedSequence, S, S]: ...

    @overload
    def __call__(
        self,
        input: Tensor | PackedSequence,
        hx: S | None = None,
        *,
        lengths: Tensor | list[int] | None = None,
        mask: Tensor | None = None,
        reset: Tensor | None = None,
        return_all_states: bool,
    ) -> tuple[Any, ...]: ...


class LoopOptions(TypedDict, total=False):
    """Options that act inside the loop over time, of every layer with gates."""

    zoneout: Zoneout
    recurrent_dropout: float
    weight_dropout: float
    gate_activation: GateActivation


class LayerOptions(LoopOptions, total=False):
    """Options beyond ``torch.nn``'s that every dense layer with gates takes."""

    backend: Backend
    variational: bool
    layer_norm: bool
    recurrent_init: RecurrentInit


class LSTMOptions(LayerOptions, total=False):
    """What a ``CNNLSTM`` passes on to its LSTM."""

    bias: bool
    bidirectional: bool
    proj_size: int
    device: torch.device | str | None
    dtype: torch.dtype | None
    forget_bias: float | None


class FilmOptions(LoopOptions, total=False):
    """Options of a ``ConvLSTM`` that it shares with dense layers."""

    backend: Backend
    variational: bool
    recurrent_init: RecurrentInit
    forget_bias: float | None


class ConvOptions(FilmOptions, total=False):
    """Options of a ``ConvLSTM`` that are given by name."""

    spatial_dims: int
    dilation: int | Sequence[int]
    padding_mode: PaddingMode
    peephole: Peephole | None
    image_size: Sequence[int] | None


class ForecasterOptions(ConvOptions, total=False):
    """What a ``ConvLSTMForecaster`` passes on to both of its ConvLSTMs."""

    bias: bool
    dropout: float
    batch_first: bool
    bidirectional: bool
    device: torch.device | str | None
    dtype: torch.dtype | None


class OneConvLSTMOptions(ConvOptions, total=False):
    """What may be given by name to a ``ConvLSTM`` alone."""

    recurrent_kernel_size: int | Sequence[int] | None
