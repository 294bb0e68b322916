r"""The simple recurrent network (Elman, 1990), the book's chapter 1."""

from typing import Never

import torch
from torch import Tensor

from .core.base import Recurrent
from .core.types import Backend, Nonlinearity, RecurrentInit, State, Weights


class RNN(Recurrent[Tensor]):
    r"""Elman's recurrent network: the new state is a squashed sum of what comes in and what was there.

    .. math::

        h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})

    A drop-in replacement of ``torch.nn.RNN``: same arguments, defaults, shapes, parameter names, initial values
    and errors; state dicts load both ways.

    Args:
        input_size: Features F of the input at one time step.
        hidden_size: Features H of the state.
        num_layers: Layers L, each reading the outputs of the one below.
        nonlinearity: ``"tanh"`` or ``"relu"``.
        bias: Use ``b_ih`` and ``b_hh``. Only their sum matters; PyTorch keeps both for cuDNN's sake, and so do we.
        batch_first: Input and output are (batch, time, features); states keep (layers, batch, features).
        dropout: Probability of zeroing an output of any layer but the last, in training. By every backend a seed gives
            the draws of ``torch.nn``: with ``lengths``, and for a PackedSequence, those of the packed batch.
        bidirectional: A second run from the end to the start; outputs stand side by side (D = 2).
        device: Where the parameters live.
        dtype: Their number type.
        backend: ``"reference"`` runs the equation above step by step, ``"native"`` PyTorch's operator, ``"fused"`` our
            kernel (with Numba or Triton), ``"auto"`` whichever is fastest and can do what the call asks. Inside
            ``torch.compile`` the call stays outside the graph, as for ``torch.nn``; only ``"reference"`` becomes part
            of it, step by step, and with ``fullgraph=True`` and ``torch.export`` ``"auto"`` does too. An exported
            program may take any number of steps; it then has the loop in it, as PyTorch's ``scan``.
        variational: Between layers, drop the same units at every step (Gal & Ghahramani, 2016) instead of new ones.
        layer_norm: Normalise :math:`W_{ih} x_t` and :math:`W_{hh} h_{t-1}` before the biases (Ba et al., 2016).
        recurrent_init: ``"uniform"`` as in PyTorch, or ``"orthogonal"`` for ``W_hh``.

    Call:
        ``layer(input, h_0=None, *, lengths=None, return_all_states=False)``

        - **input**: (T, B, F), or (B, T, F) if ``batch_first``, or (T, F) for one sequence, or a PackedSequence.
        - **h_0**: (L · D, B, H), or (L · D, H) for one sequence; zeros if not given.
        - **lengths**: (B,) valid steps of right-padded sequences, in any order: no packing needed. Their range is not
          checked where PyTorch compiles, exports or traces the call.
        - **return_all_states**: hand out the state of every layer at every step as well.

    Returns:
        ``output, h_n`` and, with ``return_all_states``, ``h``:

        - **output**: (T, B, D · H), the last layer's state at each step; 0 in the padding. Same form as the input.
        - **h_n**: (L · D, B, H), the state after the last step of each run: for the backward run that is *t* = 1.
        - **h**: (L · D, T, B, H), or (L · D, B, T, H) if ``batch_first``.

    Raises:
        ValueError: Wrong rank or dtype of the input, lengths outside 1 … T, unknown nonlinearity or backend, or
            a backend that cannot do what is asked: ``"native"`` keeps the last states only, and neither it nor
            ``"fused"`` normalises.
        RuntimeError: Another device than the weights', wrong number of features, wrong shape, device or dtype of the
            state, no time steps. (No sequences at all, B = 0, is no error.)
        TypeError: Arguments of the wrong type.

    References:
        J. L. Elman (1990), "Finding structure in time", *Cognitive Science* 14, 179-211.

    Examples:
        >>> layer = RNN(10, 20, num_layers=2, batch_first=True)
        >>> output, h_n = layer(torch.randn(3, 5, 10))
        >>> output.shape, h_n.shape
        (torch.Size([3, 5, 20]), torch.Size([2, 3, 20]))

    """

    kernel: str | None = "rnn"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: Nonlinearity = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        backend: Backend = "auto",
        variational: bool = False,
        layer_norm: bool = False,
        recurrent_init: RecurrentInit = "uniform",
        **not_for_rnn: Never,
    ) -> None:
        if "proj_size" in not_for_rnn:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if not_for_rnn:
            raise TypeError(f"RNN() got an unexpected keyword argument {next(iter(not_for_rnn))!r}")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        self.mode = f"RNN_{nonlinearity.upper()}"
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
            backend=backend,
            variational=variational,
            layer_norm=layer_norm,
            recurrent_init=recurrent_init,
        )

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h and ``a_t`` = W_ih x_t + b_ih are (B, H)."""
        (h,) = state
        squash = torch.tanh if self.nonlinearity == "tanh" else torch.relu
        # h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
        h = squash(a_t + self.state_map(h, w))
        return (h,)
