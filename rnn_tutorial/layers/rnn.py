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
        zoneout: Probability of a number of the state keeping its previous value at a step, in training; in evaluation
            a state is the expected mixture of old and new (Krueger et al., 2017, arXiv:1606.01305).
        recurrent_dropout: Probability of hiding a number of :math:`h_{t-1}` from :math:`W_{hh}`, in training: the same
            ones at every step of a sequence; those kept are scaled by 1 / (1 - p) (Gal & Ghahramani, 2016,
            arXiv:1512.05287, as in Keras).
        weight_dropout: Probability of dropping a number of ``weight_hh``, in training: one mask a call, for all steps
            and sequences; those kept are scaled by 1 / (1 - p) (Merity et al., 2018, arXiv:1708.02182).

    Call:
        ``layer(input, h_0=None, *, lengths=None, mask=None, reset=None, return_all_states=False)``

        - **input**: (T, B, F), or (B, T, F) if ``batch_first``, or (T, F) for one sequence, or a PackedSequence.
        - **h_0**: (L · D, B, H), or (L · D, H) for one sequence; zeros if not given.
        - **lengths**: (B,) valid steps of right-padded sequences, in any order: no packing needed. A sequence of 0
          steps is padding all through, and its state stays what it was. Their range is not checked where PyTorch
          compiles, exports or traces the call.
        - **mask**: booleans, (T, B), or (B, T) if ``batch_first``, or (T,): False at steps that are passed over,
          wherever they stand. As in Keras, the state goes on past them, and the output repeats that of the step
          before, 0 if there is none; in a bidirectional layer it is 0.
        - **reset**: booleans of the same shape: True where the state is set to 0 *before* the step, as at the start
          of an episode. Each part is as a sequence of its own, in all layers; backwards nothing crosses either, and
          the given state enters the last part. The parts run as one batch, padded to the longest. Refused where
          PyTorch compiles the call into one graph, exports, traces or maps it. All three may be given together.
        - **return_all_states**: hand out the state of every layer at every step as well.

    Returns:
        ``output, h_n`` and, with ``return_all_states``, ``h``:

        - **output**: (T, B, D · H), the last layer's state at each step; 0 in the padding. Same form as the input.
        - **h_n**: (L · D, B, H), the state after the last step of each run: for the backward run that is *t* = 1.
        - **h**: (L · D, T, B, H), or (L · D, B, T, H) if ``batch_first``.

    Raises:
        ValueError: Wrong rank or dtype of the input, lengths outside 0 … T, a mask of another shape, unknown
            nonlinearity or backend, or a backend that cannot do what is asked: ``"native"`` keeps the last states
            only, and neither it nor ``"fused"`` normalises, knows ``zoneout``, or can train with
            ``recurrent_dropout`` or ``weight_dropout``.
        RuntimeError: Another device than the weights', wrong number of features, wrong shape, device or dtype of the
            state, no time steps. (No sequences at all, B = 0, is no error.)
        TypeError: Arguments of the wrong type; a mask that is not boolean.

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
        zoneout: float = 0.0,
        recurrent_dropout: float = 0.0,
        weight_dropout: float = 0.0,
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
            zoneout=zoneout,
            recurrent_dropout=recurrent_dropout,
            weight_dropout=weight_dropout,
        )

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h and ``a_t`` = W_ih x_t + b_ih are (B, H)."""
        (h,) = state
        squash = torch.tanh if self.nonlinearity == "tanh" else torch.relu
        # h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
        h = squash(a_t + self.state_map(h, w))
        return (h,)
