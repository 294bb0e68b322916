r"""The LSTM with peepholes (Gers & Schmidhuber, 2000), called FC-LSTM by Shi et al.: the book's chapter 4."""

import torch
from torch import Tensor

from .core.biases import PEEPHOLES
from .core.types import State, Weights
from .lstm import LSTM


class PeepholeLSTM(LSTM):
    r"""LSTM whose gates see the cell they guard: the FC-LSTM of the article and of Shi et al. (2015).

    .. math::

        i_t &= \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi} + w_{ci} \odot c_{t-1}) \\
        f_t &= \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf} + w_{cf} \odot c_{t-1}) \\
        g_t &= \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        o_t &= \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho} + w_{co} \odot c_t) \\
        h_t &= o_t \odot \tanh(c_t)

    A peephole is a vector, one weight a unit: a unit's gates see that unit's cell and no other. Input and forget gate
    see the old cell, the output gate the *new* one. So say Gers & Schmidhuber, Graves (2013), Shi et al. and ONNX;
    they differ elsewhere: Gers & Schmidhuber squash with other functions than tanh, Graves writes the peephole weights
    as matrices and makes them diagonal in the text, Shi et al. put products with images in place of
    :math:`W x` (:class:`ConvLSTM`).

    Arguments, call, shapes and errors are those of :class:`LSTM`, and so are the weights; on top of them each layer
    and direction has ``weight_ci``, ``weight_cf`` and ``weight_co``, each (H,). With those at 0 the two networks agree.
    PyTorch has no operator for it, so ``backend="native"`` is refused; our own kernel knows peepholes.

    References:
        F. A. Gers, J. Schmidhuber (2000), "Recurrent nets that time and count", *IJCNN*;
        A. Graves (2013), "Generating sequences with recurrent neural networks", arXiv:1308.0850;
        X. Shi et al. (2015), "Convolutional LSTM network", arXiv:1506.04214, equation 2.

    Examples:
        >>> layer = PeepholeLSTM(10, 20, batch_first=True)
        >>> output, (h_n, c_n) = layer(torch.randn(3, 5, 10))
        >>> output.shape, layer.weight_ci_l0.shape
        (torch.Size([3, 5, 20]), torch.Size([20]))

    """

    mode: str | None = None
    kernel: str | None = "lstm"  # the LSTM's: it knows peepholes

    def parameter_shapes(self, features: int, H: int) -> dict[str, tuple[int, ...]]:
        """Add three vectors (H,) to the LSTM's parameters."""
        return super().parameter_shapes(features, H) | dict.fromkeys(PEEPHOLES, (H,))

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        r"""Take one step; h and c are (B, H), ``a_t`` = W_ih x_t + b_ih is (B, 4H)."""
        h, c = state
        i, f, g, o = (a_t + self.state_map(h, w)).chunk(4, dim=1)
        # i_t = σ(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi + w_ci ⊙ c_{t-1})
        i = self.sigmoid(i + peep(c, w.get("weight_ci")))
        # f_t = σ(W_if x_t + b_if + W_hf h_{t-1} + b_hf + w_cf ⊙ c_{t-1})
        f = self.sigmoid(f + peep(c, w.get("weight_cf")))
        # g_t = tanh(W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)
        g = torch.tanh(g)
        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        c = f * c + i * g
        # o_t = σ(W_io x_t + b_io + W_ho h_{t-1} + b_ho + w_co ⊙ c_t)   the new cell
        o = self.sigmoid(o + peep(c, w.get("weight_co")))
        # h_t = o_t ⊙ tanh(c_t)
        h = o * self.tanh(c, w)
        return h, c


def peep(c: Tensor, weight: Tensor | None) -> Tensor | float:
    r"""Return :math:`w \odot c`, or 0 where a layer has no peepholes."""
    return 0.0 if weight is None else weight * c
