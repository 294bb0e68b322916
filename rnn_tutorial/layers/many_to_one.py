r"""From a sequence to one vector: the readout that classifiers and direct forecasts share."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from .core.invariant import by_row
from .core.recorded import Unscripted, as_leaf


class ManyToOne(Unscripted):
    r"""Read a whole sequence, answer once: :math:`y = W h_T + b` from the last layer's final state.

    Takes the state from ``h_n``, not ``output[:, -1]``. For one direction without padding the two agree; for a
    bidirectional layer ``output[:, -1]`` holds a backward state that has seen a single step, and in a padded batch it
    may lie in the padding. ``h_n`` is right in all three cases.

    Args:
        layer: A recurrent layer of this package or of ``torch.nn``, with ``batch_first=True``, whose state is a
            vector. The readout goes where its weights are, in their number type.
        out_features: Size O of the answer: classes, or steps to forecast.

    Call:
        ``model(x, **options)``: x (B, T, F), or a PackedSequence, → (B, O); (T, F) → (O,). Options such as
        ``lengths``, ``mask`` and ``reset`` go to the layer; those of ``torch.nn`` know none of them and take a
        PackedSequence instead.

    Raises:
        TypeError: Not a recurrent layer.
        ValueError: The layer is not batch-first (its outputs would be read along the wrong dimension), or its states
            are pictures (:class:`ConvLSTM`).

    Examples:
        >>> from rnn_tutorial import LSTM
        >>> ManyToOne(LSTM(28, 128, 2, batch_first=True), 10)(torch.randn(4, 28, 28)).shape
        torch.Size([4, 10])

    """

    def __init__(self, layer: nn.Module, out_features: int) -> None:
        super().__init__()
        if not hasattr(layer, "batch_first") or not hasattr(layer, "hidden_size"):
            raise TypeError(
                f"ManyToOne wants a recurrent layer, such as rt.LSTM or torch.nn.GRU, got {type(layer).__name__}"
            )
        if not layer.batch_first:
            raise ValueError(
                f"ManyToOne reads (batch, time, features): build the layer with batch_first=True, got {layer}"
            )
        if getattr(layer, "spatial_dims", 0):
            raise ValueError(
                f"ManyToOne reads states that are vectors, those of a {type(layer).__name__} are pictures. Turn them "
                "into vectors yourself: _, (h_n, c_n) = layer(x), then "
                "nn.Linear(channels, out_features)(h_n[-1].mean((-2, -1)))"
            )
        self.layer = layer
        self.directions = 2 if getattr(layer, "bidirectional", False) else 1
        width: int = getattr(layer, "proj_size", 0) or layer.hidden_size  # type: ignore[assignment]
        weight = next(layer.parameters(), torch.empty(0))
        self.readout = nn.Linear(self.directions * width, out_features, device=weight.device, dtype=weight.dtype)

    def forward(self, x: Tensor | PackedSequence, **options: Any) -> Tensor:
        """(B, T, F) → (B, O)."""
        if isinstance(x, torch.fx.Proxy):
            return as_leaf(self, x, **options)
        final = self.layer(x, **options)[1]
        h_n = final[0] if isinstance(final, tuple) else final  # LSTM: (h_n, c_n)
        # (L · D, B, H): the last D are the last layer's directions → (B, D · H)
        last = torch.cat(h_n[-self.directions :].unbind(0), dim=-1)
        return self.read(last)

    def read(self, last: Tensor) -> Tensor:
        """Apply the readout to final states: (B, D · H) → (B, O)."""
        return by_row(self.readout, last)

    if TYPE_CHECKING:

        def __call__(self, x: Tensor | PackedSequence, **options: Any) -> Tensor:
            """See ``forward``, which nn.Module calls."""
            ...
