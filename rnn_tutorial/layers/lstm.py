r"""Long short-term memory (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000), the book's chapter 2."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .core.base import Recurrent
from .core.definition import normed
from .core.types import State, Weights


class LSTM(Recurrent[tuple[Tensor, Tensor]]):
    r"""Long short-term memory: a cell that is added to, not overwritten, and three gates that guard it.

    .. math::

        i_t &= \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi}) \\
        f_t &= \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf}) \\
        g_t &= \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) \\
        o_t &= \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho}) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t &= o_t \odot \tanh(c_t)

    The four products are stacked in the order i, f, g, o: ``weight_ih`` is (4H, F), ``weight_hh`` (4H, H). With
    ``proj_size`` P > 0 the state that is passed on is :math:`h_t = W_{hr} (o_t \odot \tanh(c_t))` with P features.

    A drop-in replacement of ``torch.nn.LSTM``: same arguments, defaults, shapes, parameter names, initial values
    and errors; state dicts load both ways.

    Args:
        input_size: Features F of the input at one time step.
        hidden_size: Features H of the cell.
        num_layers: Layers L, each reading the outputs of the one below.
        bias: Use ``b_ih`` and ``b_hh``.
        batch_first: Input and output are (batch, time, features); states keep (layers, batch, features).
        dropout: Probability of zeroing an output of any layer but the last, in training. By every backend a seed gives
            the draws of ``torch.nn``: with ``lengths``, and for a PackedSequence, those of the packed batch.
        bidirectional: A second run from the end to the start; outputs stand side by side (D = 2).
        proj_size: Features P of the projected state, 0 for none; then P stands for H in ``output`` and ``h``.
        device: Where the parameters live.
        dtype: Their number type.
        backend: ``"reference"`` runs the equations above step by step, ``"native"`` PyTorch's operator, ``"fused"`` our
            kernel (with Numba or Triton), ``"auto"`` whichever is fastest and can do what the call asks. Inside
            ``torch.compile`` the call stays outside the graph, as for ``torch.nn``; only ``"reference"`` becomes part
            of it, step by step, and with ``fullgraph=True`` and ``torch.export`` ``"auto"`` does too. An exported
            program may take any number of steps; it then has the loop in it, as PyTorch's ``scan``.
        variational: Between layers, drop the same units at every step (Gal & Ghahramani, 2016) instead of new ones.
        layer_norm: Normalise each gate's :math:`W_i x_t` and :math:`W_h h_{t-1}` before the biases, and :math:`c_t`
            before its tanh (Ba et al., 2016, who normalise the four gates in one).
        forget_bias: Start the forget gates' bias here, in ``b_ih``, with ``b_hh`` at 0; PyTorch's start if None.
        recurrent_init: ``"uniform"`` as in PyTorch, or ``"orthogonal"`` for each gate's ``W_hh``.
        zoneout: Probability of a number of the state keeping its previous value at a step, in training; in evaluation
            a state is the expected mixture of old and new (Krueger et al., 2017, arXiv:1606.01305). A pair is for h
            and for c.
        recurrent_dropout: Probability of hiding a number of :math:`h_{t-1}` from a gate's :math:`W_h`, in training: the
            same ones at every step of a sequence, others for each gate; those kept are scaled by 1 / (1 - p) (Gal &
            Ghahramani, 2016, arXiv:1512.05287, with untied weights, as in Keras).
        weight_dropout: Probability of dropping a number of ``weight_hh``, in training: one mask a call, for all steps
            and sequences; those kept are scaled by 1 / (1 - p) (Merity et al., 2018, arXiv:1708.02182).
        gate_activation: What squashes i, f and o: ``"sigmoid"``, or ``"hard_sigmoid"``, relu6(x + 3) / 6, as in Keras 3
            (Keras 2 and ONNX mean a steeper line by that name).

    Call:
        ``layer(input, (h_0, c_0)=None, *, lengths=None, mask=None, reset=None, return_all_states=False)``

        - **input**: (T, B, F), or (B, T, F) if ``batch_first``, or (T, F) for one sequence, or a PackedSequence.
        - **h_0**, **c_0**: (L · D, B, H), or (L · D, H) for one sequence; zeros if not given.
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
        - **return_all_states**: hand out h and c of every layer at every step as well.

    Returns:
        ``output, (h_n, c_n)`` and, with ``return_all_states``, ``(h, c)``:

        - **output**: (T, B, D · H), the last layer's h at each step; 0 in the padding. Same form as the input.
        - **h_n**, **c_n**: (L · D, B, H) after the last step of each run: for the backward run that is *t* = 1.
        - **h**, **c**: (L · D, T, B, H), or (L · D, B, T, H) if ``batch_first``.

    Raises:
        ValueError: Wrong rank or dtype of the input, lengths outside 0 … T, a mask of another shape, unknown backend,
            or one that cannot do what is asked: ``"native"`` keeps the last states only and does not normalise,
            ``"fused"`` neither normalises nor projects, and neither knows ``zoneout`` or hard gates, or can train with
            ``recurrent_dropout`` or ``weight_dropout``.
        RuntimeError: Another device than the weights', wrong number of features, wrong shape, device or dtype of the
            state, no time steps. (No sequences at all, B = 0, is no error.)
        TypeError: Arguments of the wrong type; a state that is not a pair; a mask that is not boolean.

    References:
        S. Hochreiter, J. Schmidhuber (1997), "Long short-term memory", *Neural Computation* 9, 1735-1780;
        F. A. Gers, J. Schmidhuber, F. Cummins (2000), "Learning to forget", *Neural Computation* 12, 2451-2471;
        projection: H. Sak, A. Senior, F. Beaufays (2014), arXiv:1402.1128.

    Examples:
        >>> layer = LSTM(10, 20, num_layers=2, batch_first=True)
        >>> output, (h_n, c_n) = layer(torch.randn(3, 5, 10))
        >>> output.shape, c_n.shape
        (torch.Size([3, 5, 20]), torch.Size([2, 3, 20]))

    """

    state_names = ("h", "c")
    gates = 4
    mode: str | None = "LSTM"
    kernel: str | None = "lstm"

    def parameter_shapes(self, features: int, H: int) -> dict[str, tuple[int, ...]]:
        """W_ih (4H, F), W_hh (4H, H or P), two biases (4H,) and, where projected, W_hr (P, H)."""
        shapes = super().parameter_shapes(features, H)
        return shapes | ({"weight_hh": (4 * H, P), "weight_hr": (P, H)} if (P := self.proj_size) else {})

    def norm_shapes(self, H: int) -> dict[str, tuple[int, ...]]:
        """Add a gain for the cell: what is shown of it is normalised, what is kept is not."""
        return super().norm_shapes(H) | {"norm_c": (H,)}

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h and c are (B, H), ``a_t`` = W_ih x_t + b_ih is (B, 4H)."""
        h, c = state
        i, f, g, o = (a_t + self.state_map(h, w)).chunk(4, dim=1)
        # i_t = σ(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi)     how much enters
        i = self.sigmoid(i)
        # f_t = σ(W_if x_t + b_if + W_hf h_{t-1} + b_hf)     how much stays
        f = self.sigmoid(f)
        # g_t = tanh(W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)  what is new
        g = torch.tanh(g)
        # o_t = σ(W_io x_t + b_io + W_ho h_{t-1} + b_ho)     how much is shown
        o = self.sigmoid(o)
        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        c = f * c + i * g
        # h_t = o_t ⊙ tanh(c_t)
        h = o * self.tanh(c, w)
        return h, c

    def tanh(self, c: Tensor, w: Weights) -> Tensor:
        r"""Return :math:`\tanh(c_t)`, of the normalised cell where the layer has ``layer_norm``."""
        return torch.tanh(normed(c, w.get("norm_c")))

    def finish(self, state: State, a_t: Tensor, w: Weights) -> State:
        r"""Return h in the number type of the gates, multiplied by :math:`W_{hr}` where the layer projects: (B, P)."""
        h, c = state
        h = h.to(a_t.dtype)  # autocast: c has 32 bits
        return F.linear(h, w["weight_hr"]) if "weight_hr" in w else h, c
