r"""The gated recurrent unit (Cho et al., 2014), the book's chapter 3."""

from typing import Unpack

import torch
from torch import Tensor

from .core.base import Recurrent
from .core.types import LayerOptions, State, Weights


class GRU(Recurrent[Tensor]):
    r"""Gated recurrent unit: one gate mixes the old state with the new, another chooses what the new may see.

    .. math::

        r_t &= \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr}) \\
        z_t &= \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz}) \\
        n_t &= \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn})) \\
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Two conventions differ between papers and libraries. **Where the reset gate stands**: after the product, as above
    (PyTorch, cuDNN, the first version of Cho et al.), or before it, :math:`W_{hn} (r_t \odot h_{t-1}) + b_{hn}`, with
    ``reset_after=False`` (the printed version of Cho et al.; no library kernel computes it). The two are different
    networks. **What the update gate keeps**: here and in Cho et al. z = 1 keeps the old state; where it is the other
    way round, negate :math:`W_{iz}, W_{hz}` and their biases (:func:`rnn_tutorial.convert.flip_update_gate`).

    The three products are stacked in the order r, z, n: ``weight_ih`` is (3H, F), ``weight_hh`` (3H, H).
    A drop-in replacement of ``torch.nn.GRU``: same arguments, defaults, shapes, parameter names, initial values and
    errors; state dicts load both ways.

    Args:
        input_size: Features F of the input at one time step.
        hidden_size: Features H of the state.
        num_layers: Layers L, each reading the outputs of the one below.
        bias: Use ``b_ih`` and ``b_hh``.
        batch_first: Input and output are (batch, time, features); states keep (layers, batch, features).
        dropout: Probability of zeroing an output of any layer but the last, in training. By every backend a seed gives
            the draws of ``torch.nn``: with ``lengths``, and for a PackedSequence, those of the packed batch.
        bidirectional: A second run from the end to the start; outputs stand side by side (D = 2).
        device: Where the parameters live.
        dtype: Their number type.
        reset_after: The reset gate acts after the product with W_hn (True) or before it (False).
        backend, variational, layer_norm, recurrent_init, zoneout, weight_dropout: As for :class:`RNN`.
        recurrent_dropout, gate_activation: As for :class:`LSTM`; its gates are r and z.

    Call:
        ``layer(input, h_0=None, *, lengths=None, mask=None, reset=None, return_all_states=False)``, as for
        :class:`RNN`.

    Returns:
        ``output, h_n`` and, with ``return_all_states``, ``h``; shapes as for :class:`RNN`.

    Raises:
        ValueError, RuntimeError, TypeError: As for :class:`RNN`; ``backend="native"`` with ``reset_after=False`` or
            hard gates.

    References:
        K. Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical machine
        translation", arXiv:1406.1078 (version 1: reset after the product; version 3: before).

    Examples:
        >>> layer = GRU(10, 20, num_layers=2, batch_first=True)
        >>> output, h_n = layer(torch.randn(3, 5, 10))
        >>> output.shape, h_n.shape
        (torch.Size([3, 5, 20]), torch.Size([2, 3, 20]))

    """

    gates = 3
    kernel: str | None = "gru"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        reset_after: bool = True,
        **options: Unpack[LayerOptions],
    ) -> None:
        if "proj_size" in options:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        self.reset_after = reset_after
        self.mode = "GRU" if reset_after else None
        self.kernel = "gru" if reset_after else None
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            device=device, dtype=dtype, **options,
        )  # fmt: skip

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h is (B, H), ``a_t`` = W_ih x_t + b_ih is (B, 3H)."""
        (h,) = state
        a_r, a_z, a_n = a_t.chunk(3, dim=1)
        if self.reset_after:
            m_r, m_z, m_n = self.state_map(h, w).chunk(3, dim=1)
        else:
            m_r, m_z = self.state_map(h, gates_of(w, slice(0, 2))).chunk(2, dim=1)
        # r_t = σ(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)     how much of the past the new sees
        r = self.sigmoid(a_r + m_r)
        # z_t = σ(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)     how much of the past stays
        z = self.sigmoid(a_z + m_z)
        if self.reset_after:
            # n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t-1} + b_hn))
            n = torch.tanh(a_n + r * m_n)
        else:
            # n_t = tanh(W_in x_t + b_in + W_hn (r_t ⊙ h_{t-1}) + b_hn)
            n = torch.tanh(a_n + self.state_map(r * h, gates_of(w, slice(2, 3))))
        # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        return ((1 - z) * n + z * h,)


def gates_of(w: Weights, which: slice) -> Weights:
    """Return the state map's parameters for some of the gates only."""
    H = w["weight_hh"].shape[1]
    rows = slice(which.start * H, which.stop * H)
    part: Weights = {name: w[name][rows] for name in ("weight_hh", "bias_hh") if name in w}
    if "mask_hh" in w:
        part["mask_hh"] = w["mask_hh"][:, which]
    return part | ({"norm_hh": w["norm_hh"][which]} if "norm_hh" in w else {})
