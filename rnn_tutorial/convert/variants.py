r"""The same function as another network of this package, or in another convention."""

import copy

import torch

from rnn_tutorial.layers import GRU, LSTM, PeepholeLSTM
from rnn_tutorial.layers.core.assign import assign, check_no_hook, check_no_parametrization
from rnn_tutorial.layers.core.biases import PEEPHOLES

from .arrays import names_of
from .torch_layers import options_of, placement


def add_peepholes(layer: LSTM) -> PeepholeLSTM:
    r"""Return a PeepholeLSTM that computes what an LSTM does, ready to learn more: its peepholes are 0.

    Args:
        layer: An :class:`LSTM`; one of PyTorch's by way of :func:`from_torch`.

    Raises:
        TypeError: Not an LSTM, or one that has peepholes already.
        ValueError: A weight is parametrised or computed by a hook, which the new layer would not have.

    Examples:
        >>> x, layer = torch.randn(5, 3, 10), LSTM(10, 20)
        >>> torch.allclose(add_peepholes(layer)(x)[0], layer(x)[0], atol=1e-6)
        True
    """
    if not isinstance(layer, LSTM) or isinstance(layer, PeepholeLSTM):
        raise TypeError(f"expected an LSTM without peepholes, got {type(layer).__name__}")
    check_no_parametrization(layer, names_of(layer))
    names = ["variational", "layer_norm", "recurrent_init", "forget_bias"]
    names += ["zoneout", "recurrent_dropout", "weight_dropout", "gate_activation"]
    options = options_of(layer, LSTM) | {name: getattr(layer, name) for name in names}
    backend = "auto" if layer.backend == "native" else layer.backend  # no library's operator has peepholes
    result = PeepholeLSTM(**options, **placement(layer), backend=backend)
    new = {name: torch.zeros_like(p) for name, p in result.state_dict().items() if name.startswith(PEEPHOLES)}
    result.load_state_dict(layer.state_dict() | new)
    return result.train(layer.training)


def flip_update_gate(layer: GRU) -> GRU:
    r"""Return a copy of a GRU whose update gate means the opposite; ``layer`` itself is left as it is.

    Here z = 1 keeps the old state, :math:`h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}`, as in Cho et al. (2014),
    PyTorch, Keras and ONNX. With Chung et al. (2014) z = 1 takes the new one,
    :math:`h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t`. As :math:`1 - \sigma(a) = \sigma(-a)`, negating
    :math:`W_{iz}, W_{hz}` and their biases leads from either to the other, and twice back to the start. Copy such
    weights into a GRU as they are, then flip it.

    Raises:
        TypeError: Not a GRU.
        ValueError: A weight is computed by a hook, or by a parametrisation that cannot give the new values.

    Examples:
        >>> layer = GRU(10, 20)
        >>> twice = flip_update_gate(flip_update_gate(layer))
        >>> torch.equal(twice.weight_ih_l0, layer.weight_ih_l0)
        True
    """
    if not isinstance(layer, GRU):
        raise TypeError(f"expected a GRU, got {type(layer).__name__}")
    check_no_hook(layer, names_of(layer))
    result = copy.deepcopy(layer)
    z = slice(layer.hidden_size, 2 * layer.hidden_size)  # the second of r, z, n
    flipped = {}
    for name in names_of(layer):
        if name.startswith(("weight", "bias")):  # layer normalisation is odd, norm(-y) = -norm(y): its gains stay
            flipped[name] = layer.parameter(name).detach().clone()
            flipped[name][z].neg_()
    assign(result, flipped, exactly=True)
    result.flatten_parameters()
    return result
